"""From the application to its acceptance: Licensing Law art. 32."""

from __future__ import annotations

from dataclasses import replace

from models import commands as c
from models.actor import Role
from models.definition import MaterialClass
from models.errors import KaigongError
from models.facts import ClockFacts
from models.states import ClockKind, ItemState, MaterialState
from rules.clock import STATUTORY_CLOCKS
from rules.completeness import (
    MaterialsMissing,
    check_asked_for,
    check_deferral,
    missing,
    provided,
)
from rules.draft import Draft


class CommitmentMissing(KaigongError):
    """commitment: {item} needs a signed commitment; give its text and its signer."""

    field = "commitment"


class CorrectionAlreadyRequested(KaigongError):
    """item: corrections of {item} were asked for already, and that is possible once; accept it or decide on what is there."""

    field = "item"


class NotExpiredYet(KaigongError):
    """item: {item} has until {due_on}; silence has no effect before that day is over."""

    field = "item"


def submit(draft: Draft, command: c.SubmitApplication) -> None:
    """Take the application in, complete or not; the five-day window begins (art. 32(4))."""
    definition = draft.definition(command.item)
    check_deferral(definition, command.defer)
    by_commitment = any(m.material_class is MaterialClass.COMMITMENT for m in definition.materials)
    if (command.defer or by_commitment) and command.commitment is None:
        raise CommitmentMissing(item=command.item)
    deferred = tuple(key for key in command.defer if not provided(draft.materials, key))
    signed = command.commitment
    draft.change(
        command.item,
        state=ItemState.RECEIVED,
        received_on=draft.today,
        deferred=deferred,
        commitment=signed.signer if signed else None,
    )
    _open_window(draft, command.item)
    draft.record(
        "ApplicationSubmitted",
        command.item,
        deferred=list(deferred),
        commitment=signed.model_dump() if signed else None,
    )
    draft.tell(f"department:{definition.department}", "application_received", command.item)


def accept(draft: Draft, command: c.AcceptApplication) -> None:
    """Accept what is complete; whoever accepts is the first handler 首办负责人 from now on."""
    definition, item = draft.definition(command.item), draft.items[command.item]
    lacking = missing(definition, item, draft.materials)
    if lacking:
        raise MaterialsMissing(missing=list(lacking), item=command.item)
    actor = draft.context.actor
    handler = actor.login if actor.role is not Role.WINDOW_CLERK else None
    draft.stop_clock(command.item, ClockKind.CORRECTION_WINDOW, reason="accepted")
    draft.change(command.item, state=ItemState.ACCEPTED, accepted_on=draft.today, handler=handler)
    draft.start_decision_clock(command.item)
    draft.record("ApplicationAccepted", command.item, deferred=list(item.deferred))
    draft.tell("enterprise", "application_accepted", command.item)


def deem_accepted(draft: Draft, command: c.DeemAccepted) -> None:
    """Silence through the window: accepted as of the day of receipt, so those days are used up."""
    window = draft.clock(command.item, ClockKind.CORRECTION_WINDOW)
    if window is not None and window.due_on is not None and draft.today <= window.due_on:
        raise NotExpiredYet(item=command.item, due_on=window.due_on.isoformat())
    item = draft.items[command.item]
    draft.stop_clock(command.item, ClockKind.CORRECTION_WINDOW, reason="deemed accepted")
    draft.change(command.item, state=ItemState.ACCEPTED, accepted_on=item.received_on)
    draft.start_decision_clock(command.item)
    draft.record("ApplicationDeemedAccepted", command.item)
    draft.tell("enterprise", "application_deemed_accepted", command.item)
    draft.tell("steward", "application_deemed_accepted", command.item)


def request_correction(draft: Draft, command: c.RequestCorrection) -> None:
    """The one notice of everything to correct; acceptance waits for the applicant."""
    item = draft.items[command.item]
    if item.correction_notices:
        raise CorrectionAlreadyRequested(item=command.item)
    check_asked_for(draft.scenario, draft.definition(command.item), command.materials)
    for key in command.materials:
        found = draft.materials.get(key)
        if found is not None:
            draft.materials[key] = replace(found, state=MaterialState.RETURNED)
    draft.stop_clock(command.item, ClockKind.CORRECTION_WINDOW, reason="correction requested")
    draft.change(command.item, state=ItemState.CORRECTING, correction_notices=1)
    listed = {"materials": list(command.materials), "reason": command.reason}
    draft.record("CorrectionRequested", command.item, **listed)
    draft.tell("enterprise", "correction_requested", command.item, **listed)
    draft.tell("steward", "correction_requested", command.item, **listed)


def supply_correction(draft: Draft, command: c.SupplyCorrection) -> None:
    """All corrections are in: received anew on that day, and it must be accepted (art. 32(5))."""
    definition, item = draft.definition(command.item), draft.items[command.item]
    lacking = missing(definition, item, draft.materials)
    if lacking:
        raise MaterialsMissing(missing=list(lacking), item=command.item)
    draft.change(command.item, state=ItemState.RECEIVED, received_on=draft.today)
    _open_window(draft, command.item)
    draft.record("CorrectionSupplied", command.item)
    draft.tell(f"department:{definition.department}", "correction_supplied", command.item)


def refuse(draft: Draft, command: c.RefuseApplication) -> None:
    """Not competent: refused at once, naming who is (art. 32(2))."""
    said = {"reason": command.reason, "competent_authority": command.competent_authority}
    draft.stop_clocks(command.item, "not accepted")
    draft.change(command.item, state=ItemState.NOT_ACCEPTED, decided_on=draft.today)
    draft.record("ApplicationRefused", command.item, **said)
    draft.tell("enterprise", "application_refused", command.item, **said)
    draft.tell("steward", "application_refused", command.item, **said)


def withdraw(draft: Draft, command: c.WithdrawApplication) -> None:
    """The applicant takes the application back; every clock of it ends."""
    draft.stop_clocks(command.item, "withdrawn")
    draft.change(command.item, state=ItemState.WITHDRAWN, decided_on=draft.today)
    draft.record("ApplicationWithdrawn", command.item, reason=command.reason)
    department = draft.definition(command.item).department
    draft.tell(f"department:{department}", "application_withdrawn", command.item)
    draft.tell("steward", "application_withdrawn", command.item)


def _open_window(draft: Draft, item: str) -> None:
    clock = ClockFacts(item, ClockKind.CORRECTION_WINDOW, draft.items[item].round)
    # A window that was closed by a correction notice opens anew when the correction is in.
    draft.clocks.pop(clock.key, None)
    draft.start_clock(clock, statutory=STATUTORY_CLOCKS["correction_notice"].terms.statutory)
