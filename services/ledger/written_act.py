"""An act that was just written, for whoever adds rows beside the project's facts in its transaction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from models.cases.facts import ProjectFacts
from models.cases.outcome import Event
from rules.cases.context import Context


@dataclass(frozen=True, slots=True)
class WrittenAct:
    """What was asked, by whom, what stood before and what stands now."""

    before: ProjectFacts
    facts: ProjectFacts
    command: Any
    """One of :mod:`models.cases.commands`."""
    context: Context
    first_event: int
    """Number of the act's first event in the project's log."""
    events: tuple[Event, ...] = ()
    """What happened; the first has the number :attr:`first_event`."""
