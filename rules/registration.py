"""The birth of a project: its facts on the day it is registered."""

from __future__ import annotations

from collections.abc import Mapping

from models.definition import AttributeDefinition, ItemDefinition, ScenarioDefinition
from models.errors import KaigongError
from models.facts import AttributeValue, ItemFacts, MaterialFacts, ProjectFacts, StageFacts
from models.outcome import Outcome
from models.states import ItemState, MaterialState
from rules.conditions import complete_attributes, holds
from rules.context import Context
from rules.draft import Draft
from rules.exemptions import exempt_items
from rules.formats import is_countable, number_from_text
from rules.own_scenario import merged_stages, own_scenario


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
    "choice": "a text",
}
_YES = frozenset({"true", "yes", "1", "是"})
_NO = frozenset({"false", "no", "0", "否"})


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
        if not _fits(attribute, value):
            raise _wrong(attribute, value)
    return complete


def attribute_from_text(scenario: ScenarioDefinition, key: str, text: str) -> AttributeValue:
    """An attribute's value from what someone wrote in a cell or a form; yes and no may be 是 and 否."""
    attribute = next((known for known in scenario.attributes if known.key == key), None)
    if attribute is None:
        known_keys = [known.key for known in scenario.attributes]
        raise UnknownAttribute(attribute=key, scenario=scenario.key, known=known_keys or ["none"])
    value: AttributeValue = text
    if attribute.type == "boolean":
        word = text.casefold()
        value = True if word in _YES else False if word in _NO else text
    elif attribute.type in ("integer", "decimal"):
        number = number_from_text(text)
        value = text if number is None else number
    if not _fits(attribute, value):
        raise _wrong(attribute, text)
    return value


def _fits(attribute: AttributeDefinition, value: AttributeValue) -> bool:
    if not isinstance(value, _TYPES[attribute.type]):
        return False
    if isinstance(value, bool) and attribute.type != "boolean":
        return False
    if isinstance(value, int | float) and not is_countable(value):
        return False
    return not attribute.choices or value in attribute.choices


def _wrong(attribute: AttributeDefinition, value: AttributeValue) -> WrongAttribute:
    expected = list(attribute.choices) or _EXPECTED[attribute.type]
    shown = "—" if value is None or value == "" else value
    return WrongAttribute(attribute=attribute.key, value=shown, expected=expected)


def register(
    *,
    code: str,
    title: str,
    region: str,
    enterprise: str,
    scenario: ScenarioDefinition,
    attributes: Mapping[str, AttributeValue],
    context: Context,
    steward: str | None = None,
) -> Outcome:
    """A new project with its steward: items that do not concern it set aside, the first ones opened."""
    complete = check_attributes(scenario, attributes)
    scenario = own_scenario(scenario, complete)
    facts = ProjectFacts(
        id=0,
        code=code,
        title=title,
        region=region,
        enterprise=enterprise,
        steward=steward,
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
        title=title,
        scenario=scenario.key,
        scenario_version=scenario.version,
        enterprise=enterprise,
        attributes=complete,
        not_required=[i.code for i in draft.items.values() if i.state is ItemState.NOT_REQUIRED],
    )
    _fill_from_register(draft)
    draft.tell("enterprise", "project_registered")
    if steward is not None:
        draft.record("StewardAssigned", steward=steward, before=None)
        draft.tell("steward", "steward_assigned")
        draft.tell("enterprise", "steward_assigned")
    for stage in merged_stages(scenario, complete):
        draft.merge(stage)
    for item in exempt_items(facts):
        draft.exempt(item.code)
    for item in scenario.items:
        if draft.items[item.code].state is ItemState.WAITING and draft.ready(item.code):
            draft.open(item.code)
    return draft.outcome()


def _new_item(definition: ItemDefinition, attributes: Mapping[str, AttributeValue]) -> ItemFacts:
    required = holds(definition.needed_when, attributes)
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
