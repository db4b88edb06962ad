"""Nothing is changed that no event tells: the log would not lead back to the rows."""

from __future__ import annotations

from datetime import date

import pytest

from models.cases.deficiencies import DEFICIENCIES, DeficiencyFacts
from models.cases.facts import MATERIALS, MaterialFacts
from models.cases.states import DeficiencyState, ItemState, MaterialState
from rules.cases.draft import Draft
from rules.cases.ledgers import ChangeNotRecorded
from tests.support.people import STEWARD
from tests.support.play import Play

OWED = DeficiencyFacts("A1", 1, "plan", DeficiencyState.OPEN, due_on=date(2026, 12, 1))


@pytest.fixture
def draft() -> Draft:
    play = Play()
    return Draft(play.facts, play.context(STEWARD))


def refused(draft: Draft) -> str:
    with pytest.raises(ChangeNotRecorded) as fault:
        draft.outcome()
    return str(fault.value)


def test_a_line_that_no_event_carries_is_refused(draft):
    draft.record("Noted", "A1")
    draft.enter(DEFICIENCIES, OWED)
    assert "deficiencies ('A1', 1, 'plan')" in refused(draft)


def test_an_event_carries_what_changed_since_the_last_one(draft):
    draft.enter(DEFICIENCIES, OWED)
    draft.record("Noted", "A1")
    draft.record("NotedAgain", "A1")
    first, second = draft.outcome().events
    [line] = first.data["deficiency_ledger"]
    assert line == {
        "item": "A1", "round": 1, "material": "plan", "state": "open", "due_on": "2026-12-01",
    }  # fmt: skip
    assert "deficiency_ledger" not in second.data


def test_the_event_of_another_item_tells_no_change_of_an_item(draft):
    draft.change("A1", state=ItemState.OPEN)
    draft.record("Noted", "A2")
    assert "items A1" in refused(draft)
    draft.record("Noted", "A1")
    assert draft.outcome().facts.items["A1"].state is ItemState.OPEN


def test_an_event_of_the_project_may_tell_every_item(draft):
    draft.change("A1", state=ItemState.OPEN)
    draft.record("Followed", None, items=[{"item": "A1"}])
    assert draft.outcome().facts.items["A1"].state is ItemState.OPEN


def test_a_new_version_alone_needs_no_event(draft):
    before = draft.items["A1"].version
    draft.change("A1")
    assert draft.outcome().facts.items["A1"].version == before + 1


def test_a_paper_or_the_project_needs_some_event(draft):
    draft.enter(MATERIALS, MaterialFacts("plan", MaterialState.PROVIDED))
    draft.change_project(steward="another")
    assert refused(draft).endswith("materials plan, project steward")
    draft.record("Noted")
    after = draft.outcome().facts
    assert (after.steward, after.materials["plan"].state) == ("another", MaterialState.PROVIDED)
