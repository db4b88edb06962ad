"""The birth of a project: its facts on the day it is registered."""

from __future__ import annotations

from collections.abc import Mapping

from models.definition import ItemDefinition, ScenarioDefinition
from models.errors import KaigongError
from models.facts import AttributeValue, ItemFacts, MaterialFacts, ProjectFacts, StageFacts
from models.outcome import Outcome
from models.states import ItemState, MaterialState
from rules.conditions import complete_attributes, holds
from rules.context import Context
from rules.draft import Draft


class UnknownAttribute(KaigongError):
    """attributes: {attribute} is not an attribute of {scenario}; its attributes are: {known}."""

    field = "attributes"


class WrongAttribute(KaigongError):
    """attributes.{attribute}: {value} is not valid; give {expected}."""

    field = "attributes"


_TYPES: Mapping[str, type | tuple[type, ...]] = {
    "boolean": bool,
    "integer": int,
    "decimal": (int, float),
    "choice": str,
}
_EXPECTED = {
    "boolean": "true or false",
    "integer": "a whole number",
    "decimal": "a number",
}


def check_attributes(
    scenario: ScenarioDefinition, given: Mapping[str, AttributeValue]
) -> dict[str, AttributeValue]:
    """Every declared attribute with a valid value; refuses unknown names and wrong values."""
    declared = {attribute.key: attribute for attribute in scenario.attributes}
    for key in given:
        if key not in declared:
            raise UnknownAttribute(
                attribute=key, scenario=scenario.key, known=list(declared) or ["none"]
            )
    complete = complete_attributes(scenario, given)
    for key, value in complete.items():
        attribute = declared[key]
        wrong_type = not isinstance(value, _TYPES[attribute.type]) or (
            isinstance(value, bool) and attribute.type != "boolean"
        )
        if wrong_type or (attribute.choices and value not in attribute.choices):
            expected = list(attribute.choices) or _EXPECTED.get(attribute.type, "a text")
            raise WrongAttribute(attribute=key, value=value, expected=expected)
    return complete


def register(
    *,
    code: str,
    title: str,
    region: str,
    enterprise: str,
    scenario: ScenarioDefinition,
    attributes: Mapping[str, AttributeValue],
    context: Context,
) -> Outcome:
    """A new project: items that do not concern it set aside, the first ones opened."""
    complete = check_attributes(scenario, attributes)
    facts = ProjectFacts(
        id=0,
        code=code,
        title=title,
        region=region,
        enterprise=enterprise,
        steward=None,
        scenario=scenario,
        registered_on=context.today,
        attributes=complete,
        stages={stage.key: StageFacts(stage.key) for stage in scenario.stages},
        items={item.code: _new_item(item, complete) for item in scenario.items},
    )
    draft = Draft(facts, context)
    draft.record(
        "ProjectRegistered",
        code=code,
        scenario=scenario.key,
        scenario_version=scenario.version,
        enterprise=enterprise,
        attributes=complete,
        not_required=[i.code for i in draft.items.values() if i.state is ItemState.NOT_REQUIRED],
    )
    _fill_from_register(draft)
    draft.tell("enterprise", "project_registered")
    for item in scenario.items:
        if draft.items[item.code].state is ItemState.WAITING and draft.ready(item.code):
            draft.open(item.code)
    return draft.outcome()


def _new_item(definition: ItemDefinition, attributes: Mapping[str, AttributeValue]) -> ItemFacts:
    required = holds(definition.when, attributes)
    return ItemFacts(
        code=definition.code,
        stage=definition.stage,
        department=definition.department,
        state=ItemState.WAITING if required else ItemState.NOT_REQUIRED,
    )


def _fill_from_register(draft: Draft) -> None:
    """Papers that the enterprise register holds are never asked for (art. 33)."""
    for material in draft.scenario.materials:
        if material.from_register:
            draft.provide(
                MaterialFacts(
                    material.key,
                    MaterialState.PROVIDED,
                    source="register",
                    provided_on=draft.today,
                )
            )
