"""A running project on another version of its scenario: what changes, or why nothing does.

One function judges and draws up the outcome, for the dry run and for the act alike. Every decided
item stays as it is, with its round and its document; what nobody has touched follows the new version.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from models.cases.facts import ProjectFacts
from models.cases.outcome import Outcome
from models.cases.states import ClockState, ProjectState
from models.errors import KaigongError
from models.scenarios.definition import ScenarioDefinition
from models.statements import Statement
from models.values import AttributeValue
from rules.cases import timers
from rules.cases.context import Context
from rules.cases.draft import Draft
from rules.cases.migration.following import Following
from rules.cases.migration.limits import document, promise_statements, retimed_clocks
from rules.cases.migration.refusals import Refused, attributes_of, refusals
from rules.scenarios.own_scenario import own_scenario

SET_ASIDE = "{item} falls away; nobody had applied for it."


class MigrationRefused(Refused):
    template = "project: {project} stays on version {before} of its scenario: {reason} ({count} reasons in all; a dry run lists them.)"
    field = "project"

    def __init__(self, project: str, before: int, reasons: tuple[Statement, ...]) -> None:
        super().__init__(reasons, project=project, before=before)


class OtherScenario(KaigongError):
    template = "scenario: {project} runs in {scenario}, not in {other}; only a version of the same scenario will do."
    field = "scenario"


class NothingToMigrate(KaigongError):
    template = "project: {project} is {state} and on version {version} of its scenario; there is nothing to migrate."
    field = "project"


@dataclass(frozen=True, slots=True)
class Migration:
    """Result of migrating one project."""

    refusals: tuple[Statement, ...]
    changes: tuple[Statement, ...] = ()
    outcome: Outcome | None = None
    """``None`` when it is refused."""


def migrate(facts: ProjectFacts, new: ScenarioDefinition, context: Context) -> Outcome:
    """The project on the new version; ``MigrationRefused`` with the reasons where it cannot be."""
    planned = plan(facts, new, context)
    if planned.outcome is None:
        raise MigrationRefused(facts.code, facts.scenario.version, planned.refusals)
    return planned.outcome


def plan(facts: ProjectFacts, new: ScenarioDefinition, context: Context) -> Migration:
    """Judge a migration and draw it up. ``facts`` need not hold the stopped clocks."""
    old = facts.scenario
    if new.key != old.key:
        raise OtherScenario(project=facts.code, scenario=old.key, other=new.key)
    if facts.state is not ProjectState.ACTIVE or new.version == old.version:
        raise NothingToMigrate(project=facts.code, state=facts.state, version=old.version)
    attributes, faults = attributes_of(facts, new)
    own = new if faults else own_scenario(new, attributes)
    faults = faults or tuple(refusals(facts, own, attributes))
    if faults:
        return Migration(faults)
    move = _Move(facts, own, attributes, context)
    outcome = move.draft.outcome()
    promised = promise_statements(facts, outcome.facts)
    return Migration((), (*move.changes, *promised), outcome)


class _Move(Following):
    """A project under migration: a draft under the new version, with the statements about it."""

    def __init__(
        self,
        facts: ProjectFacts,
        new: ScenarioDefinition,
        attributes: Mapping[str, AttributeValue],
        context: Context,
    ) -> None:
        moved = replace(facts, scenario=new, attributes=dict(attributes))
        super().__init__(Draft(moved, context, moved=True), facts)
        data: dict[str, object] = {
            "scenario": new.key,
            "before": facts.scenario.version,
            "after": new.version,
            "content_hash": new.whole.content_hash,
            "attributes": dict(attributes),
            "removed": self._remove(),
            "items": self.follow(),
            "stages": self.stages(),
            "filled": self.fill(),
            "limits": self._retime(),
        }
        self.lift_promises()
        self.draft.record("ScenarioMigrated", None, **data)
        versions = {"before": facts.scenario.version, "after": new.version}
        self.draft.tell("enterprise", "scenario_migrated", None, **versions)
        self.draft.tell("steward", "scenario_migrated", None, **versions)
        self.end_debts()
        self.merge()
        self.exempt()
        self.hold_back()
        self.open()

    def _remove(self) -> list[str]:
        gone = [code for code in self.facts.items if code not in self.new.item]
        for code in gone:
            del self.draft.items[code]
            self.say("item_set_aside", SET_ASIDE, item=code)
        return gone

    def _retime(self) -> list[dict[str, object]]:
        lines = []
        self._warn_as_new()
        for retimed in retimed_clocks(self.facts, self.new, self.draft.context):
            self.changes += retimed.statements
            if retimed.changed:
                self.draft.clocks[retimed.clock.key] = retimed.clock
                self.draft.change(retimed.clock.item)
                lines.append(document(retimed.clock))
        return lines

    def _warn_as_new(self) -> None:
        """Every running clock warns when the new version says so."""
        context = self.draft.context
        for key, clock in self.facts.clocks.items():
            if clock.state is not ClockState.STOPPED:
                self.draft.clocks[key] = timers.derived(clock, context)
