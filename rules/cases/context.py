"""Context of an act beside the facts: actor, moment, calendar and policy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import lru_cache

from models.clock.values import ZONE
from models.enterprises.ban import LicenceBan
from models.enterprises.credit import CreditEntry
from models.people.actor import Actor
from models.people.delegation import CommitmentList
from models.scenarios.definition import ScenarioDefinition
from rules.clock.calendar import WorkingCalendar
from rules.installation.policy import Policy

__all__ = ["ZONE", "Context"]


@dataclass(frozen=True, slots=True)
class Context:
    """Everything a rule needs beside the facts; built by a service, never by a rule."""

    actor: Actor
    now: datetime
    calendar: WorkingCalendar
    policy: Policy
    """What the district chooses; see :meth:`under` for what a scenario says instead."""
    standing: tuple[CreditEntry, ...] = ()
    """What stands in the credit record of the project's enterprise, where the act depends on it."""
    commitment_list: CommitmentList | None = None
    """By which an item is granted on commitment at once, where the act depends on it."""
    officers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Department → sign-in names of its handlers, from whom a case officer is named."""
    heard: bool = True
    """Whether somebody of the enterprise has an account: what is told to it is there with the act, in the
    system that it named (Electronic Signature Law art. 11)."""
    fell_due_on: date | None = None
    """The last day after which time acts: the day that an act of time is explained by, whenever it is
    entered. ``None`` for what people do."""
    kept_on: tuple[date, ...] = ()
    """Days on which commitments of the enterprise were found kept, where the act depends on it."""
    competent: Mapping[str, str] | None = None
    """Item → department that answers for it where the project lies, as the district chose; empty text: as
    the catalogue says. ``None`` where it was not asked for."""
    bans: tuple[LicenceBan, ...] = ()
    """Decisions because of which the enterprise may not apply for the item, where the act depends on it."""

    @property
    def today(self) -> date:
        """The day in Beijing time."""
        return _day(self.now)

    def under(self, scenario: ScenarioDefinition) -> Context:
        """The same for a project of this scenario: its warnings instead of the installation's."""
        if not scenario.warns_on_its_own:
            return self
        return replace(self, policy=self.policy.under(scenario))


@lru_cache(maxsize=64)
def _day(now: datetime) -> date:
    """The day of a moment, which every rule of an act asks for."""
    return now.astimezone(ZONE).date()
