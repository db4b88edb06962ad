"""Names that are there twice, and a scenario without them: of two of one name the first counts.

Checks that put items in order, and everything that draws or compares a scenario, look things up by
name: they are given the scenario without its repeats and say of it what they can.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from models.findings import Finding, Path
from models.scenarios.definition import ScenarioDefinition
from rules.scenarios.verifier.codes.names import DUPLICATE


@dataclass(frozen=True, slots=True)
class _Names:
    """A list whose entries have names of their own: where it stands, and how an entry is named."""

    field: str
    kind: str
    key: str | None = None
    """The field that holds the name; ``None`` where the entry is the name."""
    pointed: bool = False
    """Whether a finding points at the name in the entry, not at the whole entry."""
    inside: tuple[_Names, ...] = ()
    """The lists within one entry."""

    def name(self, entry: Any) -> Any:
        return entry if self.key is None else getattr(entry, self.key)

    def path(self, place: int) -> Path:
        if self.pointed and self.key is not None:
            return (self.field, place, self.key)
        return (self.field, place)


#: Every list of the language in which a name may stand once. Choices and consultations say it in
#: words of their own.
_LISTS = (
    _Names(
        *("items", "item", "code"),
        pointed=True,
        inside=(
            _Names("after", "prerequisite"),
            _Names("materials", "material", "material"),
            _Names("form", "field", "key"),
        ),
    ),
    _Names("stages", "stage", "key", pointed=True),
    _Names("attributes", "attribute", "key", pointed=True),
    _Names("materials", "material", "key", pointed=True),
    _Names("documents", "document", "key", pointed=True),
    _Names("departments", "department", "key", pointed=True),
    _Names("bundles", "bundle", "key", pointed=True, inside=(_Names("items", "item"),)),
    _Names("promises", "promise", "key", pointed=True, inside=(_Names("items", "item"),)),
)


def check_repeats(scenario: ScenarioDefinition) -> Iterator[Finding]:
    """Every name that came before in its list."""
    yield from _repeats(scenario, _LISTS, ())


def _repeats(owner: Any, lists: Sequence[_Names], at: Path) -> Iterator[Finding]:
    for names in lists:
        entries = getattr(owner, names.field)
        firsts = set(_firsts(names, entries))
        for place, entry in enumerate(entries):
            if place not in firsts:
                params = {"kind": names.kind, "name": names.name(entry)}
                yield Finding(DUPLICATE, (*at, *names.path(place)), params)
            yield from _repeats(entry, names.inside, (*at, names.field, place))


def _firsts(names: _Names, entries: Sequence[Any]) -> tuple[int, ...]:
    """The places of the entries whose name did not come before."""
    first: dict[Any, int] = {}
    for place, entry in enumerate(entries):
        first.setdefault(names.name(entry), place)
    return tuple(first.values())


@dataclass(frozen=True, slots=True)
class Firsts:
    """A scenario in which each name stands once, and where its entries stood before."""

    scenario: ScenarioDefinition
    places: Mapping[Path, tuple[int, ...]] = field(default_factory=dict)
    """List of the scenario that lost entries → the place that each of those left had before."""

    def path(self, path: Path) -> Path:
        """A path through this scenario as one through that with repeats."""
        before: Path = ()
        for index, part in enumerate(path):
            places = self.places.get(path[:index])
            before = (*before, places[part] if places and isinstance(part, int) else part)
        return before


def without_repeats(scenario: ScenarioDefinition) -> Firsts:
    """The scenario with the first of each name; itself where nothing is there twice."""
    places: dict[Path, tuple[int, ...]] = {}
    changed = _first_of_each(scenario, _LISTS, (), places)
    return Firsts(changed, places)


def _first_of_each(
    owner: Any, lists: Sequence[_Names], at: Path, places: dict[Path, tuple[int, ...]]
) -> Any:
    changed: dict[str, tuple[Any, ...]] = {}
    for names in lists:
        entries, here = getattr(owner, names.field), (*at, names.field)
        firsts = _firsts(names, entries)
        left = tuple(
            _first_of_each(entries[place], names.inside, (*here, number), places)
            for number, place in enumerate(firsts)
        )
        if len(firsts) < len(entries):
            places[here] = firsts
        if len(left) < len(entries) or any(
            entry is not other for entry, other in zip(left, entries, strict=True)
        ):
            changed[names.field] = left
    return owner.model_copy(update=changed) if changed else owner
