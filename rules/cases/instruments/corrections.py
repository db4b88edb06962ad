"""What a notice of corrections may name, and what the applicant may change on the strength of it.

A notice names everything at once (Licensing Law art. 32(1)(4)), so what it does not name was right:
it stays as it was, and it is not asked for again. A paper that is there is wrong in law or not at
all: the notice says which rule it breaks.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from config.texts import Word
from models.cases.facts import ItemFacts, MaterialFacts
from models.errors import KaigongError
from models.scenarios.definition import ItemDefinition
from models.scenarios.forms import FormValue
from rules.cases.instruments.completeness import provided
from rules.cases.instruments.forms import checked

#: A rule as people cite it: an article, clause or section with its number, a title in 《》, a standard.
_CITED = re.compile(
    r"第\s*[0-9〇零一二三四五六七八九十百千]+\s*[条款项]"
    r"|《[^《》]+》"
    r"|\b(?:arts?|articles?|clauses?|sections?|rules?)\b\.?\s*[0-9]"
    r"|§\s*[0-9]"
    r"|(?-i:\b[A-Z]{2,4}[0-9]{0,2}(?:/[A-Z]{1,2})?[ -]?[0-9]{2,})",
    re.IGNORECASE,
)
#: A reason that names the rule of art. 32 itself, for samples.
A_RULE = "Licensing Law art. 32(4)"


class NothingNamed(KaigongError):
    template = "materials: the notice of corrections of {item} names neither a paper nor a field; name everything that is wrong."
    field = "materials"


class NothingSaid(KaigongError):
    template = "materials: say what is wrong with {subject}; the applicant is told these words."
    field = "materials"


class RuleNotNamed(KaigongError):
    template = "materials: {material} is there; say in the reason which rule it breaks, by its article, clause or standard and number. What breaks none is accepted as it is."
    field = "materials"


class FieldNotInForm(KaigongError):
    template = "fields: {key} is not a field of the form of {item}, and nothing else may be asked for; its fields are: {known}."
    field = "fields"


class FieldsToCorrect(KaigongError):
    template = "form: the notice of corrections of {item} names {names}; fill them in again."
    field = "form"


class FieldNotNamed(KaigongError):
    template = "form: {name} ({key}) is not named by the notice of corrections of {item}; leave it as it was."
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
            known = list(definition.field) or [Word("none")]
            raise FieldNotInForm(key=key, item=definition.code, known=known)
        if not fields[key]:
            raise NothingSaid(field="fields", subject=definition.field[key].name)
    for key in materials:
        if not materials[key]:
            raise NothingSaid(subject=key)
    return {
        "materials": {key: materials[key] for key in definition.required if key in materials},
        "fields": {key: fields[key] for key in definition.field if key in fields},
    }


def check_rules(materials: Mapping[str, MaterialFacts], named: Mapping[str, str]) -> None:
    """Refuse to ask again for a paper that is there without the rule that it breaks."""
    for key, wrong in named.items():
        if provided(materials, key) and not _CITED.search(wrong):
            raise RuleNotNamed(material=key)


def owed(
    definition: ItemDefinition, item: ItemFacts, materials: Mapping[str, MaterialFacts]
) -> tuple[str, ...]:
    """Papers that the last notice named and that are not there yet; nothing else is asked for."""
    asked = item.corrections.get("materials", {})
    return tuple(
        key for key in definition.required if key in asked and not provided(materials, key)
    )


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
