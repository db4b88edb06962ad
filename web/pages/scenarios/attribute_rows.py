"""The rows of the form for the attributes of a scenario's projects."""

from __future__ import annotations

from typing import Any

from rules.scenarios.editing.changes import Values, code_of, items_of
from web.forms import Submission
from web.pages.scenarios import form_fields as fields
from web.pages.scenarios.rows import Rows


def _attribute(before: Values, sent: Submission, row: int) -> Values:
    """The attribute of a row; one that is not of several choices has none."""
    key, kind = before["key"], sent.text(f"type_{row}")
    name = fields.names(sent, f"name_{row}") or {"zh": key, "en": key}
    attribute: Values = {**before, "type": kind, "name": name}
    choices = sent.text(f"choices_{row}").replace("，", ",").replace("、", ",")
    listed = [part.strip() for part in choices.split(",") if part.strip()]
    attribute.pop("choices", None) if kind != "choice" else attribute.update(choices=listed)
    default = _default(kind, sent.text(f"default_{row}"))
    attribute.pop("default", None) if default is None else attribute.update(default=default)
    return attribute


_TRUTHS = {"true": True, "yes": True, "是": True, "false": False, "no": False, "否": False}


def _default(kind: str, text: str) -> Any:
    """A default as its type wants it; the verifier tells where it does not fit."""
    if not text:
        return None
    if kind == "boolean":
        return _TRUTHS.get(text.lower(), text)
    if kind in {"integer", "decimal"}:
        try:
            return int(text) if text.lstrip("-").isdigit() else float(text)
        except ValueError:
            return text
    return text


def _attribute_row(attribute: Values, values: Values) -> Values:
    """An attribute with the items whose conditions ask for it."""
    asked = f"project.{attribute.get('key')}"
    used_by = [
        code_of(item)
        for item in items_of(values)
        if asked in f"{item.get('when')} {item.get('exempt')}"
    ]
    return attribute | {"used_by": used_by}


ATTRIBUTE_ROWS = Rows(named_by="key", spare=2, read=_attribute, display=_attribute_row)
