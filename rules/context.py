"""What an act is judged by beside the facts: who acts, when, on which calendar, under which policy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from models.actor import Actor
from models.clock import ClockPolicy, Limit, Rung, Thresholds, Trigger, Unit
from models.credit import CreditEntry
from models.definition import ScenarioDefinition
from models.warning import YellowDefinition
from rules.calendar import WorkingCalendar

#: The law of the place counts days in Beijing time.
ZONE = ZoneInfo("Asia/Shanghai")

#: Up the ladder [D]: the steward hears of every rung, and with them whom the rung names.
LADDER: Final = (
    Rung("yellow", Trigger.WARNING, audience="handler"),
    Rung("red", Trigger.OVERDUE, audience="handler"),
    Rung("head", Trigger.OVERDUE, after=2, audience="department_head"),
    Rung("supervision", Trigger.OVERDUE, after=5, audience="leader"),
    Rung("procedure", Trigger.SUSPENSION_OVERRUN, audience="handler"),
)


@dataclass(frozen=True, slots=True)
class Policy:
    """What a district chooses where the law is silent; every default is [D] unless marked.

    A district writes its choices into ``policy.yaml``; what is shipped equals these defaults.
    """

    make_up: Limit = field(default_factory=lambda: Limit(30, Unit.WORKING_DAY))
    """From the approval to the making good of a deferred material [S:004 case 12]."""
    appeal: Limit = field(default_factory=lambda: Limit(60, Unit.NATURAL_DAY))
    """From a voiding to the end of the period to appeal against it or be reinstated [D]."""
    decider_may_be_handler: bool = False
    """Whether who accepted an application may decide it [D: separation of duties]."""
    thresholds: Thresholds = field(default_factory=Thresholds)
    """When a light turns yellow [D]."""
    ladder: tuple[Rung, ...] = LADDER
    """Who is warned when, up to the supervision letter 督办函 [D]."""
    supervision_reply: Limit = field(default_factory=lambda: Limit(3, Unit.WORKING_DAY))
    """From a supervision letter to the written answer of the department [D]."""
    item_thresholds: Mapping[str, Thresholds] = field(default_factory=dict)
    """Item code → when its light turns yellow, where its scenario says so; see :meth:`under`."""
    phase_yellow: Mapping[str, int] = field(default_factory=dict)
    """Permit of one phase → natural days before the last day for the next one, yellow [D]."""
    clock: ClockPolicy = field(default_factory=ClockPolicy)
    credit_threshold: int = 1
    """Unrepaired dishonesties from which on an enterprise can neither defer nor commit itself [D]."""
    credit_length: Limit | None = field(default_factory=lambda: Limit(12, Unit.MONTH))
    """How long a dishonesty counts when nobody repairs it [D]; ``None``: for ever."""

    def thresholds_of(self, item: str) -> Thresholds:
        """When the light of an item turns yellow."""
        return self.item_thresholds.get(item, self.thresholds)

    def under(self, scenario: ScenarioDefinition) -> Policy:
        """The policy with what a scenario says of warnings; what it leaves open stays as it is."""
        said = scenario.warnings
        thresholds = _thresholds(self.thresholds, said.yellow if said else None)
        days = {"head": said.head_after, "supervision": said.supervision_after} if said else {}
        return replace(
            self,
            thresholds=thresholds,
            ladder=tuple(_rung(rung, days.get(rung.key)) for rung in self.ladder),
            item_thresholds={
                item.code: _thresholds(thresholds, item.yellow)
                for item in scenario.items
                if item.yellow is not None
            },
            phase_yellow={
                item.code: item.next_phase.yellow_days
                for item in scenario.items
                if item.next_phase is not None
            },
        )


def _thresholds(before: Thresholds, said: YellowDefinition | None) -> Thresholds:
    if said is None:
        return before
    percent = before.percent if said.percent is None else said.percent
    days = before.working_days if said.working_days is None else said.working_days
    return Thresholds(percent, days)


def _rung(rung: Rung, after: int | None) -> Rung:
    return rung if after is None else replace(rung, after=after)


@dataclass(frozen=True, slots=True)
class Context:
    """Everything a rule needs beside the facts; built by a service, never by a rule."""

    actor: Actor
    now: datetime
    calendar: WorkingCalendar
    policy: Policy = field(default_factory=Policy)
    standing: tuple[CreditEntry, ...] = ()
    """What stands in the credit record of the project's enterprise, where the act depends on it."""

    @property
    def today(self) -> date:
        """The day in Beijing time."""
        return self.now.astimezone(ZONE).date()

    def under(self, scenario: ScenarioDefinition) -> Context:
        """The same for a project of this scenario: its warnings instead of the installation's."""
        if not scenario.warns_on_its_own:
            return self
        return replace(self, policy=self.policy.under(scenario))
