"""At the counter, while an application is in and not accepted yet: what is put right on the spot, to
whom it is referred, and that no licence is needed at all (Licensing Law art. 32(1)(1) to (3)).

The five-day window runs on through all of it: it is counted from the receipt of the application.
"""

from __future__ import annotations

from models import commands as c
from models.actor import Role
from models.definition import DepartmentKind, ScenarioDefinition
from models.errors import KaigongError
from models.states import SATISFIED, ClockKind, ItemState
from rules.acts.application import check_in_time
from rules.acts.papers import fill_from_document, hand_in, serve_deficiencies
from rules.completeness import MaterialHeldBySystem, MaterialNotInCatalogue
from rules.draft import Draft


class UnknownReceiver(KaigongError):
    """department: {department} cannot take {item} over; it can be referred to: {known}. Who is competent outside these is named by a refusal."""

    field = "department"


class AlreadyThere(KaigongError):
    """department: {item} lies with {department} already; decide on it, or refer it to another."""

    field = "department"


def refer(draft: Draft, command: c.ReferApplication) -> None:
    """Hand the application on to the department that it belongs to; the applicant need not run after it.

    The window can refer it to the very department that it lies with: it may not refuse anything
    (窗口无否决权), so it asks those who may.
    """
    code, department = command.item, command.department
    before = draft.items[code].department
    actor = draft.context.actor
    if department not in receivers(draft.scenario):
        known = list(receivers(draft.scenario)) or ["none"]
        raise UnknownReceiver(department=department, item=code, known=known)
    if department == before and actor.role is not Role.WINDOW_CLERK:
        raise AlreadyThere(department=department, item=code)
    draft.change(code, department=department)
    said = {"to": department, "from": before, "reason": command.reason}
    draft.record("ApplicationReferred", code, **said)
    window = draft.running(code, ClockKind.CORRECTION_WINDOW)
    due_on = window.due_on.isoformat() if window is not None and window.due_on else None
    told = {"to": department, "reason": command.reason, "due_on": due_on}
    audiences = ["enterprise", "steward", f"department:{department}"]
    if before not in (department, actor.department):
        audiences.append(f"department:{before}")
    for audience in audiences:
        draft.tell(audience, "application_referred", code, **told)


def receivers(scenario: ScenarioDefinition) -> tuple[str, ...]:
    """Departments that an application can be referred to: those of the new area."""
    return tuple(one.key for one in scenario.departments if one.kind is DepartmentKind.DEPARTMENT)


def declare_not_required(draft: Draft, command: c.DeclareNotRequired) -> None:
    """No licence is needed: told at once, in writing; what waited for it need not wait any more.

    Parts of a joint item fall away with it, unless they stand already.
    """
    code = command.item
    check_in_time(draft, code)
    parts = [
        part
        for part in draft.scenario.parts.get(code, ())
        if draft.items[part].state not in SATISFIED
    ]
    for one in (code, *parts):
        draft.stop_clocks(one, "not required")
        draft.change(one, state=ItemState.NOT_REQUIRED, decided_on=draft.today)
        because = code if one != code else None
        draft.record("FoundNotRequired", one, reason=command.reason, because=because)
    for one in (code, *parts):
        document = draft.definition(one).document
        if document is not None:
            # Whatever asks for the document goes on with this answer in its place.
            fill_from_document(draft, document, f"not_required:{one}")
    draft.tell("enterprise", "not_required", code, reason=command.reason)
    draft.tell("steward", "not_required", code, reason=command.reason)
    for one in (code, *parts):
        draft.release(one)


def fix_on_the_spot(draft: Draft, command: c.FixOnTheSpot) -> None:
    """A paper is put right there and then: no notice of corrections is spent on it."""
    code, material = command.item, command.material
    required = draft.definition(code).required
    if material not in required:
        allowed = list(required) or ["none"]
        raise MaterialNotInCatalogue(material=material, item=code, allowed=allowed)
    if draft.scenario.material[material].system_held:
        raise MaterialHeldBySystem(material=material)
    hand_in(draft, material, command.file_name, command.sha256)
    said = {"material": material, "sha256": command.sha256, "note": command.note}
    draft.record("FixedOnTheSpot", code, **said)
    told = {"material": material, "note": command.note}
    draft.tell(f"department:{draft.items[code].department}", "fixed_on_the_spot", code, **told)
    if draft.context.actor.role is not Role.APPLICANT:
        draft.tell("enterprise", "fixed_on_the_spot", code, **told)
    serve_deficiencies(draft, material)
