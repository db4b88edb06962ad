"""The stewards of a pool with what each has, in whole numbers: what rebalancing counts with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm


@dataclass(frozen=True, slots=True)
class Held:
    """A running project with whoever has it."""

    project: str
    steward: str
    weight: int
    pinned: bool = False
    """It stays: chosen by the enterprise, a park's, or moved lately."""


@dataclass(frozen=True, slots=True, order=True)
class Move:
    """A project that goes from one steward to another."""

    project: str
    giver: str
    receiver: str
    weight: int


class Pool:
    """Who has what. A *standing* is a load for a full post, times :attr:`scale`: always whole."""

    def __init__(self, held: Sequence[Held], capacities: Mapping[str, Fraction]) -> None:
        self.scale = lcm(*(capacity.numerator for capacity in capacities.values()))
        self.each = {login: int(self.scale / capacity) for login, capacity in capacities.items()}
        """What a weight of one is in somebody's standing."""
        self.standings = dict.fromkeys(sorted(capacities), 0)
        self.movable: dict[str, list[Held]] = {login: [] for login in self.standings}
        """What may be moved, the heaviest first."""
        for project in sorted(held, key=lambda project: (-project.weight, project.project)):
            self.standings[project.steward] += project.weight * self.each[project.steward]
            if not project.pinned:
                self.movable[project.steward].append(project)

    @property
    def spread(self) -> Fraction:
        """Between the highest and the lowest load for a full post."""
        return Fraction(between(self.standings), self.scale)

    def after(self, moves: Iterable[Move]) -> dict[str, int]:
        """The standings once these moves are made."""
        changed = dict(self.standings)
        for move in moves:
            changed[move.giver] -= move.weight * self.each[move.giver]
            changed[move.receiver] += move.weight * self.each[move.receiver]
        return changed


def between(standings: Mapping[str, int]) -> int:
    """Between the highest and the lowest of them."""
    return max(standings.values(), default=0) - min(standings.values(), default=0)
