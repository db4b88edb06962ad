"""Visits to the site of a project, and what its parts were told to put right there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from models.cases.part import NOTHING, Part, PartIndex, fact
from models.cases.states import Verdict


@dataclass(frozen=True, slots=True)
class SiteVisitFacts:
    """One visit to the site: the joint one of a round, or the re-inspection of one part of it."""

    item: str
    """The joint item; for a re-inspection the part."""
    round: int
    number: int
    """1 is the joint visit; re-inspections of a part count on from 2."""
    scheduled_for: date | None = None
    held_on: date | None = None
    officers: Mapping[str, Any] = field(default_factory=dict)
    """Department → logins of its officers who were there."""
    finding: str | None = None
    absent: Mapping[str, str] = fact(default_factory=dict, server_default=NOTHING)
    """Utility that was told and did not come → why, as far as it said; the record holds for it."""

    @property
    def key(self) -> tuple[str, int, int]:
        """What identifies the visit within its project."""
        return (self.item, self.round, self.number)


#: Visits to the site: the key allows one joint visit a round.
SITE_VISITS = Part(
    "site_visits",
    SiteVisitFacts,
    table="site_visit",
    key=("item", "round", "number"),
    label="site visit",
    log="site_visits",
    checks={"number": "number >= 1", "held": "held_on IS NULL OR finding IS NOT NULL"},
    indexes=(
        # Visits that are set and not held yet.
        PartIndex("ix_site_visit_to_come", ("scheduled_for",), "held_on IS NULL"),
    ),
)


@dataclass(frozen=True, slots=True)
class RectificationFacts:
    """What one part of a joint item was told to put right, and what became of it 整改."""

    item: str
    round: int
    number: int
    """Counts the verdicts of a round, from 1."""
    verdict: Verdict
    points: str
    """What has to be put right, with the reasons."""
    required_on: date
    reported_on: date | None = None
    """Day on which the applicant reported it done."""
    note: str | None = None
    """What the applicant said was done."""
    confirmed_on: date | None = None
    """Day on which the department confirmed it."""

    @property
    def key(self) -> tuple[str, int, int]:
        """What identifies the entry within its project."""
        return (self.item, self.round, self.number)


#: What parts of joint items were told to put right.
RECTIFICATIONS = Part(
    "rectifications",
    RectificationFacts,
    table="rectification",
    key=("item", "round", "number"),
    label="rectification",
    log="rectifications",
)
