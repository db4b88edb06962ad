"""What lists, inboxes and the numbers beside the menu cost at the database, by the size of the ledger.

    python -m bench.lists [--projects N ...] [--rounds N] [--json]

W20 in flight: of the twenty items of a project ten are decided, six have a running clock, four wait. The
projects are cloned by SQL from one that was really run; a steward has a thousand of them, an enterprise
twenty, every five-hundredth has an item of a small office. Of a hundred projects about four are red and
twenty yellow. What is measured is the time that the database takes for all that a list asks, from the
statement to its last row; the lists are those of the portal, asked through its own services.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from time import perf_counter
from typing import Any

from sqlalchemy import event, text

from bench.decisions import OFFICER, register, take
from bench.w20 import COMMENT, NOW, databases, publish
from models import migrations
from models.cases import commands as c
from models.cases.clock import CLOCKS
from models.cases.duty import DUTIES
from models.cases.facts import ITEMS
from models.cases.states import Light
from models.people.actor import Actor, Role
from services.cases.acts import execute
from services.cases.ledgers.registry import LEDGERS, SOURCES
from services.cases.pages.menu import menu_counts
from services.cases.views.desk import desk
from services.cases.views.inbox import inbox
from services.cases.views.ledger import projects
from services.cases.views.lists.project_query import ProjectQuery
from services.ledger import duties
from services.ledger.standing import OF_CLOCKS, RESTANDING
from services.ledgers.question import question
from services.unit_of_work import Database

DECIDED = ("L1", "L2", "P1", "P2", "P3", "F1", "F2", "U1", "U2", "U3")
#: Projects → milliseconds that no list may pass.
GOALS: Mapping[int, float] = {10_000: 20.0, 100_000: 30.0, 1_000_000: 50.0}
#: Projects of one steward, and of one enterprise.
OWN, BUILT = 1000, 20
STEWARD = Actor("steward-1", Role.PROJECT_STEWARD)
LEADER = Actor("leader", Role.LEADER)
BUILDER = Actor("builder", Role.APPLICANT, enterprise="91000000000000000E")
BIG = Actor("big", Role.APPROVER, department="w20_bureau")
SMALL = Actor("small", Role.HANDLER, department="w20_small")
WINDOW = Actor("window", Role.WINDOW_CLERK)

Ask = Callable[[], object]


class Listed:
    """A ledger with projects in flight."""

    def __init__(self, url: str, count: int) -> None:
        migrations.upgrade(url)
        publish(url)
        self.database = Database(url, pool_size=1)
        values = {"n": count, "own": OWN, "built": BUILT, "today": NOW.date()}
        self._run(_STEWARDS, values)
        [model] = register(url, 1, 1)
        for item in DECIDED:
            take(self.database, model, item)
            command = c.ApproveItem(item=item, comment=COMMENT)
            execute(self.database, model, command, OFFICER, NOW)
        values["model"] = model
        for statement in _SEED:
            self._run(statement, values)
        for table in (
            *("project", "project_name", "item", "clock", "duty", "deficiency"),
            *("account", "enterprise"),
        ):
            self._run(f"VACUUM ANALYZE {table}", {})

    def _run(self, statement: str, values: Mapping[str, Any]) -> None:
        with self.database.engine.connect() as connection:
            autocommit = connection.execution_options(isolation_level="AUTOCOMMIT")
            autocommit.execute(text(statement), values)

    def asked(self) -> Mapping[str, Ask]:
        """Name of a list → how it is asked for."""
        listed = partial(projects, self.database, when=NOW)
        red = ProjectQuery(level=Light.RED)
        yellow = ProjectQuery(level=Light.YELLOW)
        return {
            "steward: projects": lambda: listed(ProjectQuery(), viewer=STEWARD),
            "steward: yellow": lambda: listed(yellow, viewer=STEWARD),
            "steward: at a glance": lambda: desk(self.database, NOW, viewer=STEWARD),
            "steward: numbers": lambda: menu_counts(self.database, STEWARD),
            "leader: projects": lambda: listed(ProjectQuery(), viewer=LEADER),
            "leader: red": lambda: listed(red, viewer=LEADER),
            "leader: yellow": lambda: listed(yellow, viewer=LEADER),
            "leader: at a glance": lambda: desk(self.database, NOW, viewer=LEADER),
            **self._searched(),
            **self._ledgers(),
            "enterprise: projects": lambda: listed(ProjectQuery(), viewer=BUILDER),
            "enterprise: at a glance": lambda: desk(self.database, NOW, viewer=BUILDER),
            "office: projects": lambda: listed(ProjectQuery(), viewer=BIG),
            "office: at a glance": lambda: desk(self.database, NOW, viewer=BIG),
            "office: inbox": lambda: inbox(self.database, BIG, NOW),
            "office: inbox, page 50": lambda: inbox(self.database, BIG, NOW, page=50),
            "office: numbers": lambda: menu_counts(self.database, BIG),
            "small office: projects": lambda: listed(ProjectQuery(), viewer=SMALL),
            "small office: inbox": lambda: inbox(self.database, SMALL, NOW),
            "window: inbox": lambda: inbox(self.database, WINDOW, NOW),
            "window: numbers": lambda: menu_counts(self.database, WINDOW),
        }

    def _searched(self) -> Mapping[str, Ask]:
        """By words: a name that one project has, signs that many have, and a code."""
        listed = partial(projects, self.database, when=NOW)
        one, many = ProjectQuery(text="丁一号"), ProjectQuery(text="项目")
        nothing, code = ProjectQuery(text="无此"), ProjectQuery(text="W20-77")
        return {
            "leader: search, one enterprise": lambda: listed(one, viewer=LEADER),
            "leader: search, in every name": lambda: listed(many, viewer=LEADER),
            "leader: search, nothing": lambda: listed(nothing, viewer=LEADER),
            "leader: search, part of a code": lambda: listed(code, viewer=LEADER),
            "steward: search, in every name": lambda: listed(many, viewer=STEWARD),
            "steward: search, one enterprise": lambda: listed(one, viewer=STEWARD),
            "office: search, in every name": lambda: listed(many, viewer=BIG),
            "office: search, one enterprise": lambda: listed(one, viewer=BIG),
            "small office: search, in every name": lambda: listed(many, viewer=SMALL),
        }

    def _ledgers(self) -> Mapping[str, Ask]:
        """The ledgers that a table source answers, from their beginning and further on."""
        return {
            f"{who}: {key}{'' if not asked else f', {asked}'}": partial(
                self._page, key, viewer, asked
            )
            for key in ("deficiencies", "inbox")
            for who, viewer in (("leader", LEADER), ("steward", STEWARD), ("office", BIG))
            for asked in ("", "text=丁一号", *(("show=all",) if key == "deficiencies" else ()))
        }

    def _page(self, key: str, viewer: Actor, asked: str) -> None:
        name, _, value = asked.partition("=")
        asking = question(LEDGERS[key], {name: value}, viewer, NOW)
        with self.database.reading() as connection:
            page = SOURCES[key].page(connection, asking)
            if page.next:
                SOURCES[key].page(connection, asking.going_on(page.next, asking.limit))


@contextmanager
def timed(database: Database) -> Iterator[list[float]]:
    """Milliseconds of each statement from here on."""
    taken: list[float] = []

    def before(*_: Any) -> None:
        taken.append(-perf_counter())

    def after(*_: Any) -> None:
        taken[-1] = (taken[-1] + perf_counter()) * 1e3

    event.listen(database.engine, "before_cursor_execute", before)
    event.listen(database.engine, "after_cursor_execute", after)
    try:
        yield taken
    finally:
        event.remove(database.engine, "before_cursor_execute", before)
        event.remove(database.engine, "after_cursor_execute", after)


def measure(database: Database, ask: Ask, rounds: int) -> float:
    """Milliseconds at the database, the median of some rounds after one that warms up."""
    ask()
    result = []
    for _ in range(rounds):
        with timed(database) as taken:
            ask()
        result.append(sum(taken))
    return statistics.median(result)


def run(count: int, rounds: int) -> dict[str, float]:
    """Name of a list → milliseconds at a size."""
    with databases("lists") as (url,):
        ledger = Listed(url, count)
        return {
            name: round(measure(ledger.database, ask, rounds), 2)
            for name, ask in ledger.asked().items()
        }


def goal(count: int) -> float:
    """Milliseconds that a list may take at a size."""
    return next((most for size, most in sorted(GOALS.items()) if count <= size), GOALS[1_000_000])


def main(arguments: Sequence[str] | None = None) -> int:
    """Seed, measure and print; exit code 1 where a list is slower than its bound."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--projects", type=int, nargs="+", default=[10_000])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    result = {str(count): run(count, options.rounds) for count in options.projects}
    if options.json:
        sys.stdout.write(json.dumps(result, indent=2) + "\n")
    else:
        _print(result)
    slow = [cost for n, lists in result.items() for cost in lists.values() if cost > goal(int(n))]
    return 1 if slow else 0


def _print(result: Mapping[str, Mapping[str, float]]) -> None:
    for count, lists in result.items():
        sys.stdout.write(f"{count} projects in flight, goal {goal(int(count)):.0f} ms\n")
        for name, taken in lists.items():
            sys.stdout.write(f"{taken:10.2f} ms  {name}\n")


def _columns(names: Sequence[str]) -> str:
    return ", ".join(f"m.{name}" for name in names)


_OF_PROJECT = (
    "region, scenario_id, state, version, registered_on, attributes, calendar,"
    " waits_for_applicant, waits_for_department"
)
#: The first last day lies between two days before and seven weeks after the day of the lists.
_DAYS = "(CAST(:today AS date) - o.due_on + CAST(p.id * 7 % 50 - 2 AS int))"
_CLOCK = ", ".join(
    f"m.{name} + {_DAYS} * interval '1 day'"
    if name.endswith("_at")
    else f"m.{name} + {_DAYS}"
    if name in ("due_on", "statutory_due_on")
    else f"m.{name}"
    for name in CLOCKS.codec.names
)
_STEWARDS = """INSERT INTO account (login, name, role, password_hash, active)
       SELECT 'steward-' || g, 'steward', 'project_steward', '!', true
       FROM generate_series(1, greatest(CAST(:n AS int) / CAST(:own AS int), 1)) g"""
_SEED = (
    "DELETE FROM wake_up",
    """INSERT INTO enterprise (credit_code, name)
       SELECT '91' || lpad(CAST(g AS text), 15, '0') || 'E',
           chr(19968 + g % 2500) || chr(19968 + g / 2500 % 2500) || '号科技有限公司'
       FROM generate_series(0, CAST(:n AS int) / CAST(:built AS int)) g""",
    f"""INSERT INTO project (code, title, steward, enterprise, {_OF_PROJECT}, event_count, event_hash)
        SELECT 'W20-' || g, chr(19968 + g % 2000) || chr(19968 + g * 7 % 2000) || '产业园' || g % 40 || '期项目',
            'steward-' || 1 + (g - 1) / CAST(:own AS int),
            '91' || lpad(CAST((g - 1) / CAST(:built AS int) AS text), 15, '0') || 'E',
            {_OF_PROJECT}, 0, decode(repeat('00', 32), 'hex')
        FROM project, generate_series(1, :n) g WHERE id = :model""",  # noqa: S608
    f"""INSERT INTO item (project_id, {", ".join(ITEMS.codec.names)})
        SELECT p.id, {_columns(ITEMS.codec.names)} FROM project p, item m
        WHERE m.project_id = :model AND p.id <> :model""",  # noqa: S608
    "UPDATE item SET department = 'w20_small' WHERE project_id % 500 = 0 AND code = 'M2'",
    f"""INSERT INTO duty (project_id, {", ".join(DUTIES.codec.names)})
        SELECT p.id, {_columns(DUTIES.codec.names)}
        FROM project p, duty m WHERE m.project_id = :model AND p.id <> :model""",  # noqa: S608
    "UPDATE duty SET department = 'w20_small' WHERE project_id % 500 = 0 AND item = 'M2'",
    f"""INSERT INTO clock (project_id, {", ".join(CLOCKS.codec.names)})
        SELECT p.id, {_CLOCK} FROM project p, clock m, (SELECT min(due_on) AS due_on FROM clock
            WHERE project_id = :model AND state <> 'stopped') o
        WHERE m.project_id = :model AND p.id <> :model""",  # noqa: S608
    # A paper of every tenth project is owed; of every other one something was owed and is closed.
    """INSERT INTO deficiency (project_id, item, round, material, state, opened_on, due_on, closed_on)
       SELECT p.id, 'P1', 1, 'paper', CASE WHEN p.id % 10 = 0 THEN 'open' ELSE 'cured' END,
           CAST(:today AS date) - CAST(p.id % 300 AS int), CAST(:today AS date) + CAST(p.id * 7 % 60 AS int),
           CASE WHEN p.id % 10 = 0 THEN NULL ELSE CAST(:today AS date) END
       FROM project p WHERE p.id <> :model AND (p.id % 10 = 0 OR p.id % 2 = 1)""",
    f"UPDATE project p SET {RESTANDING} FROM ({OF_CLOCKS}) k WHERE k.id = p.id".replace(  # noqa: S608
        "ANY(:ids)", "ANY(ARRAY(SELECT id FROM project))"
    ),
    duties.RECOUNT.replace("ANY(:ids)", "ANY(ARRAY(SELECT id FROM project))"),
    # The model itself is in nobody's list.
    "UPDATE project SET state = 'withdrawn' WHERE id = :model",
)


if __name__ == "__main__":
    raise SystemExit(main())
