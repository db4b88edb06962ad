"""Certificates that are issued together, as pages show them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from models.cases.facts import ProjectFacts
from models.scenarios.bundles import BundleDefinition
from models.values import Text
from rules.cases.instruments.bundles import bundle, members_of


@dataclass(frozen=True, slots=True)
class BundleRow:
    """Certificates of a project that are issued together, and what they wait for."""

    key: str
    name: Text
    items: tuple[str, ...]
    """Codes of the items that the project needs."""
    held: tuple[str, ...]
    """Those that are granted and held back; empty when something is out already."""
    waits_for: tuple[str, ...]
    """Codes of what has to happen before all are issued."""
    released_by: str
    until: date | None
    """Last day to deliver the earliest: what is granted is issued then at the latest."""
    issued: bool
    """Whether a document of it is out, so that nothing is held back any more."""


def bundle_rows(facts: ProjectFacts) -> Iterator[BundleRow]:
    """The bundles that apply to a project."""
    for definition in facts.scenario.bundles:
        if members_of(facts, definition):
            yield bundle_row(facts, definition)


def bundle_row(facts: ProjectFacts, definition: BundleDefinition) -> BundleRow:
    """A bundle that applies to a project, held back or issued."""
    held_back = bundle(facts, definition)
    return BundleRow(
        key=definition.key,
        name=definition.name,
        items=tuple(item.code for item in members_of(facts, definition)),
        held=held_back.held if held_back else (),
        waits_for=held_back.waits_for if held_back else (),
        released_by=definition.released_by,
        until=held_back.until if held_back else None,
        issued=held_back is None,
    )
