"""Differences between two versions of a scenario, as sentences."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Any, Final

from pydantic import BaseModel

from config.texts import SCENARIO_FIELD, Word
from models.clock.values import Unit
from models.scenarios.definition import (
    ArchitectDefinition,
    ConsultDefinition,
    ExemptionDefinition,
    ItemDefinition,
    LengthDefinition,
    LimitDefinition,
    LimitStart,
    MaterialRequirement,
    MergeDefinition,
    ScenarioDefinition,
    SiteVisitDefinition,
    Text,
)
from models.scenarios.forms import FormChoice
from models.scenarios.joint import AbsenceRule
from models.scenarios.phases import NextPhaseDefinition
from models.scenarios.warnings import WarningsDefinition, YellowDefinition
from models.statements import Statement
from rules.scenarios.verifier import worst_case

PATH = "The counted critical path takes {after} working days instead of {before}."
FIELD = "{field} is {after} instead of {before}."
PART_ADDED = "{kind} {name} ({key}) is added."
PART_REMOVED = "{kind} {name} ({key}) is taken out."
PART_FIELD = "{kind} {key}: {field} is {after} instead of {before}."
PARTS_REORDERED = "The order of {kind} is {after} now."
ITEM_ADDED = "{item} {name} is added to the stage {stage}, decided by {department}."
ITEM_REMOVED = "{item} {name} is taken out."
ITEM_FIELD = "{item}: {field} is {after} instead of {before}."
WAITS_MORE = "{item} comes after {codes} as well."
WAITS_LESS = "{item} does not come after {codes} any more."
CONDITION_ADDED = "{item} is needed only where {condition}."
CONDITION_REMOVED = "{item} is needed by every project now."
CONDITION_CHANGED = "{item} is needed where {after}, no longer where {before}."
MATERIAL_ADDED = "{item} asks for {material} ({material_class}) as well."
MATERIAL_REMOVED = "{item} does not ask for {material} any more."
MATERIAL_CHANGED = "{item}: {material} is {after} instead of {before}."
PHASE = "{item} within {limit}"
WHERE = "where {condition}"
EXTENSION = "extended by {limit} at most, by {by}"
GUARD_ADDED = "{item}: {point} is refused unless {check}."
GUARD_REMOVED = "{item}: {point} is not refused any more unless {check}."
FIELD_ADDED = "{item}: its form asks for {name} ({key}) as well."
FIELD_REMOVED = "{item}: its form does not ask for {name} ({key}) any more."
FIELD_CHANGED = "{item}: in its form, {field} of {key} is {after} instead of {before}."
PROCEDURES_ADDED = "{item} may be held by {procedures} as well."
PROCEDURES_REMOVED = "{item} may not be held by {procedures} any more."

SHARE = "{percent} per cent"
MERGED = "{stage} where {condition}"
EXEMPT_ALL = "every project"
CONSULT = "{department} within {limit}"
CONSULT_SILENCE = "{department} within {limit}, silence is consent"
ABSENCE = "a utility that does not come works from the record"
VISIT = "one joint visit, {officers} officers of each department that verifies on the spot"

#: Fields of an item that have sentences of their own.
_OWN: Final = frozenset(
    {"code", "after", "when", "materials", "form", "guards", "special_procedures"}
)
#: Lists of a scenario → what one of their members is called.
_PARTS: Final[Mapping[str, str]] = {
    "attributes": "attribute",
    "stages": "stage",
    "materials": "material",
    "documents": "document",
    "departments": "department",
    "bundles": "bundle",
    "promises": "promise",
}
#: Fields of the promise without a name → what they are called.
_PROMISE: Final = {
    "days": "promise",
    "unit": "unit of the promise",
    "start": "beginning of the promise",
    "end": "end of the promise",
    "items": "items of the promise",
    "when": "condition of the promise",
    "source": "source of the promise",
}
_UNITS: Final = {
    Unit.WORKING_DAY: "{days} working days",
    Unit.NATURAL_DAY: "{days} natural days",
    Unit.MONTH: "{days} months",
}


def differences(before: ScenarioDefinition, after: ScenarioDefinition) -> tuple[Statement, ...]:
    """Everything that differs, from the whole to the details; empty when both say the same.

    The version number is no difference. Both scenarios must be sound.
    """
    return tuple(_differences(before, after))


def _differences(before: ScenarioDefinition, after: ScenarioDefinition) -> Iterator[Statement]:
    for field in ("key", "name", "summary"):
        yield from _whole(field, getattr(before, field), getattr(after, field))
    for field, name in _PROMISE.items():
        values = (getattr(scenario.promise, field, None) for scenario in (before, after))
        yield from _whole(name, *values)
    yield from _warnings(before.warnings, after.warnings)
    yield from _whole("architect", before.architect, after.architect)
    worst = worst_case(before), worst_case(after)
    if worst[0] is not None and worst[1] is not None:
        paths = {"before": worst[0].path.days, "after": worst[1].path.days}
        if paths["before"] != paths["after"]:
            yield Statement("critical_path", PATH, paths)
    for name, kind in _PARTS.items():
        yield from _parts(kind, getattr(before, name), getattr(after, name))
    yield from _items(before, after)


def _whole(field: str, before: Any, after: Any) -> Iterator[Statement]:
    if before != after:
        params = {
            "field": Word(field, SCENARIO_FIELD),
            "before": _shown(before),
            "after": _shown(after),
        }
        yield Statement(f"{field.split(maxsplit=1)[0]}_changed", FIELD, params)


def _warnings(
    before: WarningsDefinition | None, after: WarningsDefinition | None
) -> Iterator[Statement]:
    """Changed warning thresholds; a threshold not set is the installation's."""
    old, new = before or WarningsDefinition(), after or WarningsDefinition()
    for field, was, now in _fields(old, new):
        yield from _whole("source of the warnings" if field == "source" else field, was, now)


def _parts(kind: str, before: Sequence[Any], after: Sequence[Any]) -> Iterator[Statement]:
    """Added, removed and changed members of a list."""
    old, new = ({part.key: part for part in parts} for parts in (before, after))
    for key in [key for key in old if key not in new]:
        params = {"kind": Word(kind), "key": key, "name": old[key].name}
        yield Statement(f"{kind}_removed", PART_REMOVED, params)
    for key in [key for key in new if key not in old]:
        params = {"kind": Word(kind), "key": key, "name": new[key].name}
        yield Statement(f"{kind}_added", PART_ADDED, params)
    both = [key for key in new if key in old]
    for key in both:
        for field, was, now in _fields(old[key], new[key]):
            params = {"kind": Word(kind), "key": key, "field": Word(field, SCENARIO_FIELD)}
            params |= {"before": _shown(was), "after": _shown(now)}
            yield Statement(f"{kind}_changed", PART_FIELD, params)
    if both != [key for key in old if key in new]:
        params = {"kind": Word(kind), "after": list(new)}
        yield Statement(f"{kind}_order", PARTS_REORDERED, params)


def _items(before: ScenarioDefinition, after: ScenarioDefinition) -> Iterator[Statement]:
    for code, item in before.item.items():
        if code not in after.item:
            params = {"item": code, "name": item.name}
            yield Statement("item_removed", ITEM_REMOVED, params)
    for code, item in after.item.items():
        if code not in before.item:
            params = {
                "item": code,
                "name": item.name,
                "stage": after.stage[item.stage].name,
                "department": after.department[item.department].name,
            }
            yield Statement("item_added", ITEM_ADDED, params)
    both = [code for code in after.item if code in before.item]
    for code in both:
        yield from _item(before.item[code], after.item[code], after, before)
    if both != [code for code in before.item if code in after.item]:
        params = {"kind": Word("items"), "after": list(after.item)}
        yield Statement("item_order", PARTS_REORDERED, params)


def _item(
    old: ItemDefinition,
    new: ItemDefinition,
    scenario: ScenarioDefinition,
    earlier: ScenarioDefinition,
) -> Iterator[Statement]:
    for field, was, now in _fields(old, new):
        if field not in _OWN:
            params = {"item": new.code, "field": Word(field, SCENARIO_FIELD)}
            yield Statement(
                f"{field}_changed",
                ITEM_FIELD,
                params
                | {"before": _named(field, was, earlier), "after": _named(field, now, scenario)},
            )
    yield from _lists(
        new.code,
        "codes",
        old.after,
        new.after,
        ("waits_more", WAITS_MORE),
        ("waits_less", WAITS_LESS),
    )
    yield from _condition(old, new)
    yield from _materials(old, new, scenario, earlier)
    yield from _form(old, new)
    yield from _guards(old, new)
    yield from _lists(
        new.code,
        "procedures",
        [Word.of(procedure) for procedure in old.special_procedures],
        [Word.of(procedure) for procedure in new.special_procedures],
        ("procedures_added", PROCEDURES_ADDED),
        ("procedures_removed", PROCEDURES_REMOVED),
    )


def _lists(
    item: str,
    name: str,
    before: Sequence[object],
    after: Sequence[object],
    more: tuple[str, str],
    less: tuple[str, str],
) -> Iterator[Statement]:
    """Entries added to and removed from a list; its order is ignored."""
    added = [entry for entry in after if entry not in before]
    removed = [entry for entry in before if entry not in after]
    if added:
        yield Statement(*more, {"item": item, name: added})
    if removed:
        yield Statement(*less, {"item": item, name: removed})


def _condition(old: ItemDefinition, new: ItemDefinition) -> Iterator[Statement]:
    if old.when == new.when:
        return
    if old.when is None:
        params: dict[str, object] = {"item": new.code, "condition": new.when}
        yield Statement("condition_added", CONDITION_ADDED, params)
    elif new.when is None:
        yield Statement("condition_removed", CONDITION_REMOVED, {"item": new.code})
    else:
        params = {"item": new.code, "before": old.when, "after": new.when}
        yield Statement("condition_changed", CONDITION_CHANGED, params)


def _materials(
    old: ItemDefinition,
    new: ItemDefinition,
    scenario: ScenarioDefinition,
    earlier: ScenarioDefinition,
) -> Iterator[Statement]:
    for key in old.required:
        if key not in new.required:
            params = {"item": new.code, "material": earlier.material[key].name}
            yield Statement("material_not_asked", MATERIAL_REMOVED, params)
    for key, now in new.required.items():
        params = {"item": new.code, "material": scenario.material[key].name}
        was = old.required.get(key)
        if was is None:
            more = {"material_class": Word.of(now.material_class)}
            yield Statement("material_asked", MATERIAL_ADDED, params | more)
        elif was != now:
            more_ = {"before": _class(was), "after": _class(now)}
            yield Statement("material_changed", MATERIAL_CHANGED, params | more_)


def _form(old: ItemDefinition, new: ItemDefinition) -> Iterator[Statement]:
    for key, field in old.field.items():
        if key not in new.field:
            params: dict[str, object] = {"item": new.code, "key": key, "name": field.name}
            yield Statement("field_not_asked", FIELD_REMOVED, params)
    for key, field in new.field.items():
        params = {"item": new.code, "key": key}
        if key not in old.field:
            yield Statement("field_asked", FIELD_ADDED, params | {"name": field.name})
            continue
        for name, was, now in _fields(old.field[key], field):
            values = {"before": _shown(was), "after": _shown(now)}
            yield Statement(
                "field_changed",
                FIELD_CHANGED,
                params | {"field": Word(name, SCENARIO_FIELD)} | values,
            )


def _guards(old: ItemDefinition, new: ItemDefinition) -> Iterator[Statement]:
    """Added and removed guards; a changed guard counts as removed and added."""
    for code, sentence, item, other in (
        ("guard_removed", GUARD_REMOVED, old, new),
        ("guard_added", GUARD_ADDED, new, old),
    ):
        for guard in item.guards:
            if guard not in other.guards:
                params = {"item": new.code, "check": guard.check, "point": Word.of(guard.at)}
                yield Statement(code, sentence, params)


def _class(requirement: MaterialRequirement) -> list[object]:
    """Class of a material requirement and its basis."""
    words: list[object] = [Word.of(requirement.material_class)]
    if requirement.substantive:
        words.append(Word("substantive"))
    if requirement.basis:
        words.append(requirement.basis)
    if requirement.by_architect:
        words.append(Word("by_architect"))
    if requirement.when:
        words.append(Statement("where", WHERE, {"condition": requirement.when}))
    return words


def _fields(old: BaseModel, new: BaseModel) -> Iterator[tuple[str, Any, Any]]:
    for field in type(new).model_fields:
        was, now = getattr(old, field), getattr(new, field)
        if was != now:
            yield field, was, now


def _named(field: str, value: Any, scenario: ScenarioDefinition) -> object:
    """A stage, department or document of an item by its name."""
    known: Mapping[str, Mapping[str, Any]] = {
        "stage": scenario.stage,
        "department": scenario.department,
        "competent_department": scenario.department,
        "supervised_by": scenario.department,
        "document": scenario.document,
    }
    definition = known.get(field, {}).get(value) if isinstance(value, str) else None
    return definition.name if definition is not None else _shown(value)


def _limit(value: LengthDefinition) -> object:
    days = Statement("limit", _UNITS[value.unit], {"days": value.days})
    terms: list[object] = [days, *(_terms(value) if isinstance(value, LimitDefinition) else ())]
    if value.source:
        terms.append(value.source)
    return terms if len(terms) > 1 else days


def _terms(value: LimitDefinition) -> Iterator[object]:
    """From which day a limit runs, and how it may be extended, where it is not as usual."""
    if value.starts is not LimitStart.ACCEPTED:
        yield Word.of(value.starts)
    if value.extension is not None:
        extension = value.extension
        days = Statement("limit", _UNITS[extension.unit], {"days": extension.days})
        by = Word.of(extension.by)
        yield Statement("extension", EXTENSION, {"limit": days, "by": by})


def _yellow(warning: YellowDefinition) -> Iterator[Statement]:
    if warning.percent is not None:
        yield Statement("share", SHARE, {"percent": warning.percent})
    if warning.working_days is not None:
        yield Statement("limit", _UNITS[Unit.WORKING_DAY], {"days": warning.working_days})


def _shown(value: Any) -> object:
    """A value as a person reads it."""
    if value is None or value in ((), YellowDefinition()):
        return Word("none")
    if isinstance(value, bool):
        return Word("yes" if value else "no")
    if isinstance(value, StrEnum):
        return Word.of(value)
    shown = next(
        (render(value) for kind, render in _RENDERERS.items() if isinstance(value, kind)), None
    )
    if shown is not None:
        return shown
    if isinstance(value, tuple):
        return [_shown(element) for element in value]
    return value if isinstance(value, Text) else str(value)


def _visit(value: SiteVisitDefinition) -> object:
    """Number of officers of a joint visit, and its source."""
    sentences: list[object] = [Statement("site_visit", VISIT, {"officers": value.officers})]
    if value.absence is not AbsenceRule.REFUSED:
        sentences.append(Statement("absence", ABSENCE, {}))
    return [*sentences, value.source] if value.source else sentences


def _exemption(value: ExemptionDefinition) -> object:
    """Condition and basis of an exemption."""
    if value.when is None:
        return [Statement("every_project", EXEMPT_ALL, {}), value.basis]
    return [Statement("where", WHERE, {"condition": value.when}), value.basis]


def _architect(value: ArchitectDefinition) -> object:
    """Which projects are under architect responsibility, and by which document."""
    return [Statement("where", WHERE, {"condition": value.when}), value.basis]


def _merge(value: MergeDefinition) -> object:
    """Target stage, condition and basis of a merge."""
    params = {"stage": value.stage, "condition": value.when}
    return [Statement("merged", MERGED, params), value.basis]


def _phase(value: NextPhaseDefinition) -> object:
    """Follow-up of a single-phase permit and its time limit."""
    return Statement("phase", PHASE, {"item": value.item, "limit": _limit(value.within)})


def _consult(value: ConsultDefinition) -> object:
    """Department consulted by an item, its time limit and the meaning of silence."""
    sentence = CONSULT_SILENCE if value.silence_is_consent else CONSULT
    days = Statement("limit", _UNITS[value.limit.unit], {"days": value.limit.days})
    statement = Statement("consult", sentence, {"department": value.department, "limit": days})
    return [statement, value.basis] if value.basis else statement


#: Values that have words of their own.
_RENDERERS: Final[Mapping[type, Callable[[Any], object]]] = {
    YellowDefinition: lambda value: list(_yellow(value)),
    LengthDefinition: _limit,
    SiteVisitDefinition: _visit,
    ExemptionDefinition: _exemption,
    MergeDefinition: _merge,
    ArchitectDefinition: _architect,
    ConsultDefinition: _consult,
    NextPhaseDefinition: _phase,
    FormChoice: lambda choice: choice.name,
}
