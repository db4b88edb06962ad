"""Whatever people ask for in whatever order: the invariants of the core hold after every step."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from models import commands as c
from models.actor import Actor
from models.definition import MaterialClass, SpecialProcedure
from models.errors import KaigongError
from models.facts import ProjectFacts
from models.states import (
    OPEN_DEFICIENCY,
    SATISFIED,
    STANDS_BY_DECISION,
    ClockKind,
    ClockState,
    DeficiencyState,
    ItemState,
    ProjectState,
)
from rules import planning
from rules.completeness import provided
from rules.decide import ACTS
from rules.transitions import possible_acts
from tests.support.people import everyone, who_does
from tests.support.play import SHA, SIGNED, Play
from tests.support.states import REACH
from tests.support.yard import PAPERS, YARD

S = ItemState
ITEMS = tuple(YARD.item)
#: States in which nothing is measured any more, whatever happened before.
CLOCKLESS = {S.WAITING, S.OPEN, S.DENIED, S.NOT_ACCEPTED, S.VOIDED, S.WITHDRAWN, S.NOT_REQUIRED,
             S.CONCLUDED, S.CORRECTING}  # fmt: skip
MAY_RUN = {
    S.RECEIVED: {ClockKind.CORRECTION_WINDOW},
    S.ACCEPTED: {ClockKind.DECISION},
    S.SUSPENDED: {ClockKind.DECISION},
    S.PRELIMINARY: {ClockKind.MAKE_UP},
    S.CONDITIONALLY_GRANTED: {ClockKind.MAKE_UP, ClockKind.DELIVERY},
    S.GRANTED: {ClockKind.DELIVERY},
}
DECISIONS = {"ItemApproved", "ItemDenied", "ApplicationRefused", "ApplicationWithdrawn"}

items = st.sampled_from(ITEMS)
papers = st.sampled_from(PAPERS)
#: A new project, with phased permit or without, or one that was played into some state.
plays = st.one_of(
    st.booleans().map(lambda phased: Play(phased=phased)),
    st.sampled_from(list(REACH.values())).map(lambda reach: reach().play),
)


def command(act: str, item: str, draw: st.DrawFn, play: Play) -> c.ProjectCommand:
    """A well-formed command, lawful or not."""
    asked = list(YARD.item[item].required) or list(PAPERS)
    material = draw(st.sampled_from(asked))
    deferrable = [
        r.material
        for r in YARD.item[item].materials
        if r.material_class is MaterialClass.DEFERRABLE
    ]
    values: dict[str, object] = {
        "submit_material": {"material": draw(papers), "file_name": "f", "sha256": SHA},
        "submit_application": {
            "defer": tuple(draw(st.lists(st.sampled_from(deferrable or asked), max_size=3))),
            "commitment": draw(st.sampled_from((SIGNED, SIGNED, None))),
        },
        "request_correction": {"materials": (material,), "reason": "r"},
        "refuse_application": {"reason": "r", "competent_authority": "a"},
        "deny_item": {"reason": "r"},
        "suspend_clock": {
            "procedure": draw(st.sampled_from(SpecialProcedure)),
            "planned_days": 3,
        },
        "resume_clock": {"result": "r"},
        "extend_limit": {"reason": "r"},
        "record_milestone": {"happened_on": play.today - timedelta(days=draw(st.integers(-1, 3)))},
        "make_up_material": {"material": material, "file_name": "f", "sha256": SHA},
        "verify_make_up": {"material": material, "correct": draw(st.booleans())},
        "void_approval": {"reason": "r"},
        "confirm_after_re_examination": {"reason": "r"},
        "record_verification": {
            "officers": (f"handler.{YARD.item[item].department}", "second"),
            "finding": "f",
        },
        "appeal_voiding": {"reason": "r"},
        "decide_appeal": {"reason": "r", "upheld": draw(st.booleans())},
        "reinstate_approval": {"reason": "r"},
        "issue_document": {"number": f"no {play.facts.version}"},
        "assign_steward": {"steward": "another"},
        "open_stage": {"stage": draw(st.sampled_from(list(YARD.stage)))},
    }.get(act, {})  # type: ignore[assignment]
    kind = next(k for k in _kinds() if k.model_fields["act"].default == act)
    if issubclass(kind, c.ItemCommand):
        values = {**values, "item": item}
    return kind.model_validate(values)


def _kinds() -> list[type[c.ProjectCommand]]:
    found, queue = [], [c.ProjectCommand]
    while queue:
        kind = queue.pop()
        queue += kind.__subclasses__()
        if isinstance(kind.model_fields["act"].default, str):
            found.append(kind)
    return found


#: Acts that carry an item forward, asked for more often than the others.
FORWARD = {
    S.OPEN: ("submit_application", "record_milestone"),
    S.RECEIVED: ("accept_application",),
    S.CORRECTING: ("supply_correction",),
    S.ACCEPTED: ("approve_item", "issue_preliminary_opinion"),
    S.SUSPENDED: ("resume_clock",),
    S.PRELIMINARY: ("make_up_material", "verify_make_up", "approve_item"),
    S.CONDITIONALLY_GRANTED: ("make_up_material", "verify_make_up", "void_approval"),
    S.GRANTED: ("issue_document", "record_delivery", "confirm_after_re_examination"),
    S.VOIDED: ("start_new_round", "appeal_voiding", "decide_appeal", "reinstate_approval"),
}


@st.composite
def asked_for(draw: st.DrawFn, play: Play) -> tuple[c.ProjectCommand, Actor]:
    """Mostly what the state allows, by whoever may; sometimes anything, by anyone."""
    mood = draw(st.integers(0, 9))
    busy = [code for code in ITEMS if possible_acts(play.state(code))]
    item = draw(st.sampled_from(busy if mood and busy else ITEMS))
    state = play.state(item)
    if mood >= 4 and state in FORWARD:
        act = draw(st.sampled_from(FORWARD[state]))
    elif mood >= 1 and possible_acts(state):
        act = draw(st.sampled_from(possible_acts(state)))
    else:
        act = draw(st.sampled_from(sorted(ACTS)))
    asked = command(act, item, draw, play)
    actor = who_does(act, play.facts, item)
    if mood == 0:
        actor = draw(st.sampled_from(list(everyone(YARD.item[item].department).values())))
    return asked, actor


def tell_progress(before: ProjectFacts, after: ProjectFacts) -> None:
    for code, item in after.items.items():
        if before.items[code].state is not item.state:
            event(f"reached {item.state.value}")


@settings(
    max_examples=120,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(data=st.data(), play=plays)
def test_the_invariants_hold_after_every_step(data, play):
    for _ in range(data.draw(st.integers(5, 50), label="steps")):
        if data.draw(st.integers(0, 7)) == 0:
            play.wait(data.draw(st.sampled_from((1, 3, 6, 31))))
        asked, actor = data.draw(asked_for(play))
        before = play.facts
        try:
            play.do(asked, actor)
        except KaigongError as refused:
            assert play.facts is before
            refused.sentence()  # every placeholder is filled
            continue
        tell_progress(before, play.facts)
        check(play, before)


def check(play: Play, before: ProjectFacts) -> None:
    after = play.facts
    assert play.differences() == []
    assert after.version == before.version + 1
    for code, item in after.items.items():
        assert item.round >= before.items[code].round
        if item is not before.items[code]:
            assert item.version > before.items[code].version
        assert item.correction_notices <= 1
        check_clocks(after, code)
        check_deficiencies(after, code)
    check_decided_once(play)
    check_new_grants(before, after)
    if after.state is ProjectState.COMPLETED:
        assert planning.unfinished(after) == ()


def check_clocks(facts: ProjectFacts, code: str) -> None:
    item = facts.items[code]
    running = [
        clock
        for clock in facts.clocks.values()
        if clock.item == code and clock.state is not ClockState.STOPPED
    ]
    assert all(clock.round == item.round for clock in running)
    kinds = Counter(clock.kind for clock in running)
    assert set(kinds) <= MAY_RUN.get(item.state, set()), f"{code} is {item.state}: {kinds}"
    assert all(n == 1 for kind, n in kinds.items() if kind is not ClockKind.MAKE_UP)
    if item.state is S.RECEIVED:
        assert kinds[ClockKind.CORRECTION_WINDOW] == 1
    if item.state in (S.ACCEPTED, S.SUSPENDED) and facts.definition(code).promised:
        assert kinds[ClockKind.DECISION] == 1
    if item.state is S.SUSPENDED:
        assert [c.state for c in running] in ([ClockState.SUSPENDED], [])


def check_deficiencies(facts: ProjectFacts, code: str) -> None:
    item = facts.items[code]
    open_ones = facts.open_deficiencies(code)
    assert all(d.owner for d in open_ones)
    if item.state is S.CONDITIONALLY_GRANTED:
        assert open_ones
    elif item.state is not S.PRELIMINARY:
        assert open_ones == ()
    for deficiency in facts.deficiencies.values():
        if deficiency.item == code and deficiency.round < item.round:
            assert deficiency.state not in OPEN_DEFICIENCY
    make_up = {
        clock.subject
        for clock in facts.clocks.values()
        if clock.item == code
        and clock.kind is ClockKind.MAKE_UP
        and clock.state is not ClockState.STOPPED
    }
    assert make_up == {d.material for d in open_ones}
    for deficiency in open_ones:
        there = provided(facts.materials, deficiency.material)
        assert there is (deficiency.state is DeficiencyState.SUBMITTED)


def check_decided_once(play: Play) -> None:
    decided = Counter(
        (happened.event.item, happened.event.data["round"])
        for happened in play.log
        if happened.event.kind in DECISIONS
    )
    assert all(times == 1 for times in decided.values())


def check_new_grants(before: ProjectFacts, after: ProjectFacts) -> None:
    """At the moment of a grant: nothing it builds on is missing, and no core material."""
    for code, item in after.items.items():
        granted = item.state in (S.GRANTED, S.CONDITIONALLY_GRANTED)
        if not granted or before.items[code].state in (S.GRANTED, S.CONDITIONALLY_GRANTED):
            continue
        definition = after.definition(code)
        assert all(after.items[one].state in SATISFIED for one in definition.after)
        assert all(
            after.items[one].state in SATISFIED for one in after.scenario.parts.get(code, ())
        )
        for required in definition.materials:
            if required.material_class in (MaterialClass.CORE, MaterialClass.SHARED):
                assert provided(after.materials, required.material)
            elif required.material_class is MaterialClass.COMMITMENT:
                assert provided(after.materials, required.material) or item.commitment


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data(), play=plays)
def test_a_project_can_always_be_brought_to_its_end(data, play):
    """No dead end: after whatever people did, somebody can still act until the keys are handed over."""
    for _ in range(data.draw(st.integers(0, 40), label="steps")):
        asked, actor = data.draw(asked_for(play))
        try:
            play.do(asked, actor)
        except KaigongError:
            continue
        if data.draw(st.booleans()):
            play.wait(1)
    finish(play)
    assert play.facts.state is ProjectState.COMPLETED
    assert play.differences() == []


def finish(play: Play) -> None:
    """Everybody does their best until nothing is left to do."""
    for _ in range(200):
        if play.facts.state is ProjectState.COMPLETED:
            return
        if planning.can_close(play.facts):
            play.do(c.CloseProject())
            return
        play.wait(1).hand_in(*PAPERS)
        for code in planning.unfinished(play.facts):
            advance(play, code)
    raise AssertionError(f"not finished: {planning.unfinished(play.facts)}")


def advance(play: Play, code: str) -> None:
    """The next lawful act on an item, if somebody has one."""
    steps: dict[ItemState, list[c.ItemCommand]] = {
        S.OPEN: [
            c.RecordMilestone(item=code, happened_on=play.today),
            c.SubmitApplication(item=code, commitment=SIGNED),
        ],
        S.RECEIVED: [c.AcceptApplication(item=code)],
        S.CORRECTING: [c.SupplyCorrection(item=code)],
        S.ACCEPTED: [c.ApproveItem(item=code), c.IssuePreliminaryOpinion(item=code)],
        S.SUSPENDED: [c.ResumeClock(item=code, result="done")],
        S.PRELIMINARY: [*verifications(play, code), c.ApproveItem(item=code)],
        S.CONDITIONALLY_GRANTED: verifications(play, code),
        S.GRANTED: [c.IssueDocument(item=code, number=f"n {code}"), c.RecordDelivery(item=code)],
    }
    if play.item(code).re_examination and play.state(code) in STANDS_BY_DECISION:
        play.do(c.ConfirmAfterReExamination(item=code, reason="it stands"))
    ended = [c.StartNewRound(item=code)]
    for step in steps.get(play.state(code), ended if play.state(code) is not S.WAITING else []):
        try:
            play.do(step)
        except KaigongError:
            continue
    if play.state(code) is S.CONDITIONALLY_GRANTED:
        for late in (c.IssueDocument(item=code, number=f"n {code}"), c.RecordDelivery(item=code)):
            try:
                play.do(late)
            except KaigongError:
                continue


def verifications(play: Play, code: str) -> list[c.ItemCommand]:
    return [
        c.VerifyMakeUp(item=code, material=owed.material, correct=True)
        for owed in play.facts.open_deficiencies(code)
    ]
