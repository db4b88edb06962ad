"""What comes next: stage views, the machine's work, whom each item waits for."""

from __future__ import annotations

import pytest

from models.cases import commands as c
from models.cases.states import ItemState
from rules.cases import progress as planning
from rules.cases.progress import (
    StageState,
    WaitsFor,
    machine_work,
    stage_view,
    stage_views,
    waits_for,
)
from tasks.stage_states import StageState as PrefectState
from tests.support.play import Play
from tests.support.states import (
    REACH,
    conditionally_granted,
    correcting,
    denied,
    granted,
    preliminary,
    suspended,
    voided,
    withdrawn,
    yard,
)

S = ItemState


def test_every_state_waits_for_somebody_or_for_nobody():
    assert {state: waits_for(state) for state in (S.OPEN, S.RECEIVED, S.SUSPENDED, S.GRANTED)} == {
        S.OPEN: WaitsFor.APPLICANT,
        S.RECEIVED: WaitsFor.DEPARTMENT,
        S.SUSPENDED: WaitsFor.SPECIAL_PROCEDURE,
        S.GRANTED: WaitsFor.NOBODY,
    }
    assert all(waits_for(state) for state in ItemState)


def test_stages_that_no_item_of_the_project_is_in_are_left_out():
    views = stage_views(Play().facts)
    assert [view.key for view in views] == ["land", "permit", "acceptance"]
    assert stage_view(Play().facts, "permit").items == ("B0",)
    assert stage_view(Play(phased=True).facts, "permit").items == ("B1", "B2")


def test_a_new_project():
    land, permit, _ = stage_views(Play().facts)
    assert (land.state, land.waiting) == (StageState.AWAITING_APPLICANT, ("E0", "A1"))
    assert (permit.state, permit.waiting) == (StageState.AWAITING_OTHERS, ())


@pytest.mark.parametrize(
    ("reach", "state"),
    [
        (REACH[S.ACCEPTED], StageState.AWAITING_DECISION),
        (REACH[S.RECEIVED], StageState.AWAITING_DECISION),
        (correcting, StageState.AWAITING_CORRECTION),
        (suspended, StageState.CLOCK_SUSPENDED),
        (denied, StageState.DENIED),
        (withdrawn, StageState.WITHDRAWN),
        (voided, StageState.VOIDED),
    ],
)
def test_a_stage_shows_what_is_most_urgent_in_it(reach, state):
    assert stage_view(reach().play.facts, "land").state is state


def test_a_stage_with_something_owed_is_conditionally_accepted():
    play = conditionally_granted().play
    play.conclude("A1").approve("N1")
    assert stage_view(play.facts, "land").state is StageState.CONDITIONALLY_ACCEPTED
    assert stage_view(play.facts, "land").waiting == ("A2",)


def test_a_stage_with_an_opinion_only_says_so():
    play = preliminary().play
    play.conclude("A1").approve("N1")
    assert stage_view(play.facts, "land").state is StageState.PRELIMINARY_OPINION


def test_prefect_knows_every_state_of_a_stage():
    for state in StageState:
        assert PrefectState[state.name].label == state.value


def test_a_finished_stage_waits_for_nobody():
    play = yard().conclude("A1", "A2").approve("N1")
    view = stage_view(play.facts, "land")
    assert (view.state, view.waiting) == (StageState.APPROVED, ())


def test_the_round_of_a_stage_is_the_highest_of_its_items():
    play = voided().play
    assert stage_view(play.facts, "land").round == 1
    play.do(c.StartNewRound(item="A2"))
    assert stage_view(play.facts, "land").round == 2


def test_the_machine_opens_a_stage_that_has_begun():
    play = Play()
    assert machine_work(play.facts, "land") == (c.OpenStage(stage="land"),)
    assert machine_work(play.facts, "permit") == ()
    play.machine()
    assert machine_work(play.facts, "land") == ()


def test_the_machine_issues_documents_and_starts_new_rounds():
    play = granted().play.machine()
    assert play.item("A1").document_issued
    fallen = voided().play
    assert c.StartNewRound(item="A2") in machine_work(fallen.facts, "land")
    fallen.machine()
    assert (fallen.state("A2"), fallen.item("A2").round) == (S.OPEN, 2)


def test_the_machine_never_decides():
    for reach in REACH.values():
        facts = reach().play.facts
        acts = {
            command.act for stage in facts.scenario.stage for command in machine_work(facts, stage)
        }
        assert acts <= {"open_stage", "start_new_round", "issue_document"}


def test_can_close_when_nothing_is_unfinished():
    play = Play()
    assert not planning.can_close(play.facts, play.today)
    play.conclude("E0", "A1", "A2").approve("N1").conclude("B0", "W1", "D0")
    assert planning.can_close(play.facts, play.today)
    play.do(c.CloseProject())
    assert not planning.can_close(play.facts, play.today)


def test_unfinished_items_stand_in_the_order_of_the_scenario():
    assert planning.unfinished(Play().facts) == (
        "E0", "A1", "A2", "N1", "B0", "W1", "D0", "D1",
    )  # fmt: skip
