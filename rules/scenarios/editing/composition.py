"""A new scenario from chosen items; their order is proposed from existing scenarios."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from rules.scenarios.editing.changes import Values, code_of, items_of, stage_of
from rules.scenarios.editing.yaml_writing import entry_lines, field_lines

#: What an item brings along from the scenario that it is proposed from.
_BROUGHT = ("promised", "counted", "scope", "when_basis_voided")
_ATTRIBUTE = re.compile(r"\bproject\.([a-z][a-z0-9_]*)")
_SECTIONS = frozenset({"attributes", "stages", "items"})


@dataclass(frozen=True)
class Proposals:
    """The scenarios that proposals are taken from, as the values of their texts."""

    examples: Sequence[Mapping[str, Any]]
    catalogue: Mapping[str, str] = field(default_factory=dict)
    """Item code → its catalogue entry as text: its papers and guards may refer to attributes."""
    sources: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Item code → items whose documents it takes papers from; it comes after those of them that are chosen."""

    order: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Item code → items that the catalogue has it follow, by law or as a rule."""
    wholes: Mapping[str, str] = field(default_factory=dict)
    """Item code → the joint item that the catalogue has it be a part of."""

    def best(self, code: str, chosen: Collection[str]) -> Mapping[str, Any] | None:
        """The scenario with this item that has most of the chosen ones; of equals the first."""
        having = [
            example
            for example in self.examples
            if any(code_of(i) == code for i in items_of(example))
        ]
        return max(having, key=lambda example: _shared(example, chosen), default=None)

    def kind(self, code: str) -> str | None:
        """The kind of stage that an item stands in most often."""
        stages = [
            stage_of(example, str(_entry(example, code).get("stage"))) for example in self.examples
        ]
        kinds = Counter(str(stage["kind"]) for stage in stages if stage)
        return kinds.most_common(1)[0][0] if kinds else None

    def entry(self, code: str, stage: str, chosen: Collection[str]) -> Values:
        """The proposed entry of an item in a scenario with the chosen items."""
        proposal: Values = {"use": code, "stage": stage}
        others = set(chosen) - {code}
        example = self.best(code, chosen)
        entry = _entry(example, code)
        nearest = _nearest(example, code, others, set()) if example is not None else ()
        wanted = (*nearest, *self.sources.get(code, ()), *self.order.get(code, ()))
        after = [earlier for earlier in dict.fromkeys(wanted) if earlier in others]
        after = self._nearest_of(example, code, after, others)
        if after:
            proposal["after"] = after
        whole = entry.get("part_of", self.wholes.get(code))
        if example is None or not entry:
            return proposal | ({"part_of": whole} if whole in others else {})
        if "when" in entry and not _alone(example, entry["when"], others):
            proposal["when"] = entry["when"]
        if whole in others:
            proposal["part_of"] = whole
        return proposal | {name: entry[name] for name in _BROUGHT if name in entry}

    def _nearest_of(
        self,
        example: Mapping[str, Any] | None,
        code: str,
        after: Sequence[str],
        chosen: Collection[str],
    ) -> list[str]:
        """Those of ``after`` that no other of them waits for already.

        What the catalogue has an item follow counts on the catalogue's order alone: another item may be
        proposed from another example, in which it waits for less.
        """
        by_law = set(self.order.get(code, ()))
        anyhow = {follower: self._before(None, follower, chosen) for follower in after}
        here = {follower: self._before(example, follower, chosen) for follower in after}
        return [
            last
            for last in after
            if not any(last in (anyhow if last in by_law else here)[other] for other in after)
        ]

    def _before(
        self, example: Mapping[str, Any] | None, code: str, chosen: Collection[str]
    ) -> set[str]:
        """What comes before an item in its example, and what the catalogue has it follow.

        The catalogue's order leads through chosen items alone: nothing waits for what is not there.
        """
        before = _before(example, code) if example is not None else set()
        queue = [code, *(before & set(chosen))]
        while queue:
            new = set(self.order.get(queue.pop(), ())) & set(chosen) - before
            before |= new
            queue += new
        return before - {code}

    def attributes(self, items: Sequence[Mapping[str, Any]]) -> list[Any]:
        """The attributes that the conditions of items ask for, as the examples define them."""
        chosen = {code_of(item) for item in items}
        texts = [
            str(item.get("when", "")) + self.catalogue.get(code_of(item), "") for item in items
        ]
        keys = [name for text in texts for name in _ATTRIBUTE.findall(text)]
        known: dict[str, Any] = {}
        for example in sorted(self.examples, key=lambda example: -_shared(example, chosen)):
            for attribute in example.get("attributes") or []:
                known.setdefault(attribute.get("key"), attribute)
        return [known[name] for name in dict.fromkeys(keys) if name in known]


def proposed(
    proposals: Proposals, chosen: Mapping[str, Sequence[str]], stages: Sequence[Values], top: Values
) -> Values:
    """A whole scenario: ``chosen`` names the items of each stage, ``top`` the fields before them."""
    codes = [code for items in chosen.values() for code in items]
    items = [
        proposals.entry(code, stage, codes) for stage, listed in chosen.items() for code in listed
    ]
    _remove_cycles(items)
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
    """All ancestors of an item, direct and indirect."""
    ancestors: set[str] = set()
    queue = [code]
    while queue:
        for before in _entry(example, queue.pop()).get("after") or []:
            if before not in ancestors:
                ancestors.add(before)
                queue.append(before)
    return ancestors


def _alone(example: Mapping[str, Any], condition: str, chosen: Collection[str]) -> bool:
    """Whether a condition chooses between items of which the others were not chosen."""
    opposite = condition[1:] if condition.startswith("!") else f"!{condition}"
    others = [code_of(entry) for entry in items_of(example) if entry.get("when") == opposite]
    return bool(others) and not any(code in chosen for code in others)


def _remove_cycles(items: Sequence[Values]) -> None:
    """Drop prerequisites that would form a cycle: proposals may come from scenarios of another order."""
    leads: dict[str, set[str]] = {}
    for item in items:
        code = code_of(item)
        kept = [before for before in item.get("after", []) if not _reaches(leads, code, before)]
        for before in kept:
            leads.setdefault(before, set()).add(code)
        if kept:
            item["after"] = kept
        else:
            item.pop("after", None)


def _reaches(leads: Mapping[str, set[str]], start: str, end: str) -> bool:
    """Whether ``end`` can be reached from ``start``."""
    queue, seen = [start], {start}
    while queue:
        code = queue.pop()
        if code == end:
            return True
        queue += [follower for follower in leads.get(code, ()) if follower not in seen]
        seen.update(leads.get(code, ()))
    return False
