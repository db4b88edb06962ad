"""The outcome of an act: the facts after it, events and messages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from models.cases.case_round import CaseRound
from models.cases.facts import ProjectFacts


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened, in the past tense; appended to the project's hash chain for ever."""

    kind: str
    """e.g. ``ApplicationAccepted``."""
    item: str | None = None
    data: Mapping[str, object] = field(default_factory=dict)
    """Plain JSON values only."""


@dataclass(frozen=True, slots=True)
class Message:
    """A message to someone; it becomes a notice with its own delivery receipts."""

    audience: str
    """``enterprise``, ``steward``, ``handler:<login>`` or ``department:<key>``."""
    template: str
    """Name of the text in ``config/templates/notices``."""
    item: str | None = None
    params: Mapping[str, object] = field(default_factory=dict)
    """Plain JSON values only; no personal data."""
    event: int = 0
    """Which of the outcome's events it tells of: its position among them."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of :func:`rules.cases.decide.decide`; nothing in it was written anywhere yet."""

    facts: ProjectFacts
    events: tuple[Event, ...]
    messages: tuple[Message, ...] = ()
    wake: bool = True
    """Whether the lifecycle flow has to look at the project again."""
    rounds: tuple[CaseRound, ...] = ()
    """What it says of case rounds: written with it, and no fact."""
