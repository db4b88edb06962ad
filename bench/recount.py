"""How long a new calendar takes to be counted in, and how the portal answers meanwhile.

    python -m bench.recount [--projects N] [--json]

Projects of W20 in flight, each with six running clocks of two limits. A notice makes two working days
days off: every last day moves, each project on its own record with its notices, while somebody goes on
opening pages of projects and deciding items in another process. Quote the seconds with the machine.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import random
import statistics
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Event
from time import perf_counter, process_time

from sqlalchemy import text

from bench.decisions import EXAMINER, OFFICER
from bench.sweep import RUNNING, Ledger
from bench.w20 import COMMENT, NOW, databases
from models.cases import commands as c
from models.people.actor import SYSTEM
from rules.cases.context import Context
from rules.clock.calendar_content import calendar_of, content_of
from services.cases.acts import execute
from services.cases.calendar_change import recompute
from services.cases.views.project_page import project_page
from services.installation.policy import context_for
from services.unit_of_work import Database

PROJECTS = 10_000
#: Seconds in which so many are counted anew.
GOAL_SECONDS = 60.0
#: Milliseconds in which 95 of 100 pages and acts are answered meanwhile.
GOAL_ANSWER = 1000.0
#: Working days after the one on which the clocks of most projects begin.
DAYS_OFF = ("2026-12-03", "2026-12-04")


@dataclass(frozen=True)
class Recount:
    """Seconds of the change, and milliseconds of what somebody did meanwhile."""

    projects: int
    moved: int
    """Last days that moved."""
    seconds: float
    processor: float
    """Seconds of a processor, without those of the database: what a busy machine does not blur."""
    answers: int
    """Pages that were opened and items that were decided meanwhile."""
    median: float
    most: float
    """Of 95 in 100."""


def measure(projects: int) -> Recount:
    """One change of the calendar in an installation with so many projects in flight."""
    with databases("kaigong") as (url,):
        ledger = Ledger(url, projects, 1)
        now = datetime.combine(ledger.days[0], NOW.time(), NOW.tzinfo)
        with _everyday_life(url, now) as answers:
            began, used = perf_counter(), process_time()
            report = recompute(ledger.database, _with_days_off(context_for(SYSTEM, now)))
            seconds, own = perf_counter() - began, process_time() - used
        if report.failed:
            raise RuntimeError(report.failed)
        ledger.database.close()
    most = statistics.quantiles(answers, n=20)[-1]
    return Recount(
        projects, report.moved, seconds, own, len(answers), statistics.median(answers), most
    )


def _with_days_off(context: Context) -> Context:
    """The context on a calendar with two days off more."""
    content = content_of(context.calendar)
    (year,) = (year for year in content["official"] if year["year"] == NOW.year)
    first, last = DAYS_OFF
    year["holidays"].append({"name": "停工日", "first": first, "last": last, "make_up": []})
    return replace(context, calendar=calendar_of(content))


@contextmanager
def _everyday_life(url: str, now: datetime) -> Iterator[list[float]]:
    """Somebody opens a page and decides an item in a process of the portal's own, again and again.

    Milliseconds of each answer; they are there when it is over.
    """
    spawn = multiprocessing.get_context("spawn")
    here, there = spawn.Pipe()
    begun, over = spawn.Event(), spawn.Event()
    portal = spawn.Process(target=_live, args=(url, now, there, begun, over))
    portal.start()
    begun.wait(60)
    answers: list[float] = []
    try:
        yield answers
    finally:
        over.set()
        answers += here.recv()
        portal.join()


def _live(url: str, now: datetime, answers: Connection, begun: Event, over: Event) -> None:
    database = Database(url, pool_size=2)
    with database.reading() as connection:
        result = connection.execute(text("SELECT code FROM project WHERE code LIKE 'W20%'"))
        projects = list(result.scalars())
    random.Random(1).shuffle(projects)
    taken: list[float] = []
    begun.set()
    for project in projects:
        for what in (_page, _take, _decision):
            began = perf_counter()
            what(database, project, now)
            taken.append((perf_counter() - began) * 1e3)
        if over.is_set():
            break
    answers.send(taken)
    database.close()


def _page(database: Database, project: str, now: datetime) -> None:
    project_page(database, project, now, viewer=SYSTEM)


def _take(database: Database, project: str, now: datetime) -> None:
    execute(database, project, c.TakeItem(item=RUNNING[0]), EXAMINER, now)


def _decision(database: Database, project: str, now: datetime) -> None:
    execute(database, project, c.ApproveItem(item=RUNNING[0], comment=COMMENT), OFFICER, now)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the figures; 1 when the whole took longer than its goal, or the portal kept people waiting."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--projects", type=int, default=PROJECTS)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    result = measure(options.projects)
    if options.json:
        sys.stdout.write(json.dumps(asdict(result), indent=2) + "\n")
    else:
        sys.stdout.write(
            f"{result.projects} projects, {result.moved} last days: {result.seconds:.1f} s,"
            f" {result.processor:.1f} s of a processor"
            f" (goal at {PROJECTS}: {GOAL_SECONDS:.0f} s); meanwhile {result.answers} pages and acts,"
            f" median {result.median:.0f} ms, 95 of 100 within {result.most:.0f} ms\n"
        )
    allowed = GOAL_SECONDS * max(1.0, result.projects / PROJECTS)
    return 0 if result.seconds <= allowed and result.most <= GOAL_ANSWER else 1


if __name__ == "__main__":
    raise SystemExit(main())
