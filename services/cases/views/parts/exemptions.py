"""What a project is exempt from, as pages show it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from models.cases.facts import ProjectFacts
from models.values import Text
from rules.scenarios.exemptions import exempt_items


@dataclass(frozen=True, slots=True)
class ExemptRow:
    """An item that the project is exempt from 免办, and by which rule."""

    item: str
    name: Text
    basis: str
    """Article or document, with its mark."""
    condition: str | None
    """Why it holds for this project, as the scenario writes it; ``None``: for every project of it."""


def exempt_rows(facts: ProjectFacts) -> Iterator[ExemptRow]:
    """What a project is exempt from, in the order of its scenario."""
    for item in exempt_items(facts):
        if item.exempt is not None:
            yield ExemptRow(item.code, item.name, item.exempt.basis, item.exempt.when)
