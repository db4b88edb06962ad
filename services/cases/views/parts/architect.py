"""View of architect responsibility: team, design opinions and saved cost."""

from __future__ import annotations

from dataclasses import dataclass

from models.cases.architect import ArchitectTeam, OpinionFacts
from models.cases.facts import ProjectFacts
from rules.cases.instruments.architect import is_under


@dataclass(frozen=True, slots=True)
class ArchitectRow:
    """A project under architect responsibility 建筑师负责制."""

    basis: str
    """Document that the pilot rests on, with its mark."""
    team: ArchitectTeam | None
    """``None``: to be recorded yet."""
    opinions: tuple[OpinionFacts, ...]
    """Newest first."""
    adopted: int
    saved_cost: int
    """What the adopted opinions save, in CNY, as far as it was said."""


def architect_row(facts: ProjectFacts) -> ArchitectRow | None:
    """The row of a project under architect responsibility; ``None`` for others."""
    rule = facts.scenario.architect
    if rule is None or not (is_under(facts) or facts.architect or facts.opinions):
        return None
    adopted = [opinion for opinion in facts.opinions.values() if opinion.adopted]
    return ArchitectRow(
        basis=rule.basis,
        team=facts.architect,
        opinions=tuple(sorted(facts.opinions.values(), key=lambda opinion: -opinion.number)),
        adopted=len(adopted),
        saved_cost=sum(opinion.saved_cost or 0 for opinion in adopted),
    )
