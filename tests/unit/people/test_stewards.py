"""Who accompanies a project: the rule of balance (``stewards`` 2.4), and the spans that a log tells."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.cases.stewardship import AssignmentRule, Basis, Candidate, Standing, Wanted
from rules.cases.stewards import ANYBODY, NobodyAccompanies, choose, spans, standing

NOW = datetime(2026, 11, 2, 2, tzinfo=UTC)


def arrive(pool: dict[str, Candidate], weights: list[int]) -> list[str]:
    """Projects one after the other, each with the loads of those before."""
    chosen = []
    for number, weight in enumerate(weights):
        login = choose(pool.values(), weight, "here").steward
        one = pool[login]
        at = NOW + timedelta(hours=number)
        pool[login] = replace(one, load=one.load + weight, projects=one.projects + 1, last_at=at)
        chosen.append(login)
    return chosen


def pool_of(*capacities: Fraction) -> dict[str, Candidate]:
    names = [f"s{number}" for number, _ in enumerate(capacities, start=1)]
    pairs = zip(names, capacities, strict=True)
    return {name: Candidate(name, capacity=capacity) for name, capacity in pairs}


def test_the_worked_example_of_the_rule():
    pool = pool_of(Fraction(1), Fraction(1), Fraction(1, 2))
    chosen = arrive(pool, [10, 15, 20, 10, 30, 15, 10, 20, 15, 10])
    assert chosen == ["s1", "s2", "s1", "s3", "s2", "s1", "s3", "s2", "s1", "s3"]
    assert [one.load for one in pool.values()] == [60, 65, 30]
    assert [standing(one) for one in pool.values()] == [60, 65, 60]


@given(st.lists(st.integers(1, 100), min_size=1, max_size=60), st.integers(1, 7))
def test_with_full_posts_no_two_loads_differ_by_more_than_the_heaviest_project(weights, people):
    pool = pool_of(*[Fraction(1)] * people)
    arrive(pool, weights)
    loads = [one.load for one in pool.values()]
    assert max(loads) - min(loads) <= max(weights)


@given(
    st.lists(st.fractions(Fraction(1, 10), Fraction(3, 2)), min_size=1, max_size=5),
    st.lists(st.integers(1, 100), min_size=1, max_size=20),
)
def test_nobody_would_have_stood_lower_with_the_project(capacities, weights):
    pool = pool_of(*capacities)
    arrive(pool, weights[:-1])
    named = pool[choose(pool.values(), weights[-1], "here").steward]
    lowest = standing(named, weights[-1])
    assert all(lowest <= standing(other, weights[-1]) for other in pool.values())


def test_the_commissioner_of_a_park_comes_first_and_who_is_away_last():
    here, away = Candidate("here", load=90), Candidate("away", away=True)
    park, resort = (
        Candidate("park", load=500, standing=Standing.COMMISSIONER),
        Candidate("a", standing=Standing.ADMINISTRATOR),
    )
    assert choose([here, park, resort], 10, "x").basis is Basis.COMMISSIONER
    assert choose([here, away, resort], 10, "x").steward == "here"
    # Their deputies act where all are away; nobody else has the project for that.
    assert choose([away, resort], 10, "x").steward == "away"
    assert choose([resort], 10, "x").basis is Basis.LAST_RESORT
    with pytest.raises(NobodyAccompanies):
        choose([], 10, "x")


def test_spans_touch_each_other_and_end_with_the_project():
    later, earlier = NOW + timedelta(days=1), NOW - timedelta(hours=1)
    told = spans(
        [
            (1, NOW, "ProjectRegistered", {}),
            (2, NOW, "StewardAssigned", {"steward": "a"}),
            (3, later, "StewardAssigned", {"steward": "a"}),
            (4, later, "StewardAssigned", {"steward": "b", "basis": "rule", "weight": 15}),
            # The clock was set back: nothing ends before it began.
            (5, earlier, "StewardAssigned", {"steward": "c"}),
            (6, later, "ProjectClosed", {}),
        ]
    )
    assert [(span.steward, span.from_at, span.to_at) for span in told] == [
        ("a", NOW, later),
        ("b", later, later),
        ("c", later, later),
    ]
    assert (told[1].basis, told[1].weight) == (Basis.RULE, 15)


def why(pool: list[Candidate], wanted: Wanted = ANYBODY) -> tuple[str, list[tuple[str, int, int]]]:
    """Who has a project of ten, and what each step came to."""
    assigned = choose(pool, 10, "here", wanted)
    return assigned.steward, [
        (step.rule.value, step.before, step.left) for step in assigned.reasons
    ]


def test_why_it_is_they_is_told_step_by_step():
    pool = [
        Candidate("full", projects=25),
        Candidate("gone", away=True),
        Candidate("leaves", away_soon=True),
        Candidate("twice", named_today=2),
        Candidate("plain", load=5),
        Candidate("hydrogen", load=90, skills=frozenset({"h2"})),
        Candidate("duty", standing=Standing.DUTY),
    ]
    assert why(pool) == (
        "plain",
        [
            ("standing", 7, 6),
            ("present", 6, 5),
            ("cap", 5, 4),
            ("present_soon", 4, 3),
            ("daily", 3, 2),
            ("balance", 2, 1),
        ],
    )
    # A kind that somebody is prepared for is theirs; one that nobody is leaves the pool as it was.
    assert why(pool, Wanted("h2"))[0] == "hydrogen"
    assert why(pool, Wanted("road")) == (
        "plain",
        [*why(pool)[1][:3], ("kind", 4, 0), *why(pool)[1][3:]],
    )


def test_a_language_is_asked_and_the_enterprises_steward_goes_on_where_the_balance_allows():
    pool = [
        Candidate("a", load=20, languages=frozenset({"en"})),
        Candidate("b", load=10, languages=frozenset({"zh-CN"})),
        Candidate("c", load=10, knows=True, languages=frozenset({"zh-CN"})),
    ]
    assert why(pool, Wanted(languages=frozenset({"en"})))[0] == "a"
    assert why(pool) == ("c", [("standing", 3, 3), ("continuity", 3, 1)])
    heavier = [*pool[:2], replace(pool[2], load=15)]
    assert why(heavier)[0] == "b"


PEOPLE = st.builds(
    Candidate,
    st.uuids().map(str),
    st.integers(0, 500),
    st.integers(0, 30),
    capacity=st.fractions(Fraction(1, 10), Fraction(3, 2)),
    standing=st.sampled_from(Standing),
    away=st.booleans(),
    away_soon=st.booleans(),
    named_today=st.integers(0, 3),
    skills=st.sets(st.sampled_from("xy")).map(frozenset),
    languages=st.sets(st.sampled_from(["zh-CN", "en"])).map(frozenset),
    knows=st.booleans(),
)


@given(
    st.lists(PEOPLE, min_size=1, max_size=8),
    st.integers(1, 60),
    st.sampled_from(["", "x", "y", "z"]),
    st.sets(st.sampled_from(["zh-CN", "en"])),
)
def test_of_any_pool_somebody_is_found_and_balance_holds_among_whom_the_steps_left(
    pool, weight, kind, languages
):
    assigned = choose(pool, weight, "here", Wanted(kind, frozenset(languages)))
    (chosen,) = [one for one in pool if one.login == assigned.steward]
    assert chosen.standing is min(one.standing for one in pool)
    present = [one for one in pool if one.standing is chosen.standing and not one.away]
    assert not present or not chosen.away
    numbers = [(step.before, step.left) for step in assigned.reasons]
    for (before, left), (after, _) in pairwise(numbers):
        assert after == (left or before)
    assert numbers[0][0] == len(pool)
    assert numbers[-1][1] == 1
    if assigned.reasons[-1].rule is AssignmentRule.BALANCE:
        assert (
            sum(standing(one, weight) >= standing(chosen, weight) for one in pool) >= numbers[-1][0]
        )
