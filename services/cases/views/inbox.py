"""An officer's inbox: what waits for a department, sorted by what falls due. One query.

The head of a department finds the supervision letters there that are to be answered, the leader those
whose answer has not come.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, text

from models.cases.states import ItemState
from models.people.actor import Actor
from models.scenarios.item import ItemDefinition
from rules.cases.context import Context
from rules.cases.instruments.site_visit import JOINT_VISIT
from rules.clock.calendar import WorkingCalendar
from services.cases.views.lists.waiting import EVERYTHING, Among, Waiting, shelf_of
from services.cases.views.parts import lights
from services.cases.views.values.inbox import Inbox, InboxRow
from services.installation.policy import context_for
from services.scenarios.published import naming
from services.unit_of_work import Database
from services.wording.names import department_name, item_name

PAGE_SIZE = 50
#: The number beside the menu is no more than this: `99+`.
BADGE = 100

#: What is asked of an officer in each state.
TASKS: Mapping[ItemState, str] = {
    ItemState.RECEIVED: "accept",
    ItemState.ACCEPTED: "decide",
    ItemState.PRELIMINARY: "decide",
    ItemState.SUSPENDED: "procedure",
    ItemState.CONDITIONALLY_GRANTED: "deliver",
    ItemState.GRANTED: "deliver",
}


def inbox(
    database: Database, actor: Actor, now: datetime, *, page: int = 1, after: str | None = None
) -> Inbox:
    """What waits for an officer's department; for the window: every application to be accepted; for
    the leader: answers to supervision letters; for the head of the people's government: extensions
    that are asked for. Empty for everyone else. It goes on after the ``next`` of a page; raises
    ``BadCursor`` for an ``after`` that no page answered.
    """
    with database.reading() as connection:
        return inbox_in(connection, actor, now, page=page, after=after)


def inbox_in(
    connection: Connection,
    actor: Actor,
    now: datetime,
    *,
    page: int = 1,
    after: str | None = None,
    among: Among = EVERYTHING,
    page_size: int = PAGE_SIZE,
    counted: bool = True,
) -> Inbox:
    """The same in a transaction of the caller, of some projects; uncounted, its total is that of the page."""
    shelf = shelf_of(actor)
    if shelf is None:
        return Inbox(0, page, page_size, ())
    shelf = shelf.only(among)
    place = Waiting.read(after) if after else None
    values = shelf.values | {**lights.at(now), "limit": page_size + 1, "offset": 0}
    if place is None:
        values["offset"] = (page - 1) * page_size
    else:
        values |= place.values()
    query = _INBOX.format(waiting=shelf.page(place is not None))
    answered = connection.execute(text(query), values).all()
    rows = answered[:page_size]
    context = context_for(actor, now)
    shown = tuple(_row(connection, row, context) for row in rows)
    more = len(answered) > len(rows)
    total = len(rows)
    if counted and (more or place is not None or page > 1):
        total = int(connection.execute(text(shelf.count()), shelf.values).scalar_one())
    follows = Waiting.of(rows[-1]).written() if more else None
    return Inbox(total, page, page_size, shown, follows)


def size_query(actor: Actor) -> tuple[str, dict[str, Any]]:
    """How many things wait for an officer, :data:`BADGE` at most, as SQL with its parameters: the number
    beside the menu.
    """
    shelf = shelf_of(actor)
    return ("SELECT 0", {}) if shelf is None else (shelf.count(BADGE), shelf.values)


def _row(connection: Connection, row: Row[Any], context: Context) -> InboxRow:
    department = row.late_department or row.department
    scenario = naming(connection, row.scenario_id, (department,))
    state = ItemState(row.state)
    to_verify = tuple(row.to_verify)
    return InboxRow(
        project=row.project,
        project_title=row.title,
        enterprise_name=row.enterprise_name,
        item=row.code,
        item_name=item_name(scenario, row.code),
        department=department,
        department_name=department_name(scenario, department),
        state=state,
        task=_task(row, state, scenario.item.get(row.code)),
        handler=row.handler,
        round=row.round,
        since=row.letter_on or row.accepted_on or row.received_on,
        due_on=row.until,
        statutory_due_on=None if row.asked or row.letter else row.statutory_due_on,
        remaining_working_days=_remaining(context.calendar, context.today, row.until),
        visit_on=None if row.visit_held else row.visit_on,
        light=lights.by_rank(row.rank),
        materials=to_verify,
    )


#: Column that tells of it → what is asked for, the most pressing first.
_PRESSING: Mapping[str, str] = {
    "extension_asked": "extend",
    "letter": "reply",
    "appealed": "appeal",
    "asked": "consult",
    "held": "await_basis",
    "re_examination": "re_examine",
    "reported": "confirm",
    "to_verify": "verify",
    "to_connect": "connect",
    "supervised": "supervise",
    "untold": "tell_result",
    "uncoded": "pre_check",
    "checked": "check_commitment",
}


def _task(row: Row[Any], state: ItemState, item: ItemDefinition | None) -> str:
    """What is asked for: the most pressing of what an item may wait for."""
    pressing = (task for column, task in _PRESSING.items() if getattr(row, column))
    task = next(pressing, None) or _on_site(row, state, item) or TASKS.get(state, "lead")
    return "answer" if task == "decide" and item is not None and item.utility else task


def _on_site(row: Row[Any], state: ItemState, item: ItemDefinition | None) -> str | None:
    """The visit that a joint item needs before it is decided: set its day, then hold it."""
    examined = state in (ItemState.ACCEPTED, ItemState.SUSPENDED)
    if item is None or item.site_visit is None or not examined or row.visit_held:
        return None
    return "schedule_visit" if row.visit_on is None else "hold_visit"


def _remaining(calendar: WorkingCalendar, today: date, due_on: date | None) -> int | None:
    if due_on is None:
        return None
    if due_on < today:
        return -calendar.working_days_between(due_on, today)
    return calendar.working_days_between(today, due_on)


_SUBMITTED = (
    "SELECT d.material FROM deficiency d WHERE d.project_id = i.project_id AND d.item = i.code"
    " AND d.round = i.round AND d.state = 'submitted' ORDER BY d.material"
)
#: What the department has to do about a commitment, or a revocation.
_TO_CHECK = "('due', 'under_check', 'suspected', 'told', 'rectify', 'revoke_proposed')"
_APPEALED = (
    "SELECT FROM voiding v WHERE v.project_id = i.project_id AND v.item = i.code"
    " AND v.state = 'appealed'"
)
_REPORTED = (
    "SELECT FROM rectification r WHERE r.project_id = i.project_id AND r.item = i.code"
    " AND r.round = i.round AND r.reported_on IS NOT NULL AND r.confirmed_on IS NULL"
    " AND i.state = 'accepted'"
)
_SUPERVISED = (
    "SELECT FROM supervision_task t WHERE t.project_id = i.project_id AND t.item = i.code"
    " AND t.state = 'open' AND t.kind NOT IN ('inspection', 'letter')"
    " AND i.state NOT IN ('received', 'accepted', 'suspended', 'preliminary')"
)
_TO_CONNECT = (
    "SELECT FROM utility_line l WHERE l.project_id = i.project_id AND l.item = i.code"
    " AND l.connect_from IS NOT NULL AND l.connected_on IS NULL"
)
#: What another department asks of this one; its own last day is the one that matters here.
_ASKED = (
    "SELECT FROM consultation q WHERE q.project_id = i.project_id AND q.item = i.code"
    " AND q.round = i.round AND q.state = 'asked' AND q.department = :department"
)
_ASKED_UNTIL = (
    "SELECT k.due_on FROM clock k WHERE k.project_id = i.project_id AND k.item = i.code"
    " AND k.round = i.round AND k.kind = 'consultation' AND k.subject = :department"
    " AND k.state = 'running'"
)
_CHECKED = (
    "SELECT FROM commitment m WHERE m.project_id = i.project_id AND m.item = i.code"
    f" AND m.round = i.round AND m.state IN {_TO_CHECK}"
    " AND i.state IN ('granted', 'conditionally_granted')"
)
#: Decided, and nobody of the enterprise reads it in the portal.
_UNTOLD = (
    "SELECT FROM clock u WHERE u.project_id = i.project_id AND u.item = i.code AND u.round = i.round"
    " AND u.kind = 'result_notice' AND u.state = 'running'"
)
_UNCODED = (
    "SELECT FROM clock u WHERE u.project_id = i.project_id AND u.item = i.code"
    " AND u.kind = 'pre_check' AND u.state = 'running'"
)
#: Under examination, and held without a special procedure: what it builds on does not stand.
_HELD = (
    "SELECT FROM clock h WHERE h.project_id = i.project_id AND h.item = i.code AND h.round = i.round"
    " AND h.kind = 'decision' AND h.state = 'suspended' AND i.state = 'accepted'"
)
#: The letter that is to be answered first, for whoever answers it or waits for the answer.
_LETTER = (
    "SELECT t.due_on, t.opened_on, t.department FROM supervision_task t WHERE :letters"
    " AND t.project_id = i.project_id AND t.item = i.code AND t.kind = 'letter' AND t.state = 'open'"
    " AND (CAST(:department AS text) IS NULL OR t.department = :department)"
    " ORDER BY t.due_on LIMIT 1"
)
#: ``OFFSET 0``: looked up for each row of the page; else the database may read all there are beforehand.
_INBOX = (
    "SELECT p.code AS project, p.title, p.scenario_id, e.name AS enterprise_name, i.code,"  # noqa: S608
    " i.department, i.state, i.handler, i.round, i.received_on, i.accepted_on, i.re_examination,"
    f" greatest(k.rank, CASE WHEN t.due_on < :today THEN {lights.RED}"
    f" WHEN t.due_on IS NOT NULL THEN {lights.YELLOW} END) AS rank,"
    " coalesce(t.due_on, q.asked_until, k.due_on) AS until, k.statutory_due_on,"
    " t.due_on IS NOT NULL AS letter, t.opened_on AS letter_on, t.department AS late_department,"
    f" ARRAY({_SUBMITTED}) AS to_verify,"
    f" EXISTS ({_APPEALED} OFFSET 0) AS appealed, EXISTS ({_REPORTED} OFFSET 0) AS reported,"
    f" EXISTS ({_ASKED} OFFSET 0) AS asked, EXISTS ({_HELD} OFFSET 0) AS held, :extends AS extension_asked,"
    f" EXISTS ({_CHECKED} OFFSET 0) AS checked, EXISTS ({_UNTOLD} OFFSET 0) AS untold,"
    f" EXISTS ({_UNCODED} OFFSET 0) AS uncoded,"
    f" EXISTS ({_SUPERVISED} OFFSET 0) AS supervised, EXISTS ({_TO_CONNECT} OFFSET 0) AS to_connect,"
    " v.scheduled_for AS visit_on, v.held_on IS NOT NULL AS visit_held,"
    " w.project_id, w.band, w.until AS waits_until"
    " FROM ({waiting}) w JOIN item i ON i.project_id = w.project_id AND i.code = w.code"
    " JOIN project p ON p.id = i.project_id AND p.state = 'active'"
    " JOIN enterprise e ON e.credit_code = p.enterprise"
    f" CROSS JOIN LATERAL ({lights.OF_ITEM}) k"
    f" CROSS JOIN LATERAL (SELECT ({_ASKED_UNTIL}) AS asked_until) q"
    f" LEFT JOIN site_visit v ON v.project_id = i.project_id AND v.item = i.code"
    f" AND v.round = i.round AND v.number = {JOINT_VISIT}"
    f" LEFT JOIN LATERAL ({_LETTER}) t ON true"
    " ORDER BY w.band, w.until, w.project_id, w.code"
)
