"""Attributes that were registered wrongly are put right: what the project needs follows from them.

A wrong area or fire class decides which items a project needs and which papers are asked for. The
correction is judged and drawn up like a migration to another version, by the same rules: what nobody
has touched follows, what was decided stays, and nothing changes behind the applicant's back while
something is in hand (Licensing Law arts. 8, 31 and 32).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace

from models import commands as c
from models.errors import KaigongError
from models.facts import AttributeValue, ProjectFacts
from models.guard import GuardPoint
from models.outcome import Outcome
from models.statements import Statement
from models.states import IN_EXAMINATION
from rules import guards
from rules.context import Context
from rules.draft import Draft
from rules.migration.following import Following
from rules.migration.refusals import IN_HAND, Refused, refusals, state_of
from rules.own_scenario import own_scenario
from rules.registration import check_attributes

GUARD_FAILS = (
    "{item} is {state} and could not have been applied for like this: {refusal} Decide it first, or "
    "have the application taken back."
)


class CorrectionRefused(Refused):
    """attributes: the particulars of {project} stay as they are: {reason} ({count} reasons in all; a dry run lists them.)"""

    field = "attributes"


class NothingToCorrect(KaigongError):
    """attributes: {project} has these values already; give the ones that were registered wrongly."""

    field = "attributes"


@dataclass(frozen=True, slots=True)
class Corrected:
    """One attribute that changes."""

    attribute: str
    before: AttributeValue
    after: AttributeValue

    def document(self) -> dict[str, AttributeValue]:
        """It as plain JSON values, for the event log."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Correction:
    """What a correction comes to."""

    corrected: tuple[Corrected, ...]
    refusals: tuple[Statement, ...]
    changes: tuple[Statement, ...] = ()
    outcome: Outcome | None = None
    """``None`` when it is refused."""


def plan(facts: ProjectFacts, command: c.CorrectAttributes, context: Context) -> Correction:
    """Judge a correction and draw it up, for a dry run.

    Raises :class:`NothingToCorrect` and what :func:`rules.registration.check_attributes` raises.
    """
    attributes, corrected = _values(facts, command)
    faults = _faults(facts, attributes)
    if faults:
        return Correction(corrected, faults)
    draft = Draft(facts, context)
    changes = _draw_up(draft, attributes, corrected, command.reason)
    return Correction(corrected, (), changes, draft.outcome())


def correct(draft: Draft, command: c.CorrectAttributes) -> None:
    """The act: put right what was registered, and let the items follow."""
    attributes, corrected = _values(draft.before, command)
    faults = _faults(draft.before, attributes)
    if faults:
        raise CorrectionRefused(faults, project=draft.before.code)
    _draw_up(draft, attributes, corrected, command.reason)


def _values(
    facts: ProjectFacts, command: c.CorrectAttributes
) -> tuple[dict[str, AttributeValue], tuple[Corrected, ...]]:
    """Every attribute as it will be, and which of them change."""
    before = facts.attributes
    after = check_attributes(facts.scenario, {**before, **command.attributes})
    changed = tuple(
        Corrected(key, before.get(key), value)
        for key, value in after.items()
        if before.get(key) != value
    )
    if not changed:
        raise NothingToCorrect(project=facts.code)
    return after, changed


def _faults(facts: ProjectFacts, attributes: Mapping[str, AttributeValue]) -> tuple[Statement, ...]:
    own = own_scenario(facts.scenario.whole, attributes)
    return (*refusals(facts, own, attributes), *_guarded(facts, attributes))


def _guarded(facts: ProjectFacts, attributes: Mapping[str, AttributeValue]) -> Iterator[Statement]:
    """What is in hand and would not have got there: its guards were answered with wrong values."""
    corrected = replace(facts, attributes=attributes)
    for item in facts.items.values():
        if item.state not in IN_HAND:
            continue
        known = tuple(guards.failing(facts, facts.items, item.code, GuardPoint.SUBMIT))
        for guard in guards.failing(corrected, facts.items, item.code, GuardPoint.SUBMIT):
            if guard not in known:
                said = {"item": item.code, "state": state_of(item), "refusal": guard.refusal}
                yield Statement("guard_fails", GUARD_FAILS, said)


def _draw_up(
    draft: Draft,
    attributes: Mapping[str, AttributeValue],
    corrected: tuple[Corrected, ...],
    reason: str,
) -> tuple[Statement, ...]:
    before = draft.before
    draft.follow(own_scenario(before.scenario.whole, attributes), attributes)
    following = Following(draft, before)
    items, filled = following.follow(), following.fill()
    following.lift_promises()
    draft.record(
        "AttributesCorrected",
        corrected=[one.document() for one in corrected],
        reason=reason,
        items=items,
        stages=following.stages(),
        filled=filled,
    )
    _tell(draft, before, corrected, reason)
    following.merge()
    following.exempt()
    following.hold_back()
    following.open()
    return tuple(following.changes)


def _tell(
    draft: Draft, before: ProjectFacts, corrected: tuple[Corrected, ...], reason: str
) -> None:
    """Tell the enterprise, the steward, and the departments that examine something now."""
    aside = {code for code, item in before.items.items() if not item.involved}
    now_aside = {code for code, item in draft.items.items() if not item.involved}
    said: dict[str, object] = {
        "corrected": [one.document() for one in corrected],
        "reason": reason,
        "needed": [code for code in draft.items if code in aside - now_aside],
        "dropped": [code for code in draft.items if code in now_aside - aside],
    }
    examining = (i.department for i in draft.items.values() if i.state in IN_EXAMINATION)
    audiences = ["enterprise", *(f"department:{one}" for one in dict.fromkeys(examining))]
    if draft.context.actor.login != before.steward:
        audiences.append("steward")
    for audience in audiences:
        draft.tell(audience, "attributes_corrected", None, **said)
