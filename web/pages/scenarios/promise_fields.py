"""The rows of the form for promises: shown from the text, and read into it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from models.errors import InvalidInput
from models.scenarios.promises import REGISTERED, Happening, PromiseUnit
from rules.scenarios.editing.changes import Values, with_fields
from web.forms import Submission
from web.pages.scenarios import form_fields as fields

#: What a promise is about: two events, some items together, or all counted approvals.
BETWEEN, TOGETHER, ALL = "between", "together", "all"
UNITS = tuple(PromiseUnit)


def promise_fields(before: Values, sent: Submission) -> Values:
    """The promises as the form wants them; what a row does not show stays as it was."""
    previous = {str(entry.get("key")): entry for entry in promise_entries(before)}
    return {"promises": list(_promises(sent, previous)) or None}


def promise_entries(values: Mapping[str, Any]) -> list[Values]:
    """The promises of a text that are laid out as mappings."""
    return [entry for entry in values.get("promises") or [] if isinstance(entry, dict)]


def _promises(sent: Submission, previous: Mapping[str, Values]) -> Iterator[Values]:
    """The rows that name a promise."""
    for row in range(fields.MOST_ROWS):
        key = sent.text(f"key_{row}")
        if not key:
            continue
        entry = with_fields(previous.get(key, {"key": key}), _about(sent, row))
        yield with_fields(entry, _limit(entry, sent, row))


def _limit(entry: Values, sent: Submission, row: int) -> Values:
    """Name, length, class of projects and source of the promise of a row."""
    days = fields.whole(sent, f"days_{row}", 1, fields.LONGEST_LIMIT)
    if days is None:
        remedy = "Say within how many days or months."
        raise InvalidInput(field=f"days_{row}", value="–", remedy=remedy)
    unit = sent.text(f"unit_{row}")
    usual = unit == PromiseUnit.COUNTED_DAY and "unit" not in entry
    return {
        "name": fields.names(sent, f"name_{row}") or {"zh": entry["key"], "en": entry["key"]},
        "days": days,
        "unit": None if usual or unit not in set(PromiseUnit) else unit,
        "when": fields.condition(sent, f"when_{row}"),
        "source": fields.text_field(sent, f"source_{row}"),
    }


def _about(sent: Submission, row: int) -> Values:
    """The two events of a row, or its items; what it is not about is taken out."""
    about = sent.text(f"about_{row}")
    items = sent.fields.get(f"items_{row}", []) if about == TOGETHER else []
    if about == TOGETHER and not items:
        remedy = "Tick the items that are promised together."
        raise InvalidInput(field=f"items_{row}", value="–", remedy=remedy)
    between = about == BETWEEN
    return {
        "from": _event(sent, f"from_{row}") if between else None,
        "to": _event(sent, f"to_{row}") if between else None,
        "items": items or None,
    }


def _event(sent: Submission, name: str) -> str | None:
    """An event as the text writes it: a decision is called like its item."""
    item, happening = sent.text(name), sent.text(f"{name}_happening")
    if not item or item == REGISTERED or happening in ("", Happening.DECIDED):
        return item or None
    return f"{item}.{happening}"


def promise_row(entry: Values) -> Values:
    """A promise as its row shows it: each event as item and happening."""
    about = TOGETHER if entry.get("items") else ALL
    if entry.get("from") or entry.get("to"):
        about = BETWEEN
    parts = {name: str(entry.get(name) or "").partition(".") for name in ("from", "to")}
    return entry | {
        "about": about,
        **{name: item for name, (item, _, _) in parts.items()},
        **{
            f"{name}_happening": happening or str(Happening.DECIDED)
            for name, (_, _, happening) in parts.items()
        },
    }
