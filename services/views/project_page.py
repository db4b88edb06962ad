"""Everything about one project: its facts, clocks, documents and log, in seven queries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, Row, TextClause, text

from models.actor import SYSTEM, Actor
from models.credit import CreditEntry
from models.definition import ItemMode, MaterialDefinition, StageKind, Text
from models.facts import ClockFacts, ProjectFacts
from models.official_document import DocumentCategory
from models.states import DeficiencyState, DocumentState, ItemState, Light, MaterialState
from models.supervision import SupervisionKind
from rules import planning
from rules.context import Context
from rules.own_scenario import merged_stages
from rules.promise import counted_path, stage_days
from services import credit
from services.calendars.versions import on_calendar
from services.policy import context_for
from services.rows import mappings
from services.store import StoredProject, load
from services.unit_of_work import Database
from services.views import lights
from services.views.architect_lines import architect_line
from services.views.bundle_lines import bundle_lines
from services.views.consultation_lines import consultation_lines
from services.views.exempt_lines import exempt_lines
from services.views.form_lines import FieldLine, field_lines
from services.views.item_lines import clock_line, item_line
from services.views.joint_lines import rectification_lines, site_visit_lines
from services.views.supervision import supervision_lines
from services.views.values.items import ClockLine, MergeLine, StageLine
from services.views.values.project import ProjectPage
from services.views.values.records import (
    CountedTime,
    DeficiencyLine,
    DocumentLine,
    EventLine,
    MaterialLine,
    VoidingLine,
)
from services.views.visibility import check_may_see, may_read_letter
from services.wording.names import department_name, item_name, material_name

EVENT_LIMIT = 500
#: What a warning keeps of the letter that it put down.
_OF_LETTERS = frozenset({"supervision", "reply_by"})
#: States in which an item asks the applicant for papers.
ASKING = frozenset({ItemState.OPEN, ItemState.CORRECTING})


@dataclass(frozen=True, slots=True)
class Reading:
    """A project as it was read: its facts beside what is shown of it."""

    facts: ProjectFacts
    context: Context
    clocks: tuple[ClockFacts, ...]
    """Every clock of every round, the stopped ones too."""
    page: ProjectPage
    standing: tuple[CreditEntry, ...]
    """What counts against the enterprise today."""


def project_page(
    database: Database, project: int | str, now: datetime, *, viewer: Actor | None = None
) -> ProjectPage:
    """One project as it stands; refused to a ``viewer`` whose business it is not."""
    return read_project(database, project, now, viewer=viewer).page


def read_project(
    database: Database, project: int | str, now: datetime, *, viewer: Actor | None = None
) -> Reading:
    """The same with the facts, for whoever goes on to ask what may be done."""
    context = context_for(viewer or SYSTEM, now)
    with database.reading() as connection:
        stored = load(connection, project)
        if viewer is not None:
            check_may_see(viewer, stored.facts)
        context = on_calendar(connection, context, stored.calendar)
        values = {"id": stored.facts.id}
        clocks = _clocks(connection, stored.facts.id)
        documents = [
            row
            for row in connection.execute(_DOCUMENTS, values)
            if row.to_department is None
            or viewer is None
            or may_read_letter(viewer, row.to_department)
        ]
        events = connection.execute(_EVENTS, values | {"limit": EVENT_LIMIT}).all()
        names = _names(connection, stored.facts, events)
        standing = credit.standing(connection, stored.facts.enterprise)
    page = _page(stored, clocks, documents, events, names, context)
    if viewer is not None:
        page = _readable(page, viewer)
    counting = tuple(entry for entry in standing if entry.counts(context.today))
    return Reading(stored.facts, context, clocks, page, counting)


def _page(
    stored: StoredProject,
    clocks: tuple[ClockFacts, ...],
    documents: Sequence[Row[Any]],
    events: Sequence[Row[Any]],
    names: Mapping[str, str],
    context: Context,
) -> ProjectPage:
    facts, scenario = stored.facts, stored.facts.scenario
    clock_lines = [clock_line(clock, context) for clock in clocks]
    open_lights = [lights.light_of(clock, context.today) for clock in facts.clocks.values()]
    due = [clock.due_on for clock in facts.clocks.values() if clock.due_on]
    return ProjectPage(
        code=facts.code,
        title=facts.title,
        state=facts.state,
        light=lights.worst(open_lights),
        region=facts.region,
        enterprise=facts.enterprise,
        enterprise_name=names.get(f"enterprise:{facts.enterprise}", facts.enterprise),
        steward=facts.steward,
        steward_name=names.get(facts.steward or ""),
        scenario=scenario.key,
        scenario_version=scenario.version,
        scenario_name=scenario.name,
        promise_days=scenario.promise.days if scenario.promise else None,
        counted=_counted(facts, clocks, context),
        registered_on=facts.registered_on or context.today,
        completed_on=facts.completed_on,
        on=context.today,
        next_due_on=min(due, default=None),
        attributes=facts.attributes,
        stages=tuple(_stages(facts, clock_lines, names)),
        architect=architect_line(facts),
        exempt=tuple(exempt_lines(facts)),
        materials=tuple(_materials(facts)),
        deficiencies=tuple(_deficiencies(facts, context)),
        voidings=tuple(_voidings(facts)),
        site_visits=tuple(site_visit_lines(facts)),
        supervision=tuple(supervision_lines(facts, context.today)),
        bundles=tuple(bundle_lines(facts)),
        land_sheet=tuple(_land_sheet(facts)),
        rectifications=tuple(rectification_lines(facts)),
        consultations=tuple(consultation_lines(facts)),
        documents=tuple(_document_line(row) for row in documents),
        events=tuple(_event_line(row, names) for row in events),
        flow_run_id=str(stored.flow_run_id) if stored.flow_run_id else None,
    )


def _readable(page: ProjectPage, viewer: Actor) -> ProjectPage:
    """The page without the letters to others, and without the answers to them."""
    hidden = {
        task.number
        for task in page.supervision
        if task.kind is SupervisionKind.LETTER and not may_read_letter(viewer, task.department)
    }
    if not hidden:
        return page
    events = (
        replace(event, data=_without_letter(event.data, hidden))
        for event in page.events
        if event.kind != "SupervisionReplied" or event.data["number"] not in hidden
    )
    shown = tuple(task for task in page.supervision if task.number not in hidden)
    return replace(page, supervision=shown, events=tuple(events))


def _without_letter(data: Mapping[str, Any], hidden: set[int]) -> Mapping[str, Any]:
    """What a warning says, without the letter that it put down."""
    if not data.get("reply_by") or not hidden & {one["number"] for one in data["supervision"]}:
        return data
    return {name: value for name, value in data.items() if name not in _OF_LETTERS}


def _counted(facts: ProjectFacts, clocks: Iterable[ClockFacts], context: Context) -> CountedTime:
    whole = replace(facts, clocks={clock.key: clock for clock in clocks})
    calendar, today, policy = context.calendar, context.today, context.policy
    path = counted_path(whole, calendar, today, policy)
    promise = facts.scenario.promise
    return CountedTime(
        days=path.days,
        promised=promise.days if promise else None,
        path=path.items,
        stages=stage_days(whole, calendar, today, policy),
    )


def _stages(
    facts: ProjectFacts, clocks: list[ClockLine], names: Mapping[str, str]
) -> Iterable[StageLine]:
    merged = merged_stages(facts.scenario, facts.attributes)
    for view in planning.stage_views(facts):
        stage = facts.scenario.stage[view.key]
        yield StageLine(
            key=view.key,
            name=stage.name,
            state=view.state,
            round=view.round,
            lead=stage.lead,
            lead_name=department_name(facts.scenario, stage.lead),
            opened_on=facts.stages[view.key].opened_on,
            items=tuple(item_line(facts, code, clocks, names) for code in view.items),
            merged=tuple(
                MergeLine(one.key, one.name, one.merge_into.basis, one.merge_into.when)
                for one in merged
                if one.merge_into is not None and one.merge_into.stage == view.key
            ),
        )


def _materials(facts: ProjectFacts) -> Iterable[MaterialLine]:
    """Papers that an item of this project asks for, in the order of the scenario."""
    needed = {view_item for view in planning.stage_views(facts) for view_item in view.items}
    for material in facts.scenario.materials:
        items = tuple(
            item.code
            for item in facts.scenario.items
            if item.code in needed and material.key in item.required
        )
        if items or material.key in facts.materials:
            yield _material_line(facts, material, items)


def _material_line(
    facts: ProjectFacts, material: MaterialDefinition, items: tuple[str, ...]
) -> MaterialLine:
    found = facts.materials.get(material.key)
    there = found is not None and found.state is MaterialState.PROVIDED
    asked = any(facts.items[code].state in ASKING for code in items)
    return MaterialLine(
        key=material.key,
        name=material.name,
        state=MaterialState(found.state) if found else None,
        system_held=material.system_held,
        source=found.source if found else None,
        file_name=found.file_name if found else None,
        sha256=found.sha256 if found else None,
        version=found.version if found else 0,
        provided_on=found.provided_on if found else None,
        items=items,
        needed=asked and not there and not material.system_held,
    )


def _deficiencies(facts: ProjectFacts, context: Context) -> Iterable[DeficiencyLine]:
    open_states = (DeficiencyState.OPEN, DeficiencyState.SUBMITTED)
    entries = sorted(facts.deficiencies.values(), key=lambda d: (d.state not in open_states, d.key))
    by_subject = {(c.item, c.round, c.subject): c for c in facts.clocks.values() if c.subject}
    for entry in entries:
        clock = by_subject.get(entry.key)
        light = lights.light_of(clock, context.today) if clock else Light.GREEN
        expired = entry.state is DeficiencyState.EXPIRED
        yield DeficiencyLine(
            item=entry.item,
            item_name=item_name(facts.scenario, entry.item),
            round=entry.round,
            material=entry.material,
            material_name=material_name(facts.scenario, entry.material),
            state=entry.state,
            light=Light.RED if expired else light,
            opened_on=entry.opened_on,
            due_on=entry.due_on,
            submitted_on=entry.submitted_on,
            closed_on=entry.closed_on,
        )


def _voidings(facts: ProjectFacts) -> Iterable[VoidingLine]:
    for voiding in sorted(facts.voidings.values(), key=lambda v: (v.voided_on, v.key)):
        yield VoidingLine(
            item=voiding.item,
            item_name=item_name(facts.scenario, voiding.item),
            round=voiding.round,
            state=voiding.state,
            voided_on=voiding.voided_on,
            appeal_until=voiding.appeal_until,
            reason=voiding.reason,
            because=voiding.because,
            grounds=voiding.grounds,
            closed_on=voiding.closed_on,
        )


def _land_sheet(facts: ProjectFacts) -> Iterable[FieldLine]:
    """The forms of the milestones of land, as far as they were filled in."""
    land = {stage.key for stage in facts.scenario.stages if stage.kind is StageKind.LAND}
    for item in facts.scenario.items:
        if item.stage in land and item.mode is ItemMode.MILESTONE:
            lines = field_lines(item, facts.items[item.code].form)
            yield from (line for line in lines if line.value is not None)


def _document_line(row: Row[Any]) -> DocumentLine:
    return DocumentLine(
        item=row.item,
        kind=row.kind,
        category=DocumentCategory(row.category),
        name=Text(**row.name),
        number=row.number,
        state=DocumentState(row.state),
        conditional=row.conditional,
        issued_on=row.issued_on,
        revoked_on=row.revoked_on,
        revoked_reason=row.revoked_reason,
        revoked_by=row.revoked_by,
        token=row.token,
    )


def _event_line(row: Row[Any], names: Mapping[str, str]) -> EventLine:
    return EventLine(
        row.seq, row.at, row.kind, row.item, row.actor, names.get(row.actor), row.role, row.data
    )


@cache
def _clocks_query() -> tuple[TextClause, Any]:
    found = mappings()["clocks"]
    columns = ", ".join(f't."{column}"' for column in found.columns)
    query = (
        f"SELECT json_agg(json_build_array({columns}) ORDER BY t.started_on, t.kind)"  # noqa: S608
        " FROM clock t WHERE t.project_id = :id"
    )
    return text(query), found


def _clocks(connection: Connection, project_id: int) -> tuple[ClockFacts, ...]:
    query, found = _clocks_query()
    rows = connection.execute(query, {"id": project_id}).scalar_one() or ()
    return tuple(found.decode(row) for row in rows)


def _names(
    connection: Connection, facts: ProjectFacts, events: Sequence[Row[Any]]
) -> dict[str, str]:
    """Names of the people in it by login, and of its enterprise."""
    logins = {row.actor for row in events} | {item.handler for item in facts.items.values()}
    values = {
        "logins": [login for login in logins | {facts.steward} if login],
        "enterprise": facts.enterprise,
    }
    return {row.key: row.name for row in connection.execute(_NAMES, values)}


_DOCUMENTS = text(
    "SELECT item, kind, category, face -> 'name' AS name, number, state, conditional, issued_on,"
    " revoked_on, revoked_reason, revoked_by, token,"
    " CASE WHEN category = 'internal' THEN face ->> 'department' END AS to_department"
    " FROM official_document WHERE project_id = :id"
    " ORDER BY id"
)
_EVENTS = text(
    "SELECT seq, at, kind, item, actor, role, data FROM case_event WHERE project_id = :id"
    " ORDER BY seq DESC LIMIT :limit"
)
_NAMES = text(
    "SELECT login AS key, name FROM account WHERE login = ANY(:logins)"
    " UNION ALL SELECT 'enterprise:' || credit_code, name FROM enterprise"
    " WHERE credit_code = :enterprise"
)
