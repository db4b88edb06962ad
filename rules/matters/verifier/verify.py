"""The walk over the states of a kind, with the clocks that run in each: finite, and every step of it is an act."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from models.findings import Finding
from models.matters.definition import Effects, KindAct, KindDefinition
from rules.matters.predicates import PREDICATES
from rules.matters.verifier import codes

_OF_THE_OFFICE = frozenset({"dispatcher", "office_head"})


class Place(NamedTuple):
    """Where a matter may be: its state, and the clocks that run or are held there."""

    state: str
    clocks: frozenset[str]


class Step(NamedTuple):
    """An act from one place to another."""

    act: str
    to: Place


def verify_kind(kind: KindDefinition) -> Iterator[Finding]:
    """Everything that is wrong with where a kind leads; its names were found in order before."""
    steps = walked(kind)
    reached = {place.state for place in steps}
    yield from _states(kind, steps, reached)
    yield from _clocks(kind)
    yield from _people(kind, reached)


def walked(kind: KindDefinition) -> Mapping[Place, tuple[Step, ...]]:
    """Every place that a matter may come to, with the steps that lead on."""
    first = next(iter(kind.states))
    filing = kind.acts[kind.filing]
    begin = [step.to for step in _steps(kind, kind.filing, filing, Place(first, frozenset()))]
    known: dict[Place, tuple[Step, ...]] = {}
    while begin:
        place = begin.pop()
        if place in known:
            continue
        known[place] = tuple(
            step
            for key, act in kind.acts.items()
            if place.state in act.from_
            for step in _steps(kind, key, act, place)
        )
        begin += [step.to for step in known[place]]
    return known


def _steps(kind: KindDefinition, key: str, act: KindAct, place: Place) -> Iterator[Step]:
    if not act.ways:
        yield Step(key, _after(kind, place, act.to, (act,)))
    for way in act.ways:
        yield Step(key, _after(kind, place, way.to, (act, way)))


def _after(
    kind: KindDefinition, place: Place, to: str | None, effects: tuple[Effects, ...]
) -> Place:
    state, clocks = to or place.state, set(place.clocks)
    if to is not None and kind.states[to].final:
        clocks.clear()
    for effect in effects:
        if effect.new_round:
            clocks.clear()
        clocks -= set(effect.stops)
        clocks |= set(effect.starts)
    return Place(state, frozenset(clocks))


def _states(
    kind: KindDefinition, steps: Mapping[Place, tuple[Step, ...]], reached: set[str]
) -> Iterator[Finding]:
    resting = _leading_to_rest(kind, steps)
    for key, state in kind.states.items():
        at = ("states", key)
        if key not in reached:
            yield Finding(codes.STATE_UNREACHABLE, at, {"value": key})
            continue
        places = [place for place in steps if place.state == key]
        if state.final:
            continue
        if not any(step.to.state != key for place in places for step in steps[place]):
            yield Finding(codes.STATE_DEAD_END, at, {"value": key})
        elif any(place not in resting for place in places):
            yield Finding(codes.CLOSED_UNREACHABLE, at, {"value": key})
        if any(not place.clocks for place in places):
            acts = sorted(name for name, act in kind.acts.items() if key in act.targets)
            yield Finding(codes.STATE_WITHOUT_CLOCK, at, {"value": key, "acts": acts})


def _leading_to_rest(
    kind: KindDefinition, steps: Mapping[Place, tuple[Step, ...]]
) -> frozenset[Place]:
    """The places from which a final state can be reached."""
    resting = {place for place in steps if kind.states[place.state].final}
    grown = True
    while grown:
        more = {
            place
            for place, onward in steps.items()
            if place not in resting and any(step.to in resting for step in onward)
        }
        resting |= more
        grown = bool(more)
    return frozenset(resting)


def _clocks(kind: KindDefinition) -> Iterator[Finding]:
    effects: list[Effects] = [effect for act in kind.acts.values() for effect in (act, *act.ways)]
    for key in kind.clocks:
        if not any(key in effect.starts for effect in effects):
            yield Finding(codes.CLOCK_NEVER_STARTED, ("clocks", key), {"value": key})


def _people(kind: KindDefinition, reached: set[str]) -> Iterator[Finding]:
    for key, act in kind.acts.items():
        if kind.office is None and set(act.by) <= _OF_THE_OFFICE:
            yield Finding(codes.DISPATCHER_MISSING, ("acts", key, "by"), {"act": key})
        if act.closes and not act.guards:
            yield Finding(codes.CLOSE_GUARD_MISSING, ("acts", key), {"act": key})
    for key in kind.states:
        onward = [
            act
            for act in kind.acts.values()
            if key in act.from_ and any(target != key for target in act.targets)
        ]
        if key in reached and onward and not kind.states[key].final and _on_filer(onward):
            yield Finding(codes.CLOSING_HANGS_ON_FILER, ("states", key), {"value": key})


def _on_filer(acts: list[KindAct]) -> bool:
    """Whether each of the acts needs somebody who may have no account, or vanish."""
    return all(PREDICATES[name].without_account for act in acts for name in act.by)
