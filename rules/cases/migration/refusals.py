"""Why a project cannot be moved to another version of its scenario: one check after another.

What was decided stays decided, and what was applied for is examined under the rules it was accepted
under: nothing may be asked, moved or lengthened behind the applicant's back (Licensing Law arts. 8,
31 and 32).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from config.texts import Word
from models.cases.facts import ItemFacts, ProjectFacts
from models.cases.states import FAILED, IN_EXAMINATION, SATISFIED, ItemState
from models.errors import NAMELESS, KaigongError
from models.scenarios.definition import ItemDefinition, ScenarioDefinition
from models.statements import Statement
from models.values import AttributeValue, Text
from rules.cases.instruments.completeness import missing
from rules.cases.instruments.forms import checked
from rules.scenarios.attributes import check_attributes
from rules.scenarios.conditions.evaluation import holds

#: An application (or an internal examination) is in the authority's or the applicant's hands.
IN_HAND = IN_EXAMINATION | {
    ItemState.CORRECTING,
    ItemState.RECTIFYING,
    ItemState.PRELIMINARY,
}
#: Nothing was asked of anybody yet.
UNTOUCHED = frozenset({ItemState.WAITING, ItemState.OPEN, ItemState.NOT_REQUIRED})
DECIDED = (SATISFIED - {ItemState.NOT_REQUIRED}) | FAILED
#: Decided, with something still to come.
OWING = frozenset({ItemState.PRELIMINARY, ItemState.CONDITIONALLY_GRANTED})

VANISHES = (
    "{item} is {state} and the new version has no such item; what was applied for or decided stays. "
    "Keep the item in the new version."
)
NO_LONGER_NEEDED = (
    "{item} is {state} and this project would not need it any more; decide it, or have the "
    "application taken back and begin a new round of it first."
)
STAGE_MOVED = "{item} is {state} and would move from the stage {before} to {after} meanwhile; decide it first."
DEPARTMENT_MOVED = (
    "{item} is {state} at {before}, and {after} would decide it; decide it first, its limit runs."
)
MODE_CHANGED = "{item} is {state} as {before} and would become {after}; decide it first."
PART_CHANGED = "{item} is {state} and would become part of another whole; decide it first."
WAITS_FOR_NEW = (
    "{item} is {state} and would wait for {missing}; its limit runs, so decide it first."
)
ASKS_MORE = (
    "{item} is {state} and {missing} would be asked for as well; after the application nothing more "
    "may be asked for. Decide it first."
)
FORM_CHANGED = (
    "{item} is {state} and its form would be asked for otherwise ({reason}); after the application "
    "nothing more may be asked for. Decide it first."
)
OWED_DROPPED = (
    "{item} owes {material}, which the applicant would not be asked for any more; have it made good "
    "first."
)
DOCUMENT_CHANGED = (
    "{item} is {state} with the document {before}, the new version ends in {after}; a decision keeps "
    "its document. Keep it in the new version."
)
NEVER_OPENS = (
    "{item} would be part of {whole}, which is {state} already, and could never begin; it would have "
    "to be an item of its own."
)
ATTRIBUTE = "The attribute {attribute} of the project does not fit the new version: {reason}"


class Refused(KaigongError):
    template = "{reason} ({count} reasons in all.)"

    def __init__(self, reasons: tuple[Statement, ...], **params: Any) -> None:
        self.reasons = reasons
        super().__init__(reason=reasons[0], count=len(reasons), **params)

    def sentence(
        self, translate: Callable[[str], str] = str, names: Mapping[str, Text] = NAMELESS
    ) -> str:
        """The sentence with its first reason in the same language."""
        reason = self.reasons[0].message(translate, names=names)
        return translate(self.template).format(**{**self.params, "reason": reason})


def state_of(item: ItemFacts) -> Word:
    """The state of an item, as a word."""
    return Word.of(item.state)


def attributes_of(
    facts: ProjectFacts, new: ScenarioDefinition
) -> tuple[dict[str, AttributeValue], tuple[Statement, ...]]:
    """The project's attributes as the new version declares them, and which do not fit."""
    declared = {attribute.key for attribute in new.attributes}
    given = {key: value for key, value in facts.attributes.items() if key in declared}
    try:
        return check_attributes(new, given), ()
    except KaigongError as refusal:
        name = refusal.params.get("attribute", "")
        params = {"attribute": name, "reason": refusal}
        return {}, (Statement("attribute", ATTRIBUTE, params),)


def refusals(
    facts: ProjectFacts, new: ScenarioDefinition, attributes: Mapping[str, AttributeValue]
) -> Iterator[Statement]:
    """Every reason against the migration."""
    for item in facts.items.values():
        definition = new.item.get(item.code)
        if definition is None:
            if not untouched(item) or item.round > 1:
                params = {"item": item.code, "state": state_of(item)}
                yield Statement("vanishes", VANISHES, params)
            continue
        yield from _document(facts, item, definition)
        yield from _owed(facts, item, definition, new)
        if item.state in IN_HAND | FAILED and not holds(definition.needed_when, attributes):
            params = {"item": item.code, "state": state_of(item)}
            yield Statement("no_longer_needed", NO_LONGER_NEEDED, params)
        if item.state in IN_HAND | OWING:
            yield from _moved(facts, item, definition, new)
        if item.state in IN_HAND:
            yield from _requirements(facts, item, definition)
            yield from _order(facts, item, definition, new, attributes)
    yield from _orphans(facts, new, attributes)


def _document(
    facts: ProjectFacts, item: ItemFacts, definition: ItemDefinition
) -> Iterator[Statement]:
    before = facts.definition(item.code).document
    decided = item.state in SATISFIED and item.state is not ItemState.NOT_REQUIRED
    if decided and definition.document != before:
        params = {
            "item": item.code,
            "state": state_of(item),
            "before": before or Word("none"),
            "after": definition.document or Word("none"),
        }
        yield Statement("document_changed", DOCUMENT_CHANGED, params)


def _owed(
    facts: ProjectFacts, item: ItemFacts, definition: ItemDefinition, new: ScenarioDefinition
) -> Iterator[Statement]:
    """Deferred papers that the new version takes out of the applicant's hands."""
    owed = [deficiency.material for deficiency in facts.open_deficiencies(item.code)]
    deferred = item.deferred if item.state in IN_HAND | OWING else ()
    for material in dict.fromkeys((*owed, *deferred)):
        asked = material in definition.required and not new.material[material].system_held
        if not asked:
            params = {"item": item.code, "material": _material(facts, material)}
            yield Statement("owed_dropped", OWED_DROPPED, params)


def department_after(
    item: ItemFacts, before: ItemDefinition, definition: ItemDefinition, new: ScenarioDefinition
) -> str:
    """The deciding department under the new version; a referred item stays where it was referred to."""
    referred = item.department != before.department and item.department in new.department
    return item.department if referred else definition.department


def untouched(item: ItemFacts) -> bool:
    """Whether the item is untouched: nobody has acted on it."""
    return item.state in UNTOUCHED and not _declared_not_required(item)


def _declared_not_required(item: ItemFacts) -> bool:
    """Whether an officer found that no licence is needed: it was applied for, and that stays."""
    return item.state is ItemState.NOT_REQUIRED and item.involved


def _moved(
    facts: ProjectFacts, item: ItemFacts, definition: ItemDefinition, new: ScenarioDefinition
) -> Iterator[Statement]:
    """Changes of stage, department or mode of an item under way."""
    before = facts.definition(item.code)
    department = department_after(item, before, definition, new)
    params: dict[str, object] = {"item": item.code, "state": state_of(item)}
    if definition.stage != before.stage:
        places = {"before": before.stage, "after": definition.stage}
        yield Statement("stage_moved", STAGE_MOVED, params | places)
    if department != item.department:
        places = {"before": item.department, "after": department}
        yield Statement("department_moved", DEPARTMENT_MOVED, params | places)
    if definition.mode is not before.mode:
        modes = {"before": Word.of(before.mode), "after": Word.of(definition.mode)}
        yield Statement("mode_changed", MODE_CHANGED, params | modes)
    if definition.part_of != before.part_of:
        yield Statement("part_changed", PART_CHANGED, params)


def _requirements(
    facts: ProjectFacts, item: ItemFacts, definition: ItemDefinition
) -> Iterator[Statement]:
    lacking = missing(facts.definition(item.code), item, facts.materials)
    more = [key for key in missing(definition, item, facts.materials) if key not in lacking]
    params: dict[str, object] = {"item": item.code, "state": state_of(item)}
    if more:
        yield Statement("asks_more", ASKS_MORE, {**params, "missing": more})
    kept = {key: value for key, value in item.form.items() if key in definition.field}
    try:
        checked(definition, kept)
    except KaigongError as refusal:
        yield Statement("form_changed", FORM_CHANGED, {**params, "reason": refusal})


def _order(
    facts: ProjectFacts,
    item: ItemFacts,
    definition: ItemDefinition,
    new: ScenarioDefinition,
    attributes: Mapping[str, AttributeValue],
) -> Iterator[Statement]:
    """New unsatisfied prerequisites of an item whose clock runs."""
    before = facts.definition(item.code).after
    waiting = [
        code
        for code in definition.after
        if not _will_be_satisfied(facts, new.item[code], attributes)
        # What fell away after it was built on keeps the item waiting in either version.
        and (code not in before or facts.items[code].state is ItemState.NOT_REQUIRED)
    ]
    if waiting:
        params = {"item": item.code, "state": state_of(item), "missing": waiting}
        yield Statement("waits_for_new", WAITS_FOR_NEW, params)


def _will_be_satisfied(
    facts: ProjectFacts, definition: ItemDefinition, attributes: Mapping[str, AttributeValue]
) -> bool:
    item = facts.items.get(definition.code)
    if item is not None and (item.state in DECIDED or _declared_not_required(item)):
        return item.state in SATISFIED
    return not holds(definition.needed_when, attributes)


def _orphans(
    facts: ProjectFacts, new: ScenarioDefinition, attributes: Mapping[str, AttributeValue]
) -> Iterator[Statement]:
    """New parts of decided joint items, which would never open."""
    for definition in new.items:
        whole = facts.items.get(definition.part_of or "")
        if whole is None or whole.state not in SATISFIED or untouched(whole):
            continue
        item = facts.items.get(definition.code)
        begun = item is not None and not untouched(item)
        if not begun and holds(definition.needed_when, attributes):
            params = {
                "item": definition.code,
                "whole": whole.code,
                "state": state_of(whole),
            }
            yield Statement("never_opens", NEVER_OPENS, params)


def _material(facts: ProjectFacts, key: str) -> object:
    known = facts.scenario.material.get(key)
    return known.name if known is not None else key
