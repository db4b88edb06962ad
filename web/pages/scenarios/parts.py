"""Parts of a scenario that a form changes, each declared once: its fields, how they are shown and read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from rules.scenarios.editing.changes import Values
from services.people.viewer import Viewer
from web.forms import Submission
from web.pages.scenarios.form_fields import shown
from web.pages.scenarios.rows import Rows

#: The fields of an entry as a form wants them, from the entry that it was made from; ``None`` takes one out.
FieldsOf = Callable[[Values, Submission], Values]
#: What a form lets choose from: the values of the text, and for whom.
Choices = Callable[[Values, Viewer], dict[str, Any]]


def _no_choices(_values: Values, _viewer: Viewer) -> dict[str, Any]:
    return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldsPart:
    """Some of the scenario's own fields, in one form."""

    name: str
    """The end of its address, and the name of its template."""
    fields: tuple[str, ...]
    read: FieldsOf
    tells_findings: bool = False
    """Findings are told beside the entries of a list; here there is none."""

    def shown(self, values: Values, _seen: Values, _viewer: Viewer) -> dict[str, Any]:
        """What its template shows: the scenario itself."""
        return {"entry": shown(values)}


@dataclass(frozen=True, slots=True, kw_only=True)
class ListPart:
    """A list of the scenario whose entries are the rows of one form."""

    name: str
    """The field; also the end of its address, and the name of its template."""
    rows: Rows
    choices: Choices = _no_choices
    tells_findings: bool = False
    """Whether each row says what the verifier found about its entry as it is kept."""

    @property
    def fields(self) -> tuple[str, ...]:
        """The one field of the scenario that the form is about."""
        return (self.name,)

    def read(self, before: Values, sent: Submission) -> Values:
        """The list as the form wants it; an empty one is taken out."""
        return {self.name: self.rows.entries(before.get(self.name), sent) or None}

    def shown(self, values: Values, seen: Values, viewer: Viewer) -> dict[str, Any]:
        """What its template shows: the rows of the list it was made from, and what can be chosen."""
        rows = self.rows.shown(seen.get(self.name), values)
        return {"rows": rows, **self.choices(values, viewer)}


#: What one form changes of the scenario itself.
TopPart = FieldsPart | ListPart


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryPart:
    """A list of the scenario in which each entry has a form, and a new one as well."""

    name: str
    """The list; before the name of the entry in its address."""
    called: str
    """What one entry is called: its template, and how it is named where the text has none such."""
    parameter: str
    """The end of its address, as the route calls it; ``new`` for one that is not there yet."""
    find: Callable[[Values, str], Values | None]
    beginning: Callable[[Submission], Values]
    """What a new entry begins with: the name that was given to it."""
    read: FieldsOf
    add: Callable[[Values, Values, Submission], Values]
    """The scenario with a new entry, at the place that the form names."""
    change: Callable[[Values, str, Values], Values]
    """The scenario with other values of some fields of the named entry."""
    remove: Callable[[Values, str], Values]
    """The scenario without the named entry and what refers to it."""
    shown: Callable[[Values, Values, Values, Viewer], dict[str, Any]]
    """What its template shows: values of the text, entry, entry that the form was made from."""
