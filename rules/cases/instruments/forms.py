"""The form of an item, filled in: every field of its type, nothing missing, nothing that nobody asked.

Only what the form asks for may be asked and is kept (Licensing Law art. 31).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from config.texts import Word
from models.errors import KaigongError
from models.scenarios.definition import ItemDefinition
from models.scenarios.forms import FieldType, FormField, FormValue
from models.values import Text
from rules.formats import (
    InvalidCreditCode,
    is_countable,
    is_date,
    number_from_text,
    parse_credit_code,
)

_EXPECTED: Mapping[FieldType, str] = {
    FieldType.TEXT: Word("a text"),
    FieldType.INTEGER: Word("a whole number"),
    FieldType.DECIMAL: Word("a number"),
    FieldType.BOOLEAN: Word("true or false"),
    FieldType.DATE: Word("a date as YYYY-MM-DD"),
}


class UnknownField(KaigongError):
    template = "form: {key} is not a field of the form of {item}; its fields are: {known}."
    field = "form"


class FieldMissing(KaigongError):
    template = "form: {name} ({key}) is missing in the form of {item}; fill it in."
    field = "form"


class WrongField(KaigongError):
    template = "form: {value} is not valid for {name} ({key}); give {expected}."
    field = "form"


class WrongCreditCode(KaigongError):
    template = "form: {value} is not a unified social credit code, as {name} ({key}) asks for ({problem}); copy the 18 characters from the business licence."
    field = "form"


def checked(definition: ItemDefinition, given: Mapping[str, FormValue]) -> dict[str, FormValue]:
    """The form as it is kept, in the order of its fields; refuses what is missing, wrong or unknown."""
    return checked_fields(definition.field, given, definition.code)


def checked_fields(
    fields: Mapping[str, FormField], given: Mapping[str, FormValue], form_of: str
) -> dict[str, FormValue]:
    """The same for the fields of any form; ``form_of`` is what a refusal calls its owner."""
    for key in given:
        if key not in fields:
            raise UnknownField(key=key, item=form_of, known=list(fields) or [Word("none")])
    values = {key: _value(field, form_of, given) for key, field in fields.items()}
    return {key: value for key, value in values.items() if value is not None}


def faults(
    definition: ItemDefinition, given: Mapping[str, FormValue]
) -> tuple[dict[str, FormValue], dict[str, KaigongError]]:
    """What of a form is right, and for each other field what is wrong with it, all at once."""
    kept, wrong = dict[str, FormValue](), dict[str, KaigongError]()
    for key, field in definition.field.items():
        try:
            value = _value(field, definition.code, given)
        except KaigongError as fault:
            wrong[key] = fault
        else:
            if value is not None:
                kept[key] = value
    return kept, wrong


def _value(field: FormField, form_of: str, given: Mapping[str, FormValue]) -> FormValue | None:
    """What is kept of a field; ``None`` where it is left empty and may be."""
    value = given.get(field.key)
    if isinstance(value, str):
        value = value.strip()
    if value is None or value == "":
        if field.required:
            raise FieldMissing(name=field.name, key=field.key, item=form_of)
        return None
    return _checked(field, value)


def kept_form(data: Mapping[str, Any]) -> dict[str, FormValue]:
    """The form as an event keeps it; empty where it keeps none."""
    return dict(data.get("form") or {})


def from_texts(definition: ItemDefinition, texts: Mapping[str, str]) -> dict[str, FormValue]:
    """The form from entered texts; empty fields are left out."""
    values: dict[str, FormValue] = {}
    for key, field in definition.field.items():
        text = texts.get(key, "").strip()
        if field.type is FieldType.BOOLEAN:
            values[key] = bool(text)
        elif text:
            numeric = field.type in (FieldType.INTEGER, FieldType.DECIMAL)
            value = number_from_text(text) if numeric else text
            values[key] = text if value is None else value
    return values


def example(definition: ItemDefinition, today: date) -> dict[str, FormValue]:
    """A sample form with a value for each field."""
    return {key: _EXAMPLES[field.type](field, today) for key, field in definition.field.items()}


_EXAMPLES: Mapping[FieldType, Callable[[FormField, date], FormValue]] = {
    FieldType.TEXT: lambda field, _: field.name.zh,
    FieldType.INTEGER: lambda _f, _d: 1,
    FieldType.DECIMAL: lambda _f, _d: 1,
    FieldType.BOOLEAN: lambda _f, _d: True,
    FieldType.DATE: lambda _f, today: today.isoformat(),
    FieldType.CHOICE: lambda field, _: field.choices[0].key if field.choices else "",
    # Its owner does not exist: the region is none.
    FieldType.CREDIT_CODE: lambda _f, _d: "91611102MA0FAKE175",
}


def _checked(field: FormField, value: FormValue) -> FormValue:
    if field.type is FieldType.CREDIT_CODE:
        return _credit_code(field, value)
    if field.type is FieldType.CHOICE:
        if value not in {choice.key for choice in field.choices}:
            raise _wrong(field, value, [choice.key for choice in field.choices])
        return value
    if not _FITS[field.type](value):
        raise _wrong(field, value, _EXPECTED[field.type])
    return value


def _credit_code(field: FormField, value: FormValue) -> str:
    try:
        return parse_credit_code(str(value))
    except InvalidCreditCode as fault:
        raise WrongCreditCode(
            value=str(value), name=field.name, key=field.key, problem=fault.params["problem"]
        ) from fault


def _wrong(field: FormField, value: FormValue, expected: object) -> WrongField:
    shown = str(value).lower() if isinstance(value, bool) else str(value)
    # As written: a value is nobody's word to translate.
    text = Text(zh=shown, en=shown)
    return WrongField(value=text, name=field.name, key=field.key, expected=expected)


def _is_number(value: FormValue) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return is_countable(value)


_FITS: Mapping[FieldType, Callable[[FormValue], bool]] = {
    FieldType.TEXT: lambda value: isinstance(value, str),
    FieldType.INTEGER: lambda value: _is_number(value) and isinstance(value, int),
    FieldType.DECIMAL: _is_number,
    FieldType.BOOLEAN: lambda value: isinstance(value, bool),
    FieldType.DATE: is_date,
}
