"""What the forms of the editor change, as values: items, stages, the scenario itself.

Each function takes the values of a text and answers new ones; :func:`rewritten` brings them into the
text. Nothing is checked here: the verifier tells about the text that comes of it.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence
from typing import Any

Values = dict[str, Any]

#: Where a field stands that an entry gets; one that is not named here stands at the end.
_ORDER = (
    *("key", "version", "use", "code", "identifier", "name", "summary", "category", "kind"),
    *("type", "stage", "mode", "department", "after", "when", "exempt", "part_of", "statutory"),
    *(
        "promise",
        "promised",
        "counted",
        "materials",
        "form",
        "guards",
        "document",
        "legal_basis",
        "scope",
    ),
    *("warnings", "attributes", "stages", "items", "bundles", "choices", "default", "lead"),
    "merge_into",
)


def code_of(entry: Mapping[str, Any]) -> str:
    """The code of an entry among the items, picked or defined here."""
    return str(entry.get("use", entry.get("code", "")))


def items_of(values: Mapping[str, Any]) -> list[Values]:
    """The entries of the items that are laid out as mappings."""
    return [entry for entry in values.get("items") or [] if isinstance(entry, dict)]


def item_of(values: Mapping[str, Any], code: str) -> Values | None:
    """The entry of an item; of two with one code, the first."""
    return next((entry for entry in items_of(values) if code_of(entry) == code), None)


def stage_of(values: Mapping[str, Any], key: str) -> Values | None:
    """The entry of a stage."""
    stages = [one for one in values.get("stages") or [] if isinstance(one, dict)]
    return next((one for one in stages if one.get("key") == key), None)


def with_fields(entry: Mapping[str, Any], fields: Mapping[str, Any]) -> Values:
    """An entry with other values of some fields; ``None`` takes a field out."""
    found = dict(entry)
    for name, value in fields.items():
        if value is None:
            found.pop(name, None)
        elif name in found:
            found[name] = value
        else:
            found = _inserted(found, name, value)
    return found


def _inserted(entry: Values, name: str, value: Any) -> Values:
    """An entry with a new field, after the last field that goes before it."""
    rank = {field: place for place, field in enumerate(_ORDER)}
    own = rank.get(name, len(_ORDER))
    before = [place for place, field in enumerate(entry) if rank.get(field, len(_ORDER)) <= own]
    place = before[-1] + 1 if before else 0
    fields = list(entry.items())
    return dict([*fields[:place], (name, value), *fields[place:]])


def with_top(values: Mapping[str, Any], fields: Mapping[str, Any]) -> Values:
    """The scenario with other values of its own fields."""
    return with_fields(copy.deepcopy(dict(values)), fields)


def with_item(values: Mapping[str, Any], code: str, fields: Mapping[str, Any]) -> Values:
    """The scenario with other values of some fields of an item."""
    return _with_entries(
        values, "items", lambda one: with_fields(one, fields) if code_of(one) == code else one
    )


def with_new_item(values: Mapping[str, Any], entry: Mapping[str, Any]) -> Values:
    """The scenario with one more item, after the last one of its stage."""
    found = copy.deepcopy(dict(values))
    items: list[Any] = list(found.get("items") or [])
    same = [
        place
        for place, one in enumerate(items)
        if isinstance(one, dict) and one.get("stage") == entry.get("stage")
    ]
    items.insert(same[-1] + 1 if same else len(items), dict(entry))
    return with_fields(found, {"items": items})


def without_item(values: Mapping[str, Any], code: str) -> Values:
    """The scenario without an item; no other one comes after it or is part of it any more."""

    def freed(one: Values) -> Values | None:
        if code_of(one) == code:
            return None
        fields: Values = {}
        after = one.get("after")
        if isinstance(after, list) and code in after:
            fields["after"] = [other for other in after if other != code] or None
        if one.get("part_of") == code:
            fields["part_of"] = None
        return with_fields(one, fields)

    found = _with_entries(values, "items", freed)
    found = _with_entries(found, "bundles", lambda one: _bundle_without(one, code))
    return with_fields(found, {"bundles": None}) if found.get("bundles") == [] else found


def _bundle_without(bundle: Values, code: str) -> Values | None:
    """A bundle that an item no longer belongs to; without its last item there is none."""
    inside = bundle.get("items")
    if not isinstance(inside, list) or code not in inside:
        return bundle
    left = [one for one in inside if one != code]
    return with_fields(bundle, {"items": left}) if left else None


def with_stage(values: Mapping[str, Any], key: str, fields: Mapping[str, Any]) -> Values:
    """The scenario with other values of some fields of a stage."""
    return _with_entries(
        values, "stages", lambda one: with_fields(one, fields) if one.get("key") == key else one
    )


def with_new_stage(
    values: Mapping[str, Any], entry: Mapping[str, Any], after: str | None = None
) -> Values:
    """The scenario with one more stage, after the named one or at the end."""
    found = copy.deepcopy(dict(values))
    stages: list[Any] = list(found.get("stages") or [])
    keys = [one.get("key") if isinstance(one, dict) else None for one in stages]
    stages.insert(keys.index(after) + 1 if after in keys else len(stages), dict(entry))
    return with_fields(found, {"stages": stages})


def without_stage(values: Mapping[str, Any], key: str) -> Values:
    """The scenario without a stage and its items."""
    found: Values = copy.deepcopy(dict(values))
    for entry in items_of(values):
        if entry.get("stage") == key:
            found = without_item(found, code_of(entry))
    return _with_entries(found, "stages", lambda one: _stage_without(one, key))


def _stage_without(stage: Values, key: str) -> Values | None:
    """A stage when another one is gone: that takes its items in no more."""
    rule = stage.get("merge_into")
    if stage.get("key") == key:
        return None
    into = rule.get("stage") if isinstance(rule, dict) else None
    return with_fields(stage, {"merge_into": None}) if into == key else stage


def _with_entries(
    values: Mapping[str, Any], field: str, change: Callable[[Values], Values | None]
) -> Values:
    found = copy.deepcopy(dict(values))
    entries: Sequence[Any] = found.get(field) or []
    if not entries:
        return found
    changed = [change(one) if isinstance(one, dict) else one for one in entries]
    return with_fields(found, {field: [one for one in changed if one is not None]})
