"""Correction of wrongly registered attributes, from which the project's items follow.

A wrong area or fire class decides which items a project needs and which papers are asked for. The
correction is judged and drawn up like a migration to another version, by the same rules: what nobody
has touched follows, what was decided stays, and nothing changes behind the applicant's back while
something is in hand (Licensing Law arts. 8, 31 and 32).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace

from models.cases import commands as c
from models.cases.facts import ProjectFacts
from models.cases.outcome import Outcome
from models.cases.states import IN_EXAMINATION, ItemState
from models.errors import KaigongError
from models.scenarios.definition import ScenarioDefinition
from models.scenarios.guards import GuardPoint
from models.statements import Statement
from models.values import AttributeValue
from rules.cases.acts.consequences import settle
from rules.cases.context import Context
from rules.cases.draft import Draft
from rules.cases.instruments import guards
from rules.cases.migration.following import Following
from rules.cases.migration.refusals import IN_HAND, Refused, refusals, state_of
from rules.scenarios.attributes import check_attributes
from rules.scenarios.own_scenario import own_scenario

GUARD_FAILS = (
    "{item} is {state} and could not have been applied for like this: {refusal} Decide it first, or "
    "have the application taken back."
)
SHEET_CONTRADICTS = (
    "{item} is {state}, and what was recorded with it says otherwise: {refusal} If the record "
    "is the one that is wrong, take that answer out of {item} first."
)


class CorrectionRefused(Refused):
    template = "attributes: the particulars of {project} stay as they are: {reason} ({count} reasons in all; a dry run lists them.)"
    field = "attributes"


class NothingToCorrect(KaigongError):
    template = "attributes: {project} has these values already; give the ones that were registered wrongly."
    field = "attributes"


@dataclass(frozen=True, slots=True)
class AttributeChange:
    """One attribute that changes."""

    attribute: str
    before: AttributeValue
    after: AttributeValue

    def document(self) -> dict[str, AttributeValue]:
        """Plain JSON values, for the event log."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Correction:
    """Result of a correction."""

    corrected: tuple[AttributeChange, ...]
    refusals: tuple[Statement, ...]
    changes: tuple[Statement, ...] = ()
    outcome: Outcome | None = None
    """``None`` when it is refused."""


def plan(facts: ProjectFacts, command: c.CorrectAttributes, context: Context) -> Correction:
    """Judge a correction and draw it up, for a dry run.

    Raises :class:`NothingToCorrect` and what :func:`rules.cases.registration.check_attributes` raises.
    """
    attributes, corrected = _values(facts, command)
    faults = _faults(facts, attributes)
    if faults:
        return Correction(corrected, faults)
    draft = Draft(facts, context)
    changes = _draw_up(draft, attributes, corrected, command.reason)
    settle(draft)
    return Correction(corrected, (), changes, draft.outcome())


def correct(draft: Draft, command: c.CorrectAttributes) -> None:
    """The act: correct the registered attributes, and let the items follow."""
    attributes, corrected = _values(draft.before, command)
    faults = _faults(draft.before, attributes)
    if faults:
        raise CorrectionRefused(faults, project=draft.before.code)
    _draw_up(draft, attributes, corrected, command.reason)


def _values(
    facts: ProjectFacts, command: c.CorrectAttributes
) -> tuple[dict[str, AttributeValue], tuple[AttributeChange, ...]]:
    """Every attribute after the correction, and the changes."""
    before = facts.attributes
    after = check_attributes(facts.scenario, {**before, **command.attributes})
    changed = tuple(
        AttributeChange(key, before.get(key), value)
        for key, value in after.items()
        if before.get(key) != value
    )
    if not changed:
        raise NothingToCorrect(project=facts.code)
    return after, changed


def _faults(facts: ProjectFacts, attributes: Mapping[str, AttributeValue]) -> tuple[Statement, ...]:
    own = own_scenario(facts.scenario.whole, attributes)
    return (*_refusals(facts, own, attributes), *_guarded(facts, attributes))


def _refusals(
    facts: ProjectFacts, own: ScenarioDefinition, attributes: Mapping[str, AttributeValue]
) -> Iterator[Statement]:
    """As with a migration; but what a grant owes only because of a wrong particular is not owed."""
    for reason in refusals(facts, own, attributes):
        item = facts.items.get(str(reason.params.get("item")))
        granted = item is not None and item.state is ItemState.CONDITIONALLY_GRANTED
        if reason.code != "owed_dropped" or not granted:
            yield reason


def _guarded(facts: ProjectFacts, attributes: Mapping[str, AttributeValue]) -> Iterator[Statement]:
    """Items under way, and milestones on record, whose guards fail on the corrected attributes."""
    corrected = replace(facts, attributes=attributes)
    for item in facts.items.values():
        recorded = item.state is ItemState.CONCLUDED
        if item.state not in IN_HAND and not recorded:
            continue
        sentence = SHEET_CONTRADICTS if recorded else GUARD_FAILS
        known = tuple(guards.failing(facts, facts.items, item.code, GuardPoint.SUBMIT))
        for guard in guards.failing(corrected, facts.items, item.code, GuardPoint.SUBMIT):
            if guard not in known:
                params = {"item": item.code, "state": state_of(item), "refusal": guard.refusal}
                yield Statement("guard_fails", sentence, params)


def _draw_up(
    draft: Draft,
    attributes: Mapping[str, AttributeValue],
    corrected: tuple[AttributeChange, ...],
    reason: str,
) -> tuple[Statement, ...]:
    before = draft.before
    draft.follow(own_scenario(before.scenario.whole, attributes), attributes)
    following = Following(draft, before)
    items, filled = following.follow(), following.fill()
    following.lift_promises()
    draft.record(
        "AttributesCorrected",
        corrected=[change.document() for change in corrected],
        reason=reason,
        items=items,
        stages=following.stages(),
        filled=filled,
    )
    _tell(draft, before, corrected, reason)
    following.end_debts()
    following.merge()
    following.exempt()
    following.hold_back()
    following.open()
    return tuple(following.changes)


def _tell(
    draft: Draft, before: ProjectFacts, corrected: tuple[AttributeChange, ...], reason: str
) -> None:
    """Tell the enterprise, the steward, and the departments that examine something now."""
    aside = {code for code, item in before.items.items() if not item.involved}
    now_aside = {code for code, item in draft.items.items() if not item.involved}
    params: dict[str, object] = {
        "corrected": [change.document() for change in corrected],
        "reason": reason,
        "needed": [code for code in draft.items if code in aside - now_aside],
        "dropped": [code for code in draft.items if code in now_aside - aside],
    }
    examining = (i.department for i in draft.items.values() if i.state in IN_EXAMINATION)
    audiences = [
        "enterprise",
        *(f"department:{department}" for department in dict.fromkeys(examining)),
    ]
    if draft.context.actor.login != before.steward:
        audiences.append("steward")
    for audience in audiences:
        draft.tell(audience, "attributes_corrected", None, **params)
