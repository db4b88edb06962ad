"""Values of the attributes that a scenario asks of a project: of their type, among their choices."""

from __future__ import annotations

from collections.abc import Mapping

from config.texts import Word
from models.errors import KaigongError
from models.scenarios.definition import AttributeDefinition, ScenarioDefinition
from models.values import AttributeValue
from rules.formats import is_countable, number_from_text
from rules.scenarios.conditions.evaluation import complete_attributes


class UnknownAttribute(KaigongError):
    template = (
        "attributes: {attribute} is not an attribute of {scenario}; its attributes are: {known}."
    )
    field = "attributes"


class WrongAttribute(KaigongError):
    template = "attributes.{attribute}: {value} is not valid; give {expected}."
    field = "attributes"


_TYPES: Mapping[str, type | tuple[type, ...]] = {
    "boolean": bool,
    "integer": int,
    "decimal": (int, float),
    "choice": str,
}
_EXPECTED = {
    "boolean": Word("true or false"),
    "integer": Word("a whole number"),
    "decimal": Word("a number"),
    "choice": Word("a text"),
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
                attribute=key, scenario=scenario.key, known=list(declared) or [Word("none")]
            )
    complete = complete_attributes(scenario, given)
    for key, value in complete.items():
        attribute = declared[key]
        if not _fits(attribute, value):
            raise _wrong(attribute, value)
    return complete


def attribute_from_text(scenario: ScenarioDefinition, key: str, text: str) -> AttributeValue:
    """Parse an attribute's value from a cell or a form field; yes and no may be 是 and 否."""
    attribute = next((known for known in scenario.attributes if known.key == key), None)
    if attribute is None:
        known_keys = [known.key for known in scenario.attributes]
        raise UnknownAttribute(
            attribute=key, scenario=scenario.key, known=known_keys or [Word("none")]
        )
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
