"""Architect responsibility of a project as its page shows it: who answers, what was advised, what it saved."""

from __future__ import annotations

from dataclasses import dataclass

from models.architect import ArchitectTeam, OpinionFacts
from models.facts import ProjectFacts
from rules.architect import is_under


@dataclass(frozen=True, slots=True)
class ArchitectLine:
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


def architect_line(facts: ProjectFacts) -> ArchitectLine | None:
    """What there is to show; ``None`` for a project that has nothing to do with it."""
    rule = facts.scenario.architect
    if rule is None or not (is_under(facts) or facts.architect or facts.opinions):
        return None
    adopted = [one for one in facts.opinions.values() if one.adopted]
    return ArchitectLine(
        basis=rule.basis,
        team=facts.architect,
        opinions=tuple(sorted(facts.opinions.values(), key=lambda one: -one.number)),
        adopted=len(adopted),
        saved_cost=sum(one.saved_cost or 0 for one in adopted),
    )
