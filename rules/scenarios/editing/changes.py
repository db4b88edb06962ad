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
        "promises",
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
    stages = [stage for stage in values.get("stages") or [] if isinstance(stage, dict)]
    return next((stage for stage in stages if stage.get("key") == key), None)


def with_fields(entry: Mapping[str, Any], fields: Mapping[str, Any]) -> Values:
    """An entry with other values of some fields; ``None`` takes a field out."""
    changed = dict(entry)
    for name, value in fields.items():
        if value is None:
            changed.pop(name, None)
        elif name in changed:
            changed[name] = value
        else:
            changed = _inserted(changed, name, value)
    return changed


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


def only_fields(values: Mapping[str, Any], names: tuple[str, ...]) -> Values:
    """These fields of the scenario's own, as an entry."""
    return {name: values[name] for name in names if name in values}


def with_item(values: Mapping[str, Any], code: str, fields: Mapping[str, Any]) -> Values:
    """The scenario with other values of some fields of an item; of two with one code, of the first."""
    return _with_first(values, "items", item_of(values, code), fields)


def with_new_item(values: Mapping[str, Any], entry: Mapping[str, Any]) -> Values:
    """The scenario with another item, after the last item of its stage."""
    changed = copy.deepcopy(dict(values))
    items: list[Any] = list(changed.get("items") or [])
    same = [
        place
        for place, item in enumerate(items)
        if isinstance(item, dict) and item.get("stage") == entry.get("stage")
    ]
    items.insert(same[-1] + 1 if same else len(items), dict(entry))
    return with_fields(changed, {"items": items})


def without_item(values: Mapping[str, Any], code: str) -> Values:
    """The scenario without an item and without references to it.

    Of two with one code the later one goes, and what refers to the code stays.
    """
    listed = [place for place, entry in enumerate(items_of(values)) if code_of(entry) == code]
    if len(listed) > 1:
        return _without_entry(values, "items", items_of(values)[listed[-1]])

    def without_references(entry: Values) -> Values | None:
        if code_of(entry) == code:
            return None
        fields: Values = {}
        after = entry.get("after")
        if isinstance(after, list) and code in after:
            fields["after"] = [other for other in after if other != code] or None
        if entry.get("part_of") == code:
            fields["part_of"] = None
        return with_fields(entry, fields)

    changed = _with_entries(values, "items", without_references)
    changed = _with_entries(changed, "promises", lambda entry: _promise_without(entry, code))
    if changed.get("promises") == []:
        changed = with_fields(changed, {"promises": None})
    changed = _with_entries(changed, "bundles", lambda entry: _bundle_without(entry, code))
    return with_fields(changed, {"bundles": None}) if changed.get("bundles") == [] else changed


def _promise_without(promise: Values, code: str) -> Values | None:
    """A promise without an item that is no more; one that ran from it or was kept by it goes as well."""
    events = (str(promise.get(name) or "").partition(".")[0] for name in ("from", "to"))
    if code in events:
        return None
    inside = promise.get("items")
    if not isinstance(inside, list) or code not in inside:
        return promise
    left = [member for member in inside if member != code]
    return with_fields(promise, {"items": left}) if left else None


def _bundle_without(bundle: Values, code: str) -> Values | None:
    """A bundle that an item no longer belongs to; without its last item there is none."""
    inside = bundle.get("items")
    if not isinstance(inside, list) or code not in inside:
        return bundle
    left = [member for member in inside if member != code]
    return with_fields(bundle, {"items": left}) if left else None


def with_stage(values: Mapping[str, Any], key: str, fields: Mapping[str, Any]) -> Values:
    """The scenario with other values of some fields of a stage; of two of one key, of the first."""
    return _with_first(values, "stages", stage_of(values, key), fields)


def with_new_stage(
    values: Mapping[str, Any], entry: Mapping[str, Any], after: str | None = None
) -> Values:
    """The scenario with another stage, after the named stage or at the end."""
    changed = copy.deepcopy(dict(values))
    stages: list[Any] = list(changed.get("stages") or [])
    keys = [stage.get("key") if isinstance(stage, dict) else None for stage in stages]
    stages.insert(keys.index(after) + 1 if after in keys else len(stages), dict(entry))
    return with_fields(changed, {"stages": stages})


def without_stage(values: Mapping[str, Any], key: str) -> Values:
    """The scenario without a stage and its items; of two of one key the later one goes alone."""
    stages = [stage for stage in values.get("stages") or [] if isinstance(stage, dict)]
    same = [stage for stage in stages if stage.get("key") == key]
    if len(same) > 1:
        return _without_entry(values, "stages", same[-1])
    changed: Values = copy.deepcopy(dict(values))
    for entry in items_of(values):
        if entry.get("stage") == key:
            changed = without_item(changed, code_of(entry))
    return _with_entries(changed, "stages", lambda stage: _stage_without(stage, key))


def _stage_without(stage: Values, key: str) -> Values | None:
    """A stage without a merge into the removed stage; ``None`` for the removed stage itself."""
    rule = stage.get("merge_into")
    if stage.get("key") == key:
        return None
    into = rule.get("stage") if isinstance(rule, dict) else None
    return with_fields(stage, {"merge_into": None}) if into == key else stage


def _with_first(
    values: Mapping[str, Any], field: str, first: Values | None, fields: Mapping[str, Any]
) -> Values:
    """The scenario with other fields of this one entry of a list."""
    if first is None:
        return copy.deepcopy(dict(values))
    changed = dict(values)
    changed[field] = [
        with_fields(entry, fields) if entry is first else entry for entry in values[field]
    ]
    return copy.deepcopy(changed)


def _without_entry(values: Mapping[str, Any], field: str, gone: Values) -> Values:
    """The scenario without this one entry of a list."""
    changed = dict(values)
    changed[field] = [entry for entry in values[field] if entry is not gone]
    return copy.deepcopy(changed)


def _with_entries(
    values: Mapping[str, Any], field: str, change: Callable[[Values], Values | None]
) -> Values:
    result = copy.deepcopy(dict(values))
    entries: Sequence[Any] = result.get(field) or []
    if not entries:
        return result
    changed = [change(entry) if isinstance(entry, dict) else entry for entry in entries]
    return with_fields(result, {field: [entry for entry in changed if entry is not None]})
