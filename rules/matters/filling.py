"""The form of an act on a matter: fields as scenarios have them, and what only matters need."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from config.texts import Word
from models.errors import KaigongError
from models.matters.definition import Holds, KindAct, KindDefinition, KindField
from models.matters.facts import MatterFacts
from rules.cases.instruments.forms import UnknownField, checked_fields
from rules.matters.asking import holds, lookup
from rules.matters.context import MatterContext

_PHONE: Final = re.compile(r"\+?[0-9][0-9 -]{6,19}")
_SHA256: Final = re.compile(r"[0-9a-f]{64}")
#: Files of one entry at the most [D].
MOST_FILES: Final = 20


class LengthWrong(KaigongError):
    template = "form: {name} ({key}) has {length} signs; between {least} and {most} are possible."
    field = "form"


class NumberOutside(KaigongError):
    template = "form: {value} is outside the range of {name} ({key}): {least} to {most}."
    field = "form"


class NotAPhone(KaigongError):
    template = "form: {value} is no telephone number for {name} ({key}) at which somebody can be reached; give it with its area code or a mobile number."
    field = "form"


class NotAUnit(KaigongError):
    template = "form: {value} is no department for {name} ({key}); choose one from the list of departments."
    field = "form"


class NotAClass(KaigongError):
    template = "form: {value} is no class for {name} ({key}); possible: {classes}."
    field = "form"


class NotAPerson(KaigongError):
    template = "form: {value} is no account for {name} ({key}); give the sign-in name of somebody who is active."
    field = "form"


class NotOfTheUnit(KaigongError):
    template = "form: {value} does not belong to {unit}, which has the matter; name somebody of it."
    field = "form"


class FilesWrong(KaigongError):
    template = "form: {name} ({key}) asks for {least} to {most} files, each by its fingerprint; {count} were given."
    field = "form"


def asked_fields(
    facts: MatterFacts,
    kind: KindDefinition,
    act: str,
    form: Mapping[str, Any],
    context: MatterContext,
) -> dict[str, KindField]:
    """The fields of an act's form that are asked for here; a condition that nothing decides asks."""
    asked = lookup(facts, context.act.today, act, form)
    fields = kind.acts[act].field
    return {
        key: field for key, field in fields.items() if holds(kind, field.when, asked) is not False
    }


def filled_in(
    facts: MatterFacts,
    kind: KindDefinition,
    act: str,
    form: Mapping[str, Any],
    context: MatterContext,
) -> dict[str, Any]:
    """The form as it is kept; refuses what is missing, wrong, unknown or not asked for."""
    fields = asked_fields(facts, kind, act, form, context)
    plain = {key: field for key, field in fields.items() if field.holds is not Holds.FILES}
    files = {key: field for key, field in fields.items() if field.holds is Holds.FILES}
    kept: dict[str, Any] = dict(
        checked_fields(plain, {key: v for key, v in form.items() if key not in files}, act)
    )
    for key, value in kept.items():
        _check(plain[key], value, facts, context)
    kept |= {key: _files(field, form.get(key)) for key, field in files.items()}
    return {key: value for key, value in kept.items() if value != []}


def named_in(act: KindAct, form: Mapping[str, Any], what: Holds) -> frozenset[str]:
    """The units, people … that a form names."""
    return frozenset(
        str(form[key]) for key, field in act.field.items() if field.holds is what and form.get(key)
    )


def _check(field: KindField, value: Any, facts: MatterFacts, context: MatterContext) -> None:
    if isinstance(value, str):
        _check_text(field, value, facts, context)
    elif not isinstance(value, bool) and not _within(field, value):
        least, most = field.min or 0, "…" if field.max is None else field.max
        raise NumberOutside(name=field.name, key=field.key, value=value, least=least, most=most)


def _check_text(field: KindField, value: str, facts: MatterFacts, context: MatterContext) -> None:
    name, key = field.name, field.key
    if not _within(field, len(value)):
        least, most = field.min or 0, "…" if field.max is None else field.max
        raise LengthWrong(name=name, key=key, length=len(value), least=least, most=most)
    match field.holds:
        case Holds.PHONE if not _PHONE.fullmatch(value):
            raise NotAPhone(name=name, key=key, value=value)
        case Holds.UNIT if value not in context.units:
            raise NotAUnit(name=name, key=key, value=value)
        case Holds.CLASS if value not in facts.kind.class_:
            raise NotAClass(value=value, name=name, key=key, classes=list(facts.kind.class_))
        case Holds.PERSON:
            _check_person(field, value, facts, context)


def _check_person(field: KindField, value: str, facts: MatterFacts, context: MatterContext) -> None:
    person = context.people.get(value)
    if person is None:
        raise NotAPerson(name=field.name, key=field.key, value=value)
    if field.key == "handler" and person.department != facts.row.unit:
        raise NotOfTheUnit(value=value, unit=facts.row.unit or Word("nobody"))


def _within(field: KindField, number: float) -> bool:
    return (field.min is None or number >= field.min) and (field.max is None or number <= field.max)


def _files(field: KindField, value: Any) -> list[str]:
    given = [] if value is None else value
    least, most = field.min or int(field.required), field.max or MOST_FILES
    sound = isinstance(given, list) and all(
        isinstance(sha256, str) and _SHA256.fullmatch(sha256) for sha256 in given
    )
    if not sound or not least <= len(given) <= most:
        count = len(given) if isinstance(given, list) else 0
        raise FilesWrong(name=field.name, key=field.key, least=least, most=most, count=count)
    return list(dict.fromkeys(given))


__all__ = ["UnknownField", "asked_fields", "filled_in", "named_in"]
