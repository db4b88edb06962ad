"""Attributes of a project as a command is given them: ``--set ATTRIBUTE=VALUE``."""

from __future__ import annotations

from models.errors import KaigongError
from models.scenarios.definition import ScenarioDefinition
from models.values import AttributeValue
from rules.scenarios.attributes import attribute_from_text


class WrongAnswer(KaigongError):
    template = "--set: {value} is not valid; write ATTRIBUTE=VALUE, such as phased_permit=true."
    field = "set"


def attributes_given(scenario: ScenarioDefinition, answers: list[str]) -> dict[str, AttributeValue]:
    """The attributes given by ``--set ATTRIBUTE=VALUE``, converted to their types."""
    attributes = {}
    for answer in answers:
        key, sign, value = answer.partition("=")
        if not sign:
            raise WrongAnswer(value=answer or "—")
        attributes[key.strip()] = attribute_from_text(scenario, key.strip(), value.strip())
    return attributes
