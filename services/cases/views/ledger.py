"""Lists of projects with their lights, what each waits for and what falls due: two queries a page."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, text

from models.cases.states import ItemState, ProjectState
from models.people.actor import Actor
from models.scenarios.definition import ScenarioDefinition
from rules.cases.progress import WaitsFor, waits_for
from rules.scenarios.own_scenario import own_scenario
from services.cases.views.lists import project_order
from services.cases.views.lists.project_order import Place, Which
from services.cases.views.lists.project_query import ProjectQuery, which_projects
from services.cases.views.parts import lights
from services.cases.views.values.lists import ProjectList, ProjectRow, WaitingItem
from services.scenarios.published import definition
from services.unit_of_work import Database
from services.wording.names import department_name

#: States of items that someone has to act on.
_ACTIVE = [state.value for state in ItemState if waits_for(state) not in
           (WaitsFor.NOBODY, WaitsFor.PREREQUISITE)]  # fmt: skip


def projects(
    database: Database, query: ProjectQuery, when: date | datetime, *, viewer: Actor
) -> ProjectList:
    """One page of projects, the worst light first, then what turns red first.

    ``viewer`` limits the list to what that person may see; ``SYSTEM`` sees the whole ledger. Raises
    ``BadCursor`` for an ``after`` that no page answered.
    """
    with database.reading() as connection:
        return projects_in(connection, query, when, viewer=viewer)


def projects_in(
    connection: Connection,
    query: ProjectQuery,
    when: date | datetime,
    *,
    viewer: Actor,
    counted: bool = True,
) -> ProjectList:
    """The same in a transaction of the caller; uncounted, its total is that of the page."""
    which, values = which_projects(query, viewer)
    place = Place.read(query.after) if query.after else None
    ordered, asked = project_order.page(which, place)
    # One more than are shown tells whether the list goes on.
    values |= {**asked, **lights.at(when), "limit": query.page_size + 1}
    values["offset"] = 0 if place else (query.page - 1) * query.page_size
    answered = connection.execute(text(_PAGE.format(ordered=ordered)), values).all()
    rows = answered[: query.page_size]
    waiting = _waiting(connection, rows, when)
    shown = tuple(_row(connection, row, waiting[row.id]) for row in rows)
    more = counted and len(answered) > len(rows)
    total = _total(connection, which, values, None if more else len(rows)) if counted else len(rows)
    last = rows[-1] if len(answered) > len(rows) else None
    follows = Place(last.band, last.day, last.tie).written() if last else None
    return ProjectList(total, query.page, query.page_size, shown, follows)


def _total(connection: Connection, which: Which, values: dict[str, Any], shown: int | None) -> int:
    """How many there are, ``COUNTED`` of :mod:`services.paging` at most; a first page that is the last has them all."""
    if shown is not None and values["offset"] == 0 and "after_band" not in values:
        return shown
    return int(connection.execute(text(project_order.count(which)), values).scalar_one())


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


_PAGE = (
    "SELECT s.band, s.day, s.tie, p.id, p.code, p.title, p.state, p.enterprise, e.name AS"  # noqa: S608
    " enterprise_name, p.steward, a.name AS steward_name, p.scenario_id, p.attributes,"
    f" p.registered_on, p.completed_on, {lights.OF_PROJECT} AS rank, p.next_due_on AS due_on,"
    " n.done, n.total FROM ({ordered}) s JOIN project p ON p.id = s.id"
    " JOIN enterprise e ON e.credit_code = p.enterprise"
    " LEFT JOIN account a ON a.login = p.steward CROSS JOIN LATERAL ("
    "SELECT count(*) FILTER (WHERE i.state IN ('granted', 'concluded')) AS done,"
    " count(*) FILTER (WHERE i.state <> 'not_required') AS total"
    " FROM item i WHERE i.project_id = p.id) n ORDER BY s.band, s.day, s.tie"
)
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
