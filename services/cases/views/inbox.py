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
from models.people.actor import Actor, Role
from models.scenarios.item import ItemDefinition
from rules.cases.context import Context
from rules.cases.instruments.site_visit import JOINT_VISIT
from rules.clock.calendar import WorkingCalendar
from services.cases.views.parts import lights
from services.cases.views.values.inbox import Inbox, InboxRow
from services.installation.policy import context_for
from services.people.visibility import OFFICERS
from services.scenarios.published import definition
from services.unit_of_work import Database
from services.wording.names import department_name, item_name

PAGE_SIZE = 50

#: What is asked of an officer in each state.
TASKS: Mapping[ItemState, str] = {
    ItemState.RECEIVED: "accept",
    ItemState.ACCEPTED: "decide",
    ItemState.PRELIMINARY: "decide",
    ItemState.SUSPENDED: "procedure",
    ItemState.CONDITIONALLY_GRANTED: "deliver",
    ItemState.GRANTED: "deliver",
}


def inbox(database: Database, actor: Actor, now: datetime, *, page: int = 1) -> Inbox:
    """What waits for an officer's department; for the window: every application to be accepted; for
    the leader: answers to supervision letters; for the head of the people's government: extensions
    that are asked for. Empty for everyone else.
    """
    query = _candidates(actor)
    if query is None:
        return Inbox(0, page, PAGE_SIZE, ())
    candidates, values = query
    context = context_for(actor, now)
    values |= {**lights.at(now), "limit": PAGE_SIZE, "offset": (page - 1) * PAGE_SIZE}
    with database.reading() as connection:
        rows = connection.execute(text(_INBOX.format(candidates=candidates)), values).all()
        shown = tuple(_row(connection, row, context) for row in rows)
    total = rows[0].found if rows else 0
    return Inbox(total, page, PAGE_SIZE, shown)


def size_query(actor: Actor) -> tuple[str, dict[str, Any]]:
    """How many things wait for an officer, as SQL with its parameters: the number beside the menu."""
    query = _candidates(actor)
    if query is None:
        return "SELECT 0", {}
    candidates, values = query
    return _SIZE.format(candidates=candidates), values


def _candidates(actor: Actor) -> tuple[str, dict[str, Any]] | None:
    """The query that finds what waits for someone: pairs of project and item."""
    values = {
        "department": actor.department,
        "letters": actor.role in _OF_LETTERS,
        "extends": actor.role is Role.GOVERNMENT_HEAD,
    }
    if actor.role in OFFICERS:
        return _OFFICERS, values
    if actor.role is Role.WINDOW_CLERK:
        return _WINDOWS, values | {"department": None}
    if actor.role is Role.LEADER:
        return _LETTERS, values | {"department": None}
    if actor.role is Role.GOVERNMENT_HEAD:
        return _EXTENSIONS, values | {"department": None}
    return None


def _row(connection: Connection, row: Row[Any], context: Context) -> InboxRow:
    scenario = definition(connection, row.scenario_id)
    state = ItemState(row.state)
    to_verify = tuple(row.to_verify)
    return InboxRow(
        project=row.project,
        project_title=row.title,
        enterprise_name=row.enterprise_name,
        item=row.code,
        item_name=item_name(scenario, row.code),
        department=row.late_department or row.department,
        department_name=department_name(scenario, row.late_department or row.department),
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


#: Who answers supervision letters, and who waits for the answers.
_OF_LETTERS = frozenset({Role.DEPARTMENT_HEAD, Role.LEADER})
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
#: Projects without a code, at the item with which they begin.
_PRE_CHECKED = (
    "SELECT i.project_id, i.code FROM clock c JOIN item i ON i.project_id = c.project_id"
    " AND i.code = c.item WHERE c.kind = 'pre_check' AND c.state = 'running'"
)
#: Each part leans on an index of its own: what the department holds and has not decided, documents
#: that have to reach the applicant, what follows from a voided approval, and a utility's lines.
_OFFICERS = f"""
SELECT i.project_id, i.code FROM item i WHERE i.department = :department
AND i.state IN ('received', 'accepted', 'suspended', 'preliminary', 'conditionally_granted')
AND (i.state <> 'conditionally_granted' OR EXISTS ({_SUBMITTED}))
UNION SELECT i.project_id, i.code FROM clock c JOIN item i ON i.project_id = c.project_id
AND i.code = c.item AND i.round = c.round AND i.document_issued AND i.department = :department
WHERE c.kind = 'delivery' AND c.state = 'running'
UNION SELECT i.project_id, i.code FROM clock c JOIN item i ON i.project_id = c.project_id
AND i.code = c.item AND i.round = c.round AND i.department = :department
WHERE c.kind = 'result_notice' AND c.state = 'running'
UNION {_PRE_CHECKED} AND i.department = :department
UNION SELECT i.project_id, i.code FROM voiding v JOIN item i ON i.project_id = v.project_id
AND i.department = :department AND cardinality(i.re_examination) > 0
UNION SELECT v.project_id, v.item FROM voiding v JOIN item i ON i.project_id = v.project_id
AND i.code = v.item AND i.department = :department WHERE v.state = 'appealed'
UNION SELECT m.project_id, m.item FROM commitment m JOIN item i ON i.project_id = m.project_id
AND i.code = m.item AND i.round = m.round AND i.department = :department WHERE m.state IN {_TO_CHECK}
UNION SELECT q.project_id, q.item FROM consultation q
WHERE q.state = 'asked' AND q.department = :department
UNION SELECT t.project_id, t.item FROM supervision_task t
WHERE t.state = 'open' AND t.department = :department AND t.kind NOT IN ('inspection', 'letter')
UNION SELECT t.project_id, t.item FROM supervision_task t
WHERE :letters AND t.state = 'open' AND t.department = :department AND t.kind = 'letter'
UNION SELECT l.project_id, l.item FROM utility_line l WHERE l.department = :department
AND l.lead_on IS NOT NULL AND l.answered_on IS NULL AND l.acknowledged_on IS NULL
UNION SELECT l.project_id, l.item FROM utility_line l WHERE l.department = :department
AND l.connect_from IS NOT NULL AND l.connected_on IS NULL
"""  # noqa: S608 - put together from constants
_LETTERS = (
    "SELECT DISTINCT t.project_id, t.item AS code FROM supervision_task t"
    " WHERE t.kind = 'letter' AND t.state = 'open'"
)
#: What the head of the people's government is asked to extend, as long as it can be.
_EXTENSIONS = (
    "SELECT i.project_id, i.code FROM item i"
    " WHERE i.extension_asked_on IS NOT NULL AND i.state = 'accepted'"
)
_WINDOWS = (
    f"SELECT i.project_id, i.code FROM item i WHERE i.state = 'received' UNION {_PRE_CHECKED}"  # noqa: S608
)
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
_INBOX = (
    "SELECT p.code AS project, p.title, p.scenario_id, e.name AS enterprise_name, i.code,"  # noqa: S608
    " i.department, i.state, i.handler, i.round, i.received_on, i.accepted_on, i.re_examination,"
    f" greatest(k.rank, CASE WHEN t.due_on < :today THEN {lights.RED}"
    f" WHEN t.due_on IS NOT NULL THEN {lights.YELLOW} END) AS rank,"
    " coalesce(t.due_on, q.asked_until, k.due_on) AS until, k.statutory_due_on,"
    " t.due_on IS NOT NULL AS letter, t.opened_on AS letter_on, t.department AS late_department,"
    f" ARRAY({_SUBMITTED}) AS to_verify,"
    f" EXISTS ({_APPEALED}) AS appealed, EXISTS ({_REPORTED}) AS reported,"
    f" EXISTS ({_ASKED}) AS asked, EXISTS ({_HELD}) AS held, :extends AS extension_asked,"
    f" EXISTS ({_CHECKED}) AS checked, EXISTS ({_UNTOLD}) AS untold,"
    f" EXISTS ({_UNCODED}) AS uncoded,"
    f" EXISTS ({_SUPERVISED}) AS supervised, EXISTS ({_TO_CONNECT}) AS to_connect,"
    " v.scheduled_for AS visit_on, v.held_on IS NOT NULL AS visit_held,"
    " count(*) OVER () AS found"
    " FROM ({candidates}) w JOIN item i ON i.project_id = w.project_id AND i.code = w.code"
    " JOIN project p ON p.id = i.project_id AND p.state = 'active'"
    " JOIN enterprise e ON e.credit_code = p.enterprise"
    f" CROSS JOIN LATERAL ({lights.OF_ITEM}) k"
    f" CROSS JOIN LATERAL (SELECT ({_ASKED_UNTIL}) AS asked_until) q"
    f" LEFT JOIN site_visit v ON v.project_id = i.project_id AND v.item = i.code"
    f" AND v.round = i.round AND v.number = {JOINT_VISIT}"
    f" LEFT JOIN LATERAL ({_LETTER}) t ON true"
    # Who was written to answers first; what only has to be delivered comes after what has to be decided.
    " ORDER BY (t.due_on IS NULL), (i.state = 'suspended'), (i.state = 'granted'"
    " AND cardinality(i.re_examination) = 0), until NULLS LAST, p.id, i.code"
    " LIMIT :limit OFFSET :offset"
)
_SIZE = (
    "SELECT count(*) FROM ({candidates}) w"
    " JOIN project p ON p.id = w.project_id AND p.state = 'active'"
)
