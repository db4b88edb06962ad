"""A running project on a new version: what nobody touched follows, what was decided stays."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from config.texts import translator
from models.cases import commands as c
from models.cases.states import SATISFIED, ClockKind, ClockState, ItemState
from models.clock.values import Unit
from models.scenarios.definition import (
    AttributeDefinition,
    ItemMode,
    LimitDefinition,
    MaterialDefinition,
    NamedPromise,
    ScenarioDefinition,
    StageDefinition,
    StageKind,
)
from rules.cases.migration import MigrationRefused, migrate, plan
from rules.cases.migration.migrate import NothingToMigrate, OtherScenario
from rules.cases.replay import Happened, differences, replay
from services.clock.working_calendar import working_calendar
from tests.support.people import ADMINISTRATOR, CLERK
from tests.support.play import Play
from tests.support.sizes import size
from tests.support.states import REACH
from tests.support.yard import HOUSING, LAND, YARD, asks, item, name

S = ItemState


def version(*, drop: tuple[str, ...] = (), add: tuple = (), top: dict | None = None, **items):
    """Version 2 of the yard: items changed by code, some dropped, some added."""
    kept = [
        one.model_copy(update=items.get(one.code, {})) for one in YARD.items if one.code not in drop
    ]
    kept = [
        one.model_copy(update={"after": tuple(code for code in one.after if code not in drop)})
        for one in kept
    ]
    values = {"version": 2, "items": (*kept, *add), **(top or {})}
    # Validated anew, so that nothing cached of the first version lives on.
    changed = YARD.model_copy(update=values)
    return ScenarioDefinition.model_validate(changed.model_dump(by_alias=True))


def move(play: Play, new: ScenarioDefinition):
    """Migrate a play; its log must still tell the whole story."""
    before = play.facts
    outcome = migrate(play.facts, new, play.context(ADMINISTRATOR))
    play._keep(outcome, ADMINISTRATOR)
    assert told(play) == []
    assert play.facts.version == before.version + 1
    for code, was in before.items.items():
        if was.state in SATISFIED - {S.NOT_REQUIRED}:
            now = play.facts.items[code]
            assert (now.state, now.round, now.document_issued, now.decided_on) == (
                was.state,
                was.round,
                was.document_issued,
                was.decided_on,
            )
    return outcome


def told(play: Play):
    replayed = replay(play.facts.scenario, play.log, {1: YARD})
    return list(differences(play.facts, replayed, play.context(CLERK)))


def reasons(play: Play, new: ScenarioDefinition) -> list[str]:
    planned = plan(play.facts, new, play.context(ADMINISTRATOR))
    assert planned.outcome is None
    before = play.facts
    with pytest.raises(MigrationRefused) as refused:
        migrate(play.facts, new, play.context(ADMINISTRATOR))
    shown = [reason.message() for reason in planned.refusals]
    assert [reason.message() for reason in refused.value.reasons] == shown
    assert play.facts is before
    for language in ("en", "zh-CN"):
        for reason in planned.refusals:
            assert "{" not in reason.message(translator(language), language)
        assert "{" not in refused.value.sentence(translator(language))
    return [reason.code for reason in planned.refusals]


def codes(play: Play, new: ScenarioDefinition) -> set[tuple[str, object]]:
    planned = plan(play.facts, new, play.context(ADMINISTRATOR))
    for change in planned.changes:
        assert "{" not in change.message(translator("zh-CN"), "zh-CN")
    return {(change.code, change.params.get("item")) for change in planned.changes}


def accepted(code: str = "A1") -> Play:
    return Play().apply(code).accept(code)


def limit(days: int) -> LimitDefinition:
    return LimitDefinition(days=days, source="test")


# --- what follows the new version -----------------------------------------------------------------


def test_a_new_item_opens_when_it_is_ready():
    new = version(add=(item("X1", "land", LAND), item("X2", "land", LAND, after=("A1",))))
    play = Play()
    assert codes(play, new) == {("item_added", "X1"), ("item_added", "X2"), ("opened", "X1")}
    move(play, new)
    assert play.state("X1") is S.OPEN
    assert play.item("X1").opened_on == play.today
    assert play.state("X2") is S.WAITING
    play.conclude("A1")
    assert play.state("X2") is S.OPEN


def test_a_new_internal_item_runs_from_the_day_it_is_ready():
    new = version(add=(item("X1", "land", LAND, mode=ItemMode.INTERNAL, promised=limit(3)),))
    play = Play()
    move(play, new)
    assert play.state("X1") is S.ACCEPTED
    assert play.clock("X1", ClockKind.DECISION).started_on == play.today


def test_an_item_that_nobody_applied_for_falls_away_and_frees_what_waited():
    play = Play().conclude("A1")
    assert play.state("B0") is S.WAITING
    new = version(drop=("A2",))
    assert {("item_set_aside", "A2"), ("opened", "B0")} <= codes(play, new)
    move(play, new)
    assert "A2" not in play.facts.items
    assert play.state("B0") is S.OPEN


def test_a_condition_that_changes_sides():
    new = version(B0={"when": "project.phased"}, B1={"when": "!project.phased"})
    play = Play()
    assert {("not_needed", "B0"), ("now_needed", "B1")} <= codes(play, new)
    move(play, new)
    assert play.state("B0") is S.NOT_REQUIRED
    assert play.state("B1") is S.WAITING


def test_an_open_item_waits_for_what_it_builds_on_now():
    play = Play()
    assert play.state("A1") is S.OPEN
    new = version(A1={"after": ("E0",)})
    assert ("held_back", "A1") in codes(play, new)
    move(play, new)
    assert play.state("A1") is S.WAITING
    play.record("E0")
    assert play.state("A1") is S.OPEN


def test_an_order_that_falls_away_opens_an_item():
    play = Play()
    move(play, version(A2={"after": ()}))
    assert play.state("A2") is S.OPEN


def test_stages_and_departments_of_untouched_items_follow():
    stages = (
        *YARD.stages,
        StageDefinition(key="extra", kind=StageKind.GENERIC, name=name("extra"), lead=LAND),
    )
    new = version(A1={"stage": "extra", "department": LAND}, top={"stages": stages})
    play = Play()
    assert codes(play, new) == {("stage_moved", "A1"), ("department_moved", "A1")}
    move(play, new)
    assert (play.item("A1").stage, play.item("A1").department) == ("extra", LAND)
    assert "extra" in play.facts.stages


def test_papers_that_the_system_holds_are_filled_in():
    papers = (
        *YARD.materials,
        MaterialDefinition(key="new_register", name=name("r"), from_register=True),
        MaterialDefinition(key="from_land", name=name("l"), from_document="land_certificate"),
        MaterialDefinition(key="from_permit", name=name("p"), from_document="permit"),
    )
    play = Play().conclude("A1")
    move(play, version(top={"materials": papers}))
    assert play.facts.materials["new_register"].source == "register"
    assert play.facts.materials["from_land"].source == "document:land_certificate"
    assert "from_permit" not in play.facts.materials


def test_new_attributes_take_their_default():
    more = (
        *YARD.attributes,
        AttributeDefinition(key="green", type="boolean", name=name("green"), default=True),
    )
    play = Play()
    move(play, version(top={"attributes": more}))
    assert play.facts.attributes["green"] is True


def test_everyone_is_told_once():
    play = Play()
    play.messages.clear()
    move(play, version())
    assert sorted(play.told("scenario_migrated")) == ["enterprise", "steward"]
    assert play.last("ScenarioMigrated")["after"] == 2


# --- clocks ---------------------------------------------------------------------------------------


def test_a_running_limit_is_never_lengthened():
    play = accepted()
    before = play.clock("A1", ClockKind.DECISION)
    new = version(A1={"promised": limit(9)})
    assert ("limit_kept", "A1") in codes(play, new)
    move(play, new)
    assert play.clock("A1", ClockKind.DECISION) == before


def test_a_running_limit_may_become_shorter():
    play = accepted()
    before = play.clock("A1", ClockKind.DECISION)
    new = version(A1={"promised": limit(3), "statutory": limit(10)})
    assert ("limit_shortened", "A1") in codes(play, new)
    move(play, new)
    after = play.clock("A1", ClockKind.DECISION)
    calendar = working_calendar()
    assert after.due_on == calendar.add_working_days(play.today, 3) < before.due_on
    assert after.statutory_due_on == calendar.add_working_days(play.today, 10)
    assert after.history == before.history


def test_a_limit_that_would_be_over_at_once_stays():
    play = accepted().wait(4)
    new = version(A1={"promised": limit(2)})
    assert ("limit_kept", "A1") in codes(play, new)
    before = play.clock("A1", ClockKind.DECISION)
    move(play, new)
    assert play.clock("A1", ClockKind.DECISION) == before


def promising(number: int, days: int, unit: str = "counted_day", **more):
    """A version of that number that promises so beside what the yard has."""
    one = NamedPromise(key="quick", name=name("quick"), days=days, unit=unit, **more)
    return version(top={"version": number, "promises": (one,)})


def moved_on(play: Play, *versions: ScenarioDefinition) -> list[str]:
    """Migrate from one version to the next; the codes of what the last one says."""
    said: list[str] = []
    for new in versions:
        said = [code for code, _ in codes(play, new)]
        play._keep(migrate(play.facts, new, play.context(ADMINISTRATOR)), ADMINISTRATOR)
    return said


def quick(play: Play, kind: str = ClockKind.PROMISE_COUNTED):
    found = [one for one in play.facts.clocks.values() if one.subject == "quick"]
    return next(one for one in found if one.kind == kind)


def test_prom1_a_promise_that_a_version_brings_runs_at_once():
    play = accepted()
    assert "promise_made" in [code for code, _ in codes(play, promising(2, 9))]
    move(play, promising(2, 9))
    calendar = working_calendar()
    assert quick(play).promised_length == 9
    assert quick(play).due_on == calendar.add_working_days(play.today, 9)


def test_prom1_a_running_promise_becomes_shorter_and_never_longer():
    play = accepted()
    assert "promise_shortened" in moved_on(play, promising(2, 9), promising(3, 7))
    calendar = working_calendar()
    assert quick(play).due_on == calendar.add_working_days(play.today, 7)
    assert "promise_kept" in moved_on(play, promising(4, 12))
    # Nor does the next act lengthen it, nor what would make it late at once.
    play.wait(3).do(c.DenyItem(item="A1", reason="no"))
    assert quick(play).promised_length == 7
    moved_on(play, promising(5, 2))
    assert quick(play).promised_length == 2
    history = {1: YARD, 2: promising(2, 9), 3: promising(3, 7), 4: promising(4, 12)}
    replayed = replay(play.facts.scenario, play.log, history)
    assert list(differences(play.facts, replayed, play.context(CLERK))) == []


def test_prom1_a_shorter_promise_that_would_be_broken_at_once_stays():
    play = accepted()
    moved_on(play, promising(2, 9))
    play.wait(4)
    assert "promise_kept" in moved_on(play, promising(3, 2))
    assert quick(play).promised_length == 9


def test_prom1_a_promise_that_is_counted_otherwise_ends_and_begins_when_it_did():
    play = accepted()
    moved_on(play, promising(2, 9))
    began = quick(play).started_on
    play.wait(2)
    moved_on(play, promising(3, 2, "month", start="E0", end="A2"))
    assert quick(play).state is ClockState.STOPPED
    passing = quick(play, ClockKind.PROMISE)
    assert (passing.state, passing.promised_unit) == (ClockState.RUNNING, Unit.MONTH)
    assert passing.started_on <= began
    assert "promise_ended" in moved_on(play, version(top={"version": 4}))
    assert quick(play, ClockKind.PROMISE).state is ClockState.STOPPED


def test_a_new_round_counts_by_the_new_limit():
    play = accepted()
    move(play, version(A1={"promised": limit(9)}))
    play.do(c.DenyItem(item="A1", reason="no"))
    play.do(c.StartNewRound(item="A1"))
    play.apply("A1").accept("A1")
    assert play.clock("A1", ClockKind.DECISION).promised_length == 9


# --- what stays where it is -----------------------------------------------------------------------


def test_what_was_decided_or_applied_for_never_vanishes():
    decided = Play().conclude("A1")
    assert reasons(decided, version(drop=("A1",))) == ["vanishes"]
    assert reasons(accepted(), version(drop=("A1",))) == ["vanishes"]
    again = accepted()
    again.do(c.DenyItem(item="A1", reason="no"))
    again.do(c.StartNewRound(item="A1"))
    assert reasons(again, version(drop=("A1",))) == ["vanishes"]


def test_what_is_examined_stays_needed():
    assert reasons(accepted(), version(A1={"when": "project.phased"})) == ["no_longer_needed"]
    granted = Play().conclude("A1")
    move(granted, version(A1={"when": "project.phased"}))
    assert granted.state("A1") is S.GRANTED


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"stage": "permit"}, "stage_moved"),
        ({"department": HOUSING}, "department_moved"),
        ({"mode": ItemMode.INTERNAL, "materials": ()}, "mode_changed"),
        ({"part_of": "D0"}, "part_changed"),
        ({"after": ("E0",)}, "waits_for_new"),
        ({"materials": (asks("plan"), asks("drawings"))}, "asks_more"),
    ],
)
def test_nothing_moves_under_an_open_clock(change, reason):
    new = version(A1=change)
    assert reasons(accepted(), new) == [reason]
    if reason != "part_changed":
        move(Play(), new)


def test_a_decision_keeps_its_document():
    play = Play().conclude("A1")
    assert reasons(play, version(A1={"document": None})) == ["document_changed"]


def test_a_paper_that_is_owed_stays_owed():
    play = Play().record("E0").apply("A2", defer=("archive",)).accept("A2").approve("A2")
    assert play.state("A2") is S.CONDITIONALLY_GRANTED
    kept = tuple(m for m in YARD.item["A2"].materials if m.material != "archive")
    assert reasons(play, version(A2={"materials": kept})) == ["owed_dropped"]
    move(play, version())
    assert play.facts.open_deficiencies("A2")


def test_a_part_of_what_is_decided_could_never_begin():
    play = Play().conclude("A1")
    part = item("X1", "land", LAND, mode=ItemMode.INTERNAL, part_of="A1", counted=False)
    assert reasons(play, version(add=(part,))) == ["never_opens"]


def test_attributes_that_do_not_fit():
    more = (*YARD.attributes, AttributeDefinition(key="height", type="integer", name=name("h")))
    assert reasons(Play(), version(top={"attributes": more})) == ["attribute"]


def test_only_another_version_of_the_same_scenario():
    play = Play()
    with pytest.raises(NothingToMigrate):
        migrate(play.facts, YARD, play.context(ADMINISTRATOR))
    with pytest.raises(OtherScenario):
        migrate(play.facts, version(top={"key": "other"}), play.context(ADMINISTRATOR))


def test_forward_and_back_again():
    play = Play().conclude("A1")
    new = version(drop=("A2",), add=(item("X1", "land", LAND),))
    move(play, new)
    back = YARD.model_copy(update={"version": 3})
    outcome = migrate(play.facts, back, play.context(ADMINISTRATOR))
    play.log += [
        Happened(play.today, ADMINISTRATOR.login, ADMINISTRATOR.role.value, event)
        for event in outcome.events
    ]
    play.facts = outcome.facts
    replayed = replay(back, play.log, {1: YARD, 2: new})
    assert list(differences(play.facts, replayed, play.context(CLERK))) == []
    assert set(play.facts.items) == set(YARD.item)


# --- any version, any state -----------------------------------------------------------------------

CHANGES = {
    "A1": [{}, {"after": ("E0",)}, {"promised": limit(2)}, {"when": "project.phased"}],
    "A2": [{}, {"after": ()}, {"materials": (asks("plan"), asks("drawings"))}, {"stage": "permit"}],
    "N1": [{}, {"mode": ItemMode.APPLICATION}, {"department": HOUSING}],
    "B0": [{}, {"when": None}, {"document": None}, {"promised": limit(8)}],
    "B1": [{}, {"when": None}, {"after": ("A1", "A2")}],
}


@settings(max_examples=size(60, whole=150), suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data(), reach=st.sampled_from(sorted(REACH, key=str)), days=st.integers(0, 30))
def test_a_migration_is_whole_or_not_at_all(data, reach, days):
    play = REACH[reach]().play
    play.go_to(play.today + timedelta(days=days))
    chosen = {code: data.draw(st.sampled_from(options)) for code, options in CHANGES.items()}
    drop = data.draw(st.sampled_from([(), ("N1",), ("B0",), ("D1",)]))
    new = version(drop=drop, **chosen)
    scenario, facts = play.facts.scenario, play.facts
    planned = plan(facts, new, play.context(ADMINISTRATOR))
    assert (planned.outcome is None) == bool(planned.refusals)
    if planned.outcome is None:
        return
    before_clocks = dict(facts.clocks)
    move(play, new)
    assert set(play.facts.items) == set(new.item)
    assert set(play.facts.stages) == set(new.stage)
    for key, clock in before_clocks.items():
        now = play.facts.clocks[key]
        if clock.of_project:
            continue  # it follows from the items that are left
        assert now.history == clock.history
        assert now.due_on is None or now.due_on <= clock.due_on
    for code, facts_of in play.facts.items.items():
        if facts_of.state is S.OPEN:
            assert all(play.facts.items[one].state in SATISFIED for one in new.item[code].after)
    assert scenario.version == 1
