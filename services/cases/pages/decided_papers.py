"""The papers of each decision in the version that it was taken on, whatever was handed in since."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from models.cases.facts import ProjectFacts
from models.scenarios.definition import Text
from services.cases.pages.wording import ProjectWords
from services.cases.views.parts.events import DECIDED, HANDED_IN
from services.cases.views.values.project_records import EventRow
from services.wording.names import material_name


@dataclass(frozen=True, slots=True)
class DecidedPaper:
    """One paper as it was decided on."""

    material: str
    name: Text
    sha256: str
    handed_in: datetime | None
    replaced: bool
    """Whether the project has another version of it by now."""


@dataclass(frozen=True, slots=True)
class DecidedOn:
    """One decision on an item, with its papers."""

    at: datetime
    words: str
    papers: tuple[DecidedPaper, ...]


def decided_on(
    facts: ProjectFacts,
    code: str,
    events: Sequence[EventRow],
    words: ProjectWords,
    people: Mapping[str, str],
) -> Iterator[DecidedOn]:
    """The decisions on an item that were taken on papers, the newest first.

    ``events`` are those about papers, the oldest first. Older decisions say nothing of their papers:
    theirs are those that were there.
    """
    decisions: list[DecidedOn] = []
    there: dict[str, EventRow] = {}
    handed: dict[tuple[str, str], datetime] = {}
    for event in events:
        if event.kind in HANDED_IN:
            material = str(event.data["material"])
            there[material] = event
            handed[material, str(event.data["sha256"])] = event.at
        elif event.kind in DECIDED and event.item == code:
            papers = event.data.get("papers")
            if papers is None:
                papers = _that_were_there(facts, event, there)
            if papers:
                rows = (_paper(facts, key, sha, handed) for key, sha in papers.items())
                decisions.append(DecidedOn(event.at, words.event(event, people), tuple(rows)))
    return reversed(decisions)


def _that_were_there(
    facts: ProjectFacts, event: EventRow, there: Mapping[str, EventRow]
) -> dict[str, str]:
    definition = facts.definition(event.item or "")
    asked = [definition.required]
    if definition.part_of is not None:
        asked.append(facts.definition(definition.part_of).required)
    return {key: str(there[key].data["sha256"]) for keys in asked for key in keys if key in there}


def _paper(
    facts: ProjectFacts, material: str, sha256: str, handed: Mapping[tuple[str, str], datetime]
) -> DecidedPaper:
    now = facts.materials.get(material)
    return DecidedPaper(
        material=material,
        name=material_name(facts.scenario, material),
        sha256=sha256,
        handed_in=handed.get((material, sha256)),
        replaced=now is None or now.sha256 != sha256,
    )
