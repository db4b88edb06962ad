"""Order that follows from law: it stands with the items of the catalogue and holds in every scenario."""

from __future__ import annotations

from collections.abc import Iterator

from models.findings import Finding
from models.scenarios.definition import ScenarioDefinition
from models.scenarios.file import Catalogue
from rules.scenarios.verifier.analysis.graph import ancestors
from rules.scenarios.verifier.codes.graph import ORDER_AGAINST_LAW


def check_order(scenario: ScenarioDefinition, catalogue: Catalogue) -> Iterator[Finding]:
    """Every item that opens without one that the law wants before it, where the scenario has both.

    A part opens with its whole: what comes before that comes before the part. And a whole is decided
    when its parts are: what the law wants before it may be one of them.
    """
    before = ancestors(scenario)
    for index, item in enumerate(scenario.items):
        if item.code not in before:
            continue
        earlier = before[item.code] | before.get(item.part_of or "", frozenset())
        earlier |= frozenset(scenario.parts.get(item.code, ()))
        for rule in catalogue.order.get(item.code, ()):
            other = rule.follows
            if rule.is_law and other in scenario.item and other not in earlier:
                params = {"item": item.code, "other": other, "basis": rule.basis}
                yield Finding(ORDER_AGAINST_LAW, ("items", index, "after"), params)
