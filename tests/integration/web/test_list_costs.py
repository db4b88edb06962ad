"""Lists cost what they show: two thousand projects in flight are neither looked at nor sorted for a page."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import datetime, time, timedelta
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import event, text

from models.cases.standing import LEADS, NEVER, lead_of
from models.cases.states import Light
from models.clock.values import ZONE
from models.people.actor import Actor
from services.cases.pages.menu import menu_counts
from services.cases.views.desk import GLANCE, desk
from services.cases.views.inbox import inbox
from services.cases.views.ledger import projects
from services.cases.views.lists import project_order
from services.cases.views.lists.project_order import FEW, Place
from services.cases.views.lists.project_query import ProjectQuery, which_projects
from services.cases.views.parts import lights
from services.ledger import duties
from services.ledger.standing import OF_CLOCKS, RESTANDING
from services.paging import COUNTED
from tests.support.ledger import Ledger
from tests.support.people import APPLICANT, CLERK, LEADER, STEWARD, handler
from tests.support.yard import PLANNING

PROJECTS = 2000
#: Pages of the database that a list of up to fifty rows may look at, its rows with all that they show.
BLOCKS = 4000
OFFICER = handler(PLANNING)
LARGE = {"project", "item", "clock", "duty"}

_ALL = "ANY(ARRAY(SELECT id FROM project))"


def _cloned(table: str, columns: list[str], changed: dict[str, str]) -> str:
    listed = ", ".join(f'"{name}"' for name in columns)
    values = ", ".join(changed.get(name, f'm."{name}"') for name in columns)
    source = (
        f"{table} m, generate_series(1, {PROJECTS}) g"
        if table == "project"
        else f"{table} m, project g"
    )
    key = "m.id = :model" if table == "project" else "m.project_id = :model AND g.id <> :model"
    return f"INSERT INTO {table} ({listed}) SELECT {values} FROM {source} WHERE {key}"


@pytest.fixture(scope="module")
def crowd(module_ledger: Ledger) -> Ledger:
    """Clones of a project in which something is decided, each due on another day; five are withdrawn."""
    code = module_ledger.accepted()
    shift = "CAST(g.id * 7 % 61 AS int) - 30"
    with module_ledger.database.transaction() as connection:
        model = connection.execute(
            text("SELECT id FROM project WHERE code = :code"), {"code": code}
        ).scalar_one()
        for table in ("project", "item", "clock", "duty"):
            columns = list(
                connection.execute(
                    text(
                        "SELECT column_name FROM information_schema.columns WHERE table_name = :t"
                    ),
                    {"t": table},
                ).scalars()
            )
            changed = {
                "project": {"code": "'C' || g"},
                "clock": {
                    "due_on": f"m.due_on + {shift}",
                    "statutory_due_on": f"m.statutory_due_on + {shift}",
                    "yellow_at": f"m.yellow_at + ({shift} - g.id % 13) * interval '1 day'",
                },
            }.get(table, {})
            if table == "project":
                columns.remove("id")
            else:
                changed["project_id"] = "g.id"
            connection.execute(text(_cloned(table, columns, changed)), {"model": model})
        connection.execute(
            text(
                f"UPDATE project p SET {RESTANDING} FROM ({OF_CLOCKS}) k WHERE k.id = p.id".replace(
                    "ANY(:ids)", _ALL
                )
            )
        )
        connection.execute(text(duties.RECOUNT.replace("ANY(:ids)", _ALL)))
        connection.execute(text("UPDATE project SET state = 'withdrawn' WHERE id % 400 = 0"))
    with module_ledger.database.engine.connect() as connection:
        vacuum = connection.execution_options(isolation_level="AUTOCOMMIT")
        vacuum.execute(text("VACUUM ANALYZE project, item, clock, duty"))
    return module_ledger


def plans(ledger: Ledger, ask: Callable[[], object]) -> Iterator[dict[str, Any]]:
    """How the database goes about each statement of a list."""
    ask()
    asked: list[tuple[str, Any]] = []

    def keep(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        asked.append((statement, parameters))

    engine = ledger.database.engine
    event.listen(engine, "before_cursor_execute", keep)
    try:
        ask()
    finally:
        event.remove(engine, "before_cursor_execute", keep)
    with engine.connect() as connection:
        for statement, parameters in asked:
            plan = connection.exec_driver_sql(
                f"EXPLAIN (ANALYZE, BUFFERS, TIMING OFF, FORMAT JSON) {statement}", parameters
            ).scalar_one()
            yield (json.loads(plan) if isinstance(plan, str) else plan)[0]["Plan"]


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for child in plan.get("Plans", ()):
        yield from nodes(child)


def lists(ledger: Ledger) -> dict[str, Callable[[], object]]:
    database, now = ledger.database, ledger.now

    def listed(viewer: Actor, **query: Any) -> Callable[[], object]:
        return lambda: projects(database, ProjectQuery(**query), now, viewer=viewer)

    return {
        "a steward's projects": listed(STEWARD),
        "a steward's yellow projects": listed(STEWARD, level=Light.YELLOW),
        "every project": listed(LEADER),
        "every red project": listed(LEADER, level=Light.RED),
        "an office's projects": listed(OFFICER),
        "a steward's desk": lambda: desk(database, now, viewer=STEWARD),
        "an office's inbox": lambda: inbox(database, OFFICER, now),
        "an office's inbox further on": lambda: inbox(
            database, OFFICER, now, after=inbox(database, OFFICER, now).next
        ),
        "the window's inbox": lambda: inbox(database, CLERK, now),
        "the number beside the menu": lambda: menu_counts(database, OFFICER),
    }


#: Rows of the large tables that a list may come by: a page with all that it shows, and the bound of its
#: number; of what is counted at a glance, and of an office that is asked for its few projects, their bounds.
MOST_ROWS = 2 * COUNTED
BOUNDS = {"a steward's desk": GLANCE, "an office's projects": FEW + MOST_ROWS}


@pytest.mark.parametrize("number", range(10))
def test_a_list_looks_at_no_more_than_it_shows(
    crowd: Ledger, number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(project_order, "_GATE", project_order._GATE.replace(str(FEW), "0"))
    title, ask = list(lists(crowd).items())[number]
    for plan in plans(crowd, ask):
        looked_at = {
            f"{node['Node Type']} on {node['Relation Name']}": rows
            for node in nodes(plan)
            if node.get("Relation Name") in LARGE
            and (rows := rows_of(node)) > BOUNDS.get(title, MOST_ROWS) // 2
        }
        assert looked_at == {}, title
        blocks = plan["Shared Hit Blocks"] + plan["Shared Read Blocks"]
        # Of each project that is counted an office asks whether it is concerned.
        assert blocks < BLOCKS + (4 * COUNTED if title in BOUNDS else 0), title


def rows_of(node: dict[str, Any]) -> float:
    """The rows that a scan came by, those that it left out among them."""
    removed = sum(value for key, value in node.items() if key.startswith("Rows Removed"))
    return float((node["Actual Rows"] + removed) * node["Actual Loops"])


def in_order(ledger: Ledger, viewer: Actor, size: int, **query: Any) -> list[tuple[int, int, int]]:
    """The whole list, page by page."""
    which, values = which_projects(ProjectQuery(**query), viewer)
    values |= {**lights.at(ledger.now), "limit": size, "offset": 0}
    places: list[tuple[int, int, int]] = []
    place: Place | None = None
    with ledger.database.reading() as connection:
        while True:
            ordered, more = project_order.page(which, place)
            rows = connection.execute(text(ordered), values | more).all()
            places += [(row.band, row.day, row.tie) for row in rows]
            if len(rows) < size:
                return places
            place = Place(*places[-1])


@pytest.mark.parametrize("viewer", [STEWARD, LEADER, OFFICER, APPLICANT], ids=lambda a: a.login)
def test_pages_lose_and_repeat_nothing(crowd: Ledger, viewer: Actor) -> None:
    whole = in_order(crowd, viewer, 10_000)
    assert len(whole) == PROJECTS + 1
    assert all(before < after for before, after in pairwise(whole))
    assert in_order(crowd, viewer, 333) == whole
    for light, band in project_order.BAND.items():
        of_light = [place for place in whole if place[0] == band]
        assert of_light, "each light is there"
        assert in_order(crowd, viewer, 200, level=light) == of_light


def test_whoever_has_few_and_whoever_has_many_see_the_same_order(
    crowd: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = in_order(crowd, OFFICER, 500)
    monkeypatch.setattr(project_order, "_GATE", project_order._GATE.replace(str(FEW), "0"))
    assert in_order(crowd, OFFICER, 500) == few == in_order(crowd, LEADER, 500)


def test_the_classes_cover_every_lead_from_yellow_to_red() -> None:
    assert list(LEADS) == sorted(set(LEADS))
    for days in range(200):
        at = datetime.combine(NEVER - timedelta(days=days), time(12), ZONE)
        below, above = [lead for lead in LEADS if lead < days], lead_of(at, NEVER)
        assert above >= days > max(below, default=-1)
