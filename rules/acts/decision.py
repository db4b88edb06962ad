"""The examination and its end: Licensing Law arts. 38, 42, 44 and 45."""

from __future__ import annotations

from models import commands as c
from models.clock import ClockExtended, ClockResumed, ClockSuspended, Limit, Unit
from models.errors import KaigongError
from models.facts import ClockFacts, DeficiencyFacts
from models.guard import GuardPoint
from models.states import SATISFIED, ClockKind, DeficiencyState, ItemState
from rules.acts.basis import no_longer_stands
from rules.acts.consultation import check_answered
from rules.acts.papers import fill_from_document
from rules.acts.phases import promise
from rules.acts.rectification import confirm, require
from rules.acts.site_visit import check_held, re_inspect
from rules.acts.supervision import begin
from rules.clock import STATUTORY_CLOCKS
from rules.completeness import (
    MaterialsMissing,
    missing,
    outstanding,
    outstanding_substantive,
)
from rules.draft import Draft
from rules.guards import check_guards
from rules.timers import extension_of

#: Licensing Law art. 34: substantive verification is done by two officers or more.
VERIFIERS = 2


class PrerequisiteMissing(KaigongError):
    """item: {item} builds on {missing}, which no longer stands; wait until it is granted again."""

    field = "item"


class BasisInDoubt(KaigongError):
    """item: {doubtful} has to be examined again before {item} is decided, because {because} was voided; confirm it or void it."""

    field = "item"


class VerificationMissing(KaigongError):
    """item: {item} is verified on the spot by two officers before it is granted; record what they found."""

    field = "item"


class TwoOfficersNeeded(KaigongError):
    """officers: {officers} are not enough: two different officers verify {item}, you among them."""

    field = "officers"


class PartsUndecided(KaigongError):
    """item: {item} is decided as one with {missing}, which are not decided yet; decide them first."""

    field = "item"


class OnlyPreliminary(KaigongError):
    """item: {item} lacks {missing}, which may change the result; issue a preliminary opinion, or wait for it."""

    field = "item"


class NothingToReserve(KaigongError):
    """item: {item} lacks nothing that may change the result; decide it."""

    field = "item"


class NoLimitToExtend(KaigongError):
    """item: {item} has no limit to decide; there is nothing to extend."""

    field = "item"


class PlanMissing(KaigongError):
    """item: {item} is the line of a utility; answer it with its plan, and it is granted with that."""

    field = "item"


class SameOfficer(KaigongError):
    """actor: {actor} accepted {item} as its handler; another officer has to decide it."""

    field = "actor"


class ProcedureNotAllowed(KaigongError):
    """procedure: {procedure} is not foreseen for {item}; allowed are: {allowed}."""

    field = "procedure"


def approve(draft: Draft, command: c.ApproveItem) -> None:
    """Grant it, see :func:`grant`; the line of a utility is granted by its answer alone."""
    if draft.definition(command.item).utility is not None:
        raise PlanMissing(item=command.item)
    grant(draft, command.item, command.comment)


def grant(draft: Draft, code: str, comment: str) -> None:
    """Grant it, with deficiencies opened for what was deferred; dependents are released."""
    _check_decidable(draft, code, comment)
    definition, item = draft.definition(code), draft.items[code]
    if definition.site_verification and not item.verified_by:
        raise VerificationMissing(item=code)
    blocking = _blocking(draft, code)
    if blocking:
        raise OnlyPreliminary(item=code, missing=list(blocking))
    draft.stop_clock(code, ClockKind.DECISION, reason="granted")
    owed = _owe_deferred(draft, code)
    state = ItemState.CONDITIONALLY_GRANTED if owed else ItemState.GRANTED
    draft.change(code, state=state, decided_on=draft.today)
    confirm(draft, code)
    if definition.document:
        delivery = ClockFacts(code, ClockKind.DELIVERY, item.round)
        draft.start_clock(delivery, statutory=STATUTORY_CLOCKS["delivery"].terms.statutory)
    draft.record("ItemApproved", code, comment=comment, deficiencies=list(owed))
    _tell_grant(draft, code, owed)
    if definition.document:
        fill_from_document(draft, definition.document)
    draft.release(code)
    begin(draft, code)
    promise(draft, code)


def record_verification(draft: Draft, command: c.RecordVerification) -> None:
    """What two officers or more found on the spot; the one who records it was there (art. 34)."""
    officers = list(dict.fromkeys(command.officers))
    if len(officers) < VERIFIERS or draft.context.actor.login not in officers:
        raise TwoOfficersNeeded(officers=officers, item=command.item)
    re_inspect(draft, command.item, officers, command.finding)
    draft.change(command.item, verified_by=tuple(officers))
    draft.record("SiteVerified", command.item, officers=officers, finding=command.finding)


def require_rectification(draft: Draft, command: c.RequireRectification) -> None:
    """A verdict is a decision on a part, so its handler does not give it."""
    _check_other_officer(draft, command.item)
    require(draft, command)


def issue_preliminary_opinion(draft: Draft, command: c.IssuePreliminaryOpinion) -> None:
    """Say what can be said; others may build on it while the missing material comes (S:004 case 12)."""
    _check_decidable(draft, command.item, command.comment)
    if not _blocking(draft, command.item):
        raise NothingToReserve(item=command.item)
    draft.stop_clock(command.item, ClockKind.DECISION, reason="preliminary opinion")
    owed = _owe_deferred(draft, command.item)
    draft.change(command.item, state=ItemState.PRELIMINARY, decided_on=draft.today)
    draft.record(
        "PreliminaryOpinionIssued", command.item, comment=command.comment, deficiencies=list(owed)
    )
    draft.tell("enterprise", "preliminary_opinion", command.item, materials=list(owed))
    draft.tell("steward", "preliminary_opinion", command.item, materials=list(owed))
    draft.release(command.item)


def deny(draft: Draft, command: c.DenyItem) -> None:
    """Deny it with reasons; the written decision states the remedies (art. 38)."""
    _check_other_officer(draft, command.item)
    stood = draft.items[command.item].state in SATISFIED
    for deficiency in draft.open_deficiencies(command.item):
        draft.change_deficiency(deficiency, state=DeficiencyState.LAPSED, closed_on=draft.today)
    draft.stop_clocks(command.item, "denied")
    draft.change(command.item, state=ItemState.DENIED, decided_on=draft.today)
    draft.record("ItemDenied", command.item, reason=command.reason)
    draft.tell("enterprise", "item_denied", command.item, reason=command.reason)
    draft.tell("steward", "item_denied", command.item, reason=command.reason)
    draft.end_parts(command.item, "the whole was denied")
    if stood:
        no_longer_stands(draft, command.item)


def suspend(draft: Draft, command: c.SuspendClock) -> None:
    """Begin a special procedure that the scenario foresees; its length is told in writing (art. 45)."""
    allowed = draft.definition(command.item).special_procedures
    if command.procedure not in allowed:
        raise ProcedureNotAllowed(
            procedure=command.procedure.value,
            item=command.item,
            allowed=[procedure.value for procedure in allowed] or ["none"],
        )
    clock = draft.clock(command.item, ClockKind.DECISION)
    planned = Limit(command.planned_days, Unit.WORKING_DAY)
    if clock is not None:
        draft.update_clock(
            clock,
            ClockSuspended(on=draft.today, procedure=command.procedure.value, planned=planned),
        )
    draft.change(command.item, state=ItemState.SUSPENDED)
    said = {"procedure": command.procedure.value, "planned_days": command.planned_days}
    draft.record("ClockSuspended", command.item, **said)
    draft.tell("enterprise", "clock_suspended", command.item, **said)
    draft.tell("steward", "clock_suspended", command.item, **said)


def resume(draft: Draft, command: c.ResumeClock) -> None:
    """The special procedure has its result; counting goes on the next working day [D: R5]."""
    clock = draft.clock(command.item, ClockKind.DECISION)
    if clock is not None:
        draft.update_clock(clock, ClockResumed(on=draft.today))
    draft.change(command.item, state=ItemState.ACCEPTED)
    draft.record("ClockResumed", command.item, result=command.result)
    draft.tell("enterprise", "clock_resumed", command.item)


def extend(draft: Draft, command: c.ExtendLimit) -> None:
    """Ten days more (fifteen in joint handling), once, before the limit expires, by the head; the reason is told (art. 42)."""
    clock = draft.clock(command.item, ClockKind.DECISION)
    by = extension_of(draft.definition(command.item))
    if clock is None or by is None:
        raise NoLimitToExtend(item=command.item)
    extension = ClockExtended(
        on=draft.today,
        by=by,
        approved_by=draft.context.actor.login,
        by_head=True,
        reason=command.reason,
    )
    clock = draft.update_clock(clock, extension, by)
    draft.change(command.item)
    due_on = clock.due_on.isoformat() if clock.due_on else None
    said = {"reason": command.reason, "due_on": due_on}
    draft.record("LimitExtended", command.item, **said)
    draft.tell("enterprise", "limit_extended", command.item, **said)
    draft.tell("steward", "limit_extended", command.item, **said)


def _check_other_officer(draft: Draft, item: str) -> None:
    actor = draft.context.actor
    if actor.login == draft.items[item].handler and not draft.context.policy.decider_may_be_handler:
        raise SameOfficer(actor=actor.login, item=item)


def _check_decidable(draft: Draft, item: str, comment: str) -> None:
    _check_other_officer(draft, item)
    definition, facts = draft.definition(item), draft.items[item]
    fallen = [code for code in definition.after if draft.items[code].state not in SATISFIED]
    if fallen:
        raise PrerequisiteMissing(item=item, missing=fallen)
    parts = draft.scenario.parts.get(item, ())
    for code in (item, *definition.after, *parts):
        if because := draft.items[code].re_examination:
            raise BasisInDoubt(item=item, doubtful=code, because=list(because))
    undecided = [code for code in parts if draft.items[code].state not in SATISFIED]
    if undecided:
        raise PartsUndecided(item=item, missing=undecided)
    check_held(draft, item)
    check_answered(draft, item, comment)
    lacking = missing(definition, facts, draft.materials)
    if lacking:
        raise MaterialsMissing(missing=list(lacking), item=item)
    check_guards(draft, item, GuardPoint.DECIDE)


def _blocking(draft: Draft, item: str) -> tuple[str, ...]:
    """Materials that may change the result and are not there, or are there and not verified yet."""
    definition = draft.definition(item)
    unverified = [deficiency.material for deficiency in draft.open_deficiencies(item)]
    lacking = outstanding_substantive(definition, draft.items[item], draft.materials)
    substantive = [key for key in unverified if definition.required[key].substantive]
    return tuple(dict.fromkeys((*lacking, *substantive)))


def _owe_deferred(draft: Draft, item: str) -> tuple[str, ...]:
    """Open a deficiency with its clock for every deferred material that is still outstanding.

    What is owed since the preliminary opinion goes on as it is: deciding gives no second period.
    """
    facts = draft.items[item]
    owed_already = [deficiency.material for deficiency in draft.open_deficiencies(item)]
    new = [key for key in outstanding(facts, draft.materials) if key not in owed_already]
    for material in new:
        clock = draft.start_clock(
            ClockFacts(item, ClockKind.MAKE_UP, facts.round, material),
            promised=draft.context.policy.make_up,
        )
        draft.change_deficiency(
            DeficiencyFacts(
                item,
                facts.round,
                material,
                DeficiencyState.OPEN,
                # Nobody accepted what silence accepted: then who decides answers for it.
                owner=facts.handler or draft.context.actor.login,
                opened_on=draft.today,
                due_on=clock.due_on,
            )
        )
    return (*owed_already, *new)


def _tell_grant(draft: Draft, item: str, owed: tuple[str, ...]) -> None:
    if owed:
        due_on = max(d.due_on for d in draft.open_deficiencies(item) if d.due_on)
        said = {"materials": list(owed), "due_on": due_on.isoformat()}
        draft.tell("enterprise", "item_conditionally_granted", item, **said)
        draft.tell("steward", "item_conditionally_granted", item, **said)
    else:
        draft.tell("enterprise", "item_granted", item)
