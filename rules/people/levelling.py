"""How many moves it takes at the least to bring a pool into a stretch of standings, and moves that do.

A *stretch* runs from its lowest standing as far up as the target allows. Whoever stands above it has to give
away at least so many of their heaviest projects, whoever stands below has to get at least so many of the
heaviest of the others; no set of moves has fewer than the greater of both sums. The first falls and the second
rises with the stretch, so that the least over all stretches is found where they meet; and as what all have
together stays the same, a stretch lies about its mean.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import accumulate
from math import ceil, floor

from rules.people.pool import Held, Move, Pool

#: More than any pool has: where pins keep somebody above or below whatever is moved.
NEVER = 10**9


class Bound:
    """The least number of moves into each stretch of a length."""

    def __init__(self, pool: Pool, length: int) -> None:
        self._pool, self.length = pool, length
        self._possible = _lows(pool, length)
        self._given = {
            login: list(accumulate(project.weight for project in projects))
            for login, projects in pool.movable.items()
        }
        heaviest = sorted(
            ((p.weight, login) for login, held in pool.movable.items() for p in held), reverse=True
        )
        self._got = {
            login: list(accumulate(weight for weight, giver in heaviest if giver != login))
            for login in pool.standings
        }

    def of(self, low: int) -> int:
        """So many moves at the least end within the stretch from ``low`` on."""
        return max(self._out(low + self.length), self._in(low))

    def _out(self, high: int) -> int:
        pool = self._pool
        return sum(
            _steps(self._given[login], -(-(standing - high) // pool.each[login]))
            for login, standing in pool.standings.items()
        )

    def _in(self, low: int) -> int:
        pool = self._pool
        return sum(
            _steps(self._got[login], -(-(low - standing) // pool.each[login]))
            for login, standing in pool.standings.items()
        )

    def least(self) -> int:
        """No set of moves that ends within any stretch has fewer."""
        at = self._meeting()
        return min(self.of(low) for low in (at - 1, at) if low in self._possible)

    def within(self, most: int) -> range:
        """The stretches for which ``most`` moves may do."""
        lows, at = self._possible, self._meeting()
        first = bisect_left(
            range(lows.start, at), -most, key=lambda low: -self._out(low + self.length)
        )
        after = bisect_left(range(at, lows.stop), most + 1, key=self._in)
        return range(lows.start + first, at + after)

    def _meeting(self) -> int:
        """The lowest stretch for which no more have to give than have to get; one too high where there is none."""
        lows = self._possible
        return lows.start + bisect_left(
            lows, True, key=lambda low: self._out(low + self.length) <= self._in(low)
        )


def _lows(pool: Pool, length: int) -> range:
    """Where a stretch may begin: what all have together stays the same."""
    posts = sum(Fraction(1, each) for each in pool.each.values())
    level = sum(Fraction(pool.standings[login], pool.each[login]) for login in pool.each) / posts
    return range(ceil(level) - length, floor(level) + 1)


def _steps(sums: Sequence[int], wanted: int) -> int:
    """How many of the heaviest weigh at least so much together."""
    if wanted <= 0:
        return 0
    at = bisect_left(sums, wanted)
    return at + 1 if at < len(sums) else NEVER


@dataclass
class _Filling:
    """Moves into one stretch, drawn up one by one."""

    pool: Pool
    low: int
    high: int
    standings: dict[str, int]
    left: dict[str, list[Held]]
    moves: list[Move] = field(default_factory=list)

    def step(self) -> bool:
        """One move more; ``False`` where none is needed any more, or none is possible."""
        over = [login for login, standing in self.standings.items() if standing > self.high]
        under = [login for login, standing in self.standings.items() if standing < self.low]
        if not over and not under:
            return False
        return any(self._try(giver, receiver) for giver, receiver in self._pairs(over, under))

    def _pairs(self, over: Sequence[str], under: Sequence[str]) -> Iterator[tuple[str, str]]:
        by_standing = sorted(self.standings, key=lambda login: (self.standings[login], login))
        # One move that helps both ends first.
        for giver in sorted(over, key=lambda login: (-self.standings[login], login)):
            yield from ((giver, receiver) for receiver in by_standing if receiver in under)
        for giver in sorted(over, key=lambda login: (-self.standings[login], login)):
            yield from ((giver, receiver) for receiver in by_standing if receiver != giver)
        for receiver in (login for login in by_standing if login in under):
            yield from ((giver, receiver) for giver in reversed(by_standing) if giver != receiver)

    def _try(self, giver: str, receiver: str) -> bool:
        pool = self.pool
        most = min(
            (self.standings[giver] - self.low) // pool.each[giver],
            (self.high - self.standings[receiver]) // pool.each[receiver],
        )
        fitting = [project for project in self.left[giver] if project.weight <= most]
        if not fitting:
            return False
        project = self._best(fitting, giver, receiver)
        self.left[giver].remove(project)
        self.moves.append(Move(project.project, giver, receiver, project.weight))
        self.standings[giver] -= project.weight * pool.each[giver]
        self.standings[receiver] += project.weight * pool.each[receiver]
        return True

    def _best(self, fitting: Sequence[Held], giver: str, receiver: str) -> Held:
        """The lightest with which both are within the stretch; the heaviest where none is enough."""
        pool = self.pool
        wanted = max(
            -(-(self.standings[giver] - self.high) // pool.each[giver]),
            -(-(self.low - self.standings[receiver]) // pool.each[receiver]),
        )
        enough = [project for project in fitting if project.weight >= wanted]
        if not enough:
            return fitting[0]
        return min(enough, key=lambda project: (project.weight, project.project))


def into(pool: Pool, low: int, length: int, most: int) -> tuple[Move, ...] | None:
    """Moves that bring everybody into a stretch; ``None`` where it takes more than ``most`` or none were seen."""
    left = {login: list(projects) for login, projects in pool.movable.items()}
    filling = _Filling(pool, low, low + length, dict(pool.standings), left)
    while len(filling.moves) <= most and filling.step():
        pass
    done = all(low <= standing <= low + length for standing in filling.standings.values())
    return tuple(filling.moves) if done and len(filling.moves) <= most else None
