"""Whatever people ask for in whatever order: the invariants of the core hold after every step."""

from __future__ import annotations

from collections import Counter

from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from models import commands as c
from models.errors import KaigongError
from models.facts import ProjectFacts
from models.states import (
    STANDS_BY_DECISION,
    ItemState,
    ProjectState,
)
from rules import planning
from rules.consultation import of_round, unanswered
from tests.support.asking import asked_for, named
from tests.support.invariants import (
    check_clocks,
    check_consultations,
    check_deficiencies,
    check_new_grants,
    check_parts,
)
from tests.support.play import SIGNED, Play
from tests.support.states import REACH
from tests.support.yard import PAPERS

S = ItemState
DECISIONS = {
    "ItemApproved",
    "ItemDenied",
    "ApplicationRefused",
    "ApplicationWithdrawn",
    "FoundNotRequired",
}

#: A new project, with phased permit or without, or one that was played into some state.
plays = st.one_of(
    st.booleans().map(lambda phased: Play(phased=phased)),
    st.sampled_from(list(REACH.values())).map(lambda reach: reach().play),
)


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
        check_parts(after, code)
        check_consultations(after, code)
    check_decided_once(play)
    check_new_grants(before, after)
    if after.state is ProjectState.COMPLETED:
        assert planning.unfinished(after) == ()


def check_decided_once(play: Play) -> None:
    decided = Counter(
        (happened.event.item, happened.event.data["round"])
        for happened in play.log
        if happened.event.kind in DECISIONS
    )
    assert all(times == 1 for times in decided.values())


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
        play.wait(1).hand_in(*PAPERS).supervise()
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
        S.CORRECTING: [c.SupplyCorrection(item=code, form=named(code, play) or None)],
        S.ACCEPTED: [
            c.ApproveItem(item=code, comment="heard"),
            c.IssuePreliminaryOpinion(item=code),
        ],
        S.RECTIFYING: [c.ReportRectification(item=code, note="done")],
        S.SUSPENDED: [c.ResumeClock(item=code, result="done")],
        S.PRELIMINARY: [*verifications(play, code), c.ApproveItem(item=code)],
        S.CONDITIONALLY_GRANTED: verifications(play, code),
        S.GRANTED: [c.IssueDocument(item=code, number=f"n {code}"), c.RecordDelivery(item=code)],
    }
    if play.state(code) is S.ACCEPTED:
        steps[S.ACCEPTED] = [*answers(play, code), *steps[S.ACCEPTED]]
        steps[S.ACCEPTED] = [*on_the_spot(play, code), *steps[S.ACCEPTED]]
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


def answers(play: Play, code: str) -> list[c.ItemCommand]:
    """What departments that were asked have still to say."""
    asked = unanswered(of_round(play.facts.items, play.facts.consultations, code))
    return [c.AnswerConsultation(item=code, agrees=True, opinion="none") for _ in asked]


def on_the_spot(play: Play, code: str) -> list[c.ItemCommand]:
    """What has to be looked at before an item is granted."""
    if play.facts.definition(code).site_visit is not None:
        return [c.ScheduleSiteVisit(item=code, scheduled_for=play.today), play.visit(code)]
    return [play.verification(code)] if play.facts.definition(code).site_verification else []


def verifications(play: Play, code: str) -> list[c.ItemCommand]:
    return [
        c.VerifyMakeUp(item=code, material=owed.material, correct=True)
        for owed in play.facts.open_deficiencies(code)
    ]
