"""Lists of projects with their lights, what each waits for and what falls due: two queries a page."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Connection, Row, text

from models.cases.states import ItemState, Light, ProjectState
from models.people.actor import Actor
from models.scenarios.definition import ScenarioDefinition
from rules.cases.progress import WaitsFor, waits_for
from rules.clock.lights import day_of
from rules.scenarios.own_scenario import own_scenario
from services.cases.views.parts import lights
from services.cases.views.values.lists import DeskSummary, ProjectList, ProjectRow, WaitingItem
from services.people.visibility import scope
from services.scenarios.published import definition
from services.unit_of_work import Database
from services.wording.names import department_name

PAGE_SIZE = 30
#: In place of a login: projects that no steward on duty has.
NOBODY = "-"
_WITHOUT_STEWARD = (
    "NOT EXISTS (SELECT FROM account o WHERE o.login = p.steward AND o.active"
    " AND o.role = 'project_steward')"
)
_RANKS = {Light.RED: lights.RED, Light.YELLOW: lights.YELLOW, Light.GREEN: 0}

#: States of items that someone has to act on.
_ACTIVE = [state.value for state in ItemState if waits_for(state) not in
           (WaitsFor.NOBODY, WaitsFor.PREREQUISITE)]  # fmt: skip


class ProjectQuery(BaseModel):
    """Which projects, and which page of them."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    steward: Annotated[
        str | None, Field(description="Login of the steward; `-`: projects without one on duty.")
    ] = None
    enterprise: Annotated[str | None, Field(description="Unified social credit code.")] = None
    level: Annotated[Light | None, Field(description="Traffic light.")] = None
    state: Annotated[ProjectState | None, Field(description="Default: every state.")] = None
    text: Annotated[
        str | None, Field(max_length=100, description="Part of the title, code or enterprise.")
    ] = None
    page: Annotated[int, Field(ge=1, le=100_000)] = 1
    page_size: Annotated[int, Field(ge=1, le=500)] = PAGE_SIZE


def projects(
    database: Database, query: ProjectQuery, when: date | datetime, *, viewer: Actor
) -> ProjectList:
    """One page of projects, the worst light first, then what falls due first.

    ``viewer`` limits the list to what that person may see; ``SYSTEM`` sees the whole ledger.
    """
    conditions, values = _conditions(query, viewer)
    values |= lights.at(when)
    values |= {
        "limit": query.page_size,
        "offset": (query.page - 1) * query.page_size,
    }
    with database.reading() as connection:
        rows = connection.execute(text(_PAGE.format(where=conditions)), values).all()
        waiting = _waiting(connection, rows, when)
        shown = tuple(_row(connection, row, waiting[row.id]) for row in rows)
        total = rows[0].found if rows else _count(connection, conditions, values)
    return ProjectList(total, query.page, query.page_size, shown)


def desk(database: Database, when: date | datetime, *, viewer: Actor) -> DeskSummary:
    """The open projects that someone may see, counted by light and by whom they wait for."""
    conditions, values = scope(viewer)
    values |= {**lights.at(when), "week": day_of(when) + timedelta(days=7)}
    with database.reading() as connection:
        row = connection.execute(text(_DESK.format(where=conditions)), values).one()
    return DeskSummary(*(int(value) for value in row))


def _conditions(query: ProjectQuery, viewer: Actor) -> tuple[str, dict[str, Any]]:
    visible, values = scope(viewer)
    parts = [visible]
    for name in ("steward", "enterprise"):
        if name == "steward" and query.steward == NOBODY:
            parts.append(_WITHOUT_STEWARD)
        elif getattr(query, name) is not None:
            parts.append(f"p.{name} = :{name}")
            values[name] = getattr(query, name)
    if query.state is not None:
        parts.append("p.state = :state")
        values["state"] = query.state.value
    if query.level is not None:
        parts.append("p.state = 'active' AND k.rank = :rank")
        values["rank"] = _RANKS[query.level]
    if query.text:
        parts.append("(p.title ILIKE :text OR p.code ILIKE :text OR e.name ILIKE :text)")
        values["text"] = f"%{_escaped(query.text)}%"
    return " AND ".join(parts), values


def _escaped(words: str) -> str:
    return words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _count(connection: Connection, conditions: str, values: dict[str, Any]) -> int:
    """How many there are when the page asked for lies behind the last one."""
    if values["offset"] == 0:
        return 0
    return int(connection.execute(text(_COUNT.format(where=conditions)), values).scalar_one())


def _waiting(
    connection: Connection, rows: Sequence[Row[Any]], when: date | datetime
) -> dict[int, list[WaitingItem]]:
    """What each project of a page waits for, most urgent first."""
    waiting: dict[int, list[WaitingItem]] = defaultdict(list)
    scenario_ids = {row.id: row.scenario_id for row in rows if row.state == "active"}
    if not scenario_ids:
        return waiting
    values = {"ids": list(scenario_ids), "active": _ACTIVE, **lights.at(when)}
    for row in connection.execute(_WAITING, values):
        scenario = definition(connection, scenario_ids[row.project_id])
        waiting[row.project_id].append(_waiting_item(scenario, row))
    return waiting


def _waiting_item(scenario: ScenarioDefinition, row: Row[Any]) -> WaitingItem:
    item, state = scenario.item[row.code], ItemState(row.state)
    return WaitingItem(
        code=row.code,
        name=item.name,
        stage=row.stage,
        state=state,
        waits_for=_party(state, row),
        department=row.department,
        department_name=department_name(scenario, row.department),
        due_on=row.due_on,
        light=lights.by_rank(row.rank),
        to_deliver=state is ItemState.GRANTED and not row.re_examined,
    )


def _party(state: ItemState, row: Row[Any]) -> WaitsFor:
    """Whom an item waits for; what was handed in later or has to be delivered is the department's."""
    if row.to_verify or row.re_examined or row.appealed or row.due_again:
        return WaitsFor.DEPARTMENT
    if state is ItemState.GRANTED:
        return WaitsFor.DEPARTMENT if row.document_issued else WaitsFor.SYSTEM
    return waits_for(state)


def _row(connection: Connection, row: Row[Any], waiting: list[WaitingItem]) -> ProjectRow:
    scenario = own_scenario(definition(connection, row.scenario_id), row.attributes)
    return ProjectRow(
        code=row.code,
        title=row.title,
        state=ProjectState(row.state),
        light=lights.by_rank(row.rank),
        enterprise=row.enterprise,
        enterprise_name=row.enterprise_name,
        steward=row.steward,
        steward_name=row.steward_name,
        scenario=scenario.key,
        scenario_name=scenario.name,
        stage_name=_stage_name(scenario, waiting),
        registered_on=row.registered_on,
        completed_on=row.completed_on,
        next_due_on=row.due_on,
        items_done=row.done,
        items_total=row.total,
        waiting=tuple(waiting),
    )


def _stage_name(scenario: ScenarioDefinition, waiting: Iterable[WaitingItem]) -> Any:
    """The earliest stage in which something is undecided."""
    active = {item.stage for item in waiting if not item.to_deliver}
    return next((stage.name for stage in scenario.stages if stage.key in active), None)


_FROM = (
    "FROM project p JOIN enterprise e ON e.credit_code = p.enterprise"
    " LEFT JOIN account a ON a.login = p.steward"
    f" CROSS JOIN LATERAL ({lights.OF_PROJECT}) k WHERE {{where}}"
)
_PAGE = (
    "WITH shown AS (SELECT p.id, p.code, p.title, p.state, p.enterprise, e.name AS"  # noqa: S608
    " enterprise_name, p.steward, a.name AS steward_name, p.scenario_id, p.attributes,"
    " p.registered_on, p.completed_on, k.rank, k.due_on, count(*) OVER () AS found"
    f" {_FROM} ORDER BY (p.state = 'active') DESC, k.rank DESC, k.due_on NULLS LAST,"
    " p.registered_on DESC, p.id DESC LIMIT :limit OFFSET :offset)"
    " SELECT s.*, n.done, n.total FROM shown s CROSS JOIN LATERAL ("
    "SELECT count(*) FILTER (WHERE i.state IN ('granted', 'concluded')) AS done,"
    " count(*) FILTER (WHERE i.state <> 'not_required') AS total"
    " FROM item i WHERE i.project_id = s.id) n"
    " ORDER BY (s.state = 'active') DESC, s.rank DESC, s.due_on NULLS LAST,"
    " s.registered_on DESC, s.id DESC"
)
_COUNT = f"SELECT count(*) {_FROM}"
#: As :func:`rules.cases.instruments.preliminary.due_again`: the limit to decide runs then.
_DUE_AGAIN = (
    "(i.state = 'preliminary' AND EXISTS (SELECT FROM clock d WHERE d.project_id = i.project_id"
    " AND d.item = i.code AND d.round = i.round AND d.kind = 'decision' AND d.state = 'running'))"
)
_WAITING = text(
    "SELECT i.project_id, i.code, i.stage, i.department, i.state, i.document_issued,"  # noqa: S608
    " k.rank, k.due_on, d.to_verify, cardinality(i.re_examination) > 0 AS re_examined,"
    " EXISTS (SELECT FROM voiding v WHERE v.project_id = i.project_id AND v.item = i.code"
    f" AND v.state = 'appealed') AS appealed, {_DUE_AGAIN} AS due_again"
    f" FROM item i CROSS JOIN LATERAL ({lights.OF_ITEM}) k CROSS JOIN LATERAL ("
    "SELECT coalesce(bool_and(d.state = 'submitted'), false) AS to_verify FROM deficiency d"
    " WHERE d.project_id = i.project_id AND d.item = i.code AND d.round = i.round"
    " AND d.state IN ('open', 'submitted')) d"
    " WHERE i.project_id = ANY(:ids)"
    # A granted item still waits while its document has to be delivered.
    " AND (i.state = ANY(:active) OR i.state = 'granted' AND k.due_on IS NOT NULL"
    " OR cardinality(i.re_examination) > 0)"
    " ORDER BY i.project_id, (i.state = 'granted'), k.rank DESC, k.due_on NULLS LAST, i.code"
)
_APPLICANT_ACTS = [state.value for state in ItemState if waits_for(state) is WaitsFor.APPLICANT]
_DEPARTMENT_ACTS = [state.value for state in ItemState if waits_for(state) is WaitsFor.DEPARTMENT]
_DESK = (
    "SELECT count(*) FILTER (WHERE k.rank = 2), count(*) FILTER (WHERE k.rank = 1),"  # noqa: S608
    " count(*) FILTER (WHERE k.rank = 0), count(*) FILTER (WHERE n.applicant),"
    " count(*) FILTER (WHERE n.department),"
    " count(*) FILTER (WHERE k.due_on BETWEEN :today AND :week),"
    f" count(*) FILTER (WHERE {_WITHOUT_STEWARD})"
    f" FROM project p CROSS JOIN LATERAL ({lights.OF_PROJECT}) k CROSS JOIN LATERAL ("
    f"SELECT coalesce(bool_or(i.state IN {tuple(_APPLICANT_ACTS)}"
    f" AND NOT {_DUE_AGAIN}), false) AS applicant,"
    f" coalesce(bool_or(i.state IN {tuple(_DEPARTMENT_ACTS)} OR {_DUE_AGAIN}), false) AS department"
    " FROM item i WHERE i.project_id = p.id) n WHERE p.state = 'active' AND {where}"
)
