"""From the application to its acceptance: Licensing Law art. 32."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from models.cases import commands as c
from models.cases.case_round import Channel
from models.cases.facts import ItemFacts
from models.cases.states import ClockKind, ItemState
from models.errors import Conflict, KaigongError
from models.people.actor import Actor, Role
from models.scenarios.definition import ItemDefinition, ItemMode
from models.scenarios.guards import GuardPoint
from rules.cases.acts.aftermath.filing import APPLICATION_FILED, file_now
from rules.cases.acts.aftermath.result import tell_result
from rules.cases.acts.architect import answering
from rules.cases.acts.officers.competence import follow_competence
from rules.cases.acts.papers import papers_of
from rules.cases.acts.phases import break_promise, check_not_barred, keep_promise
from rules.cases.acts.receipt.window import close_window, open_window, show_window, window_of
from rules.cases.declarations import roles
from rules.cases.declarations.act import Act, ForApplicant, Record, Situation, Supply
from rules.cases.declarations.event import EventKind, Reading, Variant, has, on_day
from rules.cases.declarations.form import Form
from rules.cases.draft import Draft
from rules.cases.instruments.agency import may_sign
from rules.cases.instruments.at_once import is_complete_filing
from rules.cases.instruments.commitment import needs_commitment
from rules.cases.instruments.completeness import (
    MaterialsMissing,
    check_deferral,
    check_not_empty,
    deferrable,
    missing,
    provided,
)
from rules.cases.instruments.credit.bans import check_not_banned
from rules.cases.instruments.credit.standing import (
    barred,
    check_deferral_stands,
    check_standing,
    credit_details,
    score_in,
)
from rules.cases.instruments.forms import checked, example, kept_form
from rules.cases.instruments.guards import check_guards

if TYPE_CHECKING:
    from rules.cases.replay.entries import Happened


class CommitmentMissing(KaigongError):
    template = "commitment: {item} needs a signed commitment; give its text and its signer."
    field = "commitment"


class NotApplied(KaigongError):
    template = "item: nobody applies for {item}: it is {mode}. Only an item that is applied for can be submitted or withdrawn."
    field = "item"


class AcceptedBySilence(KaigongError):
    template = "item: nothing was said about {item} until {due_on}, so it is accepted as of {received_on} by law; that is entered within minutes. Examine it."
    field = "item"


class MustAccept(KaigongError):
    template = "item: all corrections of {item} were handed in on {received_on}; it must be accepted as of that day. Accept it and decide on what is there."
    field = "item"


class NeverDenied(Conflict):
    template = "item: {item} is only filed: complete information is enough, and nobody refuses, holds up or denies it (Reg. 673 art. 13; Reg. 722 arts. 39, 40). Tell the enterprise what lacks, or file it."
    field = "item"


class NotExpiredYet(KaigongError):
    template = "item: {item} has until {due_on}; silence has no effect before that day is over."
    field = "item"


def submit(draft: Draft, command: c.SubmitApplication) -> None:
    """Receive the application, complete or not; the five-day window starts (art. 32(4))."""
    definition = draft.definition(command.item)
    _check_applied_for(definition)
    follow_competence(draft, command.item)
    check_not_barred(draft, command.item)
    check_not_banned(definition, draft.context.bans, draft.today)
    says = bool(command.defer) or any(command.form.values()) or command.commitment is not None
    check_not_empty(definition, draft.materials, says=says)
    check_deferral(definition, command.defer)
    wanted = [key for key in dict.fromkeys(command.defer) if not provided(draft.materials, key)]
    deferred, signed = tuple(wanted), command.commitment
    if signed is None and (deferred or needs_commitment(definition, draft.materials)):
        raise CommitmentMissing(item=command.item)
    commits = needs_commitment(definition, draft.materials)
    check_standing(
        draft.before.enterprise, definition, draft.context, defers=bool(deferred), commits=commits
    )
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
    files = is_complete_filing(definition, draft.items[command.item], draft.materials)
    at_once = not files and _accepted_at_once(draft, definition)
    if not (files or at_once):
        open_window(draft, command.item)
        show_window(draft, definition)
    draft.record(
        "ApplicationSubmitted",
        command.item,
        deferred=list(deferred),
        channel=_channel(draft.context.actor, command.channel).value,
        commitment=_commitment_data(draft, command.item, signed) if signed else None,
        **({"credit": credit_details(draft.context)} if deferred or commits else {}),
        **({"form": form} if form else {}),
        **answers,
    )
    department = draft.items[command.item].department
    draft.tell(f"department:{department}", "application_received", command.item)
    keep_promise(draft, command.item)
    if files:
        file_now(draft, command.item)
    elif at_once:
        _take_on(draft, command.item)


def _channel(actor: Actor, chosen: Channel | None) -> Channel:
    """How an application came in: whoever acts for the enterprise is a channel of their own."""
    if actor.role is Role.AGENT:
        return Channel.AGENT
    return chosen or Channel.API


def _accepted_at_once(draft: Draft, definition: ItemDefinition) -> bool:
    """Whether a complete application needs nobody to look at it: the catalogue says that competence
    and need are decided by machine, and there is a named officer to examine it 马上受理.
    """
    if not definition.accept_on_submission or draft.case_officer(definition.code) is None:
        return False
    item = draft.items[definition.code]
    if item.deferred and score_in(draft.context).approver_confirms:
        return False
    return not missing(definition, item, draft.materials)


def _take_on(draft: Draft, item: str) -> None:
    """Accept an application in the moment in which it is made (art. 32(5))."""
    handler, deferred = draft.case_officer(item), list(draft.items[item].deferred)
    draft.change(item, state=ItemState.ACCEPTED, accepted_on=draft.today, handler=handler)
    draft.start_decision_clock(item)
    details = {"deferred": deferred, "handler": handler, "on_submission": True}
    draft.record("ApplicationAccepted", item, **details)
    draft.tell("enterprise", "application_accepted", item)
    _tell_officer(draft, item)
    draft.begin_examination(item)


def accept(draft: Draft, command: c.AcceptApplication) -> None:
    """Accept a complete application; an officer of the department who does is its first handler
    首办负责人, and one is named where the window does.
    """
    definition, item = draft.definition(command.item), draft.items[command.item]
    must = must_be_accepted(item)
    lacking = missing(definition, item, draft.materials)
    if lacking and not must:
        raise MaterialsMissing(missing=list(lacking), item=command.item)
    actor = draft.context.actor
    by_window = actor.role is Role.WINDOW_CLERK
    handler = draft.case_officer(command.item) if by_window else actor.login
    # The day is the law's, whoever accepts when: that of a complete correction (art. 32(5)), or that
    # of receipt where silence has accepted already (art. 32(4)).
    late = must or silence_accepted(draft, command.item)
    if not late:
        keys = barred(definition, item, draft.materials, draft.context)
        check_deferral_stands(draft.before.enterprise, item, draft.materials, keys, draft.context)
    accepted_on = item.received_on if late else draft.today
    close_window(draft, command.item, "accepted")
    draft.change(command.item, state=ItemState.ACCEPTED, accepted_on=accepted_on, handler=handler)
    draft.start_decision_clock(command.item)
    details = {"as_of_receipt": True} if late else {}
    deferred = list(item.deferred)
    draft.record("ApplicationAccepted", command.item, deferred=deferred, handler=handler, **details)
    draft.tell("enterprise", "application_accepted", command.item)
    if by_window:
        _tell_officer(draft, command.item)
    draft.begin_examination(command.item)


def deem_accepted(draft: Draft, command: c.DeemAccepted) -> None:
    """Silence through the window: accepted as of the day of receipt, so those days are used up."""
    item = draft.items[command.item]
    window = draft.clock(command.item, ClockKind.CORRECTION_WINDOW, window_of(item))
    if window is not None and window.due_on is not None and draft.today <= window.due_on:
        raise NotExpiredYet(item=command.item, due_on=window.due_on.isoformat())
    close_window(draft, command.item, "deemed accepted")
    accepted_on, handler = item.received_on, draft.case_officer(command.item)
    draft.change(command.item, state=ItemState.ACCEPTED, accepted_on=accepted_on, handler=handler)
    draft.start_decision_clock(command.item)
    spot = {"on_the_spot": True} if draft.definition(command.item).intake_on_the_spot else {}
    draft.record("ApplicationDeemedAccepted", command.item, handler=handler, **spot)
    draft.tell("enterprise", "application_deemed_accepted", command.item)
    draft.tell("steward", "application_deemed_accepted", command.item)
    _tell_officer(draft, command.item)
    draft.begin_examination(command.item)


def _tell_officer(draft: Draft, item: str) -> None:
    """Whoever is named in turn hears of it at once."""
    handler = draft.items[item].handler
    if handler is not None:
        draft.tell(f"handler:{handler}", "case_officer_named", item)


def refuse(draft: Draft, command: c.RefuseApplication) -> None:
    """Refuse for lack of competence, naming the competent authority (art. 32(2))."""
    check_open_to_refusal(draft, command.item)
    details = {"reason": command.reason, "competent_authority": command.competent_authority}
    draft.stop_clocks(command.item, "not accepted")
    draft.change(command.item, state=ItemState.NOT_ACCEPTED, decided_on=draft.today)
    tell_result(draft, command.item)
    papers = papers_of(draft, command.item)
    draft.record("ApplicationRefused", command.item, **details, papers=papers)
    draft.tell("enterprise", "application_refused", command.item, **details)
    draft.tell("steward", "application_refused", command.item, **details)


def withdraw(draft: Draft, command: c.WithdrawApplication) -> None:
    """Withdraw the application; all its clocks stop."""
    _check_applied_for(draft.definition(command.item))
    draft.stop_clocks(command.item, "withdrawn")
    draft.change(command.item, state=ItemState.WITHDRAWN, decided_on=draft.today)
    draft.record("ApplicationWithdrawn", command.item, reason=command.reason)
    draft.end_parts(command.item, "the whole was withdrawn")
    department = draft.items[command.item].department
    draft.tell(f"department:{department}", "application_withdrawn", command.item)
    draft.tell("steward", "application_withdrawn", command.item)
    break_promise(draft, command.item)


def must_be_accepted(item: ItemFacts) -> bool:
    """Whether everything that a notice named was supplied: then acceptance is a duty (art. 32(5))."""
    return item.state is ItemState.RECEIVED and item.correction_notices > 0


def check_not_filed(draft: Draft, item: str) -> None:
    """A filing is no licence in disguise (Reg. 722 arts. 39, 40)."""
    if draft.definition(item).filed:
        raise NeverDenied(item=item)


def check_open_to_refusal(draft: Draft, item: str) -> None:
    """Want of competence and of need are raised at once (art. 32(1), (2)): not after silence, and not
    after a correction, when all that could be seen on receipt was seen [D].
    """
    check_not_filed(draft, item)
    check_in_time(draft, item)
    facts = draft.items[item]
    if must_be_accepted(facts):
        raise MustAccept(item=item, received_on=str(facts.received_on))


def check_in_time(draft: Draft, item: str) -> None:
    """Refuse an act on an application already accepted by silence, entered or not."""
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


def _check_applied_for(definition: ItemDefinition) -> None:
    if definition.mode is not ItemMode.APPLICATION:
        raise NotApplied(item=definition.code, mode=definition.mode)


def _commitment_data(draft: Draft, item: str, signed: c.Commitment) -> dict[str, str]:
    """The commitment as the log keeps it: content, material, signatory, day and hash."""
    details = {**signed.model_dump(), "signed_at": draft.context.now.isoformat()}
    content = "\n".join((draft.before.code, item, *details.values()))
    return {**details, "sha256": hashlib.sha256(content.encode()).hexdigest()}


# --- what is offered ----------------------------------------------------------------------------

_WRITTEN = "-"


def _applied_for(situation: Situation) -> bool:
    return situation.definition.mode is ItemMode.APPLICATION


def _an_application(situation: Situation) -> c.SubmitApplication:
    """With a commitment only where the person may sign one: who may not can still apply without."""
    definition = situation.definition
    signs = may_sign(situation.actor, situation.facts, situation.code, situation.today)
    return c.SubmitApplication(
        item=situation.code,
        defer=deferrable(definition) if signs else (),
        commitment=c.Commitment(text=_WRITTEN, signer=_WRITTEN) if signs else None,
        form=example(definition, situation.today),
    )


# --- what the log says of the item --------------------------------------------------------------


def _submitted(item: ItemFacts, happened: Happened) -> ItemFacts:
    data = happened.event.data
    signed: Any = data["commitment"]
    deferred: Any = data.get("deferred") or ()
    return replace(
        item,
        received_on=happened.on,
        deferred=tuple(deferred),
        commitment=signed["signer"] if signed else None,
        form=kept_form(data),
    )


def _accepted(item: ItemFacts, happened: Happened) -> ItemFacts:
    data = happened.event.data
    # In the log of before an officer who accepted was the handler, and the window named nobody.
    before = happened.actor if happened.role != Role.WINDOW_CLERK else None
    officer: Any = data.get("handler", before)
    accepted_on = item.received_on if data.get("as_of_receipt") else happened.on
    return replace(item, accepted_on=accepted_on, handler=officer)


def _accepted_by_silence(item: ItemFacts, happened: Happened) -> ItemFacts:
    officer: Any = happened.event.data.get("handler")
    return replace(item, accepted_on=item.received_on, handler=officer)


# --- the acts -----------------------------------------------------------------------------------

_APPLICATION_ACCEPTED = EventKind(
    "ApplicationAccepted",
    "{item} accepted",
    variants=(
        Variant("{item} accepted in the moment in which it was applied for", has("on_submission")),
    ),
    item_change=_accepted,
)
SUBMIT = Act(
    command=c.SubmitApplication,
    label="Apply",
    perform=submit,
    roles=roles.APPLICANT,
    for_applicant=ForApplicant.HELP,
    signs=lambda command: command.commitment is not None,
    transitions={ItemState.OPEN: (ItemState.RECEIVED, ItemState.ACCEPTED, ItemState.GRANTED)},
    place=10,
    offered=_applied_for,
    sample=_an_application,
    supplies=(Supply.STANDING, Supply.BANS, Supply.COMPETENCE),
    paper="acceptance_notice",
    writes=(Record.PAPER,),
    # It has a page of its own.
    form=Form(place=20, template="submit_application", whole=True),
    events=(
        EventKind(
            "ApplicationSubmitted",
            "Applied for {item}",
            variants=(Variant("Applied for {item}, to follow later: {deferred}", has("deferred")),),
            reads={"deferred": Reading.MATERIALS},
            item_change=_submitted,
        ),
        _APPLICATION_ACCEPTED,
        APPLICATION_FILED,
    ),
    notices=(
        "application_received",
        "application_accepted",
        "application_filed",
        "case_officer_named",
    ),
)
ACCEPT = Act(
    command=c.AcceptApplication,
    label="Accept",
    perform=accept,
    roles=roles.INTAKE,
    transitions={ItemState.RECEIVED: (ItemState.ACCEPTED,)},
    place=20,
    supplies=(Supply.STANDING,),
    paper="acceptance_notice",
    writes=(Record.PAPER,),
    form=Form(
        place=70,
        hint="Everything that is needed is there. The time to decide begins today; after a correction it began on the day on which that was complete.",
    ),
    events=(_APPLICATION_ACCEPTED,),
    notices=("application_accepted", "case_officer_named"),
)
REFUSE = Act(
    command=c.RefuseApplication,
    label="Refuse for want of competence",
    perform=refuse,
    roles=roles.EXAMINERS,
    transitions={ItemState.RECEIVED: (ItemState.NOT_ACCEPTED,)},
    place=50,
    offered=lambda situation: not situation.definition.filed,
    paper="refusal_notice",
    writes=(Record.PAPER,),
    form=Form(
        place=90,
        folded=True,
        danger=True,
        hint="Only for want of competence: name who is competent.",
    ),
    events=(
        EventKind(
            "ApplicationRefused",
            "{item} not accepted: {reason}. Competent is {competent_authority}",
            item_change=on_day("decided_on"),
        ),
    ),
    notices=("application_refused",),
)
DEEM_ACCEPTED = Act(
    command=c.DeemAccepted,
    label="Deem accepted",
    perform=deem_accepted,
    roles=roles.SYSTEM,
    transitions={ItemState.RECEIVED: (ItemState.ACCEPTED,)},
    place=90,
    paper="acceptance_notice",
    writes=(Record.PAPER,),
    events=(
        EventKind(
            "ApplicationDeemedAccepted",
            "{item} deemed accepted: nothing was said within five working days",
            variants=(
                Variant("{item} deemed accepted: nothing was said on the spot", has("on_the_spot")),
            ),
            item_change=_accepted_by_silence,
        ),
    ),
    notices=("application_deemed_accepted", "case_officer_named"),
)
WITHDRAW = Act(
    command=c.WithdrawApplication,
    label="Take the application back",
    perform=withdraw,
    roles=roles.BINDING,
    for_applicant=ForApplicant.BINDS,
    transitions=dict.fromkeys(
        (
            ItemState.RECEIVED,
            ItemState.CORRECTING,
            ItemState.ACCEPTED,
            ItemState.RECTIFYING,
            ItemState.SUSPENDED,
        ),
        (ItemState.WITHDRAWN,),
    ),
    place=260,
    offered=_applied_for,
    form=Form(place=150, folded=True, danger=True),
    events=(
        EventKind(
            "ApplicationWithdrawn",
            "Application for {item} taken back",
            item_change=on_day("decided_on"),
        ),
    ),
    notices=("application_withdrawn",),
)
