"""Attributes of a project as a form sends them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from models.errors import InvalidInput
from models.scenarios.definition import AttributeDefinition
from models.values import AttributeValue
from web.forms import Submission

#: Before the key of each attribute, in the name of its input.
ATTRIBUTE = "attribute_"


def attributes_sent(
    sent: Submission, attributes: Iterable[AttributeDefinition], *, defaults: bool
) -> dict[str, AttributeValue]:
    """What was typed or ticked for each attribute; with ``defaults`` an empty field has its default."""
    return {
        attribute.key: _value(attribute, sent.text(ATTRIBUTE + attribute.key), defaults=defaults)
        for attribute in attributes
    }


def _value(attribute: AttributeDefinition, text: str, *, defaults: bool) -> AttributeValue:
    if attribute.type == "boolean":
        return bool(text)
    if not text:
        return attribute.default if defaults else None
    if attribute.type == "choice":
        return text
    convert: dict[str, Any] = {"integer": int, "decimal": float}
    try:
        value: AttributeValue = convert[attribute.type](text)
    except ValueError as error:
        raise InvalidInput(field=attribute.key, value=text, remedy="Give a number.") from error
    return value
