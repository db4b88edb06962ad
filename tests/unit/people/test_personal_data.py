"""Mobile numbers and identity numbers are masked wherever somebody wrote them, and nothing else is."""

from __future__ import annotations

from datetime import date

import pytest

from rules.personal_data import mask, mask_within

TODAY = date(2026, 12, 1)


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("联系人王工13912345678", "联系人王工139****5678"),
        ("call 139 1234 5678 or 139-1234-5678", "call 139 **** 5678 or 139-****-5678"),
        ("+8613912345678，86 13912345678", "+86139****5678，86 139****5678"),
        ("身份证610104199001011234。", "身份证610***********1234。"),
        ("(61010419900101123X)", "(610***********123X)"),
        ("张三.13912345678", "张三.139****5678"),
        ("tel:13912345678, tel=13912345678", "tel:139****5678, tel=139****5678"),
    ],
)
def test_what_somebody_wrote_is_masked(text, masked):
    assert mask(text, TODAY)[0] == masked


@pytest.mark.parametrize(
    "text",
    [
        "2611-611102-04-01-990001",
        "91611102MA0FAKE175",
        "139123456789",
        "12345678901",
        "a13912345678",
        "0.13912345678",
        "610104199013011234",
        "029-88886666",
        "611102202611300101",
        "sha256 13912345678abcdef",
        "/projects/13912345678",
        "13800000000.50",
        "KG-13912345678",
    ],
)
def test_other_numbers_are_left_alone(text):
    assert mask(text, TODAY) == (text, 0)


def test_inside_of_a_document_texts_are_masked_and_amounts_are_not():
    told, count = mask_within(
        {"contact": ["李 13912345678"], "amount": 13912345678, "none": None}, TODAY
    )
    assert told == {"contact": ["李 139****5678"], "amount": 13912345678, "none": None}
    assert count == 1
