"""Whether a tree of units hangs together, and where a unit has gone to (``domain/stewards`` 1.1)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from config.texts import Word
from models.errors import KaigongError
from models.people.organisation import PLACES, Unit, UnitKind


class UnknownUnit(KaigongError):
    template = "unit: {value} is no unit; choose one from 'kaigong unit list'."
    field = "unit"


class UnitFault(KaigongError):
    """A unit that does not fit among the others."""

    template = "{field}: {value} of {unit}: {reason}."


def unit_faults(units: Mapping[str, Unit]) -> Iterator[tuple[str, UnitFault]]:
    """Every fault of a tree: the key of the unit, and what is wrong with it."""
    for unit in units.values():
        for field, value, reason in _faults(unit, units):
            yield unit.key, UnitFault(field=field, value=value, unit=unit.key, reason=reason)


def _faults(unit: Unit, units: Mapping[str, Unit]) -> Iterator[tuple[str, object, Word]]:
    if unit.kind is UnitKind.NEW_AREA and unit.parent is not None:
        yield "parent", unit.parent, Word("a new area is under no other unit; leave it empty")
    if unit.kind is not UnitKind.NEW_AREA and unit.parent is None:
        yield "parent", "—", Word("every unit but the new area is under another; name it")
    if unit.parent is not None and unit.parent not in units:
        yield "parent", unit.parent, Word("there is no such unit; correct the key, or add it")
    elif _in_a_circle(unit, units):
        yield "parent", unit.parent, Word("the units above it lead back to it; break the circle")
    if unit.to_on is not None and unit.to_on <= unit.from_on:
        yield "to_on", unit.to_on, Word("it has to lie after the first day")
    yield from _faults_of_end(unit, units)


def _faults_of_end(unit: Unit, units: Mapping[str, Unit]) -> Iterator[tuple[str, object, Word]]:
    if unit.to_on is not None and unit.successor is None and unit.kind in PLACES:
        yield "successor", "—", Word("a place that ends has a successor for its projects; name it")
    if unit.successor is None:
        return
    after = units.get(unit.successor)
    if unit.to_on is None:
        yield "successor", unit.successor, Word("only a unit that ends has one; give its last day")
    elif after is None:
        yield "successor", unit.successor, Word("there is no such unit; correct the key, or add it")
    elif not after.holds(unit.to_on):
        yield (
            "successor",
            unit.successor,
            Word("it is not in force on the day on which it takes over"),
        )
    if unit.successor == unit.key:
        yield "successor", unit.successor, Word("a unit does not follow itself")


def _in_a_circle(unit: Unit, units: Mapping[str, Unit]) -> bool:
    passed = {unit.key}
    above = unit.parent
    while above is not None and above in units:
        if above in passed:
            return above == unit.key
        passed.add(above)
        above = units[above].parent
    return False


def unit_on(key: str, units: Mapping[str, Unit], on: date) -> str:
    """The unit that is there for another on a day: itself, or the one that took over in the end."""
    passed = set[str]()
    while (unit := units.get(key)) and unit.to_on and unit.successor and unit.to_on <= on:
        if key in passed:
            break
        passed.add(key)
        key = unit.successor
    return key


def units_above(key: str, units: Mapping[str, Unit], on: date) -> tuple[str, ...]:
    """A unit as it is on a day, and those above it, the nearest first."""
    above: list[str] = []
    current: str | None = key
    while current is not None:
        current = unit_on(current, units, on)
        if current in above:
            break
        above.append(current)
        unit = units.get(current)
        current = unit.parent if unit else None
    return tuple(above)
