"""A new scenario from chosen items: what follows what is proposed from scenarios that are there."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from rules.scenario_editing.changes import Values, code_of, items_of, stage_of
from rules.scenario_editing.writing import entry_lines, field_lines

#: What an item brings along from the scenario that it is proposed from.
_BROUGHT = ("promised", "counted", "scope", "when_basis_voided")
_ATTRIBUTE = re.compile(r"\bproject\.([a-z][a-z0-9_]*)")
_SECTIONS = frozenset({"attributes", "stages", "items"})


@dataclass(frozen=True)
class Proposals:
    """The scenarios that proposals are taken from, by what their texts say."""

    examples: Sequence[Mapping[str, Any]]
    catalogue: Mapping[str, str] = field(default_factory=dict)
    """Item code → everything that the catalogue says of it: its papers and guards may ask for attributes."""
    sources: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Item code → items whose documents it takes papers from; it comes after those of them that are chosen."""

    def best(self, code: str, chosen: Collection[str]) -> Mapping[str, Any] | None:
        """The scenario with this item that has most of the chosen ones; of equals the first."""
        having = [one for one in self.examples if any(code_of(i) == code for i in items_of(one))]
        return max(having, key=lambda one: _shared(one, chosen), default=None)

    def kind(self, code: str) -> str | None:
        """The kind of stage that an item stands in most often."""
        stages = [
            stage_of(example, str(_entry(example, code).get("stage"))) for example in self.examples
        ]
        kinds = Counter(str(stage["kind"]) for stage in stages if stage)
        return kinds.most_common(1)[0][0] if kinds else None

    def entry(self, code: str, stage: str, chosen: Collection[str]) -> Values:
        """An item as it would stand in a scenario with the chosen ones."""
        found: Values = {"use": code, "stage": stage}
        others = set(chosen) - {code}
        sources = [one for one in self.sources.get(code, ()) if one in others]
        example = self.best(code, chosen)
        entry = _entry(example, code)
        if example is None or not entry:
            return found | ({"after": sources} if sources else {})
        after = list(dict.fromkeys([*_nearest(example, code, others, set()), *sources]))
        before = {one: _before(example, one) for one in after}
        after = [one for one in after if not any(one in before[other] for other in after)]
        if after:
            found["after"] = after
        if "when" in entry and not _alone(example, entry["when"], others):
            found["when"] = entry["when"]
        if entry.get("part_of") in others:
            found["part_of"] = entry["part_of"]
        return found | {name: entry[name] for name in _BROUGHT if name in entry}

    def attributes(self, items: Sequence[Mapping[str, Any]]) -> list[Any]:
        """The attributes that the conditions of items ask for, as the examples define them."""
        chosen = {code_of(one) for one in items}
        said = [str(one.get("when", "")) + self.catalogue.get(code_of(one), "") for one in items]
        asked = [name for text in said for name in _ATTRIBUTE.findall(text)]
        known: dict[str, Any] = {}
        for example in sorted(self.examples, key=lambda one: -_shared(one, chosen)):
            for one in example.get("attributes") or []:
                known.setdefault(one.get("key"), one)
        return [known[name] for name in dict.fromkeys(asked) if name in known]


def proposed(
    proposals: Proposals, chosen: Mapping[str, Sequence[str]], stages: Sequence[Values], top: Values
) -> Values:
    """A whole scenario: ``chosen`` names the items of each stage, ``top`` the fields before them."""
    codes = [code for items in chosen.values() for code in items]
    items = [
        proposals.entry(code, stage, codes) for stage, listed in chosen.items() for code in listed
    ]
    _without_circles(items)
    attributes = proposals.attributes(items)
    values = dict(top)
    if attributes:
        values["attributes"] = attributes
    return {**values, "stages": list(stages), "items": items}


def composed(values: Mapping[str, Any], heading: str = "") -> str:
    """The text of a scenario, laid out as the shipped ones are; ``heading`` stands above as a comment."""
    lines = [f"# {line}".rstrip() for line in heading.splitlines()]
    for name, value in values.items():
        if name in _SECTIONS:
            lines.append("")
        if name == "items" and value:
            lines += ["items:", *_items(value)]
        else:
            lines += field_lines(name, value, 0)
    return "\n".join(lines) + "\n"


def _items(items: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """The items, with a blank line between stages."""
    before = items[0].get("stage")
    for item in items:
        if item.get("stage") != before:
            yield ""
        before = item.get("stage")
        yield from entry_lines(item, 2)


def _shared(example: Mapping[str, Any], chosen: Collection[str]) -> int:
    return sum(code_of(entry) in chosen for entry in items_of(example))


def _entry(example: Mapping[str, Any] | None, code: str) -> Values:
    items = items_of(example) if example else []
    return next((entry for entry in items if code_of(entry) == code), {})


def _nearest(
    example: Mapping[str, Any], code: str, chosen: Collection[str], seen: set[str]
) -> Iterator[str]:
    """The chosen items that an item comes after, through those that were not chosen."""
    for before in _entry(example, code).get("after") or []:
        if before in chosen:
            yield before
        elif before not in seen:
            seen.add(before)
            yield from _nearest(example, before, chosen, seen)


def _before(example: Mapping[str, Any], code: str) -> set[str]:
    """Every item that comes before one, directly or not."""
    found: set[str] = set()
    queue = [code]
    while queue:
        for before in _entry(example, queue.pop()).get("after") or []:
            if before not in found:
                found.add(before)
                queue.append(before)
    return found


def _alone(example: Mapping[str, Any], condition: str, chosen: Collection[str]) -> bool:
    """Whether a condition chooses between items of which the others were not chosen."""
    opposite = condition[1:] if condition.startswith("!") else f"!{condition}"
    others = [code_of(entry) for entry in items_of(example) if entry.get("when") == opposite]
    return bool(others) and not any(code in chosen for code in others)


def _without_circles(items: Sequence[Values]) -> None:
    """Take out what would close a circle: proposals may come from scenarios of another order."""
    leads: dict[str, set[str]] = {}
    for item in items:
        code = code_of(item)
        kept = [one for one in item.get("after", []) if not _leads(leads, code, one)]
        for one in kept:
            leads.setdefault(one, set()).add(code)
        if kept:
            item["after"] = kept
        else:
            item.pop("after", None)


def _leads(leads: Mapping[str, set[str]], start: str, end: str) -> bool:
    """Whether the second item comes after the first, directly or not."""
    queue, seen = [start], {start}
    while queue:
        code = queue.pop()
        if code == end:
            return True
        queue += [one for one in leads.get(code, ()) if one not in seen]
        seen.update(leads.get(code, ()))
    return False
