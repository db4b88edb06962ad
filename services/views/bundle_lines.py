"""Certificates that are issued together, as pages show them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from models.bundle import BundleDefinition
from models.facts import ProjectFacts
from models.values import Text
from rules.bundles import bundle, members_of


@dataclass(frozen=True, slots=True)
class BundleLine:
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


def bundle_lines(facts: ProjectFacts) -> Iterator[BundleLine]:
    """The bundles that apply to a project."""
    for definition in facts.scenario.bundles:
        if members_of(facts, definition):
            yield bundle_line(facts, definition)


def bundle_line(facts: ProjectFacts, definition: BundleDefinition) -> BundleLine:
    """A bundle that applies to a project, held back or out."""
    found = bundle(facts, definition)
    return BundleLine(
        key=definition.key,
        name=definition.name,
        items=tuple(item.code for item in members_of(facts, definition)),
        held=found.held if found else (),
        waits_for=found.waits_for if found else (),
        released_by=definition.released_by,
        until=found.until if found else None,
        issued=found is None,
    )
