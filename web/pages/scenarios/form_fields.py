"""Fields of the editor's forms: entries shown in them, and values read from them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from models.clock.values import Unit
from models.errors import InvalidInput
from web.forms import Submission

_TRUTHS: Mapping[str, bool | None] = {"": None, "yes": True, "no": False}
LONGEST_LIMIT = 3660
#: A condition that a form puts together from an attribute, a sign and a number.
COMPARED = "compared"
SIGNS: Mapping[str, str] = {">=": "≥", ">": ">", "<=": "≤", "<": "<"}
_COMPARISON = re.compile(r"project\.([a-z][a-z0-9_]*) (>=|>|<=|<) (-?[0-9]{1,15}(?:\.[0-9]{1,9})?)")


class Shown(dict[str, Any]):
    """An entry of the text for a template: a field that it does not have is ``None``."""

    def __missing__(self, name: str) -> None:
        return None


def shown(value: Any) -> Any:
    """A value of the text, with every mapping in it wrapped in :class:`Shown`."""
    if isinstance(value, Mapping):
        return Shown({name: shown(entry) for name, entry in value.items()})
    return [shown(entry) for entry in value] if isinstance(value, list) else value


def text_field(sent: Submission, name: str, *, most: int = 500) -> str | None:
    """A text of one line; ``None`` when it is empty."""
    text = " ".join(sent.text(name).split())
    if len(text) > most:
        remedy = f"Use at most {most} characters."
        raise InvalidInput(field=name, value=text[:40] + "…", remedy=remedy)
    return text or None


def names(sent: Submission, name: str) -> dict[str, str] | None:
    """A name in both languages; one that is given in one language serves for both."""
    chinese, english = text_field(sent, f"{name}_zh"), text_field(sent, f"{name}_en")
    if chinese is None and english is None:
        return None
    return {"zh": str(chinese or english), "en": str(english or chinese)}


def whole(sent: Submission, name: str, least: int, most: int) -> int | None:
    """A whole number; ``None`` when nothing was typed."""
    text = sent.text(name)
    if not text:
        return None
    if not text.isascii() or not text.isdigit() or not least <= int(text[:12]) <= most:
        remedy = f"Give a whole number from {least} to {most}."
        raise InvalidInput(field=name, value=text[:40], remedy=remedy)
    return int(text)


def truth(sent: Submission, name: str) -> bool | None:
    """``True``, ``False``, or ``None`` when nothing was chosen."""
    return _TRUTHS.get(sent.text(name))


def limit(sent: Submission, name: str, before: Any) -> dict[str, Any] | None:
    """A limit with its unit and source; the keys of the entry before keep their order."""
    days = whole(sent, f"{name}_days", 0, LONGEST_LIMIT)
    if days is None:
        return None
    entry: dict[str, Any] = dict(before) if isinstance(before, Mapping) else {}
    entry["days"] = days
    unit, source = sent.text(f"{name}_unit"), text_field(sent, f"{name}_source")
    if unit in set(Unit) and (unit != Unit.WORKING_DAY.value or "unit" in entry):
        entry["unit"] = unit
    entry.pop("source", None) if source is None else entry.update(source=source)
    return entry


def condition(sent: Submission, name: str = "when") -> str | None:
    """The condition that was chosen, put together from a comparison, or written."""
    choice = sent.text(f"{name}_choice")
    if choice == COMPARED:
        return _comparison(sent, name)
    return text_field(sent, name) if choice == "written" else choice or None


def _comparison(sent: Submission, name: str) -> str:
    """A condition that compares a number with a bound."""
    key, sign = sent.text(f"{name}_attribute"), sent.text(f"{name}_sign")
    bound = sent.text(f"{name}_bound").replace(",", "").replace("，", "")
    condition = f"project.{key} {sign} {bound}"
    if sign not in SIGNS or compared(condition) is None:
        remedy = "Give a number to compare with, such as 1000."
        raise InvalidInput(field=f"{name}_bound", value=bound[:40] or "–", remedy=remedy)
    return condition


def compared(condition: str) -> tuple[str, str, str] | None:
    """Attribute, sign and bound of a condition that is one comparison with a number."""
    match = _COMPARISON.fullmatch(condition)
    return None if match is None else (match[1], match[2], match[3])


def exemption(sent: Submission) -> dict[str, Any] | None:
    """Who is exempt and by which rule; ``None``: nobody. The verifier tells where the rule is missing."""
    choice = sent.text("exempt_choice")
    if not choice:
        return None
    when = text_field(sent, "exempt_when") if choice == "written" else choice
    if choice == COMPARED:
        when = _comparison(sent, "exempt")
    basis = text_field(sent, "exempt_basis", most=300)
    entry = {"when": None if choice == "every" else when, "basis": basis}
    return {name: value for name, value in entry.items() if value is not None}


def merging(sent: Submission) -> dict[str, Any] | None:
    """Into which stage, for which projects and by which rule; ``None``: none takes its items in."""
    stage = sent.text("merge_stage")
    if not stage:
        return None
    choice = sent.text("merge_choice")
    when = text_field(sent, "merge_when") if choice == "written" else choice or None
    entry = {"stage": stage, "when": when, "basis": text_field(sent, "merge_basis", most=300)}
    return {name: value for name, value in entry.items() if value is not None}
