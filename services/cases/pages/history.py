"""What the log says on a page: the time line in words, the commitment, fields before a correction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from models.cases.agency import AGENT_ACTS
from models.cases.states import ItemState
from rules.cases.instruments.corrections import named_fields
from services.cases.pages.wording import ProjectWords
from services.cases.views.parts.forms import FieldRow, field_rows
from services.cases.views.project_reading import Reading
from services.cases.views.values.project_records import EventRow


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a time line."""

    at: datetime
    words: str
    actor: str
    actor_name: str | None
    on_behalf_of: str | None = None
    """Name of the enterprise for which an agent did it."""
    authorisation: int | None = None
    """Number of the authorisation under which it was done; ``None``: without one."""
    acting: str | None = None
    """In which capacity it was done, where not by the account."""


@dataclass(frozen=True, slots=True)
class SignedCommitment:
    """The commitment of an application 告知承诺, as the log keeps it."""

    text: str
    signer: str
    signed_at: datetime
    sha256: str


def time_line(
    events: Iterable[EventRow], words: ProjectWords, people: Mapping[str, str]
) -> tuple[Entry, ...]:
    """Events in words, in their order; ``people`` are names by login."""
    return tuple(_entry(event, words, people) for event in events)


def _entry(event: EventRow, words: ProjectWords, people: Mapping[str, str]) -> Entry:
    sentence = words.event(event, people)
    # An objection carries the line of the act that it is about: that was another's.
    done = next((line for line in event.data.get(AGENT_ACTS.name, ()) if not _disputed(line)), None)
    if done is None:
        acting = words.acting(event, people)
        return Entry(event.at, sentence, event.actor, event.actor_name, acting=acting)
    enterprise = people.get(f"enterprise:{done['on_behalf_of']}", done["on_behalf_of"])
    number = done.get("authorisation")
    return Entry(event.at, sentence, event.actor, event.actor_name, enterprise, number)


def _disputed(line: Mapping[str, Any]) -> bool:
    return bool(line.get("disputed_on"))


def last_commitment(events: Sequence[EventRow]) -> SignedCommitment | None:
    """The commitment of the last application among an item's events, the newest first."""
    kept = _last(events, "ApplicationSubmitted").get("commitment")
    if not kept:
        return None
    signed_at = datetime.fromisoformat(kept["signed_at"])
    return SignedCommitment(kept["text"], kept["signer"], signed_at, kept["sha256"])


def before_correction(
    reading: Reading, code: str, events: Sequence[EventRow]
) -> dict[str, FieldRow]:
    """The fields that were corrected, as they were before, until the application is accepted."""
    item, definition = reading.facts.items[code], reading.facts.definition(code)
    named = named_fields(definition, item) if item.state is ItemState.RECEIVED else ()
    before = _last(events, "CorrectionSupplied").get("before", {})
    return {row.key: row for row in field_rows(definition, before) if row.key in named}


def _last(events: Iterable[EventRow], kind: str) -> Mapping[str, Any]:
    """Data of the newest event of a kind; empty where there is none."""
    return next((event.data for event in events if event.kind == kind), {})
