"""The limit to decide held by a special procedure, and extended once: Licensing Law arts. 42 and 45.

The promises of a project from before they ran as clocks are drawn up without waiting for an act in it.
"""

from __future__ import annotations

from config.texts import ACT, Word, context_of
from models.cases import commands as c
from models.cases.states import ClockKind, ItemState
from models.clock.values import ClockExtended, ClockResumed, ClockSuspended, Limit, Unit
from models.errors import Conflict, KaigongError, NotPermitted
from models.people.actor import Role
from models.scenarios.definition import (
    ExtensionBy,
    ExtensionDefinition,
    ExtensionGround,
    SpecialProcedure,
)
from rules.cases import promises
from rules.cases.acts.application import check_not_filed
from rules.cases.declarations import roles
from rules.cases.declarations.act import Act, Record, Situation, stays
from rules.cases.declarations.event import EventKind, Reading, on_day, with_values
from rules.cases.declarations.form import Form
from rules.cases.draft import Draft
from rules.cases.permissions import RoleMayNotAct
from rules.cases.timers import extended_to
from rules.clock.appending import NoExtension
from rules.scenarios.extensions import extension_of


class NothingToDrawUp(KaigongError):
    template = "project: every promise that is made to {project} runs, or has not begun; there is nothing to draw up."
    field = "project"


class NoLimitToExtend(KaigongError):
    template = "item: {item} has no limit to decide; there is nothing to extend."
    field = "item"


class ExtensionOfGovernment(NotPermitted):
    template = "item: {item} is handled by several departments as one; only the head of the people's government extends its limit (Licensing Law art. 42(2)). Ask them for it."
    field = "item"


class OwnExtension(KaigongError):
    template = "item: the extension of {item} is for the head of its own department to approve; nobody else is asked."
    field = "item"


class AskedAlready(Conflict):
    template = "item: an extension of {item} was asked for already; it is possible once."
    field = "item"


class LengthMissing(KaigongError):
    template = "days: by how much is the limit of {item} extended? The law allows up to {most} {unit}; choose as much as the case needs."
    field = "days"


class LengthFixed(KaigongError):
    template = "days: the limit of {item} is extended by {days} {unit}, no more and no less; leave the number out."
    field = "days"


class GroundMissing(KaigongError):
    template = (
        "ground: the limit of {item} is extended only where one of these holds: {grounds}. Name it."
    )
    field = "ground"


class ProcedureNotAllowed(KaigongError):
    template = "procedure: {procedure} is not foreseen for {item}; allowed are: {allowed}."
    field = "procedure"


def suspend(draft: Draft, command: c.SuspendClock) -> None:
    """Begin a special procedure that the scenario foresees; its length is told in writing (art. 45)."""
    check_not_filed(draft, command.item)
    allowed = draft.definition(command.item).special_procedures
    if command.procedure not in allowed:
        raise ProcedureNotAllowed(
            procedure=command.procedure,
            item=command.item,
            allowed=list(allowed) or [Word("none")],
        )
    clock = draft.clock(command.item, ClockKind.DECISION)
    planned = Limit(command.planned_days, Unit.WORKING_DAY)
    if clock is not None:
        draft.update_clock(
            clock,
            ClockSuspended(on=draft.today, procedure=command.procedure, planned=planned),
        )
    draft.change(command.item, state=ItemState.SUSPENDED)
    details = {"procedure": command.procedure.value, "planned_days": command.planned_days}
    draft.record("ClockSuspended", command.item, **details)
    draft.tell("enterprise", "clock_suspended", command.item, **details)
    draft.tell("steward", "clock_suspended", command.item, **details)


def resume(draft: Draft, command: c.ResumeClock) -> None:
    """The special procedure has its result; counting goes on the next working day [D: R5]."""
    clock = draft.clock(command.item, ClockKind.DECISION)
    if clock is not None:
        draft.update_clock(clock, ClockResumed(on=draft.today))
    draft.change(command.item, state=ItemState.ACCEPTED)
    draft.record("ClockResumed", command.item, result=command.result)
    draft.tell("enterprise", "clock_resumed", command.item)


def ask_for_extension(draft: Draft, command: c.AskForExtension) -> None:
    """Ask the head of the people's government, where the extension is theirs to approve (art. 42(2))."""
    allowed = _allowed(draft, command.item)
    if allowed.by is not ExtensionBy.GOVERNMENT_HEAD:
        raise OwnExtension(item=command.item)
    if draft.items[command.item].extension_asked_on is not None:
        raise AskedAlready(item=command.item)
    draft.change(command.item, extension_asked_on=draft.today)
    draft.record("ExtensionAsked", command.item, reason=command.reason)
    clock = draft.clock(command.item, ClockKind.DECISION)
    due_on = clock.due_on.isoformat() if clock and clock.due_on else None
    params = {"reason": command.reason, "due_on": due_on}
    draft.tell("government_head", "extension_asked", command.item, **params)
    draft.tell("steward", "extension_asked", command.item, **params)


def extend(draft: Draft, command: c.ExtendLimit) -> None:
    """Extend it once, before it expires, by whom and how far the law of the limit says; the reason is told."""
    allowed = _allowed(draft, command.item)
    _check_approver(draft, command.item, allowed)
    by = _length(command, allowed)
    _check_ground(command, allowed)
    extension = ClockExtended(
        on=draft.today,
        by=by,
        approved_by=draft.context.actor.login,
        by_head=True,
        reason=command.reason,
    )
    running = draft.clock(command.item, ClockKind.DECISION)
    if running is None:
        raise NoLimitToExtend(item=command.item)
    clock = draft.update_clock(running, extension, Limit(allowed.days, allowed.unit))
    draft.change(command.item, extension_asked_on=None)
    until = extended_to(clock, draft.context)
    details = {"reason": command.reason, "due_on": until.isoformat() if until else None}
    ground = {"ground": command.ground.value} if command.ground else {}
    draft.record("LimitExtended", command.item, **details, **ground)
    for audience in ("enterprise", "steward"):
        draft.tell(
            audience, "limit_extended", command.item, **details, approved_by=allowed.by.value
        )


def _allowed(draft: Draft, item: str) -> ExtensionDefinition:
    """The extension that the law gives to the running limit of an item."""
    if draft.clock(item, ClockKind.DECISION) is None:
        raise NoLimitToExtend(item=item)
    allowed = extension_of(draft.definition(item))
    if allowed is None:
        raise NoExtension
    return allowed


def _check_approver(draft: Draft, item: str, allowed: ExtensionDefinition) -> None:
    role = draft.context.actor.role
    if role is _APPROVERS[allowed.by]:
        return
    if role is Role.DEPARTMENT_HEAD:
        raise ExtensionOfGovernment(item=item)
    raise RoleMayNotAct(
        actor=draft.context.actor.login,
        act=Word("extend_limit", ACT),
        roles=[_APPROVERS[allowed.by]],
    )


def _length(command: c.ExtendLimit, allowed: ExtensionDefinition) -> Limit:
    """The length that was chosen, or the whole where the law leaves no choice."""
    if allowed.chosen and command.days is None:
        raise LengthMissing(
            item=command.item, most=allowed.days, unit=Word(allowed.unit, context_of(Unit))
        )
    if not allowed.chosen and command.days not in (None, allowed.days):
        raise LengthFixed(
            item=command.item, days=allowed.days, unit=Word(allowed.unit, context_of(Unit))
        )
    return Limit(command.days or allowed.days, allowed.unit)


def _check_ground(command: c.ExtendLimit, allowed: ExtensionDefinition) -> None:
    if allowed.grounds and command.ground not in allowed.grounds:
        raise GroundMissing(item=command.item, grounds=list(allowed.grounds))


_APPROVERS = {
    ExtensionBy.HEAD: Role.DEPARTMENT_HEAD,
    ExtensionBy.GOVERNMENT_HEAD: Role.GOVERNMENT_HEAD,
}


def _may_extend(situation: Situation) -> bool:
    """Where the law gives an extension, and to whom it leaves the approval."""
    allowed = extension_of(situation.definition)
    return allowed is not None and situation.actor.role is _APPROVERS[allowed.by]


def _may_ask(situation: Situation) -> bool:
    allowed = extension_of(situation.definition)
    of_government = allowed is not None and allowed.by is ExtensionBy.GOVERNMENT_HEAD
    return of_government and situation.item.extension_asked_on is None


def _an_extension(situation: Situation) -> c.ExtendLimit:
    allowed = extension_of(situation.definition)
    return c.ExtendLimit(
        item=situation.code,
        reason="-",
        days=allowed.days if allowed is not None and allowed.chosen else None,
        ground=next(iter(allowed.grounds), None) if allowed is not None else None,
    )


def _a_procedure(situation: Situation) -> c.SuspendClock:
    foreseen = situation.definition.special_procedures
    procedure = next(iter(foreseen), SpecialProcedure.EXPERT_REVIEW)
    return c.SuspendClock(item=situation.code, procedure=procedure, planned_days=1)


def draw_up(draft: Draft, command: c.DrawUpPromises) -> None:
    """Derive the clocks of what was promised, each from the day on which it began."""
    del command
    if not any(promises.settled(draft.before, draft.context)):
        raise NothingToDrawUp(project=draft.before.code)
    draft.draw_up_promises()
    draft.record("PromisesDrawnUp")


SUSPEND = Act(
    command=c.SuspendClock,
    label="Begin a special procedure",
    perform=suspend,
    roles=roles.EXAMINERS,
    transitions={ItemState.ACCEPTED: (ItemState.SUSPENDED,)},
    place=230,
    offered=lambda situation: (
        bool(situation.definition.special_procedures) and not situation.definition.filed
    ),
    sample=_a_procedure,
    paper="special_procedure_notice",
    writes=(Record.PAPER,),
    form=Form(
        place=40,
        folded=True,
        template="suspend_clock",
        without=frozenset({"procedure", "planned_days"}),
    ),
    events=(
        EventKind(
            "ClockSuspended",
            "Special procedure in {item}: {procedure}, {planned_days} working days planned",
            reads={"procedure": SpecialProcedure},
        ),
    ),
    notices=("clock_suspended",),
)


RESUME = Act(
    command=c.ResumeClock,
    label="End the special procedure",
    perform=resume,
    roles=roles.EXAMINERS,
    transitions={ItemState.SUSPENDED: (ItemState.ACCEPTED,)},
    place=240,
    form=Form(place=80),
    events=(EventKind("ClockResumed", "Special procedure in {item} ended: {result}"),),
    notices=("clock_resumed",),
)


EXTEND = Act(
    command=c.ExtendLimit,
    label="Extend the limit",
    perform=extend,
    roles=roles.EXTENDERS,
    transitions=stays(ItemState.ACCEPTED, ItemState.PRELIMINARY),
    place=250,
    offered=_may_extend,
    sample=_an_extension,
    paper="extension_notice",
    writes=(Record.PAPER,),
    form=Form(
        place=50,
        folded=True,
        template="extend_limit",
        hint="Once, before the limit is over; the reason is told to the enterprise.",
        without=frozenset({"days", "ground"}),
    ),
    events=(
        EventKind(
            "LimitExtended",
            "Limit of {item} extended to {due_on}: {reason}",
            reads={"due_on": Reading.DAY, "ground": ExtensionGround},
            item_change=with_values(extension_asked_on=None),
        ),
    ),
    notices=("limit_extended",),
)


ASK_FOR_EXTENSION = Act(
    command=c.AskForExtension,
    label="Ask for an extension",
    perform=ask_for_extension,
    roles=roles.HEAD,
    transitions=stays(ItemState.ACCEPTED, ItemState.PRELIMINARY),
    place=245,
    offered=_may_ask,
    form=Form(
        place=49,
        folded=True,
        hint="Only the head of the people's government extends what several departments handle as one.",
    ),
    events=(
        EventKind(
            "ExtensionAsked",
            "An extension of {item} was asked for: {reason}",
            item_change=on_day("extension_asked_on"),
        ),
    ),
    notices=("extension_asked",),
)
DRAW_UP = Act(
    command=c.DrawUpPromises,
    label="Draw up the promises",
    perform=draw_up,
    roles=roles.SYSTEM,
    place=85,
    quiet=True,
    events=(EventKind("PromisesDrawnUp", "What was promised to the project runs from now on"),),
)
