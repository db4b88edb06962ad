"""Many projects after weeks in which no watch ran: made by cloning three that were really played.

A third each waits for a decision, owes papers, and was applied for and not answered. While the first
watch sees to them somebody goes on reading and acting.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from time import perf_counter

from sqlalchemy import text

from models.cases import commands as c
from models.cases import parts
from services.cases.views.inbox import inbox
from services.cases.views.project_page import project_page
from services.cases.watch.deadlines import watch
from services.unit_of_work import Database
from tests.support.ledger import Ledger
from tests.support.people import CLERK, STEWARD, approver, handler
from tests.support.play import SIGNED, moment
from tests.support.run.waiting import PATIENCE_SECONDS
from tests.support.yard import LAND, PLANNING

_PROJECT = (
    "title, region, enterprise, steward, scenario_id, state, version, registered_on, completed_on,"
    " attributes, evaluated_version, flow_run_id, calendar, parts"
)


@dataclass(slots=True)
class Seen:
    """What one watch after the standstill did, and what people felt of it."""

    seconds: float = 0.0
    acts: int = 0
    warnings: int = 0
    failed: list[str] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)
    """Seconds that each page and act took meanwhile."""

    @property
    def p95(self) -> float:
        """Seconds within which nineteen of twenty pages and acts were done."""
        ordered = sorted(self.waits)
        return ordered[int(len(ordered) * 0.95)] if ordered else 0.0


def stand_still(ledger: Ledger, projects: int, days: int = 60) -> date:
    """So many projects as they were ``days`` before the day that is answered."""
    models = [ledger.accepted(), owing(ledger), received(ledger)]
    for number, model in enumerate(models):
        _clone(ledger, model, f"C{number}", projects // len(models))
    return ledger.today + timedelta(days=days)


def owing(ledger: Ledger) -> str:
    """A2 granted while a paper is owed."""
    project = ledger.register()
    ledger.do(project, c.RecordMilestone(item="E0", happened_on=ledger.today))
    ledger.hand_in(project, "plan", "survey", "insurance")
    ledger.do(project, c.SubmitApplication(item="A2", defer=("archive",), commitment=SIGNED))
    ledger.do(project, c.AcceptApplication(item="A2"), handler(LAND))
    ledger.do(project, c.ApproveItem(item="A2"), approver(LAND))
    return project


def received(ledger: Ledger) -> str:
    """A1 applied for, and nobody said anything."""
    project = ledger.register()
    ledger.hand_in(project, "plan")
    ledger.do(project, c.SubmitApplication(item="A1"))
    return project


def _clone(ledger: Ledger, model: str, prefix: str, number: int) -> None:
    """Clones of a project; the chain of each begins with what happens to it next."""
    values = {"model": model, "prefix": prefix, "n": number}
    with ledger.database.transaction() as connection:
        connection.execute(
            text(
                f"INSERT INTO project (code, {_PROJECT}, event_count, event_hash)"
                f" SELECT :prefix || '-' || g, {_PROJECT}, 0, decode(repeat('00', 32), 'hex')"
                " FROM project, generate_series(1, :n) g WHERE code = :model"
            ),
            values,
        )
        for part in parts.known():
            own = ", ".join(f'"{name}"' for name in part.codec.names)
            cloned = ", ".join(f'm."{name}"' for name in part.codec.names)
            connection.execute(
                text(
                    f"INSERT INTO {part.table} (project_id, {own}) SELECT p.id, {cloned}"
                    f" FROM project p, {part.table} m JOIN project o ON o.id = m.project_id"
                    " WHERE o.code = :model AND p.code LIKE :prefix || '-%'"
                ),
                values,
            )
    with ledger.database.engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").execute(text("ANALYZE"))


def see_to(ledger: Ledger, on: date, *, people: bool = True) -> Seen:
    """The first watch after the standstill, while people go on."""
    seen, over = Seen(), threading.Event()
    now = moment(on)
    person = threading.Thread(target=_go_on, args=(ledger.url, now, over, seen))
    if people:
        person.start()
    began = perf_counter()
    report = watch(ledger.database, now)
    seen.seconds = perf_counter() - began
    over.set()
    if people:
        person.join(PATIENCE_SECONDS)
    seen.acts, seen.warnings = sum(report.ended.values()), report.warnings
    seen.failed = report.failed
    return seen


def _go_on(url: str, now: datetime, over: threading.Event, seen: Seen) -> None:
    """Somebody reads an inbox and a project, and registers nothing twice, until it is over."""
    database = Database(url, pool_size=1)
    reads = (
        lambda: inbox(database, handler(PLANNING), now),
        lambda: inbox(database, CLERK, now),
        lambda: project_page(database, "C0-1", now, viewer=STEWARD),
    )
    while not over.is_set():
        for read in reads:
            began = perf_counter()
            read()
            seen.waits.append(perf_counter() - began)
        over.wait(0.05)
    database.close()
