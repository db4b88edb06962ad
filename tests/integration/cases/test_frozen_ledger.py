"""A ledger that an earlier program wrote: restored, upgraded, audited clean, and gone on with.

Nothing of it is ever written anew (see ``tests/support/frozen/writing.py``): a failure here means
that a district which was installed then could not go on either.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import text

from models.cases import commands as c
from models.cases import parts
from models.cases.states import ClockKind, ItemState
from models.people.actor import SYSTEM, Role
from rules.cases.declarations.registry import registry
from services.cases.acts import execute
from services.cases.audit import verify
from services.cases.views.project_page import project_page
from services.cases.watch.deadlines import watch
from services.ledger.store import load
from services.unit_of_work import Database
from tests.support.frozen.restoring import DATA, manifest, restore
from tests.support.people import STEWARD, who_does
from tests.support.play import SHA, moment

pytestmark = pytest.mark.xdist_group("frozen_ledger")

#: SHA-256 of the ledger as it was written; another one is not that ledger.
WRITTEN = "631589d0ef7cf742afdd73f8817b585980fe0a642b371eaf8bfcf3e5cada318e"
NOW = moment(date(2026, 12, 29))
#: After its newest event: time waits while the clock stands behind the log.
LATER = moment(date(2027, 5, 15))
PAPER = c.SubmitMaterial(material="drawings", file_name="d.pdf", sha256=SHA)
OPINION = c.RecordDesignOpinion(by="赵栋梁", subject="幕墙", opinion="改用干挂", adopted=True)

#: What a project is there for → what somebody does in it next.
NEXT: dict[str, c.ProjectCommand] = {
    "state: open": c.SubmitApplication(item="A1"),
    "state: received": c.AcceptApplication(item="A1"),
    "state: correcting": c.WithdrawApplication(item="A1"),
    "state: accepted": c.ApproveItem(item="A1"),
    "state: suspended": c.ResumeClock(item="A1", result="the experts agree"),
    "state: rectifying": c.ReportRectification(item="D1", note="it opens outwards"),
    "state: granted": c.IssueDocument(item="A1"),
    "state: denied": c.StartNewRound(item="A1"),
    "state: voided": c.AppealVoiding(item="A2", reason="it was handed in in time"),
    "state: consulting": c.AnswerConsultation(item="A1", agrees=True, opinion="no objection"),
    "made up": c.VerifyMakeUp(item="A2", material="archive", correct=True),
    "appealed": c.DecideAppeal(item="A2", upheld=True, reason="the window had it"),
    "re-examination": c.ConfirmAfterReExamination(item="B0", reason="it stands by itself"),
    "lapsed": c.CompleteSupervision(item="B1", number=2, note="the pit is fenced"),
    "held back": PAPER,
    "connectable": c.ConnectLine(item="U02", connected_on=date(2026, 12, 28)),
    "other attributes": c.CorrectAttributes(attributes={"phased": False}, reason="one phase"),
    "with architect": OPINION,
    "merged": c.AssignSteward(steward=STEWARD.login),
    "moved 2": c.AcceptApplication(item="X1"),
    "before the notice": c.ApproveItem(item="A1"),
    "after the notice": c.ApproveItem(item="A1"),
}


@pytest.fixture(scope="module")
def restored(postgres) -> Iterator[str]:
    """Name of the database that holds the ledger as it was written."""
    name = f"frozen_{uuid.uuid4().hex[:12]}"
    restore(postgres.ensure_database(name))
    yield name
    postgres.drop_database(name)


@pytest.fixture(scope="module")
def ledger(postgres, restored) -> Iterator[Database]:
    """The ledger as it was written; tests only read it."""
    database = Database(postgres.url(restored))
    yield database
    database.close()


@pytest.fixture
def copy(postgres, restored, ledger) -> Iterator[Database]:
    """A copy of it in which a test may act."""
    ledger.close()  # nobody may be connected to what is copied
    name = f"{restored}_copy"
    database = Database(postgres.copy_database(restored, name))
    yield database
    database.close()
    postgres.drop_database(name)


def counted(database: Database, query: str) -> dict[str, int]:
    with database.reading() as connection:
        return {row[0]: row[1] for row in connection.execute(text(query))}


def test_every_chain_and_every_row_is_in_order(ledger):
    report = verify(ledger)
    assert report.ok, report.broken[0].sentence()
    assert report.projects == manifest().projects
    assert report.events == sum(manifest().events.values())


def test_it_holds_what_it_held(ledger):
    kinds = "SELECT kind, count(*) FROM case_event GROUP BY kind"
    assert counted(ledger, kinds) == manifest().events
    states = "SELECT state, count(*) FROM item GROUP BY state"
    assert counted(ledger, states) == manifest().items


def test_every_state_every_event_and_every_table_was_in_it():
    """Of those there were then; whatever came later is no part of it."""
    then = manifest()
    assert hashlib.sha256(DATA.read_bytes()).hexdigest() == WRITTEN
    assert set(then.items) <= {state.value for state in ItemState}
    assert len(then.items) == 16
    assert set(then.events) <= set(registry().events)
    assert len(then.events) == 76
    assert all(then.rows.values())
    assert len(then.rows) == 30
    assert then.projects == then.rows["project"] == 112


def test_every_table_of_facts_has_rows(ledger):
    """Of those there were then."""
    then = [part for part in parts.known() if part.table in manifest().rows]
    assert len(then) == 12
    for part in then:
        found = counted(ledger, f"SELECT 'rows', count(*) FROM {part.table}")
        assert found["rows"] > 0, part.table


def test_every_page_opens(ledger):
    with ledger.reading() as connection:
        codes = connection.execute(text("SELECT code FROM project ORDER BY id")).scalars().all()
    pages = [project_page(ledger, code, NOW, viewer=SYSTEM) for code in codes]
    assert [page.code for page in pages] == list(codes)
    assert sum(len(page.events) for page in pages) == sum(manifest().events.values())


def act(database: Database, project: str, command: c.ProjectCommand) -> int:
    """Somebody who may does it; answers how many events it came to."""
    with database.reading() as connection:
        facts = load(connection, project).facts
    doer = who_does(command.act, facts, getattr(command, "item", None))
    if doer.role is Role.APPLICANT:
        doer = replace(doer, enterprise=facts.enterprise)
    return len(execute(database, project, command, doer, NOW).events)


def test_people_and_time_go_on_with_it(copy):
    codes = manifest().codes
    happened = {name: act(copy, codes[name], command) for name, command in NEXT.items()}
    assert all(happened.values()), happened
    report = verify(copy)
    assert report.ok, report.broken[0].sentence()
    assert report.events >= sum(manifest().events.values()) + sum(happened.values())
    done = watch(copy, LATER)
    ended = (ClockKind.CORRECTION_WINDOW, ClockKind.CONSULTATION)
    assert min(done.warnings, done.graces, *(done.ended[kind] for kind in ended)) > 0, done
    # Who was not reminded in that ledger is reminded first; after the grace time acts.
    assert watch(copy, LATER + timedelta(days=14)).ended[ClockKind.MAKE_UP] > 0
    report = verify(copy)
    assert report.ok, report.broken[0].sentence()
