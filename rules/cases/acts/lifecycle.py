"""Acts that carry the project along: rounds, milestones, materials, stages, documents, its close."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from models.cases import commands as c
from models.cases.facts import STAGES, ItemFacts, StageFacts
from models.cases.states import ClockKind, ItemState, ProjectState
from models.cases.stewardship import Basis
from models.errors import KaigongError
from models.people.actor import Role
from models.scenarios.definition import ItemMode
from models.scenarios.forms import FormValue
from models.scenarios.guards import GuardPoint
from rules.cases import progress as planning
from rules.cases.acts.basis import review_dependents
from rules.cases.acts.papers import (
    MATERIAL_SUBMITTED,
    check_replaceable,
    fill_from_document,
    hand_in,
    serve_deficiencies,
    take_back_document,
    tell_replaced,
)
from rules.cases.agency.authorisations import end_authorisations
from rules.cases.declarations import roles
from rules.cases.declarations.act import Act, ForApplicant, Need, Record, Situation, Supply, stays
from rules.cases.declarations.event import (
    EventKind,
    Reading,
    document_holds,
    with_values,
)
from rules.cases.declarations.form import Form
from rules.cases.draft import Draft
from rules.cases.draft_events import ROUND_STARTED
from rules.cases.instruments import bundles, utilities
from rules.cases.instruments.completeness import MaterialHeldBySystem, MaterialNotInCatalogue
from rules.cases.instruments.forms import checked, example, kept_form
from rules.cases.instruments.guards import check_guards
from rules.cases.instruments.milestones import check_day, check_lawful_start
from rules.cases.instruments.necessity import needed
from rules.cases.instruments.voidings import objected_to
from rules.cases.stewards import record_steward

if TYPE_CHECKING:
    from rules.cases.replay.entries import Happened
    from rules.cases.replay.replayed import Replayed


class NotAMilestone(KaigongError):
    template = (
        "item: {item} is decided by {department} and cannot be recorded as done; apply for it."
    )
    field = "item"


class LinesNotConnected(KaigongError):
    template = "item: {missing} are not connected yet; each utility records its own, and {item} is done with the last."
    field = "item"


class DocumentAlreadyIssued(KaigongError):
    template = "item: the document of {item} was issued already; one decision has one document."
    field = "item"


class HeldInBundle(KaigongError):
    template = "item: the document of {item} is held back and issued together with others ({bundle}) when {missing} are there, by {until} at the latest."
    field = "item"


class NoDocument(KaigongError):
    template = "item: {item} ends in no document; there is nothing to issue."
    field = "item"


class DocumentNotIssued(KaigongError):
    template = "item: the document of {item} was not issued yet; issue it before it is delivered."
    field = "item"


class DeliveredAlready(KaigongError):
    template = "item: the document of {item} was delivered already; nothing is left to record."
    field = "item"


class NotFinished(KaigongError):
    template = "project: {unfinished} are not finished; a project is closed when every item is."
    field = "project"


class NeverNeeded(KaigongError):
    template = (
        "item: this project does not need {item} by its scenario; there is nothing to begin again."
    )
    field = "item"


class BeginTheWhole(KaigongError):
    template = "item: {item} is part of {whole} and was found not to be needed with it; begin {whole} again."
    field = "item"


class StageOpenAlready(KaigongError):
    template = "stage: {stage} was opened already."
    field = "stage"


class UnknownStage(KaigongError):
    template = "stage: {stage} is not a stage of this scenario; its stages are: {known}."
    field = "stage"


class BasisNotOfPeople(KaigongError):
    template = (
        "basis: {value} is what the system finds by its rule; leave it out when you name a steward."
    )
    field = "basis"


#: Why a person names a steward: every other basis lets somebody have the project whom nobody may name.
BY_PEOPLE = frozenset({Basis.APPOINTED, Basis.REBALANCED})


def assign_steward(draft: Draft, command: c.AssignSteward) -> None:
    """Assign the steward, who gets the project's warnings from now on."""
    if draft.context.actor.role is not Role.SYSTEM and command.basis not in BY_PEOPLE:
        raise BasisNotOfPeople(value=command.basis.value)
    draft.change_project(steward=command.steward)
    before = draft.before.steward
    if before is not None and before != command.steward:
        end_authorisations(draft, before)
    record_steward(draft, command.steward, command.basis)
    draft.tell("steward", "steward_assigned")
    draft.tell("enterprise", "steward_assigned")


def submit_material(draft: Draft, command: c.SubmitMaterial) -> None:
    """Store a material for every item that requires it."""
    known = draft.scenario.material.get(command.material)
    if known is None:
        raise MaterialNotInCatalogue(
            material=command.material,
            item=draft.before.code,
            allowed=[m.key for m in draft.scenario.materials if not m.system_held],
        )
    if known.system_held:
        raise MaterialHeldBySystem(material=command.material)
    check_replaceable(draft, command.material, command.sha256)
    hand_in(draft, command.material, command.file_name, command.sha256)
    draft.record("MaterialSubmitted", material=command.material, sha256=command.sha256)
    tell_replaced(draft, command.material, command.sha256)
    serve_deficiencies(draft, command.material)


def start_new_round(draft: Draft, command: c.StartNewRound) -> None:
    """Start a new round; materials and form are kept.

    Where no licence was found to be needed, dependents are reviewed.
    """
    code, before = command.item, draft.items[command.item]
    if before.state is ItemState.NOT_REQUIRED:
        _check_begun_again(draft, code)
    draft.stop_clock(code, ClockKind.RESULT_NOTICE, reason="begun again")
    draft.new_round(code)
    if not draft.items[code].involved:
        draft.release(code)
        return
    draft.tell("enterprise", "round_started", code)
    if before.state is ItemState.NOT_REQUIRED:
        parts = [
            part
            for part in draft.scenario.parts.get(code, ())
            if draft.items[part].state is before.state and draft.items[part].involved
        ]
        for part in parts:
            draft.new_round(part)
        for item in (code, *parts):
            _take_back_answer(draft, item)
        review_dependents(draft, code)
    if draft.ready(code):
        draft.open(code)


def _take_back_answer(draft: Draft, item: str) -> None:
    """The finding that no licence is needed no longer replaces the document."""
    document = draft.definition(item).document
    if document is not None:
        take_back_document(draft, document, "it is applied for after all")


def _check_begun_again(draft: Draft, item: str) -> None:
    """Only what was applied for and found not to be needed; a part begins with its whole."""
    if not (draft.items[item].involved and needed(draft.before, item)):
        raise NeverNeeded(item=item)
    whole = draft.definition(item).part_of
    if whole is not None:
        raise BeginTheWhole(item=item, whole=whole)


def record_milestone(draft: Draft, command: c.RecordMilestone) -> None:
    """Record a milestone on its own date."""
    definition = draft.definition(command.item)
    if definition.mode is not ItemMode.MILESTONE:
        department = draft.items[command.item].department
        raise NotAMilestone(item=command.item, department=department)
    check_day(draft.before, command.happened_on, draft.context, long_ago=command.long_ago)
    check_lawful_start(draft, definition, command.happened_on)
    left = utilities.unconnected(draft.scenario, draft.items, draft.lines, command.item)
    if left:
        raise LinesNotConnected(item=command.item, missing=list(left))
    form = checked(definition, command.form)
    conclude(draft, command.item, command.happened_on, command.note, form)


def conclude(
    draft: Draft, item: str, on: date, note: str = "", form: dict[str, FormValue] | None = None
) -> None:
    """Complete a milestone and open its dependents."""
    draft.change(item, state=ItemState.CONCLUDED, decided_on=on, form=form or {})
    check_guards(draft, item, GuardPoint.SUBMIT)
    details = {"form": form} if form else {}
    draft.record("MilestoneRecorded", item, happened_on=on.isoformat(), note=note, **details)
    document = draft.definition(item).document
    if document:
        fill_from_document(draft, document)
    draft.release(item)


def open_stage(draft: Draft, command: c.OpenStage) -> None:
    """Tell the lead department, the steward and the enterprise that a stage begins."""
    stage = draft.scenario.stage.get(command.stage)
    if stage is None:
        raise UnknownStage(stage=command.stage, known=list(draft.scenario.stage))
    if draft.stages[command.stage].opened_on is not None:
        raise StageOpenAlready(stage=command.stage)
    draft.enter(STAGES, StageFacts(command.stage, draft.today))
    draft.record("StageOpened", stage=command.stage)
    for audience in (f"department:{stage.lead}", "steward"):
        draft.tell(audience, "stage_opened", stage=command.stage, name=stage.name.model_dump())


def issue_document(draft: Draft, command: c.IssueDocument) -> None:
    """One decision, one document, one number; its delivery is due within ten days (art. 44)."""
    definition, item = draft.definition(command.item), draft.items[command.item]
    if definition.document is None:
        raise NoDocument(item=command.item)
    if item.document_issued:
        raise DocumentAlreadyIssued(item=command.item)
    held = bundles.held_in(draft.before, command.item)
    if held is not None:
        raise HeldInBundle(
            item=command.item,
            bundle=held.definition.key,
            missing=list(held.waits_for) or [held.definition.released_by],
            until=held.until.isoformat() if held.until else "—",
        )
    issue(draft, command.item, command.number)


def issue(draft: Draft, item: str, number: str | None) -> None:
    """Mark the document of an item as issued, under its number."""
    draft.change(item, document_issued=True)
    details = {"document": draft.definition(item).document, "number": number}
    draft.record("DocumentIssued", item, **details)
    draft.tell("enterprise", "document_issued", item, **details)


def record_delivery(draft: Draft, command: c.RecordDelivery) -> None:
    """The document reached the applicant 送达; the delivery clock ends."""
    if draft.definition(command.item).document is None:
        raise NoDocument(item=command.item)
    if not draft.items[command.item].document_issued:
        raise DocumentNotIssued(item=command.item)
    if draft.clock(command.item, ClockKind.DELIVERY) is None:
        raise DeliveredAlready(item=command.item)
    for kind in (ClockKind.DELIVERY, ClockKind.RESULT_NOTICE):
        draft.stop_clock(command.item, kind, reason=command.method)
    draft.change(command.item)
    draft.record("DocumentDelivered", command.item, method=command.method)


def close_project(draft: Draft, command: c.CloseProject) -> None:
    """Close a project when every item is finished; its keys can be handed over."""
    del command
    unfinished = (
        *planning.unfinished(draft.before),
        *sorted(objected_to(draft.before, draft.today)),
    )
    if unfinished:
        raise NotFinished(unfinished=list(unfinished))
    draft.change_project(state=ProjectState.COMPLETED, completed_on=draft.today)
    end_authorisations(draft)
    draft.record("ProjectClosed")
    draft.tell("enterprise", "project_closed")
    draft.tell("steward", "project_closed")


# --- what is offered ----------------------------------------------------------------------------


def _begins_again(situation: Situation) -> bool:
    item = situation.item
    by_itself = item.involved and situation.definition.part_of is None
    again = by_itself and needed(situation.facts, situation.code)
    return item.state is not ItemState.NOT_REQUIRED or again


def _document_due(situation: Situation) -> bool:
    return situation.definition.document is not None and not situation.item.document_issued


def _delivery_runs(situation: Situation) -> bool:
    item = situation.item
    key = (item.code, ClockKind.DELIVERY, item.round, "")
    return item.document_issued and key in situation.facts.clocks


def _today(situation: Situation) -> c.RecordMilestone:
    form = example(situation.definition, situation.today)
    return c.RecordMilestone(item=situation.code, happened_on=situation.today, form=form)


def _with_number(situation: Situation) -> c.IssueDocument:
    return c.IssueDocument(item=situation.code, number="-")


# --- what the log says --------------------------------------------------------------------------


def _happened(item: ItemFacts, happened: Happened) -> ItemFacts:
    data = happened.event.data
    on = date.fromisoformat(str(data["happened_on"]))
    return replace(item, decided_on=on, form=kept_form(data))


def _steward(replayed: Replayed, happened: Happened) -> None:
    replayed.project["steward"] = happened.event.data["steward"]


def _stage(replayed: Replayed, happened: Happened) -> None:
    key = str(happened.event.data["stage"])
    replayed.stages[key] = StageFacts(key, happened.on)


def _closed(replayed: Replayed, happened: Happened) -> None:
    replayed.project |= {"state": ProjectState.COMPLETED, "completed_on": happened.on}


# --- the acts -----------------------------------------------------------------------------------

DOCUMENT_ISSUED = EventKind(
    "DocumentIssued",
    "Document of {item} issued, number {number}",
    item_change=with_values(document_issued=True),
)
MILESTONE_RECORDED = EventKind(
    "MilestoneRecorded",
    "{item} happened on {happened_on}",
    reads={"happened_on": Reading.DAY},
    item_change=_happened,
    follow=document_holds,
)
STEWARD_ASSIGNED = EventKind(
    "StewardAssigned",
    "{steward} became the project steward",
    reads={"steward": Reading.PERSON},
    follow=_steward,
    of_outline=True,
)

ASSIGN_STEWARD = Act(
    command=c.AssignSteward,
    label="Assign the steward",
    perform=assign_steward,
    roles=frozenset({Role.ADMINISTRATOR, Role.LEADER, Role.SYSTEM}),
    place=10,
    needs=(Need.STEWARD,),
    writes=(Record.HANDOVER,),
    # Whom a person names is appointed; every other basis is what the system finds.
    form=Form(without=frozenset({"basis"})),
    events=(STEWARD_ASSIGNED,),
    notices=("steward_assigned",),
)
OPEN_STAGE = Act(
    command=c.OpenStage,
    label="Open the stage",
    perform=open_stage,
    roles=roles.SYSTEM,
    place=50,
    quiet=True,
    events=(
        EventKind(
            "StageOpened",
            "Stage {stage} opened",
            reads={"stage": Reading.STAGE},
            follow=_stage,
            of_outline=True,
        ),
    ),
    notices=("stage_opened",),
)
CLOSE_PROJECT = Act(
    command=c.CloseProject,
    label="Close the project",
    perform=close_project,
    roles=roles.SYSTEM,
    place=80,
    events=(EventKind("ProjectClosed", "Project completed", follow=_closed, of_outline=True),),
    notices=("project_closed",),
)
SUBMIT_MATERIAL = Act(
    command=c.SubmitMaterial,
    label="Hand in a paper",
    perform=submit_material,
    roles=roles.APPLICANT,
    for_applicant=ForApplicant.HELP,
    place=90,
    quiet=True,
    needs=(Need.FILE,),
    # Each list of papers has an input for each of them.
    form=Form(without=frozenset({"material", "file_name", "sha256"})),
    events=(MATERIAL_SUBMITTED,),
    notices=("material_made_up", "paper_replaced"),
)
START_NEW_ROUND = Act(
    command=c.StartNewRound,
    label="Begin again",
    perform=start_new_round,
    roles=roles.APPLICANT | roles.SYSTEM,
    for_applicant=ForApplicant.HELP,
    transitions={
        **dict.fromkeys(
            (
                ItemState.DENIED,
                ItemState.NOT_ACCEPTED,
                ItemState.VOIDED,
                ItemState.REVOKED,
                ItemState.RECALLED,
                ItemState.CANCELLED,
                ItemState.WITHDRAWN,
            ),
            (ItemState.WAITING, ItemState.OPEN, ItemState.ACCEPTED, ItemState.NOT_REQUIRED),
        ),
        ItemState.NOT_REQUIRED: (ItemState.WAITING, ItemState.OPEN),
    },
    place=270,
    offered=_begins_again,
    form=Form(place=60, template="start_new_round"),
    events=(ROUND_STARTED,),
    notices=("round_started",),
)
RECORD_MILESTONE = Act(
    command=c.RecordMilestone,
    label="Record that it happened",
    perform=record_milestone,
    roles=roles.APPLICANT | roles.EXAMINERS,
    for_applicant=ForApplicant.HELP,
    transitions={ItemState.OPEN: (ItemState.CONCLUDED,)},
    place=280,
    offered=lambda situation: situation.definition.mode is ItemMode.MILESTONE,
    sample=_today,
    form=Form(place=50),
    events=(MILESTONE_RECORDED,),
)
#: A delivery may be the last thing that kept the project open, so it wakes the machine.
RECORD_DELIVERY = Act(
    command=c.RecordDelivery,
    label="Confirm the delivery",
    perform=record_delivery,
    roles=roles.INTAKE | roles.APPLICANT | roles.SYSTEM,
    for_applicant=ForApplicant.HELP,
    transitions=stays(ItemState.GRANTED, ItemState.CONDITIONALLY_GRANTED),
    place=410,
    offered=_delivery_runs,
    paper="delivery_receipt",
    writes=(Record.DELIVERY,),
    form=Form(place=230),
    events=(EventKind("DocumentDelivered", "Document of {item} delivered"),),
)
ISSUE_DOCUMENT = Act(
    command=c.IssueDocument,
    label="Issue the document",
    perform=issue_document,
    roles=roles.EXAMINERS | roles.SYSTEM,
    transitions=stays(ItemState.GRANTED, ItemState.CONDITIONALLY_GRANTED),
    place=400,
    offered=_document_due,
    sample=_with_number,
    supplies=(Supply.NUMBER,),
    writes=(Record.CERTIFICATE,),
    form=Form(place=140, folded=True, without=frozenset({"number"})),
    events=(DOCUMENT_ISSUED,),
    notices=("document_issued",),
)
