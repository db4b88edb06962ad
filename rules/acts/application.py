"""From the application to its acceptance: Licensing Law art. 32."""

from __future__ import annotations

import hashlib

from models import commands as c
from models.actor import Role
from models.definition import ItemDefinition, ItemMode, MaterialClass
from models.errors import KaigongError
from models.facts import ClockFacts, ItemFacts
from models.guard import GuardPoint
from models.states import ClockKind, ItemState
from rules.acts.architect import answering
from rules.acts.papers import give_back
from rules.acts.phases import break_promise, check_not_barred, keep_promise
from rules.clock import STATUTORY_CLOCKS
from rules.completeness import (
    MaterialsMissing,
    check_asked_for,
    check_deferral,
    missing,
    provided,
)
from rules.corrections import corrected, named, named_fields
from rules.draft import Draft
from rules.forms import checked
from rules.guards import check_guards
from rules.standing import check_standing


class CommitmentMissing(KaigongError):
    """commitment: {item} needs a signed commitment; give its text and its signer."""

    field = "commitment"


#: The notice of art. 32(4), and one more with the override of the department's head.
MOST_NOTICES = 2


class NotApplied(KaigongError):
    """item: nobody applies for {item}: it is {mode}. Only an item that is applied for can be submitted or withdrawn."""

    field = "item"


class CorrectionAlreadyRequested(KaigongError):
    """item: corrections of {item} were asked for already, and that is possible once; accept it or decide on what is there."""

    field = "item"


class AcceptedBySilence(KaigongError):
    """item: nothing was said about {item} until {due_on}, so it is accepted as of {received_on} by law; that is entered within minutes. Examine it."""

    field = "item"


class NotExpiredYet(KaigongError):
    """item: {item} has until {due_on}; silence has no effect before that day is over."""

    field = "item"


def submit(draft: Draft, command: c.SubmitApplication) -> None:
    """Take the application in, complete or not; the five-day window begins (art. 32(4))."""
    definition = draft.definition(command.item)
    _check_applied_for(definition)
    check_not_barred(draft, command.item)
    check_deferral(definition, command.defer)
    wanted = [key for key in dict.fromkeys(command.defer) if not provided(draft.materials, key)]
    deferred, signed = tuple(wanted), command.commitment
    if signed is None and (deferred or _needs_commitment(draft, definition)):
        raise CommitmentMissing(item=command.item)
    if deferred or _needs_commitment(draft, definition):
        check_standing(draft.before.enterprise, draft.context)
    answers = answering(draft, definition)
    form = checked(definition, command.form)
    draft.change(
        command.item,
        state=ItemState.RECEIVED,
        received_on=draft.today,
        deferred=deferred,
        commitment=signed.signer if signed else None,
        form=form,
    )
    check_guards(draft, command.item, GuardPoint.SUBMIT)
    _open_window(draft, command.item)
    draft.record(
        "ApplicationSubmitted",
        command.item,
        deferred=list(deferred),
        commitment=_kept(draft, command.item, signed) if signed else None,
        **({"form": form} if form else {}),
        **answers,
    )
    department = draft.items[command.item].department
    draft.tell(f"department:{department}", "application_received", command.item)
    keep_promise(draft, command.item)


def accept(draft: Draft, command: c.AcceptApplication) -> None:
    """Accept what is complete; whoever accepts is the first handler 首办负责人 from now on."""
    definition, item = draft.definition(command.item), draft.items[command.item]
    lacking = missing(definition, item, draft.materials)
    if lacking:
        raise MaterialsMissing(missing=list(lacking), item=command.item)
    actor = draft.context.actor
    handler = actor.login if actor.role is not Role.WINDOW_CLERK else None
    # Silence has accepted it already (art. 32(4)): whoever accepts later changes nothing of the day.
    late = silence_accepted(draft, command.item)
    accepted_on = item.received_on if late else draft.today
    _close_window(draft, command.item, "accepted")
    draft.change(command.item, state=ItemState.ACCEPTED, accepted_on=accepted_on, handler=handler)
    draft.start_decision_clock(command.item)
    said = {"as_of_receipt": True} if late else {}
    draft.record("ApplicationAccepted", command.item, deferred=list(item.deferred), **said)
    draft.tell("enterprise", "application_accepted", command.item)
    draft.begin_examination(command.item)


def deem_accepted(draft: Draft, command: c.DeemAccepted) -> None:
    """Silence through the window: accepted as of the day of receipt, so those days are used up."""
    item = draft.items[command.item]
    window = draft.clock(command.item, ClockKind.CORRECTION_WINDOW, _window(item))
    if window is not None and window.due_on is not None and draft.today <= window.due_on:
        raise NotExpiredYet(item=command.item, due_on=window.due_on.isoformat())
    _close_window(draft, command.item, "deemed accepted")
    draft.change(command.item, state=ItemState.ACCEPTED, accepted_on=item.received_on)
    draft.start_decision_clock(command.item)
    draft.record("ApplicationDeemedAccepted", command.item)
    draft.tell("enterprise", "application_deemed_accepted", command.item)
    draft.tell("steward", "application_deemed_accepted", command.item)
    draft.begin_examination(command.item)


def request_correction(draft: Draft, command: c.RequestCorrection) -> None:
    """The one notice of everything to correct; acceptance waits for the applicant."""
    check_in_time(draft, command.item)
    item = draft.items[command.item]
    if item.correction_notices:
        _check_override(draft, command, item)
    definition = draft.definition(command.item)
    check_asked_for(draft.scenario, definition, item, tuple(command.materials))
    listed = named(definition, command.materials, command.fields)
    _close_window(draft, command.item, "correction requested")
    notices = item.correction_notices + 1
    draft.change(
        command.item,
        state=ItemState.CORRECTING,
        correction_notices=notices,
        corrections=listed,
    )
    override = command.override if notices > 1 else ""
    draft.record("CorrectionRequested", command.item, **listed, override=override)
    draft.tell("enterprise", "correction_requested", command.item, **listed)
    draft.tell("steward", "correction_requested", command.item, **listed)
    for key, wrong in listed["materials"].items():
        give_back(draft, key, wrong)


def supply_correction(draft: Draft, command: c.SupplyCorrection) -> None:
    """All corrections are in: received anew on that day, and it must be accepted (art. 32(5))."""
    definition, item = draft.definition(command.item), draft.items[command.item]
    lacking = missing(definition, item, draft.materials)
    if lacking:
        raise MaterialsMissing(missing=list(lacking), item=command.item)
    form = corrected(definition, item, command.form)
    draft.change(command.item, state=ItemState.RECEIVED, received_on=draft.today, form=form)
    check_guards(draft, command.item, GuardPoint.SUBMIT)
    _open_window(draft, command.item)
    before = {key: item.form.get(key) for key in named_fields(definition, item)}
    said = {"form": dict(form), "before": before} if before else {}
    draft.record("CorrectionSupplied", command.item, **said)
    draft.tell(f"department:{item.department}", "correction_supplied", command.item)


def refuse(draft: Draft, command: c.RefuseApplication) -> None:
    """Not competent: refused at once, naming who is (art. 32(2))."""
    check_in_time(draft, command.item)
    said = {"reason": command.reason, "competent_authority": command.competent_authority}
    draft.stop_clocks(command.item, "not accepted")
    draft.change(command.item, state=ItemState.NOT_ACCEPTED, decided_on=draft.today)
    draft.record("ApplicationRefused", command.item, **said)
    draft.tell("enterprise", "application_refused", command.item, **said)
    draft.tell("steward", "application_refused", command.item, **said)


def withdraw(draft: Draft, command: c.WithdrawApplication) -> None:
    """The applicant takes the application back; every clock of it ends."""
    _check_applied_for(draft.definition(command.item))
    draft.stop_clocks(command.item, "withdrawn")
    draft.change(command.item, state=ItemState.WITHDRAWN, decided_on=draft.today)
    draft.record("ApplicationWithdrawn", command.item, reason=command.reason)
    draft.end_parts(command.item, "the whole was withdrawn")
    department = draft.items[command.item].department
    draft.tell(f"department:{department}", "application_withdrawn", command.item)
    draft.tell("steward", "application_withdrawn", command.item)
    break_promise(draft, command.item)


def check_in_time(draft: Draft, item: str) -> None:
    """Refuse to send back what silence has accepted, although nobody entered that yet."""
    if silence_accepted(draft, item):
        window = draft.running(item, ClockKind.CORRECTION_WINDOW)
        received_on = draft.items[item].received_on
        raise AcceptedBySilence(
            item=item,
            due_on=str(window.due_on if window else None),
            received_on=str(received_on),
        )


def silence_accepted(draft: Draft, item: str) -> bool:
    """Whether the five working days are over (art. 32(4))."""
    window = draft.running(item, ClockKind.CORRECTION_WINDOW)
    return window is not None and window.due_on is not None and window.due_on < draft.today


def _check_override(draft: Draft, command: c.RequestCorrection, item: ItemFacts) -> None:
    """Once and completely, says art. 32(4); a second time is on the head's own account."""
    head = draft.context.actor.role is Role.DEPARTMENT_HEAD
    if item.correction_notices >= MOST_NOTICES or not head or not command.override:
        raise CorrectionAlreadyRequested(item=command.item)


def _check_applied_for(definition: ItemDefinition) -> None:
    if definition.mode is not ItemMode.APPLICATION:
        raise NotApplied(item=definition.code, mode=definition.mode.value)


def _kept(draft: Draft, item: str, signed: c.Commitment) -> dict[str, str]:
    """The commitment as the log keeps it: what was promised for what, by whom, when, and its hash."""
    said = {**signed.model_dump(), "signed_at": draft.context.now.isoformat()}
    content = "\n".join((draft.before.code, item, *said.values()))
    return {**said, "sha256": hashlib.sha256(content.encode()).hexdigest()}


def _needs_commitment(draft: Draft, definition: ItemDefinition) -> bool:
    """Whether a paper is missing that only the signed commitment can take the place of."""
    return any(
        required.material_class is MaterialClass.COMMITMENT
        and not provided(draft.materials, required.material)
        for required in definition.materials
    )


def _window(item: ItemFacts) -> str:
    """Which window of the round runs: the first, or the one that a correction opened anew."""
    return ("", "corrected", "corrected_again")[item.correction_notices]


def _open_window(draft: Draft, item: str) -> None:
    facts = draft.items[item]
    draft.start_clock(
        ClockFacts(item, ClockKind.CORRECTION_WINDOW, facts.round, _window(facts)),
        statutory=STATUTORY_CLOCKS["correction_notice"].terms.statutory,
    )


def _close_window(draft: Draft, item: str, reason: str) -> None:
    draft.stop_clock(item, ClockKind.CORRECTION_WINDOW, _window(draft.items[item]), reason)
