"""Whatever people ask for in whatever order: the invariants of the core hold after every step."""

from __future__ import annotations

from collections import Counter

from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from models.cases import commands as c
from models.cases.commitment import EndGround
from models.cases.facts import ProjectFacts
from models.cases.states import ItemState, ProjectState
from models.errors import KaigongError
from rules.cases import progress as planning
from tests.support.asking import asked_for
from tests.support.finishing import finish
from tests.support.invariants import (
    check_clocks,
    check_consultations,
    check_deficiencies,
    check_new_grants,
    check_parts,
)
from tests.support.play import Play
from tests.support.sizes import size
from tests.support.states import REACH, granted

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
    max_examples=size(40, whole=120),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(data=st.data(), play=plays | st.builds(Play, code=st.none()))
def test_the_invariants_hold_after_every_step(data, play):
    play.heard = data.draw(st.booleans())
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


@settings(max_examples=size(25, whole=60), suppress_health_check=[HealthCheck.too_slow])
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


def test_a_hearing_that_was_asked_for_is_no_dead_end():
    play = granted().play
    recall = c.AnnounceRecall(
        item="A1", ground=EndGround.LAW_CHANGED, facts="a new plan", evidence="the plan"
    )
    play.do(recall)
    play.do(c.StateDefence(item="A1", statement="we built already", hearing=True))
    finish(play)
    assert play.facts.state is ProjectState.COMPLETED
