"""Moves of a given number into a stretch of standings, searched completely as long as the search is small.

Whoever stands above the stretch gives at least one project, whoever stands below gets at least one: it is
branched over which, by weight, and to whom. Projects of one weight with one steward are all the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from rules.people.pool import Move, Pool

#: Positions that are looked at before the search is given up.
MOST_LOOKED_AT: Final = 10_000

#: Giver, receiver, weight.
_Step = tuple[str, str, int]


class SearchGivenUp(Exception):
    """There are more positions than are looked at; nothing is proved."""


@dataclass
class Search:
    """The search in one pool, for one length of stretches; it counts the positions it has looked at."""

    pool: Pool
    length: int
    _looked_at: int = 0
    _dead: set[tuple[object, ...]] = field(default_factory=set)

    def within(self, lows: range, number: int) -> tuple[Move, ...] | None:
        """So many moves that end within any of these stretches, ``None`` where there are none.

        Raises ``SearchGivenUp``.
        """
        for low in lows:
            self._dead.clear()
            steps = self._from(low, dict(self.pool.standings), self._weights(), number)
            if steps is not None:
                return self._named(steps)
        return None

    def _weights(self) -> dict[str, Counter[int]]:
        return {
            login: Counter(project.weight for project in projects)
            for login, projects in self.pool.movable.items()
        }

    def _from(
        self, low: int, standings: dict[str, int], left: dict[str, Counter[int]], number: int
    ) -> list[_Step] | None:
        off = {
            login: standing - low - self.length if standing > low + self.length else standing - low
            for login, standing in standings.items()
            if not low <= standing <= low + self.length
        }
        if not off:
            return []
        self._looked_at += 1
        if self._looked_at > MOST_LOOKED_AT:
            raise SearchGivenUp
        if self._takes(off, left) > number:
            return None
        position = (number, *standings.values(), *(frozenset(of.items()) for of in left.values()))
        if position in self._dead:
            return None
        for step in self._steps(off, standings, left):
            self._do(step, standings, left, 1)
            rest = self._from(low, standings, left, number - 1)
            self._do(step, standings, left, -1)
            if rest is not None:
                return [step, *rest]
        self._dead.add(position)
        return None

    def _takes(self, off: dict[str, int], left: dict[str, Counter[int]]) -> int:
        """No fewer moves bring those who stand outside into the stretch."""
        heaviest = max((weight for of in left.values() for weight in of), default=0)
        over = sum(
            -(-by // (self.pool.each[login] * (max(left[login], default=0) or 1)))
            for login, by in off.items()
            if by > 0
        )
        under = sum(
            -(by // (self.pool.each[login] * (heaviest or 1)))
            for login, by in off.items()
            if by < 0
        )
        return max(over, under)

    def _steps(
        self, off: dict[str, int], standings: dict[str, int], left: dict[str, Counter[int]]
    ) -> Iterator[_Step]:
        worst = max(off, key=lambda login: (off[login] > 0, abs(off[login]), login))
        others = sorted(standings, key=lambda login: (standings[login], login))
        if off[worst] > 0:
            pairs = [(worst, other) for other in others if other != worst]
        else:
            pairs = [(other, worst) for other in reversed(others) if other != worst]
        for giver, receiver in pairs:
            for weight in sorted(left[giver], reverse=True):
                yield giver, receiver, weight

    def _do(
        self, step: _Step, standings: dict[str, int], left: dict[str, Counter[int]], sign: int
    ) -> None:
        giver, receiver, weight = step
        standings[giver] -= sign * weight * self.pool.each[giver]
        standings[receiver] += sign * weight * self.pool.each[receiver]
        left[giver][weight] -= sign
        if not left[giver][weight]:
            del left[giver][weight]

    def _named(self, steps: list[_Step]) -> tuple[Move, ...]:
        left = {login: list(projects) for login, projects in self.pool.movable.items()}
        moves = []
        for giver, receiver, weight in steps:
            project = next(project for project in left[giver] if project.weight == weight)
            left[giver].remove(project)
            moves.append(Move(project.project, giver, receiver, weight))
        return tuple(moves)
