"""The form of an item as it is shown: each field with what was filled in last."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from models.scenarios.definition import ItemDefinition, Text
from models.scenarios.forms import FieldType, FormChoice, FormValue

#: The mark of a source, such as ``[L]``: for whoever edits the catalogue, not for people who read.
_MARK = re.compile(r"\s*\[[A-Z](?::[^\]]*)?\]")


@dataclass(frozen=True, slots=True)
class FieldRow:
    """One field of an item's form, with what was filled in last."""

    key: str
    name: Text
    type: FieldType
    unit: Text | None
    choices: tuple[FormChoice, ...]
    required: bool
    basis: str | None
    value: FormValue | None
    """``None``: not filled in."""
    wrong: str | None = None
    """What the notice of corrections says of it, as long as the application is not accepted."""

    @property
    def chosen(self) -> Text | None:
        """The answer that was chosen, in words."""
        return next((choice.name for choice in self.choices if choice.key == self.value), None)


def field_rows(
    definition: ItemDefinition,
    form: Mapping[str, FormValue],
    wrong: Mapping[str, str] | None = None,
) -> Iterator[FieldRow]:
    """A form as its version of the scenario asks for it, filled in so far; what is ``wrong`` with it."""
    for field in definition.form:
        yield FieldRow(
            key=field.key,
            name=field.name,
            type=field.type,
            unit=field.unit,
            choices=field.choices,
            required=field.required,
            basis=without_marks(field.basis),
            value=form.get(field.key),
            wrong=(wrong or {}).get(field.key),
        )


def without_marks(basis: str | None) -> str | None:
    """A source as people read it."""
    return _MARK.sub("", basis) if basis else None
