"""When a scenario warns: its thresholds and its ladder instead of the installation's."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from models.cases.states import ClockKind
from models.clock.values import Thresholds
from models.scenarios.definition import ScenarioDefinition
from models.scenarios.warnings import WarningsDefinition, YellowDefinition
from rules.cases.migration import migrate
from rules.cases.timers import derived
from rules.installation.policy import LADDER, Policy
from rules.scenarios.diff import differences
from rules.scenarios.verifier.warnings import check_warnings
from tests.support.people import ADMINISTRATOR
from tests.support.play import Play
from tests.support.yard import YARD

EARLY = WarningsDefinition(
    yellow=YellowDefinition(percent=60), head_after=1, supervision_after=3, source="[D]"
)


def yard(
    warnings: WarningsDefinition | None = EARLY, *, version: int = 1, **yellow: YellowDefinition
) -> ScenarioDefinition:
    """The yard with warnings, and with a yellow light of their own for some of its items."""
    items = tuple(
        item.model_copy(update={"yellow": yellow[item.code]}) if item.code in yellow else item
        for item in YARD.items
    )
    made = YARD.model_copy(update={"warnings": warnings, "items": items, "version": version})
    return ScenarioDefinition.model_validate(made.model_dump(by_alias=True))


def accepted(scenario: ScenarioDefinition = YARD) -> Play:
    return Play(scenario).apply("A1").accept("A1")


def yellow(play: Play) -> date | None:
    return play.clock("A1", ClockKind.DECISION).yellow_on


def test_what_a_scenario_leaves_open_is_the_installations():
    policy = Policy(thresholds=Thresholds(10, 3)).under(yard(A1=YellowDefinition(working_days=2)))
    assert policy.thresholds == Thresholds(60, 3)
    assert policy.thresholds_of("A1") == Thresholds(60, 2)
    assert policy.thresholds_of("A2") == Thresholds(60, 3)
    assert {rung.key: rung.after for rung in policy.ladder} == {
        **{rung.key: rung.after for rung in LADDER},
        "head": 1,
        "supervision": 3,
    }
    assert Policy().under(YARD) == Policy(phase_yellow={"B1": 30})


def test_the_light_turns_when_the_scenario_says_so():
    # Five working days from Monday the 2nd; the last one is Monday the 9th.
    assert yellow(accepted()) == date(2026, 11, 6)
    assert yellow(accepted(yard())) == date(2026, 11, 4)
    assert yellow(accepted(yard(A1=YellowDefinition(percent=40)))) == date(2026, 11, 5)
    assert yellow(accepted(yard(None, A1=YellowDefinition(working_days=4)))) == date(2026, 11, 3)


def test_what_is_owed_is_warned_of_by_the_item_that_owes_it():
    play = Play(yard(None, A2=YellowDefinition(working_days=10))).record("E0")
    play.apply("A2", defer=("archive",)).accept("A2").approve("A2")
    clock = play.clock("A2", ClockKind.MAKE_UP, "archive")
    assert clock.due_on == date(2026, 12, 14)
    assert clock.yellow_on == date(2026, 11, 30)


def test_a_running_clock_follows_the_version_that_its_project_moves_to():
    play = accepted()
    for scenario in (yard(version=2), yard(None, version=3)):
        outcome = migrate(play.facts, scenario, play.context(ADMINISTRATOR))
        play._keep(outcome, ADMINISTRATOR)
        clock = play.clock("A1", ClockKind.DECISION)
        context = play.context(ADMINISTRATOR)
        assert clock == derived(clock, context.under(scenario))
        assert (clock.next_rung, clock.next_rung_on) == ("yellow", clock.yellow_on)
    # Back to what the installation says: nothing of the version in between is left.
    assert yellow(play) == yellow(accepted())


def test_the_difference_is_told():
    told = differences(YARD, yard(A1=YellowDefinition(percent=40, working_days=2)))
    assert [statement.message() for statement in told] == [
        "yellow is 60 per cent instead of none.",
        "head_after is 1 instead of none.",
        "supervision_after is 3 instead of none.",
        "source of the warnings is [D] instead of none.",
        "A1: yellow is 40 per cent, 2 working days instead of none.",
    ]


def test_a_scenario_that_says_nothing_is_the_one_it_was():
    assert yard(None).content_hash == YARD.content_hash


def test_a_ladder_is_checked_against_the_days_that_the_district_chose():
    scenario = yard(WarningsDefinition(supervision_after=4))
    late_head = tuple(replace(rung, after=4) if rung.key == "head" else rung for rung in LADDER)
    assert [one.code for one in check_warnings(scenario, Policy())] == []
    (finding,) = check_warnings(scenario, Policy(ladder=late_head))
    assert (finding.code, dict(finding.params)) == ("ladder_order", {"head": 4, "letter": 4})
