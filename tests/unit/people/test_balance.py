"""Rebalancing moves the fewest projects, as brute force does, and nothing that is pinned."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import pytest
import z3
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.people import balance
from rules.people.balance import Held, propose

FULL = {"a": Fraction(1), "b": Fraction(1), "c": Fraction(1, 2)}
PROJECTS = st.lists(
    st.tuples(st.sampled_from("abc"), st.integers(1, 30), st.booleans()), min_size=1, max_size=5
)


def brute(held: list[Held], target: Fraction) -> int | None:
    """The fewest moves of any other distribution within the target; ``None`` where there is none."""
    fewest = None
    for chosen in product(FULL, repeat=len(held)):
        if any(p.pinned and p.steward != new for p, new in zip(held, chosen, strict=True)):
            continue
        loads = dict.fromkeys(FULL, Fraction(0))
        for project, new in zip(held, chosen, strict=True):
            loads[new] += project.weight
        standings = [load / FULL[login] for login, load in loads.items()]
        if max(standings) - min(standings) <= target:
            moved = sum(p.steward != new for p, new in zip(held, chosen, strict=True))
            fewest = moved if fewest is None else min(fewest, moved)
    return fewest


@given(PROJECTS)
def test_no_fewer_moves_do_as_well(rows):
    held = [Held(f"p{n}", login, weight, pin) for n, (login, weight, pin) in enumerate(rows)]
    proposal = propose(held, FULL)
    moved = {move.project for move in proposal.moves}
    assert not moved & {project.project for project in held if project.pinned}
    assert proposal.after <= proposal.before
    assert proposal.least
    assert len(proposal.moves) == brute(held, max(proposal.target, proposal.after))


def test_a_level_pool_is_left_alone_and_a_proposal_levels_it_for_good():
    held = [Held(f"p{n:02}", "a", 10) for n in range(12)]
    proposal = propose(held, {"a": Fraction(1), "b": Fraction(1)})
    assert proposal.reached
    assert len(proposal.moves) == 6
    goes = {move.project: move.receiver for move in proposal.moves}
    after = [Held(p.project, goes.get(p.project, p.steward), p.weight) for p in held]
    assert propose(after, {"a": Fraction(1), "b": Fraction(1)}).moves == ()


HALVES = st.sampled_from([Fraction(1, 2), Fraction(4, 5), Fraction(1), Fraction(6, 5)])
LARGER = st.lists(
    st.tuples(st.sampled_from("abc"), st.sampled_from([5, 10, 15, 20, 25, 30])),
    min_size=5,
    max_size=7,
)


@settings(max_examples=15)
@given(LARGER, st.tuples(HALVES, HALVES, HALVES))
def test_the_bound_of_large_pools_is_never_above_what_brute_force_finds(rows, posts):
    capacities = dict(zip("abc", posts, strict=True))
    held = [Held(f"p{n}", login, weight) for n, (login, weight) in enumerate(rows)]
    by_trying = propose(held, capacities)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(balance, "MOST_TRIED", 0)
        bounded = propose(held, capacities)
    assert bounded.at_least <= len(by_trying.moves) or not by_trying.reached
    if bounded.reached:
        assert len(bounded.moves) >= len(by_trying.moves)
        assert not bounded.least or len(bounded.moves) == len(by_trying.moves)


def test_an_independent_solver_finds_no_fewer_moves():
    """Fourteen projects are beyond trying out; z3 refutes one move less."""
    names = [f"s{number}" for number in range(3)]
    weights = [10 + 5 * (number % 3) for number in range(14)]
    held = [Held(f"p{n:02}", names[n % 3 if n % 4 == 3 else 0], w) for n, w in enumerate(weights)]
    proposal = propose(held, dict.fromkeys(names, Fraction(1)))
    assert proposal.reached
    assert refuted(held, names, int(proposal.target), len(proposal.moves) - 1)
    assert proposal.least


def refuted(held: list[Held], names: list[str], spread: int, most: int) -> bool:
    """Whether no distribution within the spread moves so few projects."""
    low = z3.Int("low")
    solver = z3.Solver()
    goes = {p.project: [z3.Bool(f"{p.project}-{name}") for name in names] for p in held}
    for project in held:
        solver.add(z3.PbEq([(there, 1) for there in goes[project.project]], 1))
    for number, _ in enumerate(names):
        load = z3.Sum([z3.If(goes[p.project][number], p.weight, 0) for p in held])
        solver.add(load >= low, load <= low + spread)
    stays = [(goes[p.project][names.index(p.steward)], 1) for p in held]
    solver.add(z3.PbGe(stays, len(held) - most))
    return solver.check() == z3.unsat


def test_thousands_of_projects_are_levelled_with_a_bound_on_what_it_takes():
    posts = {f"s{number:02}": Fraction(8 + number % 5, 10) for number in range(25)}
    held = [
        Held(
            f"p{number:04}",
            f"s{number * number % 97 % 25:02}",
            5 + 5 * (number % 6),
            number % 5 == 0,
        )
        for number in range(1000)
    ]
    proposal = propose(held, posts)
    assert proposal.reached
    assert proposal.at_least <= len(proposal.moves) <= proposal.at_least * 1.1
    assert proposal.least == (len(proposal.moves) == proposal.at_least)
