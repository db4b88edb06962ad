"""Fewest moves that make the loads of a pool level again 再平衡 (``domain/stewards`` 2.4); a proposal changes nothing.

A small pool is tried out completely. Of a larger one it is known how many moves any solution takes at the
least (:mod:`rules.people.levelling`); where the moves that were drawn up are no more, they are proved the
fewest. Else the answer says that they are not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from math import floor
from typing import Final

from rules.people.levelling import NEVER, Bound, into
from rules.people.levelling_search import Search, SearchGivenUp
from rules.people.pool import Held, Move, Pool, between

__all__ = ["Held", "Move", "Proposal", "propose"]

#: Distributions of a pool that are tried out completely, where it has no more.
MOST_TRIED: Final = 20_000
#: Stretches of standings for which moves are drawn up at the most.
STRETCHES: Final = 24


@dataclass(frozen=True, slots=True)
class Proposal:
    """What would be moved, and what comes of it."""

    moves: tuple[Move, ...]
    before: Fraction
    """Between the highest and the lowest load for a full post."""
    after: Fraction
    target: Fraction
    least: bool
    """Whether it is proved that fewer moves do not reach what these reach."""
    at_least: int = 0
    """So many moves it takes at the least, as far as it is proved."""

    @property
    def reached(self) -> bool:
        """Whether the loads are as level afterwards as was asked for."""
        return self.after <= self.target


def propose(
    held: Sequence[Held], capacities: Mapping[str, Fraction], target: Fraction | None = None
) -> Proposal:
    """The moves that bring the spread of a pool within a target: the heaviest project for the smallest
    post, where none is named. Where pins forbid it, those that bring it nearest.
    """
    if target is None:
        heaviest = max((project.weight for project in held), default=0)
        target = Fraction(heaviest) / min(capacities.values(), default=Fraction(1))
    pool = Pool(held, capacities)
    moves, at_least = _moves(pool, floor(target * pool.scale))
    after = Fraction(between(pool.after(moves)), pool.scale)
    least = len(moves) <= at_least
    return Proposal(tuple(sorted(moves)), pool.spread, after, target, least, at_least)


def _moves(pool: Pool, length: int) -> tuple[Sequence[Move], int]:
    """Moves that bring all standings within a length, and how many it takes at the least."""
    if between(pool.standings) <= length:
        return (), 0
    movable = sum(map(len, pool.movable.values()))
    if len(pool.standings) ** movable <= MOST_TRIED:
        tried = min(_every(pool), key=lambda moves: _rank(pool, moves, length))
        return tried, len(tried)
    best, at_least = _into_stretches(pool, length)
    if best is not None:
        return best, at_least
    near = _step_by_step(pool, length)
    reached = max(length, between(pool.after(near)))
    best, at_least = _into_stretches(pool, reached)
    return (best if best is not None and len(best) <= len(near) else near), at_least


def _every(pool: Pool) -> Iterator[tuple[Move, ...]]:
    """Every set of moves, that of none too."""
    projects = [project for held in pool.movable.values() for project in held]
    for receivers in product(pool.standings, repeat=len(projects)):
        pairs = zip(projects, receivers, strict=True)
        yield tuple(
            sorted(
                Move(project.project, project.steward, receiver, project.weight)
                for project, receiver in pairs
                if receiver != project.steward
            )
        )


def _rank(
    pool: Pool, moves: tuple[Move, ...], length: int
) -> tuple[int, int, int, tuple[Move, ...]]:
    """Level first, as far as was asked for; then few, then light, then in the order of names."""
    spread = max(length, between(pool.after(moves)))
    return spread, len(moves), sum(move.weight for move in moves), moves


def _into_stretches(pool: Pool, length: int) -> tuple[Sequence[Move] | None, int]:
    """The fewest moves seen into any stretch, and how many it takes at the least."""
    bound = Bound(pool, length)
    at_least = bound.least()
    best: Sequence[Move] | None = None
    for low in _stretches(bound, at_least):
        most = NEVER if best is None else len(best) - 1
        if bound.of(low) <= most:
            moves = into(pool, low, length, most)
            best = best if moves is None else moves
        if best is not None and len(best) <= at_least:
            return best, at_least
    return _searched(Search(pool, length), bound, best, at_least)


def _searched(
    search: Search, bound: Bound, best: Sequence[Move] | None, at_least: int
) -> tuple[Sequence[Move] | None, int]:
    """Fewer moves than those seen, or the proof that there are none, where the search is small."""
    try:
        while best is not None and at_least < len(best):
            moves = search.within(bound.within(at_least), at_least)
            if moves is not None:
                return moves, at_least
            at_least += 1
    except SearchGivenUp:
        pass  # the answer says how many it takes at the least, as far as it is proved
    return best, at_least


def _stretches(bound: Bound, at_least: int) -> Iterator[int]:
    """Where to look: evenly among those for which the least may do, then among those for which a few more may."""
    for more in (0, 1, 3):
        lows = bound.within(at_least + more)
        yield from lows[:: max(len(lows) // STRETCHES, 1)]


def _step_by_step(pool: Pool, length: int) -> Sequence[Move]:
    """From whoever stands highest to whoever stands lowest, the project that levels most."""
    moves: list[Move] = []
    left = {login: list(projects) for login, projects in pool.movable.items()}
    current = dict(pool.standings)
    while (spread := between(current)) > length:
        giver = max(current, key=lambda login: (current[login], login))
        receiver = min(current, key=lambda login: (current[login], login))
        tried = [(_with(pool, current, giver, receiver, p), p) for p in left[giver]]
        level, project = min(
            tried, key=lambda t: (between(t[0]), t[1].project), default=(current, None)
        )
        if project is None or between(level) >= spread:
            break
        moves.append(Move(project.project, giver, receiver, project.weight))
        left[giver].remove(project)
        current = level
    return moves


def _with(
    pool: Pool, current: Mapping[str, int], giver: str, receiver: str, project: Held
) -> dict[str, int]:
    return {
        **current,
        giver: current[giver] - project.weight * pool.each[giver],
        receiver: current[receiver] + project.weight * pool.each[receiver],
    }
