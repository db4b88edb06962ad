"""Figures as they are declared, and counted round by round: the customer's example of October 2026."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

import pytest

from config.texts import Word, entry_of, translator
from models.cases.case_round import COLUMNS, AcceptanceKind, CaseRound, Channel, RoundOutcome
from models.clock.values import ZONE
from rules.figures.catalogue import DEFINITIONS, FIGURES
from rules.figures.counting import Count, Tally, percent
from rules.figures.definition import COLUMN_OF_CUT, Cut, FigureDefinition, FigureUnit, Span
from services.figures.reference import PAGE, figures_page

OCTOBER = Span(date(2026, 10, 1), date(2026, 11, 1), date(2026, 11, 30))


def at(day: date | None) -> datetime | None:
    return None if day is None else datetime(day.year, day.month, day.day, 10, tzinfo=ZONE)


def row(code: str, received: str, accepted: str, promised: str, **more: object) -> CaseRound:
    """A round of the example: days as MM-DD of 2026."""
    first, taken, due, ended, legal = (
        None if text is None else date.fromisoformat(f"2026-{text}")
        for text in (received, accepted, promised, more.pop("ended"), more.pop("statutory"))
    )
    return CaseRound(
        code,
        int(more.pop("round", 1)),
        received_on=first,
        received_at=at(first),
        accepted_on=taken,
        acceptance_kind=AcceptanceKind.EXPLICIT,
        promised_due_on=due,
        statutory_due_on=legal,
        ended_on=ended,
        ended_at=at(ended),
        clock_stopped_on=ended,
        instant=taken == ended,
        **{"channel": Channel.PORTAL, "outcome": RoundOutcome.GRANTED} | more,
    )


DENIED, WITHDRAWN = RoundOutcome.DENIED, RoundOutcome.WITHDRAWN
CONDITIONALLY = RoundOutcome.CONDITIONALLY_GRANTED
#: ``domain/figures.md`` 0.5.
ROUNDS = (
    row("A01", "10-09", "10-09", "10-10", statutory="10-10", ended="10-09", counted_days=0),
    row("A07", "10-08", "10-09", "10-13", statutory="11-05", ended="10-13", counted_days=3, notices=1),
    row("B02", "10-14", "10-14", "10-23", statutory="11-13", ended="10-23", counted_days=5, outcome=CONDITIONALLY),
    row("C05", "10-26", "10-26", "10-29", statutory="11-04", ended="10-30", counted_days=4),
    row("A07", "10-12", "10-12", "10-15", statutory="11-09", ended="10-15", counted_days=3, outcome=DENIED),
    row("A07", "10-20", "10-20", "10-23", statutory="11-17", ended="10-22", counted_days=2, round=2),
    row("B02", "10-27", "10-27", "11-03", statutory="11-24", ended="11-02", counted_days=4),
    row("A07", "10-13", "10-13", "10-16", statutory="11-10", ended="10-15", outcome=WITHDRAWN),
    row("C05", "10-06", "10-08", "10-12", statutory="10-16", ended="11-05", counted_days=21, notices=2),
    row("A11", "09-29", "09-29", "10-14", statutory="10-29", ended="10-12", counted_days=5),
    row("A07", "08-24", "08-24", "08-27", statutory="09-20", ended="08-26", counted_days=2, outcome=CONDITIONALLY),
)  # fmt: skip


def tally(key: str, rounds=ROUNDS, span: Span = OCTOBER) -> Tally:
    count = Count(FIGURES[key], span)
    for round_ in rounds:
        count.add(round_)
    return count.tally()


@pytest.mark.parametrize(
    ("key", "numerator", "denominator", "value"),
    [
        ("on_time_rate", 6, 7, "85.71"),
        ("on_time_rate_statutory", 7, 7, "100"),
        # Two of the nine that were accepted in October had come on an earlier day.
        ("accepted_at_once_rate", 7, 9, "77.78"),
        ("instant_share_cases", 1, 7, "14.29"),
        ("one_time_notice_rate", 1, 2, "50.00"),
        ("repeated_notice_rate", 1, 2, "50.00"),
        ("counted_days", 22, 7, "3"),
        ("received", 9, 9, "9"),
        ("accepted", 9, 9, "9"),
        ("accepted_by_silence", 0, 0, "0"),
        ("concluded", 7, 7, "7"),
        ("not_accepted", 0, 0, "0"),
        ("withdrawn", 1, 1, "1"),
        ("open_cases", 2, 2, "2"),
        ("newly_overdue", 2, 2, "2"),
        ("newly_overdue_statutory", 1, 1, "1"),
        ("open_overdue", 1, 1, "1"),
        ("open_overdue_statutory", 1, 1, "1"),
        ("online_share", 9, 9, "100"),
        ("correction_per_case", 3, 9, "0.33"),
        ("first_pass_rate", 4, 7, "57.14"),
        ("rework", 1, 1, "1"),
        ("deferral_share", 1, 6, "16.67"),
    ],
)
def test_october(key, numerator, denominator, value):
    counted = tally(key)
    assert (counted.numerator, counted.denominator) == (numerator, denominator)
    assert counted.value(FIGURES[key].unit) == value


def test_what_falls_due_today_is_not_late_yet():
    due = CaseRound(
        "A01",
        1,
        **_values(ROUNDS[0]) | {"ended_on": None, "outcome": None, "clock_stopped_on": None},
    )
    day = due.promised_due_on
    assert day is not None
    for today, late in ((day, 0), (day + timedelta(days=1), 1)):
        span = Span(OCTOBER.since, today + timedelta(days=1), today, today)
        for key in ("newly_overdue", "open_overdue"):
            assert tally(key, (due,), span).numerator == late, key


def test_days_have_their_mean_and_ninth_decile():
    counted = tally("counted_days")
    assert (counted.median, counted.ninth_decile, counted.mean) == (3, 5, "3.14")


@pytest.mark.parametrize("figure", DEFINITIONS, ids=lambda figure: figure.key)
def test_where_there_is_nothing_there_is_no_value(figure):
    counted = tally(figure.key, ())
    nothing = "0" if figure.unit is FigureUnit.CASE else None
    assert (counted.denominator, counted.value(figure.unit), counted.mean) == (0, nothing, None)


@pytest.mark.parametrize("figure", DEFINITIONS, ids=lambda figure: figure.key)
def test_parts_and_what_fell_away_are_in_no_figure(figure):
    (first, *_) = ROUNDS
    part = CaseRound("D1", 1, whole="D0", **_values(first))
    gone = CaseRound("D2", 1, **_values(first) | {"outcome": RoundOutcome.FELL_AWAY})
    assert tally(figure.key, (part, gone)).denominator == 0


def _values(round_: CaseRound) -> dict[str, object]:
    return {c.name: getattr(round_, c.name) for c in COLUMNS if c.name != "whole"} | {"notices": 2}


def test_what_was_entered_later_was_not_known():
    early = Span(OCTOBER.since, date(2026, 10, 15), date(2026, 10, 14))
    entered = {"ended_at": at(date(2026, 10, 20))}
    late_entry = CaseRound("A01", 1, **_values(ROUNDS[0]) | entered)
    assert tally("on_time_rate", (late_entry,), early).denominator == 0
    assert tally("on_time_rate", (late_entry,)).denominator == 1


@pytest.mark.parametrize(
    ("numerator", "denominator", "shown"),
    [
        (19999, 20000, "99.99"),
        (1, 100_000, "0.01"),
        (0, 5, "0"),
        (5, 5, "100"),
        (10378, 11448, "90.65"),
        (1, 8, "12.50"),
        (1, 800, "0.13"),
    ],
)
def test_a_share_never_flatters_and_is_rounded_once(numerator, denominator, shown):
    assert percent(numerator, denominator) == shown


@pytest.mark.parametrize("figure", DEFINITIONS, ids=lambda figure: figure.key)
def test_every_definition_is_whole(figure: FigureDefinition):
    chinese = translator("zh-CN")
    for words in (figure.name, figure.formula, figure.excludes):
        assert isinstance(words, Word)
        assert words.strip()
        assert chinese(words) != entry_of(words)[1]
        assert re.search(r"[\u4e00-\u9fff]", chinese(words))
    assert re.search(r"\[(S:\d{3}|L|P|M|D)", figure.source)
    shares, means = {FigureUnit.PERCENT}, {FigureUnit.WORKING_DAY, FigureUnit.PER_CASE}
    assert (figure.unit in shares) == bool(figure.counts)
    assert (figure.unit in means) == (figure.measures is not None)
    assert set(figure.cut_by) >= set(Cut) - {Cut.MONTH}


def test_definitions_name_columns_that_there_are():
    names = {column.name for column in COLUMNS} | {"item", "round"}
    for figure in DEFINITIONS:
        assert figure.columns <= names
        assert figure.moment.recorded is None or figure.moment.recorded in names
    assert set(COLUMN_OF_CUT.values()) <= names
    assert len(FIGURES) == len(DEFINITIONS)


def test_the_page_is_written_from_the_definitions():
    assert PAGE.read_text(encoding="utf-8") == figures_page(), "run 'make docs'"
