"""Lists of a scenario's text as rows of a form: those that are there, and some to be filled."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from rules.scenarios.editing.changes import Values
from web.forms import Submission
from web.pages.scenarios.form_fields import shown

#: More rows than this no form shows.
MOST_ROWS = 100


def _as_it_stands(entry: Values, _values: Values) -> Values:
    return entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """How the entries of a list are shown in rows, and read from them.

    The inputs of a row are called like their field and the row's number: ``key_0``.
    """

    named_by: str
    """The field that tells the entries apart; a row in which it is empty is left out."""
    spare: int
    """Rows that can be filled beside those that are there."""
    read: Callable[[Values, Submission, int], Values]
    """An entry as its row wants it, made from what it was; a new one has its name alone.

    What a row does not show stays as it was."""
    display: Callable[[Values, Values], Values] = _as_it_stands
    """An entry as its row shows it, with the values of the whole text beside it."""

    def shown(self, listed: Any, values: Values) -> Any:
        """The rows of a list for a template, the spare ones after them."""
        rows = [self.display(entry, values) for entry in _entries(listed)]
        return shown([*rows, *({} for _ in range(self.spare))])

    def entries(self, before: Any, sent: Submission) -> list[Values]:
        """The list as the rows of a form want it; ``before`` is the list that the form showed."""
        return list(self._read(before, sent))

    def _read(self, before: Any, sent: Submission) -> Iterator[Values]:
        previous = {str(entry.get(self.named_by)): entry for entry in _entries(before)}
        for row in range(MOST_ROWS):
            name = sent.text(f"{self.named_by}_{row}")
            if name:
                yield self.read({**previous.get(name, {}), self.named_by: name}, sent, row)


def _entries(listed: Any) -> list[Values]:
    """The entries of a list of the text that are laid out as mappings."""
    entries = listed if isinstance(listed, list) else []
    return [dict(entry) for entry in entries if isinstance(entry, Mapping)]
