"""An entry of the log as the fold reads it, and the plain values that events carry."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from models.architect import OpinionFacts
from models.clock import Unit
from models.consultation import ConsultationFacts, ConsultationState
from models.facts import (
    ClockFacts,
    DeficiencyFacts,
    LineFacts,
    RectificationFacts,
    SiteVisitFacts,
    VoidingFacts,
)
from models.outcome import Event
from models.states import ClockKind, DeficiencyState, Verdict, VoidingState
from models.supervision import (
    SupervisionCause,
    SupervisionFacts,
    SupervisionKind,
    SupervisionState,
)


class Happened(NamedTuple):
    """One entry of the log: the day in Beijing time, who acted, and what followed."""

    on: date
    actor: str
    role: str
    event: Event


def listed(data: Mapping[str, object], name: str) -> list[Any]:
    """The list that an event carries under a name; empty when it carries none."""
    found: Any = data.get(name) or []
    return list(found)


def day_of(text: str | None) -> date | None:
    """The day that a text tells, if it tells one."""
    return date.fromisoformat(text) if text else None


def clock_of(line: Mapping[str, Any]) -> ClockFacts:
    """A clock that only has its limits yet."""
    return ClockFacts(
        line["item"],
        ClockKind(line["clock"]),
        line["round"],
        line["subject"],
        promised_length=line["promised_length"],
        promised_unit=Unit(line["promised_unit"]),
        statutory_length=line["statutory_length"],
        statutory_unit=Unit(line["statutory_unit"]),
    )


def deficiency_of(entry: Mapping[str, Any]) -> DeficiencyFacts:
    """What an event tells of it, as facts."""
    values: dict[str, Any] = {
        name: date.fromisoformat(value) if name.endswith("_on") else value
        for name, value in entry.items()
    }
    return DeficiencyFacts(**(values | {"state": DeficiencyState(entry["state"])}))


def voiding_of(entry: Mapping[str, Any]) -> VoidingFacts:
    """What an event tells of it, as facts."""
    values: dict[str, Any] = {
        name: date.fromisoformat(value) if name in _VOIDING_DAYS else value
        for name, value in entry.items()
    }
    return VoidingFacts(**(values | {"state": VoidingState(entry["state"])}))


def site_visit_of(entry: Mapping[str, Any]) -> SiteVisitFacts:
    """What an event tells of it, as facts."""
    values: dict[str, Any] = {
        name: date.fromisoformat(value) if name in ("scheduled_for", "held_on") else value
        for name, value in entry.items()
    }
    return SiteVisitFacts(**values)


def rectification_of(entry: Mapping[str, Any]) -> RectificationFacts:
    """What an event tells of it, as facts."""
    values: dict[str, Any] = {
        name: date.fromisoformat(value) if name.endswith("_on") else value
        for name, value in entry.items()
    }
    return RectificationFacts(**(values | {"verdict": Verdict(entry["verdict"])}))


def supervision_of(entry: Mapping[str, Any]) -> SupervisionFacts:
    """What an event tells of it, as facts."""
    values: dict[str, Any] = {
        name: date.fromisoformat(value) if name.endswith("_on") or name == "until" else value
        for name, value in entry.items()
    }
    named = {
        "kind": SupervisionKind(entry["kind"]),
        "cause": SupervisionCause(entry["cause"]),
        "state": SupervisionState(entry["state"]),
        "clock": ClockKind(entry["clock"]) if "clock" in entry else None,
    }
    return SupervisionFacts(**(values | named))


def line_of(entry: Mapping[str, Any]) -> LineFacts:
    """What an event tells of a utility's line, as facts."""
    values: dict[str, Any] = {
        name: date.fromisoformat(value) if name.endswith(("_on", "_from")) else value
        for name, value in entry.items()
    }
    return LineFacts(**values)


def opinion_of(entry: Mapping[str, Any]) -> OpinionFacts:
    """What an event tells of a design opinion, as facts."""
    values: dict[str, Any] = {**entry, "recorded_on": date.fromisoformat(entry["recorded_on"])}
    return OpinionFacts(**values)


def consultation_of(entry: Mapping[str, Any]) -> ConsultationFacts:
    """What an event tells of it, as facts."""
    values: dict[str, Any] = {
        name: date.fromisoformat(value) if name.endswith("_on") else value
        for name, value in entry.items()
    }
    return ConsultationFacts(**(values | {"state": ConsultationState(entry["state"])}))


_VOIDING_DAYS = {"voided_on", "appeal_until", "appealed_on", "closed_on"}
