"""Fewest moves that make the loads of a pool level again 再平衡 (``domain/stewards`` 2.4); a proposal changes nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

#: How many sets of moves are tried before the answer is one that is good and not proved the least.
MOST_TRIED: Final = 60_000


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
    loads = {login: Fraction(0) for login in capacities}
    for project in held:
        loads[project.steward] += project.weight
    if target is None:
        heaviest = max((project.weight for project in held), default=0)
        target = Fraction(heaviest) / min(capacities.values(), default=Fraction(1))
    before = _spread(loads, capacities)
    near = _step_by_step(held, loads, capacities, target)
    reached = _spread(_after(loads, near), capacities)
    moves, least = _fewer(held, loads, capacities, (max(target, reached), near))
    return Proposal(moves, before, _spread(_after(loads, moves), capacities), target, least)


def _spread(loads: Mapping[str, Fraction], capacities: Mapping[str, Fraction]) -> Fraction:
    standings = [load / capacities[login] for login, load in loads.items()]
    return max(standings, default=Fraction(0)) - min(standings, default=Fraction(0))


def _after(loads: Mapping[str, Fraction], moves: Sequence[Move]) -> dict[str, Fraction]:
    changed = dict(loads)
    for move in moves:
        changed[move.giver] -= move.weight
        changed[move.receiver] += move.weight
    return changed


def _step_by_step(
    held: Sequence[Held],
    loads: Mapping[str, Fraction],
    capacities: Mapping[str, Fraction],
    target: Fraction,
) -> tuple[Move, ...]:
    """From whoever stands highest to whoever stands lowest, the project that levels most."""
    moves: list[Move] = []
    left = [project for project in held if not project.pinned]
    current = dict(loads)
    while (spread := _spread(current, capacities)) > target:
        giver = max(current, key=lambda login: (current[login] / capacities[login], login))
        receiver = min(current, key=lambda login: (current[login] / capacities[login], login))
        tried = [
            (_spread(_after(current, [move]), capacities), move)
            for move in _moves_of(left, giver, receiver)
        ]
        if not tried or min(tried)[0] >= spread:
            break
        move = min(tried)[1]
        moves.append(move)
        current = _after(current, [move])
        left = [project for project in left if project.project != move.project]
    return tuple(moves)


def _moves_of(left: Sequence[Held], giver: str, receiver: str) -> Iterator[Move]:
    for project in left:
        if project.steward == giver:
            yield Move(project.project, giver, receiver, project.weight)


def _fewer(
    held: Sequence[Held],
    loads: Mapping[str, Fraction],
    capacities: Mapping[str, Fraction],
    known: tuple[Fraction, tuple[Move, ...]],
) -> tuple[tuple[Move, ...], bool]:
    """The least set of moves that does as well as what is known, and whether all smaller ones were tried."""
    target, near = known
    every = sorted(
        Move(project.project, project.steward, receiver, project.weight)
        for project in held
        if not project.pinned
        for receiver in capacities
        if receiver != project.steward
    )
    tried = 0
    for number in range(len(near) + 1):
        best: tuple[int, tuple[Move, ...]] | None = None
        for moves in _sets(every, number):
            tried += 1
            if tried > MOST_TRIED:
                return near, number > len(near)
            if _spread(_after(loads, moves), capacities) <= target:
                best = min(best or (_weight(moves), moves), (_weight(moves), moves))
        if best is not None:
            return best[1], True
    return near, True


def _weight(moves: Sequence[Move]) -> int:
    return sum(move.weight for move in moves)


def _sets(every: Sequence[Move], number: int, first: int = 0) -> Iterator[tuple[Move, ...]]:
    """Every set of so many moves, no project twice."""
    if number == 0:
        yield ()
        return
    for place in range(first, len(every)):
        move = every[place]
        after = place + 1
        while after < len(every) and every[after].project == move.project:
            after += 1
        for others in _sets(every, number - 1, after):
            yield (move, *others)
