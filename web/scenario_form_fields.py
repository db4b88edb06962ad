"""Fields of the editor's forms: what they show of an entry, and what they make of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from models.clock import Unit
from models.definition import MaterialClass
from models.errors import InvalidInput
from web.forms import Submission

#: Rows of a list that can be filled beside those that are there.
SPARE_MATERIALS, SPARE_ATTRIBUTES = 4, 2
#: More rows than this no form shows.
MOST_ROWS = 100
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
    """A value of the text, with every mapping in it to be looked at in this way."""
    if isinstance(value, Mapping):
        return Shown({name: shown(one) for name, one in value.items()})
    return [shown(one) for one in value] if isinstance(value, list) else value


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
    """Yes, no, or nothing said."""
    return _TRUTHS.get(sent.text(name))


def limit(sent: Submission, name: str, before: Any) -> dict[str, Any] | None:
    """A limit with its unit and source; what the entry said already stays in its order."""
    days = whole(sent, f"{name}_days", 0, LONGEST_LIMIT)
    if days is None:
        return None
    found: dict[str, Any] = dict(before) if isinstance(before, Mapping) else {}
    found["days"] = days
    unit, source = sent.text(f"{name}_unit"), text_field(sent, f"{name}_source")
    if unit in set(Unit) and (unit != Unit.WORKING_DAY.value or "unit" in found):
        found["unit"] = unit
    found.pop("source", None) if source is None else found.update(source=source)
    return found


def condition(sent: Submission) -> str | None:
    """The condition that was chosen, put together from a comparison, or written."""
    choice = sent.text("when_choice")
    if choice == COMPARED:
        return _comparison(sent, "when")
    return text_field(sent, "when") if choice == "written" else choice or None


def _comparison(sent: Submission, name: str) -> str:
    """A condition that holds a number against a bound."""
    key, sign = sent.text(f"{name}_attribute"), sent.text(f"{name}_sign")
    bound = sent.text(f"{name}_bound").replace(",", "").replace("，", "")
    found = f"project.{key} {sign} {bound}"
    if sign not in SIGNS or compared(found) is None:
        remedy = "Give a number to compare with, such as 1000."
        raise InvalidInput(field=f"{name}_bound", value=bound[:40] or "–", remedy=remedy)
    return found


def compared(condition: str) -> tuple[str, str, str] | None:
    """Attribute, sign and bound of a condition that is one comparison with a number."""
    found = _COMPARISON.fullmatch(condition)
    return None if found is None else (found[1], found[2], found[3])


def exemption(sent: Submission) -> dict[str, Any] | None:
    """Who is exempt and by which rule; ``None``: nobody. The verifier tells where the rule is missing."""
    choice = sent.text("exempt_choice")
    if not choice:
        return None
    when = text_field(sent, "exempt_when") if choice == "written" else choice
    if choice == COMPARED:
        when = _comparison(sent, "exempt")
    basis = text_field(sent, "exempt_basis", most=300)
    said = {"when": None if choice == "every" else when, "basis": basis}
    return {name: value for name, value in said.items() if value is not None}


def merging(sent: Submission) -> dict[str, Any] | None:
    """Into which stage, for which projects and by which rule; ``None``: none takes its items in."""
    stage = sent.text("merge_stage")
    if not stage:
        return None
    choice = sent.text("merge_choice")
    when = text_field(sent, "merge_when") if choice == "written" else choice or None
    said = {"stage": stage, "when": when, "basis": text_field(sent, "merge_basis", most=300)}
    return {name: value for name, value in said.items() if value is not None}


def materials(sent: Submission, before: Any) -> list[dict[str, Any]]:
    """The rows that name a material; what a row does not show stays as it was."""
    known = {
        str(one.get("material")): one
        for one in (before if isinstance(before, list) else [])
        if isinstance(one, Mapping)
    }
    found = []
    for row in range(MOST_ROWS):
        key = sent.text(f"material_{row}")
        if not key:
            continue
        one = {**known.get(key, {}), "material": key}
        chosen = sent.text(f"class_{row}")
        one["class"] = chosen if chosen in set(MaterialClass) else MaterialClass.CORE.value
        if sent.text(f"substantive_{row}"):
            one["substantive"] = True
        else:
            one.pop("substantive", None)
        found.append(_material_order(one))
    return found


def _material_order(one: dict[str, Any]) -> dict[str, Any]:
    first = {name: one[name] for name in ("material", "class", "substantive") if name in one}
    return first | one


def attributes(sent: Submission, before: Any) -> list[dict[str, Any]]:
    """The rows that name an attribute."""
    known = {
        str(one.get("key")): one
        for one in (before if isinstance(before, list) else [])
        if isinstance(one, Mapping)
    }
    found = []
    for row in range(MOST_ROWS):
        key = sent.text(f"key_{row}")
        if not key:
            continue
        one: dict[str, Any] = dict(known.get(key, {}))
        kind = sent.text(f"type_{row}")
        one |= {
            "key": key,
            "type": kind,
            "name": names(sent, f"name_{row}") or {"zh": key, "en": key},
        }
        choices = sent.text(f"choices_{row}").replace("，", ",").replace("、", ",")
        listed = [part.strip() for part in choices.split(",") if part.strip()]
        one.pop("choices", None) if kind != "choice" else one.update(choices=listed)
        default = _default(kind, sent.text(f"default_{row}"))
        one.pop("default", None) if default is None else one.update(default=default)
        found.append(one)
    return found


def _default(kind: str, text: str) -> Any:
    """A default as its type wants it; the verifier tells where it does not fit."""
    if not text:
        return None
    if kind == "boolean":
        return {
            "true": True,
            "yes": True,
            "是": True,
            "false": False,
            "no": False,
            "否": False,
        }.get(text.lower(), text)
    if kind in {"integer", "decimal"}:
        try:
            return int(text) if text.lstrip("-").isdigit() else float(text)
        except ValueError:
            return text
    return text
