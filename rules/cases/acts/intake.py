"""Intake of an application before acceptance: what is corrected on the spot, to
whom it is referred, and that no licence is needed at all (Licensing Law art. 32(1)(1) to (3)).

The five-day window runs on through all of it: it is counted from the receipt of the application.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from config.texts import Word
from models.cases import commands as c
from models.cases.facts import ItemFacts
from models.cases.states import SATISFIED, ClockKind, ItemState
from models.errors import KaigongError
from models.people.actor import Role
from models.scenarios.definition import DepartmentKind, ScenarioDefinition
from rules.cases.acts.aftermath.result import tell_result
from rules.cases.acts.application import check_open_to_refusal
from rules.cases.acts.papers import (
    fill_from_document,
    hand_in,
    papers_of,
    serve_deficiencies,
    tell_replaced,
)
from rules.cases.declarations import roles
from rules.cases.declarations.act import Act, ForApplicant, Need, Record, Situation
from rules.cases.declarations.event import EventKind, Reading, document_of, on_day, paper_handed_in
from rules.cases.declarations.form import Form
from rules.cases.draft import Draft
from rules.cases.instruments.completeness import (
    MaterialHeldBySystem,
    MaterialNotInCatalogue,
    asked_of_applicant,
)

if TYPE_CHECKING:
    from rules.cases.replay.entries import Happened
    from rules.cases.replay.replayed import Replayed


class UnknownReceiver(KaigongError):
    template = "department: {department} cannot take {item} over; it can be referred to: {known}. Who is competent outside these is named by a refusal."
    field = "department"


class AlreadyThere(KaigongError):
    template = (
        "department: {item} lies with {department} already; decide on it, or refer it to another."
    )
    field = "department"


def refer(draft: Draft, command: c.ReferApplication) -> None:
    """Refer the application to the competent department, without a new application.

    The window can refer it to the very department that it lies with: it may not refuse anything
    (窗口无否决权), so it asks those who may.
    """
    code, department = command.item, command.department
    before = draft.items[code].department
    actor = draft.context.actor
    if department not in receivers(draft.scenario):
        known = list(receivers(draft.scenario)) or [Word("none")]
        raise UnknownReceiver(department=department, item=code, known=known)
    if department == before and actor.role is not Role.WINDOW_CLERK:
        raise AlreadyThere(department=department, item=code)
    draft.change(code, department=department)
    draft.stop_clock(code, ClockKind.WINDOW_LOOK, reason="referred")
    details = {"to": department, "from": before, "reason": command.reason}
    draft.record("ApplicationReferred", code, **details)
    window = draft.running(code, ClockKind.CORRECTION_WINDOW)
    due_on = window.due_on.isoformat() if window is not None and window.due_on else None
    params = {"to": department, "reason": command.reason, "due_on": due_on}
    audiences = ["enterprise", "steward", f"department:{department}"]
    if before not in (department, actor.department):
        audiences.append(f"department:{before}")
    for audience in audiences:
        draft.tell(audience, "application_referred", code, **params)


def receivers(scenario: ScenarioDefinition) -> tuple[str, ...]:
    """Departments that an application can be referred to: those of the new area."""
    return tuple(
        department.key
        for department in scenario.departments
        if department.kind is DepartmentKind.DEPARTMENT
    )


def declare_not_required(draft: Draft, command: c.DeclareNotRequired) -> None:
    """Declare in writing that no licence is needed, and release the dependents.

    Undecided parts of a joint item become unneeded with it.
    """
    code = command.item
    check_open_to_refusal(draft, code)
    parts = [
        part
        for part in draft.scenario.parts.get(code, ())
        if draft.items[part].state not in SATISFIED
    ]
    for item in (code, *parts):
        draft.stop_clocks(item, "not required")
        draft.change(item, state=ItemState.NOT_REQUIRED, decided_on=draft.today)
        tell_result(draft, item)
        because = code if item != code else None
        details = {"reason": command.reason, "because": because, "papers": papers_of(draft, item)}
        draft.record("FoundNotRequired", item, **details)
    for item in (code, *parts):
        document = draft.definition(item).document
        if document is not None:
            # Whatever asks for the document goes on with this answer in its place.
            fill_from_document(draft, document, f"not_required:{item}")
    draft.tell("enterprise", "not_required", code, reason=command.reason)
    draft.tell("steward", "not_required", code, reason=command.reason)
    for item in (code, *parts):
        draft.release(item)


def fix_on_the_spot(draft: Draft, command: c.FixOnTheSpot) -> None:
    """Correct a material on the spot, without a notice of corrections."""
    code, material = command.item, command.material
    required = draft.definition(code).required
    if material not in required:
        allowed = list(required) or [Word("none")]
        raise MaterialNotInCatalogue(material=material, item=code, allowed=allowed)
    if draft.scenario.material[material].system_held:
        raise MaterialHeldBySystem(material=material)
    hand_in(draft, material, command.file_name, command.sha256)
    details = {"material": material, "sha256": command.sha256, "note": command.note}
    draft.record("FixedOnTheSpot", code, **details)
    params = {"material": material, "note": command.note}
    draft.tell(f"department:{draft.items[code].department}", "fixed_on_the_spot", code, **params)
    if draft.context.actor.role is not Role.APPLICANT:
        draft.tell("enterprise", "fixed_on_the_spot", code, **params)
    tell_replaced(draft, material, command.sha256, code)
    serve_deficiencies(draft, material)


def referable(situation: Situation) -> tuple[str, ...]:
    """Departments to which a person may refer an application; the window also to the item's own."""
    window, own = situation.actor.role is Role.WINDOW_CLERK, situation.item.department
    return tuple(key for key in receivers(situation.facts.scenario) if window or key != own)


def _a_referral(situation: Situation) -> c.ReferApplication:
    """To another department than the item's own, where there is one."""
    own, known = situation.item.department, receivers(situation.facts.scenario)
    another = next((key for key in known if key != own), own)
    return c.ReferApplication(item=situation.code, department=another, reason="-")


def _papers(situation: Situation) -> tuple[str, ...]:
    return asked_of_applicant(situation.facts.scenario, situation.definition)


def _a_corrected_paper(situation: Situation) -> c.FixOnTheSpot:
    return c.FixOnTheSpot(
        item=situation.code, material=_papers(situation)[0], file_name="-", sha256="0" * 64
    )


def _referred(item: ItemFacts, happened: Happened) -> ItemFacts:
    return replace(item, department=str(happened.event.data["to"]))


def _answer_for_document(replayed: Replayed, happened: Happened) -> None:
    source = f"not_required:{happened.event.item}"
    replayed.fill(document_of(replayed, happened), happened.on, source)


REFER = Act(
    command=c.ReferApplication,
    label="Refer to another department",
    perform=refer,
    roles=roles.INTAKE,
    transitions={ItemState.RECEIVED: (ItemState.RECEIVED,)},
    place=60,
    offered=lambda situation: bool(referable(situation)),
    sample=_a_referral,
    form=Form(
        place=70,
        folded=True,
        template="refer_application",
        without=frozenset({"department"}),
    ),
    events=(
        EventKind(
            "ApplicationReferred",
            "{item} referred to {to}: {reason}",
            reads={"to": Reading.DEPARTMENT},
            item_change=_referred,
        ),
    ),
    notices=("application_referred",),
)
DECLARE_NOT_REQUIRED = Act(
    command=c.DeclareNotRequired,
    label="Tell that no licence is needed",
    perform=declare_not_required,
    roles=roles.EXAMINERS,
    transitions={ItemState.RECEIVED: (ItemState.NOT_REQUIRED,)},
    place=70,
    offered=lambda situation: not situation.definition.filed,
    paper="not_required_notice",
    writes=(Record.PAPER,),
    form=Form(
        place=80,
        folded=True,
        danger=True,
        hint="The enterprise is told at once and in writing; what waits for this item goes on without it.",
    ),
    events=(
        EventKind(
            "FoundNotRequired",
            "{item}: no licence is needed. {reason}",
            item_change=on_day("decided_on"),
            follow=_answer_for_document,
        ),
    ),
    notices=("not_required",),
)
FIX_ON_THE_SPOT = Act(
    command=c.FixOnTheSpot,
    label="Put a paper right on the spot",
    perform=fix_on_the_spot,
    roles=roles.APPLICANT | {Role.WINDOW_CLERK},
    for_applicant=ForApplicant.HELP,
    transitions={ItemState.RECEIVED: (ItemState.RECEIVED,)},
    place=80,
    offered=lambda situation: bool(_papers(situation)),
    sample=_a_corrected_paper,
    needs=(Need.FILE,),
    form=Form(
        place=60,
        folded=True,
        template="fix_on_the_spot",
        without=frozenset({"material", "file_name", "sha256", "note"}),
    ),
    events=(
        EventKind(
            "FixedOnTheSpot",
            "{material} put right on the spot. {note}",
            reads={"material": Reading.MATERIAL},
            follow=paper_handed_in,
        ),
    ),
    notices=("fixed_on_the_spot", "paper_replaced"),
)
