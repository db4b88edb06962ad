"""Every pair of state and act: allowed pairs lead where the table says, all others are refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

import pytest

from models.cases import commands as c
from models.cases.facts import ITEMS
from models.cases.states import ENDED_BY_DECISION, FAILED, RESTORABLE, ClockKind, ItemState
from rules.cases.acts.decision import PartsUndecided
from rules.cases.decide import ItemChanged, ProjectNotActive, UnknownItem
from rules.cases.declarations.registry import registry
from rules.cases.instruments.utilities import UNDECIDED
from rules.cases.transitions import ActNotAllowed, possible_acts
from tests.support.people import approver
from tests.support.play import SHA, Play
from tests.support.states import (
    COMMANDS,
    EXPIRY_NOTICE,
    LEFT_STANDING,
    REACH,
    RECALL_NOTICE,
    Place,
    accepted,
    after_voiding,
    announced,
    awaiting,
    consulting,
    doubted,
    filed,
    flagged,
    in_nobodys_hands,
    joint,
    jointly_handled,
    line,
    on_a_list,
    on_commitment,
    opened,
    phase,
    preliminary,
    supervised,
    to_be_filed,
    told,
    uncoded,
    undoubted,
    unneeded,
    untold,
    written_to,
    yard,
)
from tests.support.yard import DEFERRABLE, LAND, asks, changed_item

S = ItemState
TRANSITIONS = {act: registry().acts[act].transitions for act in registry().on_items}
PAIRS = [(state, act) for act in TRANSITIONS for state in ItemState]


OWN_EVENTS = {kind.name for act in registry().acts.values() for kind in act.events}
OWN_NOTICES = {notice for act in registry().acts.values() for notice in act.notices}


def own_events(act: str) -> set[str]:
    return {kind.name for kind in registry().acts[act].events}


def own_notices(act: str) -> set[str]:
    return set(registry().acts[act].notices)


def allowed(state: ItemState, act: str) -> bool:
    return state in TRANSITIONS[act]


def submitted() -> Place:
    """A conditional grant of which one material waits to be verified."""
    place = REACH[S.CONDITIONALLY_GRANTED]()
    place.play.do(COMMANDS["make_up_material"](place))
    return place


def opinion_submitted() -> Place:
    place = preliminary()
    place.play.do(COMMANDS["make_up_material"](place))
    return place


def opinion_made_good() -> Place:
    place = preliminary()
    place.play.do(c.MakeUpMaterial(item="A2", material="survey", file_name="s.pdf", sha256=SHA))
    place.play.do(c.VerifyMakeUp(item="A2", material="survey", correct=True))
    return place


def lapsed(reach: Callable[[], Place]) -> Place:
    place = reach()
    place.play.after(place.play.clock(place.item, ClockKind.MAKE_UP, "archive").due_on)
    return place


def unheard(state: ItemState) -> Place:
    return untold(REACH[state]())


def silent() -> Place:
    place = REACH[S.RECEIVED]()
    place.play.after(place.play.clock("A1", ClockKind.CORRECTION_WINDOW).due_on)
    return place


def issued() -> Place:
    place = REACH[S.GRANTED]()
    place.play.do(COMMANDS["issue_document"](place))
    return place


def deferred() -> Place:
    return Place(yard().apply("A2", defer=("survey",)).accept("A2"), "A2")


def part_examined() -> Place:
    place = REACH[S.RECTIFYING]()
    place.play.do(COMMANDS["report_rectification"](place))
    return place


def corrected() -> Place:
    place = REACH[S.CORRECTING]()
    place.play.hand_in("plan")
    return place


def conditional_with_document(*, issued: bool) -> Place:
    """No item of the yard has both; the archive of the certificate is deferred for once."""
    play = Play(changed_item("A1", materials=(asks("plan"), asks("archive", DEFERRABLE))))
    play.apply("A1", defer=("archive",)).accept("A1").approve("A1")
    place = Place(play, "A1")
    if issued:
        play.do(COMMANDS["issue_document"](place))
    return place


#: Where an allowed act needs more than its state to be lawful.
ARRANGED: dict[tuple[ItemState, str], Callable[[], Place]] = {
    (S.RECEIVED, "deem_accepted"): silent,
    (S.RECEIVED, "file_on_receipt"): to_be_filed,
    (S.RECEIVED, "grant_on_commitment"): on_a_list,
    (S.ACCEPTED, "grant_on_commitment"): lambda: on_a_list(accepted=True),
    (S.CORRECTING, "supply_correction"): corrected,
    (S.ACCEPTED, "issue_preliminary_opinion"): deferred,
    (S.ACCEPTED, "ask_for_extension"): jointly_handled,
    (S.PRELIMINARY, "ask_for_extension"): lambda: jointly_handled(opinion=True),
    (S.PRELIMINARY, "approve_item"): opinion_made_good,
    (S.PRELIMINARY, "verify_make_up"): opinion_submitted,
    (S.PRELIMINARY, "void_approval"): lambda: lapsed(preliminary),
    (S.CONDITIONALLY_GRANTED, "verify_make_up"): submitted,
    (S.CONDITIONALLY_GRANTED, "void_approval"): lambda: lapsed(REACH[S.CONDITIONALLY_GRANTED]),
    (S.GRANTED, "record_delivery"): issued,
    (S.WAITING, "submit_for_pre_check"): lambda: uncoded(returned=True),
    (S.WAITING, "return_pre_check"): uncoded,
    (S.WAITING, "record_project_code"): uncoded,
    (S.GRANTED, "void_approval"): lambda: flagged(S.GRANTED),
    **{
        (state, "record_result_told"): partial(unheard, state)
        for state in TRANSITIONS["record_result_told"]
    },
    **{
        (state, "confirm_after_re_examination"): partial(flagged, state)
        for state in TRANSITIONS["confirm_after_re_examination"]
    },
    **{
        (state, "appeal_voiding"): partial(after_voiding, state)
        for state in TRANSITIONS["appeal_voiding"]
    },
    **{
        (state, "decide_appeal"): partial(after_voiding, state, appealed=True)
        for state in TRANSITIONS["decide_appeal"]
    },
    **{
        (state, "reinstate_approval"): partial(after_voiding, state, cured=True)
        for state in RESTORABLE - ENDED_BY_DECISION
    },
    **{
        (state, "take_item"): partial(in_nobodys_hands, state) for state in TRANSITIONS["take_item"]
    },
    **{
        (state, "correct_voiding"): partial(after_voiding, state, early=True)
        for state in TRANSITIONS["correct_voiding"]
    },
    **{(state, "make_up_material"): partial(after_voiding, state) for state in RESTORABLE},
    **{(state, "acknowledge_lead"): partial(told, state) for state in UNDECIDED},
    **{
        (state, act): partial(on_commitment, deferring=state is S.CONDITIONALLY_GRANTED)
        for state in (S.GRANTED, S.CONDITIONALLY_GRANTED)
        for act in ("begin_commitment_check", "record_commitment_check", "announce_revocation")
    },
    **{
        (state, act): partial(
            doubted, where, deferring=state is S.CONDITIONALLY_GRANTED, hearing=heard
        )
        for state in (S.GRANTED, S.CONDITIONALLY_GRANTED)
        for act, where, heard in (
            ("state_defence", "told", False),
            ("hold_revocation_hearing", "told", True),
            ("assess_commitment", "told", False),
            ("revoke_licence", "revoke_proposed", False),
        )
    },
    **{
        (state, act): partial(reach, deferring=state is S.CONDITIONALLY_GRANTED)
        for state in (S.GRANTED, S.CONDITIONALLY_GRANTED)
        for act, reach in (
            ("announce_recall", undoubted),
            ("announce_cancellation", undoubted),
            ("recall_approval", partial(announced, RECALL_NOTICE)),
            ("cancel_licence", undoubted),
        )
    },
    (S.GRANTED, "surrender_approval"): unneeded,
    (S.ACCEPTED, "await_basis"): awaiting,
    (S.ACCEPTED, "answer_line"): line,
    (S.GRANTED, "connect_line"): lambda: line(connectable=True),
    (S.ACCEPTED, "schedule_site_visit"): joint,
    (S.SUSPENDED, "schedule_site_visit"): lambda: joint(suspended=True),
    (S.ACCEPTED, "record_site_visit"): lambda: joint(scheduled=True),
    (S.SUSPENDED, "record_site_visit"): lambda: joint(suspended=True, scheduled=True),
    (S.ACCEPTED, "require_rectification"): part_examined,
    **{
        (state, "answer_consultation"): partial(consulting, state)
        for state in TRANSITIONS["answer_consultation"]
    },
    **{
        (state, "deem_agreed"): partial(consulting, state, silent=True)
        for state in TRANSITIONS["deem_agreed"]
    },
    (S.PRELIMINARY, "give_grace"): lambda: lapsed(preliminary),
    (S.CONDITIONALLY_GRANTED, "give_grace"): lambda: lapsed(REACH[S.CONDITIONALLY_GRANTED]),
    (S.GRANTED, "give_grace"): lambda: phase(late=True),
    (S.GRANTED, "lapse_phase"): lambda: phase(late=True),
    (S.CONDITIONALLY_GRANTED, "lapse_phase"): lambda: phase(S.CONDITIONALLY_GRANTED, late=True),
    (S.GRANTED, "record_violation"): phase,
    (S.CONDITIONALLY_GRANTED, "record_violation"): lambda: phase(S.CONDITIONALLY_GRANTED),
    **{
        (state, "complete_supervision"): partial(supervised, state)
        for state in TRANSITIONS["complete_supervision"]
    },
    **{
        (state, "reply_to_supervision"): partial(written_to, state)
        for state in TRANSITIONS["reply_to_supervision"]
    },
    (S.CONDITIONALLY_GRANTED, "issue_document"): lambda: conditional_with_document(issued=False),
    (S.CONDITIONALLY_GRANTED, "record_delivery"): lambda: conditional_with_document(issued=True),
    (S.OPEN, "record_milestone"): lambda: Place(Play(), "E0"),
}


def test_the_table_names_every_act_on_an_item_and_every_state_can_be_reached():
    assert set(TRANSITIONS) == set(COMMANDS)
    assert all(TRANSITIONS.values())
    assert set(REACH) == set(ItemState)
    for state, reach in REACH.items():
        place = reach()
        assert place.play.state(place.item) is state


@pytest.mark.parametrize(("state", "act"), [pair for pair in PAIRS if allowed(*pair)])
def test_an_allowed_act_leads_where_the_table_says(state, act):
    place = ARRANGED.get((state, act), REACH[state])()
    assert place.play.state(place.item) is state
    before = place.play.facts
    outcome = place.play.do(COMMANDS[act](place))
    assert outcome.facts.items[place.item].state in TRANSITIONS[act][state]
    assert outcome.facts.version == before.version + 1
    assert outcome.facts.items[place.item].version > before.items[place.item].version
    assert outcome.events
    assert not ({event.kind for event in outcome.events} & OWN_EVENTS) - own_events(act)
    assert not ({message.template for message in outcome.messages} & OWN_NOTICES) - own_notices(act)


@pytest.mark.parametrize(("state", "act"), [pair for pair in PAIRS if not allowed(*pair)])
def test_every_other_act_is_refused_and_changes_nothing(state, act):
    place = REACH[state]()
    before = place.play.facts
    with pytest.raises(ActNotAllowed) as refused:
        place.play.do(COMMANDS[act](place))
    assert place.play.facts is before
    for part in (place.item, state.value, act, *(s.value for s in TRANSITIONS[act])):
        assert part in refused.value.sentence()


def arrivals() -> Iterator[tuple[str, ItemState, ItemState]]:
    for act, row in TRANSITIONS.items():
        for before, afters in row.items():
            yield from ((act, before, after) for after in afters)


def test_every_state_that_an_act_may_lead_to_is_reached_by_some_act():
    """What the table promises beyond the plain path is reached by these."""
    reached = set()
    for (state, act), reach in {
        **{(s, a): REACH[s] for s, a in PAIRS if allowed(s, a)},
        **ARRANGED,
    }.items():
        place = reach()
        place.play.do(COMMANDS[act](place))
        reached.add((act, state, place.play.state(place.item)))
    at_once = Play(changed_item("A1", accept_on_submission=True)).apply("A1")
    reached.add(("submit_application", S.OPEN, at_once.state("A1")))
    behind = Place(Play(changed_item("A1", after=("E0",)), code=None), "A1")
    behind.play.do(COMMANDS["record_project_code"](behind))
    reached.add(("record_project_code", S.WAITING, behind.play.state("A1")))
    reached.add(("submit_application", S.OPEN, filed().play.state("A1")))
    late = Play(changed_item("A1", category="filing", accept_on_submission=True))
    late.apply("A1", complete=False)
    late.do(c.RequestCorrection(item="A1", materials={"plan": "missing"}))
    late.hand_in("plan").do(c.SupplyCorrection(item="A1"))
    reached.add(("supply_correction", S.CORRECTING, late.state("A1")))
    # The grant with something deferred, and the grant after an opinion that still lacks something.
    place = Place(yard().apply("A2", defer=("archive",)).accept("A2"), "A2")
    place.play.approve("A2")
    reached.add(("approve_item", S.ACCEPTED, place.play.state("A2")))
    place = opinion_made_good()
    place.play.hand_in("archive").do(c.VerifyMakeUp(item="A2", material="archive", correct=True))
    place.play.approve("A2")
    reached.add(("approve_item", S.PRELIMINARY, place.play.state("A2")))
    # The last deficiency closed.
    play = yard().apply("A2", defer=("archive",)).accept("A2").approve("A2").hand_in("archive")
    play.do(c.VerifyMakeUp(item="A2", material="archive", correct=True))
    reached.add(("verify_make_up", S.CONDITIONALLY_GRANTED, play.state("A2")))
    # An appeal that is upheld restores what was voided, whatever was begun since.
    for state in RESTORABLE:
        for was in (S.GRANTED, S.CONDITIONALLY_GRANTED, S.PRELIMINARY):
            place = after_voiding(state, was=was, appealed=True)
            place.play.do(c.DecideAppeal(item="A2", upheld=True, reason="it was in time"))
            reached.add(("decide_appeal", state, place.play.state("A2")))
        if state not in ENDED_BY_DECISION:
            place = after_voiding(state, was=S.PRELIMINARY, cured=True)
            place.play.do(COMMANDS["reinstate_approval"](place))
            reached.add(("reinstate_approval", state, place.play.state("A2")))
        for was in (S.GRANTED, S.CONDITIONALLY_GRANTED, S.PRELIMINARY):
            place = after_voiding(state, was=was, early=True)
            place.play.do(COMMANDS["correct_voiding"](place))
            reached.add(("correct_voiding", state, place.play.state("A2")))
        place = after_voiding(state, early=True)
        fallen = replace(place.play.item("E0"), state=S.OPEN)
        items = {**place.play.facts.items, "E0": fallen}
        place.play.facts = place.play.facts.having({ITEMS: items})
        place.play.do(COMMANDS["correct_voiding"](place))
        reached.add(("correct_voiding", state, place.play.state("A2")))
    reached |= set(left_standing())
    # New rounds: what it builds on stands or not; internal items are examined at once.
    for state in FAILED:
        for after in (S.WAITING, S.OPEN, S.ACCEPTED, S.NOT_REQUIRED):
            reached.add(("start_new_round", state, new_round(state, after)))
    reached.add(("start_new_round", S.NOT_REQUIRED, new_round(S.NOT_REQUIRED, S.WAITING)))
    assert set(arrivals()) <= reached


def left_standing() -> Iterator[tuple[str, ItemState, ItemState]]:
    """What the head decides not to end, for the public interest or because it is not so."""
    revoked = c.RevokeLicence(item="B0", revoked=False, reason="the public interest")
    recalled = c.RecallApproval(item="B0", recalled=False, reason="no need")
    for deferring in (False, True):
        for place, left in (
            (doubted("revoke_proposed", deferring=deferring), revoked),
            (announced(RECALL_NOTICE, deferring=deferring), recalled),
            (announced(EXPIRY_NOTICE, deferring=deferring), LEFT_STANDING),
        ):
            before = place.play.state("B0")
            place.play.do(left)
            yield left.act, before, place.play.state("B0")


def new_round(before: ItemState, after: ItemState) -> ItemState:
    """A new round from constructed facts: internal items, or ones whose prerequisite fell."""
    play = Play()
    codes = {S.WAITING: "A2", S.OPEN: "A1", S.ACCEPTED: "N1", S.NOT_REQUIRED: "B1"}
    code = codes[after]
    items = dict(play.facts.items)
    items[code] = replace(items[code], state=before, decided_on=play.today)
    items["A1"] = items["A1"] if code == "A1" else replace(items["A1"], state=S.GRANTED)
    play.facts = play.facts.having({ITEMS: items})
    play.do(c.StartNewRound(item=code))
    return play.state(code)


def test_possible_acts_are_the_rows_of_the_table_that_have_the_state():
    for state in ItemState:
        assert set(possible_acts(state)) == {a for a in TRANSITIONS if state in TRANSITIONS[a]}


def test_what_was_seen_and_is_no_longer_so_is_a_conflict():
    place = accepted()
    seen = place.play.item("A1").version
    place.play.hand_in("plan")
    with pytest.raises(ItemChanged) as refused:
        place.play.do(c.ApproveItem(item="A1", seen_version=seen))
    assert str(seen) in refused.value.sentence()
    place.play.do(c.ApproveItem(item="A1", seen_version=place.play.item("A1").version))


def test_a_paper_that_no_examined_item_asks_for_is_no_conflict():
    place = accepted()
    seen = place.play.item("A1").version
    place.play.hand_in("drawings")
    assert place.play.item("A1").version == seen


def test_an_item_the_project_does_not_have():
    with pytest.raises(UnknownItem) as refused:
        opened().play.do(c.ApproveItem(item="Z9"), approver(LAND))
    assert "Z9" in refused.value.sentence()
    assert "A1" in refused.value.sentence()


def test_nothing_is_done_in_a_closed_project():
    play = Play().conclude("E0", "A1", "A2").approve("N1").conclude("B0", "W1", "D0")
    play.do(c.CloseProject())
    with pytest.raises(ProjectNotActive):
        play.hand_in("plan")


def test_a_joint_item_is_granted_when_its_parts_are():
    play = Play().conclude("E0", "A1", "A2").approve("N1").conclude("B0", "W1")
    play.apply("D0").accept("D0")
    assert play.state("D1") is S.OPEN  # the part begins with the whole
    with pytest.raises(PartsUndecided) as refused:
        play.approve("D0")
    assert "D1" in refused.value.sentence()
    play.conclude("D1").approve("D0")


@pytest.mark.parametrize("state", [S.ACCEPTED, S.RECTIFYING, S.SUSPENDED])
def test_other_departments_answer_while_the_clock_stands_still(state):
    for silent, act in ((False, "answer_consultation"), (True, "deem_agreed")):
        place = consulting(state, silent=silent)
        place.play.do(COMMANDS[act](place))
        assert place.play.state(place.item) is state


def test_what_has_a_preliminary_opinion_can_still_be_verified_on_the_spot():
    place = preliminary()
    place.play.do(COMMANDS["record_verification"](place))
    assert place.play.state(place.item) is S.PRELIMINARY
    assert place.play.item(place.item).verified_by
