"""The form of an act, derived from its command's fields and their words.

A field's ``title`` is its label; a :class:`~models.cases.commands.Prompt` beside it says what its type
does not: a hint, other words for a choice, a button for each answer.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any, get_args

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from config.texts import Word
from models.cases.commands import Entry, ProjectCommand, Prompt

#: Fields that a form carries without asking.
CARRIED = frozenset({"act", "item", "seen_version"})
#: The same of an act that is about no project.
NAMED = frozenset({"act"})
#: Texts that are longer than this are written in an area of several lines.
ONE_LINE = 400


@dataclass(frozen=True, slots=True)
class Form:
    """The form of an act on the page of its item."""

    place: int = 1_000_000
    """Its place on the page."""
    folded: bool = False
    """Whether it is folded away behind those that stand open."""
    danger: bool = False
    """Whether its button warns."""
    hint: str = ""
    """What stands above the fields."""
    template: str | None = None
    """A file of ``web/templates/acts`` with what is special; it stands above the fields."""
    whole: bool = False
    """Whether that file has the forms as a whole, one for each object of the act."""
    without: frozenset[str] = frozenset()
    """Fields that are not asked for, or that the file has itself."""


@dataclass(frozen=True, slots=True)
class PromptedField:
    """One field of a form; words are English, the keys of the translations."""

    name: str
    entry: Entry
    label: str
    required: bool
    prompt: Prompt
    longest: int | None = None
    least: int | None = None
    most: int | None = None
    choices: tuple[tuple[str, str], ...] = ()
    """Value → words."""
    preset: str = ""
    """The one that is chosen to begin with."""

    @property
    def sentences(self) -> tuple[str, ...]:
        """Every English text of it; buttons stand without a label."""
        label = () if self.prompt.buttons else (self.label,)
        texts = (*label, self.prompt.hint, self.prompt.default, *self.prompt.buttons)
        return tuple(text for text in (*texts, *(words for _, words in self.choices)) if text)


def prompted_fields(command: type[ProjectCommand], form: Form) -> tuple[PromptedField, ...]:
    """The fields that a form shows on its own, in the order of the command."""
    if form.whole:
        return ()
    return tuple(field for field in entries(command) if field.name not in form.without)


@cache
def entries(command: type[BaseModel]) -> tuple[PromptedField, ...]:
    """Every field of a command that people fill in, with its way of entry."""
    return tuple(_entries(command))


def _entries(command: type[BaseModel]) -> Iterator[PromptedField]:
    schema = command.model_json_schema()
    required, kinds = schema.get("required", ()), schema.get("$defs", {})
    carried = CARRIED if issubclass(command, ProjectCommand) else NAMED
    for name, field in command.model_fields.items():
        if name in carried:
            continue
        shape = _shape(schema["properties"][name], kinds)
        prompt = _prompt(field)
        yield PromptedField(
            name,
            prompt.entry or _entry(shape),
            _label(name, field),
            name in required,
            prompt,
            shape.get("maxLength"),
            shape.get("minimum"),
            shape.get("maximum"),
            prompt.choices or _choices(shape, field.annotation),
            _preset(schema["properties"][name].get("default")),
        )


def _prompt(field: FieldInfo) -> Prompt:
    """What stands beside its type, where it may be left out beside the type of its value."""
    nested = (getattr(option, "__metadata__", ()) for option in get_args(field.annotation))
    marks = (*field.metadata, *(mark for several in nested for mark in several))
    return next((mark for mark in marks if isinstance(mark, Prompt)), Prompt())


def _label(name: str, field: FieldInfo) -> str:
    return field.title or name.replace("_", " ").capitalize()


def _shape(schema: Mapping[str, Any], kinds: Mapping[str, Any]) -> Mapping[str, Any]:
    """The type of a field without ``null`` and without references."""
    options = [option for option in schema.get("anyOf", ()) if option.get("type") != "null"]
    shape = options[0] if options else schema
    return kinds[shape["$ref"].rpartition("/")[2]] if "$ref" in shape else shape


_TIMES = {"date": Entry.DAY, "date-time": Entry.MOMENT}


def _entry(shape: Mapping[str, Any]) -> Entry:
    if "enum" in shape:
        return Entry.CHOICE
    if shape.get("format") in _TIMES:
        return _TIMES[shape["format"]]
    kind = shape.get("type")
    if kind == "string":
        return Entry.AREA if shape.get("maxLength", ONE_LINE + 1) > ONE_LINE else Entry.LINE
    return {"boolean": Entry.YES_OR_NO, "integer": Entry.NUMBER}.get(str(kind), Entry.SPECIAL)


def _preset(default: object) -> str:
    if isinstance(default, bool):
        return str(default).lower()
    if isinstance(default, int):
        return str(default) if default else ""
    return default if isinstance(default, str) else ""


def _choices(shape: Mapping[str, Any], kind: object) -> tuple[tuple[str, str], ...]:
    members = kind if isinstance(kind, type) and issubclass(kind, StrEnum) else get_args(kind)
    if members and all(isinstance(member, StrEnum) for member in members):
        return tuple((member.value, Word.of(member)) for member in members)
    return tuple((value, Word(value)) for value in shape.get("enum", ()))
