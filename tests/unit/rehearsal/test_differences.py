"""Each difference that a replay shows is one sentence, and what is the same has none."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from rules.rehearsal.comparison import Comparison, ItemOutcome, ProjectOutcome
from rules.rehearsal.differences import differences
from tests.support.yard import YARD

D = date.fromisoformat
ITEM = ItemOutcome(
    opened_on=D("2026-11-02"),
    examined_on=D("2026-11-03"),
    decided_on=D("2026-11-10"),
    days=5,
    due_on=D("2026-11-12"),
    late=False,
    unlawful=False,
    warnings=(),
)
LATE = replace(ITEM, late=True, due_on=D("2026-11-09"))
PROJECT = ProjectOutcome(5, ("A1",), 20, D("2026-11-10"), {"A1": ITEM})


def sentences_of(then: ProjectOutcome, now: ProjectOutcome) -> list[tuple[str, str]]:
    comparison = Comparison("c", "t", YARD, finished=True, then=then, now=now)
    return [(statement.code, statement.message()) for statement in differences(comparison, YARD)]


def test_what_is_the_same_is_not_told():
    assert sentences_of(PROJECT, PROJECT) == []


@pytest.mark.parametrize(
    ("then", "now", "sentences"),
    [
        (
            {},
            {"days": 8},
            {"days": "The authorities would have taken 8 counted working days instead of 5."},
        ),
        (
            {},
            {"promised": 6},
            {"promise_kept": "The promise of 6 working days would have been kept with 5."},
        ),
        (
            {},
            {"promised": 4},
            {"promise_broken": "The promise of 4 working days would have been broken with 5."},
        ),
        ({}, {"promised": None}, {}),
        (
            {},
            {"last_on": D("2026-11-11")},
            {"last": "The last decision would have come on 2026-11-11 instead of 2026-11-10."},
        ),
        ({}, {"last_on": None}, {}),
        ({"last_on": None}, {}, {}),
        ({}, {"items": {}}, {"dropped": "A1 item A1 would not have been needed."}),
        ({"items": {}}, {}, {"added": "A1 item A1 would have been needed besides."}),
    ],
)
def test_differences_of_a_project(then, now, sentences):
    assert dict(sentences_of(replace(PROJECT, **then), replace(PROJECT, **now))) == sentences


@pytest.mark.parametrize(
    ("then", "now", "sentences"),
    [
        (
            ITEM,
            replace(ITEM, opened_on=D("2026-11-04")),
            {"opened": "A1 item A1 would have opened on 2026-11-04 instead of 2026-11-02."},
        ),
        (ITEM, replace(ITEM, opened_on=None), {}),
        (replace(ITEM, opened_on=None), ITEM, {}),
        (
            ITEM,
            LATE,
            {
                "late": "A1 item A1 would have been late: the last day was 2026-11-09,"
                " the decision came on 2026-11-10."
            },
        ),
        (
            ITEM,
            replace(LATE, decided_on=None),
            {"late": "A1 item A1 would be late: the last day was 2026-11-09."},
        ),
        (
            LATE,
            ITEM,
            {
                "in_time": "A1 item A1 would have been in time: the last day was 2026-11-12"
                " instead of 2026-11-09."
            },
        ),
        (LATE, replace(LATE, days=6), {}),
        (
            replace(ITEM, warnings=("yellow", "due")),
            replace(ITEM, warnings=("yellow",)),
            {"warned": "A1 item A1 would have given 1 warnings instead of 2."},
        ),
    ],
)
def test_differences_of_an_item(then, now, sentences):
    before, after = (replace(PROJECT, items={"A1": item}) for item in (then, now))
    assert dict(sentences_of(before, after)) == sentences
