"""What is shown of departments that act together: plain frozen values, as in :mod:`services.cases.views.values`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from models.cases.states import Verdict
from models.scenarios.definition import Text


@dataclass(frozen=True, slots=True)
class SiteVisitRow:
    """A visit to the site: the joint one of a round, or the re-inspection of a part."""

    item: str
    item_name: Text
    round: int
    joint: bool
    scheduled_for: date | None
    held_on: date | None
    officers: int
    """How many officers were there."""
    departments: tuple[Text, ...]
    """Whose officers were there."""
    finding: str | None
    absent: tuple[tuple[Text, str], ...]
    """Utilities that did not come, with the reason each gave; they work from the record."""


@dataclass(frozen=True, slots=True)
class RectificationRow:
    """What a part of a joint item was told to put right 整改, and what became of it."""

    item: str
    item_name: Text
    round: int
    verdict: Verdict
    points: str
    required_on: date
    reported_on: date | None
    note: str | None
    confirmed_on: date | None


@dataclass(frozen=True, slots=True)
class PartyRow:
    """A department that takes part in a joint visit, and how many of its officers have to come."""

    department: str
    name: Text
    officers: int
    may_be_absent: bool
    """Whether it may be recorded as absent, having been told of the day."""
