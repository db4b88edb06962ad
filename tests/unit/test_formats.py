"""Public identifiers, with the vectors of ``domain/formats-and-calendar`` §5."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.formats import (
    CREDIT_ALPHABET,
    InvalidCreditCode,
    InvalidProjectCode,
    credit_check_symbol,
    day_from_text,
    is_date,
    organisation_check_symbol,
    parse_credit_code,
    parse_project_code,
)

VALID = [
    "91350100M000100Y43",  # the standard's own example
    "91611102MA0FAKE175",
    "91611102MA0FAKE250",
    "91611102MA0FAKE33T",
    "91611102MA0FAKE41M",
    "91611102MA0FAKE5XD",
    "11611100MB0FAKE10W",
]
INVALID = [
    ("91350100M000100Y4Z", "characters"),  # Z is none of the 31 symbols
    ("91310115MA1H8R7C6D", "organisation"),  # a wrong example that circulates
    ("91611102MA0FAKE176", "last check symbol"),
    ("91611102MA0FAKE17", "18 characters"),
    ("91611102MA0FAKE1755", "18 characters"),
    ("", "18 characters"),
    ("91611102MAOFAKE175", "character"),  # the letter O
    ("91611102MA0FAKE１75", "character"),  # a full-width digit
]


@pytest.mark.parametrize("code", VALID)
def test_valid_credit_codes(code):
    assert parse_credit_code(code) == code
    assert parse_credit_code(f"  {code.lower()} ") == code


@pytest.mark.parametrize(("code", "problem"), INVALID)
def test_invalid_credit_codes_say_what_is_wrong(code, problem):
    with pytest.raises(InvalidCreditCode) as refused:
        parse_credit_code(code)
    assert refused.value.field == "enterprise"
    assert problem.split()[0] in refused.value.sentence()
    assert "business licence" in refused.value.sentence()


@given(st.sampled_from(VALID), st.integers(0, 17), st.sampled_from(CREDIT_ALPHABET))
def test_a_mistyped_symbol_is_found(code, position, symbol):
    mistyped = code[:position] + symbol + code[position + 1 :]
    if symbol != code[position]:
        with pytest.raises(InvalidCreditCode):
            parse_credit_code(mistyped)


@given(st.text(CREDIT_ALPHABET, min_size=8, max_size=8),
       st.text("0123456789ABCDEFGHJKLMNPQRTUWXY", min_size=8, max_size=8))  # fmt: skip
def test_codes_with_their_check_symbols_are_valid(head, organisation):
    inner = organisation + organisation_check_symbol(organisation)
    first = head + inner
    assert parse_credit_code(first + credit_check_symbol(first)) == first + credit_check_symbol(
        first
    )


@pytest.mark.parametrize(
    ("code", "region", "legacy"),
    [
        ("2509-320193-89-01-544060", "320193", False),
        ("2611-611102-04-01-000001", "611102", False),
        ("2012-130000-01-01-000001", "130000", False),  # December 2020, not the year 2012
        ("2017-130000-01-01-000001", "130000", True),  # no month 17: the old form
        ("1998-130000-01-01-000001", "130000", True),
    ],
)
def test_project_codes(code, region, legacy):
    found = parse_project_code(f" {code} ")
    assert (found.text, found.region, found.legacy) == (code, region, legacy)


@pytest.mark.parametrize(
    "code",
    [
        "",
        "2613-611102-04-01-000001",  # month 13
        "2600-611102-04-01-000001",
        "2611-61110-04-01-000001",
        "2611-611102-4-01-000001",
        "2611-611102-04-01-00000",
        "2611611102040100001",
        "2611-611102-04-01-00000a",
        "２６11-611102-04-01-000001",  # full-width digits
        "2611–611102–04–01–000001",  # dashes that are none
        "2611-611102-04-01-000001\n2611-611102-04-01-000002",
    ],
)
def test_what_is_no_project_code(code):
    with pytest.raises(InvalidProjectCode) as refused:
        parse_project_code(code)
    assert refused.value.field == "code"
    assert "YYMM-RRRRRR-DD-TT-NNNNNN" in refused.value.sentence()


@pytest.mark.parametrize(
    "typed",
    [
        "2026-01-05",
        "2026-1-5",
        "2026/1/5",
        "2026/01/05",
        "2026.1.5",
        "2026年1月5日",
        " 2026年01月05日 ",
    ],
)
def test_a_day_is_read_as_people_type_it(typed):
    found = day_from_text(typed)
    assert found == date(2026, 1, 5)
    assert type(found) is date


@pytest.mark.parametrize(
    "typed",
    [
        *("20260105", "2026-W01-1", "2026-005", "1767571200", "2026-01-05T00:00", "2026-01"),
        "２０２６-01-05",
        *("26-1-5", "5.1.2026", "2026-13-01", "2026/2/30", "2026-1-5 bis", "tomorrow", "", "-"),
    ],
)
def test_what_is_no_day_is_not_guessed_at(typed):
    with pytest.raises(ValueError, match="^" if not typed.strip() else typed[:4]):
        day_from_text(typed)


@given(st.dates(min_value=date(1000, 1, 1)))
def test_every_day_is_read_in_every_way(day):
    written = (f"{day:%Y/%m/%d}", f"{day.year}年{day.month}月{day.day}日", day.isoformat())
    assert {day_from_text(text) for text in written} == {day}
    assert is_date(day.isoformat())
