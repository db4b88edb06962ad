"""Role of an item in a joint utility application 联合报装, by its definition alone."""

from __future__ import annotations

from models.scenarios.definition import ItemCategory, ItemDefinition, ItemMode, ScenarioDefinition


def is_application(item: ItemDefinition) -> bool:
    """Whether this is a joint application of utilities; a licence in the same stage is not."""
    service = item.category is ItemCategory.UTILITY_SERVICE
    return service and item.mode is ItemMode.APPLICATION and item.utility is None


def is_reply(item: ItemDefinition, scenario: ScenarioDefinition) -> bool:
    """Whether its document is the single reply to a joint application, with the plan of every line."""
    before = [scenario.item[code] for code in item.after if code in scenario.item]
    return item.document is not None and any(
        prerequisite.utility is not None for prerequisite in before
    )
