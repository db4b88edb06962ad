"""Rebalancing moves the fewest projects, as brute force does, and nothing that is pinned."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

from hypothesis import given
from hypothesis import strategies as st

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
