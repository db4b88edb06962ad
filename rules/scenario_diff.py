"""What one version of a scenario says differently from another, in sentences."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Any, Final

from pydantic import BaseModel

from models.clock import Unit
from models.definition import (
    ArchitectDefinition,
    ConsultDefinition,
    ExemptionDefinition,
    ItemDefinition,
    LimitDefinition,
    MaterialRequirement,
    MergeDefinition,
    ScenarioDefinition,
    SiteVisitDefinition,
    Text,
)
from models.form import FormChoice
from models.joint import AbsenceRule
from models.phase import NextPhaseDefinition
from models.statements import Statement, Word
from models.warning import WarningsDefinition, YellowDefinition
from rules.verifier import worst_case

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
    promises = (one.promise.days if one.promise else None for one in (before, after))
    yield from _whole("promise", *promises)
    sources = (one.promise.source if one.promise else None for one in (before, after))
    yield from _whole("source of the promise", *sources)
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
        said = {"field": Word(field), "before": _shown(before), "after": _shown(after)}
        yield Statement(f"{field.split(maxsplit=1)[0]}_changed", FIELD, said)


def _warnings(
    before: WarningsDefinition | None, after: WarningsDefinition | None
) -> Iterator[Statement]:
    """When people are warned; what is not said is as the installation has it."""
    old, new = before or WarningsDefinition(), after or WarningsDefinition()
    for field, was, now in _fields(old, new):
        yield from _whole("source of the warnings" if field == "source" else field, was, now)


def _parts(kind: str, before: Sequence[Any], after: Sequence[Any]) -> Iterator[Statement]:
    """Members of a list that came, went or changed."""
    old, new = ({one.key: one for one in found} for found in (before, after))
    for key in [key for key in old if key not in new]:
        said = {"kind": Word(kind), "key": key, "name": old[key].name}
        yield Statement(f"{kind}_removed", PART_REMOVED, said)
    for key in [key for key in new if key not in old]:
        said = {"kind": Word(kind), "key": key, "name": new[key].name}
        yield Statement(f"{kind}_added", PART_ADDED, said)
    both = [key for key in new if key in old]
    for key in both:
        for field, was, now in _fields(old[key], new[key]):
            said = {"kind": Word(kind), "key": key, "field": Word(field)}
            said |= {"before": _shown(was), "after": _shown(now)}
            yield Statement(f"{kind}_changed", PART_FIELD, said)
    if both != [key for key in old if key in new]:
        said = {"kind": Word(kind), "after": list(new)}
        yield Statement(f"{kind}_order", PARTS_REORDERED, said)


def _items(before: ScenarioDefinition, after: ScenarioDefinition) -> Iterator[Statement]:
    for code, item in before.item.items():
        if code not in after.item:
            said = {"item": code, "name": item.name}
            yield Statement("item_removed", ITEM_REMOVED, said)
    for code, item in after.item.items():
        if code not in before.item:
            said = {
                "item": code,
                "name": item.name,
                "stage": after.stage[item.stage].name,
                "department": after.department[item.department].name,
            }
            yield Statement("item_added", ITEM_ADDED, said)
    both = [code for code in after.item if code in before.item]
    for code in both:
        yield from _item(before.item[code], after.item[code], after, before)
    if both != [code for code in before.item if code in after.item]:
        said = {"kind": Word("items"), "after": list(after.item)}
        yield Statement("item_order", PARTS_REORDERED, said)


def _item(
    old: ItemDefinition,
    new: ItemDefinition,
    scenario: ScenarioDefinition,
    earlier: ScenarioDefinition,
) -> Iterator[Statement]:
    for field, was, now in _fields(old, new):
        if field not in _OWN:
            said = {"item": new.code, "field": Word(field)}
            yield Statement(
                f"{field}_changed",
                ITEM_FIELD,
                said
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
        [Word(one.value) for one in old.special_procedures],
        [Word(one.value) for one in new.special_procedures],
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
    """What a list has more and what it has less; its order says nothing."""
    added = [one for one in after if one not in before]
    removed = [one for one in before if one not in after]
    if added:
        yield Statement(*more, {"item": item, name: added})
    if removed:
        yield Statement(*less, {"item": item, name: removed})


def _condition(old: ItemDefinition, new: ItemDefinition) -> Iterator[Statement]:
    if old.when == new.when:
        return
    if old.when is None:
        said: dict[str, object] = {"item": new.code, "condition": new.when}
        yield Statement("condition_added", CONDITION_ADDED, said)
    elif new.when is None:
        yield Statement("condition_removed", CONDITION_REMOVED, {"item": new.code})
    else:
        said = {"item": new.code, "before": old.when, "after": new.when}
        yield Statement("condition_changed", CONDITION_CHANGED, said)


def _materials(
    old: ItemDefinition,
    new: ItemDefinition,
    scenario: ScenarioDefinition,
    earlier: ScenarioDefinition,
) -> Iterator[Statement]:
    for key in old.required:
        if key not in new.required:
            said = {"item": new.code, "material": earlier.material[key].name}
            yield Statement("material_not_asked", MATERIAL_REMOVED, said)
    for key, now in new.required.items():
        said = {"item": new.code, "material": scenario.material[key].name}
        was = old.required.get(key)
        if was is None:
            more = {"material_class": Word(now.material_class.value)}
            yield Statement("material_asked", MATERIAL_ADDED, said | more)
        elif was != now:
            more_ = {"before": _class(was), "after": _class(now)}
            yield Statement("material_changed", MATERIAL_CHANGED, said | more_)


def _form(old: ItemDefinition, new: ItemDefinition) -> Iterator[Statement]:
    for key, field in old.field.items():
        if key not in new.field:
            said: dict[str, object] = {"item": new.code, "key": key, "name": field.name}
            yield Statement("field_not_asked", FIELD_REMOVED, said)
    for key, field in new.field.items():
        said = {"item": new.code, "key": key}
        if key not in old.field:
            yield Statement("field_asked", FIELD_ADDED, said | {"name": field.name})
            continue
        for name, was, now in _fields(old.field[key], field):
            values = {"before": _shown(was), "after": _shown(now)}
            yield Statement("field_changed", FIELD_CHANGED, said | {"field": Word(name)} | values)


def _guards(old: ItemDefinition, new: ItemDefinition) -> Iterator[Statement]:
    """A guard that says something else is another one."""
    for code, sentence, one, other in (
        ("guard_removed", GUARD_REMOVED, old, new),
        ("guard_added", GUARD_ADDED, new, old),
    ):
        for guard in one.guards:
            if guard not in other.guards:
                said = {"item": new.code, "check": guard.check, "point": Word(guard.at.value)}
                yield Statement(code, sentence, said)


def _class(requirement: MaterialRequirement) -> list[object]:
    """How strictly a material is asked for, and by which article."""
    words: list[object] = [Word(requirement.material_class.value)]
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
    found = known.get(field, {}).get(value) if isinstance(value, str) else None
    return found.name if found is not None else _shown(value)


def _limit(value: LimitDefinition) -> object:
    days = Statement("limit", _UNITS[value.unit], {"days": value.days})
    return [days, value.source] if value.source else days


def _yellow(said: YellowDefinition) -> Iterator[Statement]:
    if said.percent is not None:
        yield Statement("share", SHARE, {"percent": said.percent})
    if said.working_days is not None:
        yield Statement("limit", _UNITS[Unit.WORKING_DAY], {"days": said.working_days})


def _shown(value: Any) -> object:
    """A value as a person reads it."""
    if value is None or value in ((), YellowDefinition()):
        return Word("none")
    if isinstance(value, bool):
        return Word("yes" if value else "no")
    if isinstance(value, StrEnum):
        return Word(value.value)
    said = next((say(value) for kind, say in _SAID.items() if isinstance(value, kind)), None)
    if said is not None:
        return said
    if isinstance(value, tuple):
        return [_shown(one) for one in value]
    return value if isinstance(value, Text) else str(value)


def _visit(value: SiteVisitDefinition) -> object:
    """How many officers a joint visit needs, and by which rule."""
    said: list[object] = [Statement("site_visit", VISIT, {"officers": value.officers})]
    if value.absence is not AbsenceRule.REFUSED:
        said.append(Statement("absence", ABSENCE, {}))
    return [*said, value.source] if value.source else said


def _exemption(value: ExemptionDefinition) -> object:
    """Who is exempt, and by which rule."""
    if value.when is None:
        return [Statement("every_project", EXEMPT_ALL, {}), value.basis]
    return [Statement("where", WHERE, {"condition": value.when}), value.basis]


def _architect(value: ArchitectDefinition) -> object:
    """Which projects are under architect responsibility, and by which document."""
    return [Statement("where", WHERE, {"condition": value.when}), value.basis]


def _merge(value: MergeDefinition) -> object:
    """Into which stage, for which projects, and by which rule."""
    said = {"stage": value.stage, "condition": value.when}
    return [Statement("merged", MERGED, said), value.basis]


def _phase(value: NextPhaseDefinition) -> object:
    """What has to follow a permit of one phase, within which time."""
    return Statement("phase", PHASE, {"item": value.item, "limit": _limit(value.within)})


def _consult(value: ConsultDefinition) -> object:
    """Whom an item asks, in what time, and what silence means."""
    sentence = CONSULT_SILENCE if value.silence_is_consent else CONSULT
    days = Statement("limit", _UNITS[value.limit.unit], {"days": value.limit.days})
    said = Statement("consult", sentence, {"department": value.department, "limit": days})
    return [said, value.basis] if value.basis else said


#: Values that have words of their own.
_SAID: Final[Mapping[type, Callable[[Any], object]]] = {
    YellowDefinition: lambda value: list(_yellow(value)),
    LimitDefinition: _limit,
    SiteVisitDefinition: _visit,
    ExemptionDefinition: _exemption,
    MergeDefinition: _merge,
    ArchitectDefinition: _architect,
    ConsultDefinition: _consult,
    NextPhaseDefinition: _phase,
    FormChoice: lambda choice: choice.name,
}
