"""From when until when somebody accompanies a project as its steward 项目管家, and why they do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum
from fractions import Fraction
from typing import Final


class Basis(StrEnum):
    """Why somebody is the steward of a project."""

    RULE = "rule"
    """By the rule of balance."""
    CHOSEN = "chosen"
    """By the enterprise 办事专员."""
    COMMISSIONER = "commissioner"
    """As the administrative commissioner of its park 包抓园办."""
    APPOINTED = "appointed"
    """By name."""
    LAST_RESORT = "last_resort"
    """Nobody whom the rule would name is on duty."""
    REBALANCED = "rebalanced"
    """By a proposal that was approved."""


#: Of a project whose kind has none of its own, and of spans from before there were any [D].
WEIGHT: Final = 10


@dataclass(frozen=True, slots=True)
class Span:
    """One steward of one project, from an instant to another; ``None``: still."""

    seq: int
    """Of the event with which it begins."""
    steward: str
    from_at: datetime
    to_at: datetime | None
    basis: Basis
    weight: int


class Standing(IntEnum):
    """As what somebody would have a project; whoever stands first is asked before the others."""

    COMMISSIONER = 1
    """Of its park 包抓园办."""
    STEWARD = 2
    """Of its place."""
    DUTY = 3
    """值班管家: where no steward of the place is there."""
    OFFICE_HEAD = 4
    """管家办负责人: where no duty steward is there either."""
    ADMINISTRATOR = 5
    """Where nobody has any of these posts."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who may accompany a project, with what they have already."""

    login: str
    load: int = 0
    """Weight of the running projects that they have."""
    projects: int = 0
    last_at: datetime | None = None
    """When the rule last gave them one."""
    capacity: Fraction = Fraction(1)
    """Share of a full post, above 0."""
    standing: Standing = Standing.STEWARD
    """As what they would have it."""
    away: bool = False
    away_soon: bool = False
    """Whether they will be away for most of the next two weeks [D]."""
    named_today: int = 0
    """Projects that the rule gave them today already."""
    skills: frozenset[str] = frozenset()
    """Kinds of project that they are prepared for: keys of scenarios."""
    languages: frozenset[str] = frozenset()
    knows: bool = False
    """Whether they have another running project of the enterprise."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a project asks of its steward, beside a place in the pool."""

    kind: str = ""
    """Key of its scenario."""
    languages: frozenset[str] = frozenset()
    """Of the people of its enterprise."""


class AssignmentRule(StrEnum):
    """A step of the rule by which a steward is found (``domain/stewards`` 2.3)."""

    STANDING = "standing"
    """Who has the post that is asked first."""
    PRESENT = "present"
    CAP = "cap"
    """Who has less than a steward may have at the most."""
    KIND = "kind"
    PRESENT_SOON = "present_soon"
    DAILY = "daily"
    """Who did not get two by rule today already."""
    LANGUAGE = "language"
    CONTINUITY = "continuity"
    """Who has a project of the enterprise already, where that costs the balance nothing."""
    BALANCE = "balance"
    """Who stands lowest with the project."""


@dataclass(frozen=True, slots=True)
class Reason:
    """What a step of the rule came to: one line of *why this one*."""

    rule: AssignmentRule
    before: int
    """How many were there before it."""
    left: int
    """How many it left; none: it would have left nobody, and was skipped."""


@dataclass(frozen=True, slots=True)
class Assignment:
    """The steward of a project, and why it is they."""

    steward: str
    basis: Basis
    weight: int = WEIGHT
    place: str | None = None
    """Key of the place in which the project lies, by which they were named."""
    reasons: tuple[Reason, ...] = ()
    """Why it is they, step by step; empty where somebody named them."""
