"""Conditions: written in the language, over attributes that exist, comparing like with like."""

from __future__ import annotations

import re
from collections.abc import Iterator

from models.findings import Finding, Path
from models.scenarios.definition import AttributeDefinition, ItemDefinition, ScenarioDefinition
from models.scenarios.forms import FormField
from rules.formats import is_date
from rules.scenarios.conditions.language import (
    Attribute,
    Both,
    Comparison,
    Condition,
    ConditionFault,
    Constant,
    Either,
    Filled,
    Membership,
    Not,
    Operand,
    OutsideLanguage,
    parse,
    parts,
)
from rules.scenarios.verifier.codes.conditions import (
    ATTRIBUTE_CHOICES,
    ATTRIBUTE_DEFAULT,
    CONDITION_OUTSIDE_LANGUAGE,
    CONDITION_SYNTAX,
    CONDITION_TYPE,
    UNKNOWN_ATTRIBUTE,
    UNKNOWN_CHOICE,
    UNKNOWN_FIELD,
)
from rules.scenarios.verifier.codes.names import UNUSED_NAME

#: What a condition that is none names all the same: it has to be corrected, not its attributes.
_NAMED = re.compile(r"\bproject\.([a-z][a-z0-9_]*)")
TRUTH, NUMBER, TEXT, DATE = "true or false", "a number", "a text", "a date"
_TYPES = {
    "boolean": TRUTH,
    "integer": NUMBER,
    "decimal": NUMBER,
    "choice": TEXT,
    "text": TEXT,
    "credit_code": TEXT,
    "date": DATE,
}
_EXPECTED = {
    "boolean": "true or false",
    "integer": "a whole number",
    "decimal": "a number",
    "choice": "one of its choices",
}

#: Of what is no number there is no multiple.
_NO_VALUE = "no value"


class Known:
    """The names that conditions may use: attributes and, in guards, fields of forms."""

    def __init__(self, scenario: ScenarioDefinition) -> None:
        self.attributes = {attribute.key: attribute for attribute in scenario.attributes}
        self._items = scenario.item

    def field(self, filled: Filled) -> FormField | None:
        """The field that is meant, where there is one."""
        item = self._items.get(filled.item)
        return item.field.get(filled.field) if item is not None else None

    def type(self, operand: Operand) -> str:
        """The type of an operand's value."""
        if isinstance(operand, Attribute):
            return _TYPES[self.attributes[operand.name].type]
        if isinstance(operand, Filled):
            field = self.field(operand)
            own = _TYPES[field.type.value] if field is not None else TEXT
            return _NO_VALUE if operand.times is not None and own != NUMBER else own
        if isinstance(operand.value, bool):
            return TRUTH
        return TEXT if isinstance(operand.value, str) else NUMBER

    def choices(self, operand: Operand) -> tuple[str, ...]:
        """The texts that it can be, where it is a choice."""
        if isinstance(operand, Attribute):
            return self.attributes[operand.name].choices
        field = self.field(operand) if isinstance(operand, Filled) else None
        return tuple(choice.key for choice in field.choices) if field is not None else ()


def check_conditions(scenario: ScenarioDefinition) -> Iterator[Finding]:
    """Every condition has a value for every project, and every attribute is used."""
    used: set[str] = set()
    for path, text, forms in _conditions(scenario):
        yield from _check(scenario, path, text, used, forms=forms)
    for index, attribute in enumerate(scenario.attributes):
        yield from _check_attribute(("attributes", index), attribute)
        if attribute.key not in used:
            params = {"kind": "attribute", "name": attribute.key}
            yield Finding(UNUSED_NAME, ("attributes", index), params)


def _conditions(scenario: ScenarioDefinition) -> Iterator[tuple[Path, str, bool]]:
    """Path and text of each condition, and whether it may refer to forms."""
    for index, item in enumerate(scenario.items):
        yield from _of_item(("items", index), item)
    for index, stage in enumerate(scenario.stages):
        if stage.leads is not None and stage.leads.at_registration is not None:
            yield ("stages", index, "leads", "at_registration"), stage.leads.at_registration, False
        if stage.merge_into is not None:
            yield ("stages", index, "merge_into", "when"), stage.merge_into.when, False
    for path, text in _classes(scenario):
        if text is not None:
            yield path, text, False


def _classes(scenario: ScenarioDefinition) -> Iterator[tuple[Path, str | None]]:
    """What holds for a class of projects as a whole, with its condition."""
    if scenario.architect is not None:
        yield ("architect", "when"), scenario.architect.when
    for index, bundle in enumerate(scenario.bundles):
        yield ("bundles", index, "when"), bundle.when
    if scenario.promise is not None:
        yield ("promise", "when"), scenario.promise.when
    for index, promise in enumerate(scenario.promises):
        yield ("promises", index, "when"), promise.when


def _of_item(at: Path, item: ItemDefinition) -> Iterator[tuple[Path, str, bool]]:
    if item.when is not None:
        yield (*at, "when"), item.when, False
    if item.exempt is not None and item.exempt.when is not None:
        yield (*at, "exempt", "when"), item.exempt.when, False
    for position, requirement in enumerate(item.materials):
        if requirement.when is not None:
            yield (*at, "materials", position, "when"), requirement.when, False
    for position, guard in enumerate(item.guards):
        yield (*at, "guards", position, "check"), guard.check, True


def _check(
    scenario: ScenarioDefinition, path: Path, text: str, used: set[str], *, forms: bool
) -> Iterator[Finding]:
    try:
        condition = parse(text, forms=forms)
    except ConditionFault as fault:
        params = {"condition": text, "reason": fault.params["reason"]}
        yield Finding(CONDITION_SYNTAX, path, params)
        used.update(_NAMED.findall(text))
        return
    except OutsideLanguage as fault:
        yield Finding(CONDITION_OUTSIDE_LANGUAGE, path, fault.params)
        used.update(_NAMED.findall(text))
        return
    known = Known(scenario)
    used.update(part.name for part in parts(condition) if isinstance(part, Attribute))
    unknown = tuple(_unknown(scenario, path, text, condition, known))
    yield from unknown
    if not unknown:
        yield from _check_truth(path, text, condition, known)


def _unknown(
    scenario: ScenarioDefinition, path: Path, text: str, condition: Condition, known: Known
) -> Iterator[Finding]:
    """Attributes and fields of forms that there are not, each once."""
    params: dict[str, object]
    for part in dict.fromkeys(parts(condition)):
        if isinstance(part, Attribute) and part.name not in known.attributes:
            params = {"condition": text, "name": part.name}
            yield Finding(
                UNKNOWN_ATTRIBUTE, path, {**params, "known": list(known.attributes) or "-"}
            )
        elif isinstance(part, Filled) and known.field(part) is None:
            item = scenario.item.get(part.item)
            fields = list(item.field) if item is not None else []
            params = {"condition": text, "name": f"{part.item}.{part.field}"}
            yield Finding(UNKNOWN_FIELD, path, {**params, "known": fields or "-"})


def _check_truth(path: Path, text: str, condition: Condition, known: Known) -> Iterator[Finding]:
    """The condition, and each side of ``&&``, ``||`` and ``!``, is true or false."""
    match condition:
        case Not(term):
            yield from _check_truth(path, text, term, known)
        case Both(left, right) | Either(left, right):
            yield from _check_truth(path, text, left, known)
            yield from _check_truth(path, text, right, known)
        case Comparison(operator, left, right):
            yield from _check_pair(path, text, operator, left, right, known)
        case Membership(term, options):
            for option in options:
                yield from _check_pair(path, text, "==", term, option, known)
        case Attribute() | Filled() | Constant():
            if known.type(condition) != TRUTH:
                params = {"condition": text, "left": _operand_text(condition), "right": TRUTH}
                yield Finding(CONDITION_TYPE, path, params)


def _check_pair(
    path: Path, text: str, operator: str, left: Operand, right: Operand, known: Known
) -> Iterator[Finding]:
    if not _comparable(operator, left, right, known):
        params: dict[str, object] = {
            "condition": text,
            "left": _operand_text(left),
            "right": _operand_text(right),
        }
        yield Finding(CONDITION_TYPE, path, params)
        return
    for operand, other in ((left, right), (right, left)):
        choices = known.choices(operand)
        if choices and isinstance(other, Constant) and other.value not in choices:
            params = {
                "name": _operand_text(operand),
                "value": f'"{other.value}"',
                "known": list(choices),
            }
            yield Finding(UNKNOWN_CHOICE, path, params)


def _comparable(operator: str, left: Operand, right: Operand, known: Known) -> bool:
    types = {_type_beside(left, right, known), _type_beside(right, left, known)}
    if _NO_VALUE in types:
        return False
    return len(types) == 1 and (operator in {"==", "!="} or types <= {NUMBER, DATE})


def _type_beside(operand: Operand, other: Operand, known: Known) -> str:
    """The type of an operand; a text written like a date is a date when compared with a date."""
    own_type = known.type(operand)
    if isinstance(operand, Constant) and own_type == TEXT and known.type(other) == DATE:
        return DATE if is_date(operand.value) else TEXT
    return own_type


def _operand_text(operand: Operand) -> str:
    if isinstance(operand, Attribute):
        return f"project.{operand.name}"
    if isinstance(operand, Filled):
        times = "" if operand.times is None else f" * {operand.times}"
        return f"form.{operand.item}.{operand.field}{times}"
    if isinstance(operand.value, bool):
        return str(operand.value).lower()
    return f'"{operand.value}"' if isinstance(operand.value, str) else str(operand.value)


def _check_attribute(at: Path, attribute: AttributeDefinition) -> Iterator[Finding]:
    choices, is_choice = attribute.choices, attribute.type == "choice"
    if (len(choices) < 2 or len(set(choices)) < len(choices)) if is_choice else bool(choices):  # noqa: PLR2004
        yield Finding(ATTRIBUTE_CHOICES, (*at, "choices"), {"name": attribute.key})
    if attribute.default is not None and not _fits(attribute):
        params = {
            "name": attribute.key,
            "value": str(attribute.default),
            "expected": _EXPECTED[attribute.type],
        }
        yield Finding(ATTRIBUTE_DEFAULT, (*at, "default"), params)


def _fits(attribute: AttributeDefinition) -> bool:
    default = attribute.default
    if attribute.type == "boolean":
        return isinstance(default, bool)
    if attribute.type == "choice":
        return default in attribute.choices
    if isinstance(default, bool):
        return False
    return isinstance(default, int) or (attribute.type == "decimal" and isinstance(default, float))
