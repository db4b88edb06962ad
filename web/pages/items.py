"""One item of a project: its papers, its deadline day by day, and the acts that are possible now."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import ValidationError

from models.definition import MaterialClass, ScenarioDefinition, Text
from models.errors import KaigongError, NotFound
from models.states import ItemState
from rules.completeness import deferrable, provided
from rules.corrections import named_fields
from rules.site_visit import covered_by, stayed_away
from rules.utilities import application_of, lines_of
from services.views.form_lines import FieldLine, field_lines
from services.views.item_lines import decision_clock
from services.views.joint_lines import party_lines
from services.views.possibilities import Possibility, possibilities, referable
from services.views.project_page import Reading, read_project
from services.views.timeline import day, sentence
from services.views.values.items import ItemLine, RequirementLine
from services.views.values.records import EventLine
from services.views.why import ClockWhy, sentences, why_of
from services.wording.names import department_name, item_name, left_out, material_name, with_names
from web.acts import do
from web.forms import OwnForm, Submission
from web.pages.projects import show_project
from web.portal import Portal
from web.problems import as_refusal, plain, status_of
from web.rendering import page
from web.viewer import PortalHere, SignedIn, Viewer

router = APIRouter()

#: Acts whose form stands open; the others are folded away. In the order of the page.
MAIN_ACTS = (
    "reply_to_supervision",
    "submit_application",
    "supply_correction",
    "make_up_material",
    "record_milestone",
    "start_new_round",
    "accept_application",
    "resume_clock",
    "schedule_site_visit",
    "record_site_visit",
    "record_verification",
    "report_rectification",
    "acknowledge_lead",
    "answer_line",
    "connect_line",
    "answer_consultation",
    "approve_item",
    "issue_preliminary_opinion",
    "verify_make_up",
    "complete_supervision",
    "confirm_after_re_examination",
    "decide_appeal",
    "record_delivery",
)
OTHER_ACTS = (
    "request_correction",
    "require_rectification",
    "deny_item",
    "suspend_clock",
    "extend_limit",
    "fix_on_the_spot",
    "refer_application",
    "declare_not_required",
    "refuse_application",
    "void_approval",
    "appeal_voiding",
    "reinstate_approval",
    "record_violation",
    "issue_document",
    "withdraw_application",
)


@router.get("/projects/{code}/items/{item}")
def item_page(
    request: Request,
    reader: SignedIn,
    code: str,
    item: str,
    done: Annotated[str, Query(max_length=40)] = "",
) -> Response:
    """One item with everything that belongs to its decision."""
    return show_item(request, reader, code, item, done=done or None)


@router.post("/projects/{code}/acts")
def act(request: Request, form: OwnForm, portal: PortalHere, code: str) -> Response:
    """Do an act; what was refused is shown on the page it came from, with what was typed."""
    reader, sent = form
    item = sent.text("item")
    try:
        do(portal, reader, code, sent)
    except (KaigongError, ValidationError) as error:
        refusal = as_refusal(error)[0]
        if item:
            return show_item(request, reader, code, item, sent=sent, refusal=refusal)
        return show_project(request, reader, code, sent=sent, refusal=refusal)
    back = f"/projects/{code}/items/{item}" if item else f"/projects/{code}"
    return RedirectResponse(f"{back}?done={sent.text('act')}", 303)


def show_item(
    request: Request,
    reader: Viewer,
    code: str,
    item: str,
    *,
    done: str | None = None,
    sent: Submission | None = None,
    refusal: KaigongError | None = None,
) -> Response:
    """The page of an item, with what went wrong where something did."""
    portal = request.app.state.portal
    reading = read_project(portal.database, code, reader.now, viewer=reader.actor)
    line = reading.page.item(item)
    if line is None:
        remedy = "Look it up on the page of the project."
        raise NotFound(field="item", value=item, remedy=remedy)
    facts = reading.facts
    found = possibilities(facts, item, reading.context)
    naming = with_names(reader.translate, reading.facts.scenario, reader.language)
    events = [event for event in reading.page.events if event.item == item]
    parts = {other.code: other.part_of for other in reading.page.items}
    names = {other.code: other.name for other in reading.page.items}
    return page(
        request,
        reader,
        "item.html",
        status=status_of(refusal) if refusal else 200,
        project=reading.page,
        item=line,
        by_code=lambda codes: [names[code] for code in codes if code in names],
        waited=lambda one: [names[code] for code in one.waits_for_items if code in names],
        main_acts=_in_order(found, MAIN_ACTS),
        other_acts=_in_order(found, OTHER_ACTS),
        refusal_of=lambda p: plain(p.refusal, naming),
        documents=[d for d in reading.page.documents if d.item == item],
        voidings=[v for v in reading.page.voidings if v.item == item],
        site_visits=[v for v in reading.page.site_visits if v.item in _visited_with(reading, item)],
        missed=stayed_away(facts.scenario, facts.items, facts.site_visits, item),
        consultations=[q for q in reading.page.consultations if q.item == item],
        rectifications=[
            r for r in reading.page.rectifications if item in (r.item, parts.get(r.item))
        ],
        whole_papers=_papers_of_whole(reading, line),
        corrected=_before_correction(reading, line, events),
        parts=[one for one in reading.page.items if one.part_of == item],
        whole=reading.page.item(line.part_of) if line.part_of else None,
        released=[b for b in reading.page.bundles if b.released_by == item],
        line=line.line,
        application=_application(reading, item),
        lines=_lines(reading, item),
        parties=party_lines(reading.facts, item),
        next_phase=_next_phase(reading, item),
        supervision=[t for t in reading.page.supervision if t.item == item],
        deficiencies=[d for d in reading.page.deficiencies if d.item == item],
        told=[(e, sentence(e, reading.facts, reader.language, reader.translate)) for e in events],
        explained=_explained(portal, reading, item, reader),
        why_sentences=lambda one: sentences(
            one, reader.translate, lambda on: day(on, reader.language)
        ),
        commitment=_commitment(events) if line.commitment else None,
        receivers=_receivers(reading, item),
        clock_subjects=_clock_subjects(reading.facts.scenario),
        to_defer=_to_defer(reading, item),
        by_commitment=_by_commitment(reading, item),
        left_out=lambda reason: left_out(reading.facts.scenario, reason),
        done=done,
        error=plain(refusal, naming) if refusal else None,
        sent=sent.values() if sent else {},
    )


def _clock_subjects(scenario: ScenarioDefinition) -> dict[str, Text]:
    """What clocks are about: departments that are asked, papers that are owed."""
    departments = {one.key: one.name for one in scenario.departments}
    return departments | {one.key: one.name for one in scenario.materials}


def _visited_with(reading: Reading, item: str) -> tuple[str | None, ...]:
    """Items whose visits to the site are visits for this one."""
    facts = reading.facts
    return item, covered_by(facts.scenario, facts.items, item)


def _papers_of_whole(reading: Reading, line: ItemLine) -> list[RequirementLine]:
    """Papers of the joint item that a part belongs to: a part has none of its own."""
    whole = reading.page.item(line.part_of) if line.part_of else None
    return [paper for paper in whole.requirements if not paper.system_held] if whole else []


def _next_phase(reading: Reading, item: str) -> Text | None:
    """The phase that has to be applied for after a permit of one phase."""
    declared = reading.facts.definition(item).next_phase
    return item_name(reading.facts.scenario, declared.item) if declared else None


def _lines(reading: Reading, item: str) -> list[ItemLine]:
    """The lines that a joint application, its survey or its reply is for."""
    found = lines_of(reading.facts.scenario, reading.facts.items, item)
    lines = (reading.page.item(code) for code in found)
    return [one for one in lines if one is not None and one.line is not None]


def _application(reading: Reading, item: str) -> ItemLine | None:
    """The joint application that a line, the survey or the reply is for: what was filled in for all."""
    scenario = reading.facts.scenario
    concerned = scenario.item[item].utility is not None
    if not concerned and not lines_of(scenario, reading.facts.items, item):
        return None
    code = application_of(scenario, item)
    return reading.page.item(code) if code is not None and code != item else None


def _in_order(found: tuple[Possibility, ...], order: tuple[str, ...]) -> list[Possibility]:
    by_act = {possibility.act: possibility for possibility in found}
    return [by_act[name] for name in order if name in by_act]


def _explained(portal: Portal, reading: Reading, item: str, reader: Viewer) -> list[ClockWhy]:
    """Every clock of the current round: the one that counts now (or counted last) comes first."""
    facts = reading.facts.items[item]
    main = decision_clock(reading.clocks, facts)
    first = (main.kind, main.subject) if main is not None else None
    found = why_of(portal.database, reading, item, reader.translate).clocks
    own = [one for one in found if one.clock.round == facts.round]
    return sorted(own, key=lambda one: (one.clock.kind, one.clock.subject) != first)


def _commitment(events: Sequence[EventLine]) -> dict[str, object] | None:
    """The commitment of the last application, as the log keeps it."""
    last = next((e.data for e in events if e.kind == "ApplicationSubmitted"), {})
    kept = last.get("commitment")
    return {**kept, "signed_at": datetime.fromisoformat(kept["signed_at"])} if kept else None


def _before_correction(
    reading: Reading, line: ItemLine, events: Sequence[EventLine]
) -> dict[str, FieldLine]:
    """The fields that were corrected, as they were before, until the application is accepted."""
    item, definition = reading.facts.items[line.code], reading.facts.definition(line.code)
    named = named_fields(definition, item) if item.state is ItemState.RECEIVED else ()
    last = next((e.data for e in events if e.kind == "CorrectionSupplied"), {})
    lines = field_lines(definition, last.get("before", {}))
    return {one.key: one for one in lines if one.key in named}


def _receivers(reading: Reading, item: str) -> list[tuple[str, object]]:
    """Departments that the application may be referred to, by name."""
    facts = reading.facts
    found = referable(facts, item, reading.context)
    return [(key, department_name(facts.scenario, key)) for key in found]


def _to_defer(reading: Reading, item: str) -> list[tuple[str, object]]:
    """Papers of an item that may follow later and are not there yet."""
    facts = reading.facts
    return [
        (key, material_name(facts.scenario, key))
        for key in deferrable(facts.definition(item))
        if not provided(facts.materials, key)
    ]


def _by_commitment(reading: Reading, item: str) -> list[object]:
    """Papers of an item that the signed commitment takes the place of."""
    facts = reading.facts
    return [
        material_name(facts.scenario, requirement.material)
        for requirement in facts.definition(item).materials
        if requirement.material_class is MaterialClass.COMMITMENT
    ]
