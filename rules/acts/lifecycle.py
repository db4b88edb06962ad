"""Acts that carry the project along: rounds, milestones, materials, stages, documents, its close."""

from __future__ import annotations

from datetime import date

from models import commands as c
from models.definition import ItemMode
from models.errors import KaigongError
from models.facts import StageFacts
from models.form import FormValue
from models.guard import GuardPoint
from models.states import ClockKind, ItemState, ProjectState
from rules import bundles, planning, utilities
from rules.acts.basis import no_longer_stands
from rules.acts.papers import (
    fill_from_document,
    hand_in,
    serve_deficiencies,
    take_back_document,
)
from rules.completeness import MaterialHeldBySystem, MaterialNotInCatalogue
from rules.draft import Draft
from rules.forms import checked
from rules.guards import check_guards


class NotAMilestone(KaigongError):
    """item: {item} is decided by {department} and cannot be recorded as done; apply for it."""

    field = "item"


class LinesNotConnected(KaigongError):
    """item: {missing} are not connected yet; each utility records its own, and {item} is done with the last."""

    field = "item"


class DateInFuture(KaigongError):
    """happened_on: {value} is after today ({today}); record it when it has happened."""

    field = "happened_on"


class DocumentAlreadyIssued(KaigongError):
    """item: the document of {item} was issued already; one decision has one document."""

    field = "item"


class HeldInBundle(KaigongError):
    """item: the document of {item} is held back and issued together with others ({bundle}) when {missing} are there, by {until} at the latest."""

    field = "item"


class NoDocument(KaigongError):
    """item: {item} ends in no document; there is nothing to issue."""

    field = "item"


class DocumentNotIssued(KaigongError):
    """item: the document of {item} was not issued yet; issue it before it is delivered."""

    field = "item"


class DeliveredAlready(KaigongError):
    """item: the document of {item} was delivered already; nothing is left to record."""

    field = "item"


class NotFinished(KaigongError):
    """project: {unfinished} are not finished; a project is closed when every item is."""

    field = "project"


class NeverNeeded(KaigongError):
    """item: this project does not need {item} by its scenario; there is nothing to begin again."""

    field = "item"


class BeginTheWhole(KaigongError):
    """item: {item} is part of {whole} and was found not to be needed with it; begin {whole} again."""

    field = "item"


class StageOpenAlready(KaigongError):
    """stage: {stage} was opened already."""

    field = "stage"


class UnknownStage(KaigongError):
    """stage: {stage} is not a stage of this scenario; its stages are: {known}."""

    field = "stage"


def assign_steward(draft: Draft, command: c.AssignSteward) -> None:
    """From now on this steward accompanies the project and gets its warnings."""
    draft.project["steward"] = command.steward
    draft.record("StewardAssigned", steward=command.steward, before=draft.before.steward)
    draft.tell("steward", "steward_assigned")
    draft.tell("enterprise", "steward_assigned")


def submit_material(draft: Draft, command: c.SubmitMaterial) -> None:
    """Keep one paper for every item that asks for it."""
    known = draft.scenario.material.get(command.material)
    if known is None:
        raise MaterialNotInCatalogue(
            material=command.material,
            item=draft.before.code,
            allowed=[m.key for m in draft.scenario.materials if not m.system_held],
        )
    if known.system_held:
        raise MaterialHeldBySystem(material=command.material)
    hand_in(draft, command.material, command.file_name, command.sha256)
    draft.record("MaterialSubmitted", material=command.material, sha256=command.sha256)
    serve_deficiencies(draft, command.material)


def start_new_round(draft: Draft, command: c.StartNewRound) -> None:
    """Begin again with a clean sheet; materials that are there stay there, and so does the form.

    Where an officer had found that no licence is needed, what was built on that is seen to.
    """
    code, before = command.item, draft.items[command.item]
    if before.state is ItemState.NOT_REQUIRED:
        _check_begun_again(draft, code)
    draft.new_round(code)
    draft.tell("enterprise", "round_started", code)
    if before.state is ItemState.NOT_REQUIRED:
        parts = [
            part
            for part in draft.scenario.parts.get(code, ())
            if draft.items[part].state is before.state and draft.items[part].involved
        ]
        for part in parts:
            draft.new_round(part)
        for one in (code, *parts):
            _take_back_answer(draft, one)
        no_longer_stands(draft, code)
    if draft.ready(code):
        draft.open(code)


def _take_back_answer(draft: Draft, item: str) -> None:
    """The answer that no licence is needed stands for the document no more."""
    document = draft.definition(item).document
    if document is not None:
        take_back_document(draft, document, "it is applied for after all")


def _check_begun_again(draft: Draft, item: str) -> None:
    """Only what was applied for and found not to be needed; a part begins with its whole."""
    if not draft.items[item].involved:
        raise NeverNeeded(item=item)
    whole = draft.definition(item).part_of
    if whole is not None:
        raise BeginTheWhole(item=item, whole=whole)


def record_milestone(draft: Draft, command: c.RecordMilestone) -> None:
    """Put on record that something happened, on its own date."""
    definition = draft.definition(command.item)
    if definition.mode is not ItemMode.MILESTONE:
        department = draft.items[command.item].department
        raise NotAMilestone(item=command.item, department=department)
    if command.happened_on > draft.today:
        raise DateInFuture(value=command.happened_on.isoformat(), today=draft.today.isoformat())
    left = utilities.unconnected(draft.scenario, draft.items, draft.lines, command.item)
    if left:
        raise LinesNotConnected(item=command.item, missing=list(left))
    form = checked(definition, command.form)
    conclude(draft, command.item, command.happened_on, command.note, form)


def conclude(
    draft: Draft, item: str, on: date, note: str = "", form: dict[str, FormValue] | None = None
) -> None:
    """A milestone is there: what waits for it opens."""
    draft.change(item, state=ItemState.CONCLUDED, decided_on=on, form=form or {})
    check_guards(draft, item, GuardPoint.SUBMIT)
    said = {"form": form} if form else {}
    draft.record("MilestoneRecorded", item, happened_on=on.isoformat(), note=note, **said)
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
    draft.stages[command.stage] = StageFacts(command.stage, draft.today)
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
    """The document of an item is out, under its number."""
    draft.change(item, document_issued=True)
    said = {"document": draft.definition(item).document, "number": number}
    draft.record("DocumentIssued", item, **said)
    draft.tell("enterprise", "document_issued", item, **said)


def record_delivery(draft: Draft, command: c.RecordDelivery) -> None:
    """The document reached the applicant 送达; the delivery clock ends."""
    if draft.definition(command.item).document is None:
        raise NoDocument(item=command.item)
    if not draft.items[command.item].document_issued:
        raise DocumentNotIssued(item=command.item)
    if draft.clock(command.item, ClockKind.DELIVERY) is None:
        raise DeliveredAlready(item=command.item)
    draft.stop_clock(command.item, ClockKind.DELIVERY, reason=command.method)
    draft.change(command.item)
    draft.record("DocumentDelivered", command.item, method=command.method)


def close_project(draft: Draft, command: c.CloseProject) -> None:
    """Close a project when every item is finished; its keys can be handed over."""
    del command
    unfinished = planning.unfinished(draft.before)
    if unfinished:
        raise NotFinished(unfinished=list(unfinished))
    draft.project["state"] = ProjectState.COMPLETED
    draft.project["completed_on"] = draft.today
    draft.record("ProjectClosed")
    draft.tell("enterprise", "project_closed")
    draft.tell("steward", "project_closed")
