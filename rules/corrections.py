"""What a notice of corrections may name, and what the applicant may change on the strength of it.

A notice names everything at once (Licensing Law art. 32(1)(4)), so what it does not name was right:
it stays as it was, and it is not asked for again.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from models.definition import ItemDefinition
from models.errors import KaigongError
from models.facts import ItemFacts
from models.form import FormValue
from rules.forms import checked


class NothingNamed(KaigongError):
    """materials: the notice of corrections of {item} names neither a paper nor a field; name everything that is wrong."""

    field = "materials"


class NothingSaid(KaigongError):
    """materials: say what is wrong with {name}; the applicant is told these words."""

    field = "materials"


class FieldNotInForm(KaigongError):
    """fields: {key} is not a field of the form of {item}, and nothing else may be asked for; its fields are: {known}."""

    field = "fields"


class FieldsToCorrect(KaigongError):
    """form: the notice of corrections of {item} names {names}; fill them in again."""

    field = "form"


class FieldNotNamed(KaigongError):
    """form: {name} ({key}) is not named by the notice of corrections of {item}; leave it as it was."""

    field = "form"


def named(
    definition: ItemDefinition, materials: Mapping[str, str], fields: Mapping[str, str]
) -> dict[str, dict[str, str]]:
    """What a notice names, in the order of the item; refuses one that names nothing or does not say
    what is wrong, or that asks for what the form does not ask for (art. 31).
    """
    if not materials and not fields:
        raise NothingNamed(item=definition.code)
    for key in fields:
        if key not in definition.field:
            known = list(definition.field) or ["none"]
            raise FieldNotInForm(key=key, item=definition.code, known=known)
        if not fields[key]:
            raise NothingSaid(field="fields", name=definition.field[key].name)
    for key in materials:
        if not materials[key]:
            raise NothingSaid(name=key)
    return {
        "materials": {key: materials[key] for key in definition.required if key in materials},
        "fields": {key: fields[key] for key in definition.field if key in fields},
    }


def named_in(event: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """What a notice named, from its event: ``materials`` and ``fields``, key → what is wrong.

    In the log of before a notice named papers alone, with one reason for all of them.
    """
    papers = event["materials"]
    if not isinstance(papers, Mapping):
        papers = dict.fromkeys(papers, event.get("reason", ""))
    return {"materials": dict(papers), "fields": dict(event.get("fields", {}))}


def named_fields(definition: ItemDefinition, item: ItemFacts) -> tuple[str, ...]:
    """Fields that the last notice named; a later version of the scenario may have dropped some."""
    asked = item.corrections.get("fields", {})
    return tuple(key for key in definition.field if key in asked)


def corrected(
    definition: ItemDefinition, item: ItemFacts, given: Mapping[str, FormValue] | None
) -> Mapping[str, FormValue]:
    """The form after a correction: what was named as it is ``given``, all else as it was.

    A field that was named and is left out is left empty. Whoever thinks that a value was right may
    give it again: the department decides on what is there.
    """
    again = named_fields(definition, item)
    if given is None:
        if again:
            names = [definition.field[key].name for key in again]
            raise FieldsToCorrect(item=definition.code, names=names)
        return item.form
    rest = [key for key in definition.field if key not in again]
    kept = {key: item.form[key] for key in rest if key in item.form}
    form = checked(definition, {**kept, **given})
    for key in rest:
        if form.get(key) != item.form.get(key):
            name = definition.field[key].name
            raise FieldNotNamed(name=name, key=key, item=definition.code)
    return form
