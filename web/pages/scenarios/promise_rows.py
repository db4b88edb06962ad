"""The rows of the form for promises: shown from the text, and read into it."""

from __future__ import annotations

from models.errors import InvalidInput
from models.scenarios.promises import REGISTERED, Happening, PromiseUnit
from rules.scenarios.editing.changes import Values, with_fields
from web.forms import Submission
from web.pages.scenarios import form_fields as fields
from web.pages.scenarios.rows import Rows

#: What a promise is about: two events, some items together, or all counted approvals.
BETWEEN, TOGETHER, ALL = "between", "together", "all"
UNITS = tuple(PromiseUnit)


def _promise(before: Values, sent: Submission, row: int) -> Values:
    """The promise of a row."""
    entry = with_fields(before, _about(sent, row))
    return with_fields(entry, _limit(entry, sent, row))


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


def _promise_row(entry: Values, _values: Values) -> Values:
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


PROMISE_ROWS = Rows(named_by="key", spare=1, read=_promise, display=_promise_row)
