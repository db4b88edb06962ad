"""The services on a real PostgreSQL: one decision whatever happens at the same moment."""

from __future__ import annotations

import json
import multiprocessing
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from models import migrations
from models.cases import commands as c
from models.cases.states import ClockKind, ItemState
from models.errors import KaigongError, NotFound
from models.people.actor import SYSTEM
from rules.cases.decide import ItemChanged
from rules.cases.declarations.act import Record
from rules.cases.transitions import ActNotAllowed
from services.cases import records
from services.cases.acts import KeyUsedBefore, Receipt, execute
from services.cases.lifecycle import advance_stage
from services.cases.requirements import FileMissing
from services.documents import writing as documents
from services.ledger import store
from services.ledger.event_log import read_log
from services.unit_of_work import Database, NumberTaken, UnknownSteward
from tests.support.ledger import FILE, Ledger
from tests.support.people import ADMINISTRATOR, STEWARD, approver, handler, head
from tests.support.play import SIGNED
from tests.support.queries import counted
from tests.support.run.waiting import PATIENCE_SECONDS
from tests.support.yard import DEFERRABLE, PLANNING, YARD, asks, changed_item

FIRST, SECOND = approver(PLANNING), head(PLANNING)
APPROVE = c.ApproveItem(item="A1")


def at_once(*calls: Callable[[], object]) -> list[object]:
    """The answers of calls that begin at the same moment, each in its thread; errors as they are."""
    barrier = threading.Barrier(len(calls))

    def run(call: Callable[[], object]) -> object:
        barrier.wait(PATIENCE_SECONDS)
        try:
            return call()
        except KaigongError as error:
            return error

    with ThreadPoolExecutor(len(calls)) as pool:
        return [
            found.result(PATIENCE_SECONDS) for found in [pool.submit(run, call) for call in calls]
        ]


def events(ledger: Ledger, project: str, kind: str) -> int:
    return int(
        str(
            ledger.scalar(
                "SELECT count(*) FROM case_event e JOIN project p ON p.id = e.project_id"
                " WHERE p.code = :code AND e.kind = :kind",
                code=project,
                kind=kind,
            )
        )
    )


def told(receipt: Receipt) -> list[object]:
    """The events of a receipt as JSON would carry them."""
    return json.loads(json.dumps([(e.kind, e.item, dict(e.data)) for e in receipt.events]))


# --- one decision -------------------------------------------------------------------------------


def test_two_officers_deciding_at_once_decide_once(ledger):
    for _ in range(5):
        project = ledger.accepted()
        version = ledger.facts(project).version
        answers = at_once(
            lambda p=project: ledger.do(p, APPROVE, FIRST),
            lambda p=project: ledger.do(p, c.DenyItem(item="A1", reason="no"), SECOND),
        )
        refused = [answer for answer in answers if isinstance(answer, KaigongError)]
        assert len(refused) == 1
        assert isinstance(refused[0], ActNotAllowed)
        decided = events(ledger, project, "ItemApproved") + events(ledger, project, "ItemDenied")
        assert decided == 1
        assert ledger.facts(project).version == version + 1


def test_a_double_click_with_one_key_is_one_act_with_one_receipt(ledger):
    project = ledger.accepted()
    answers = at_once(*[lambda: ledger.do(project, APPROVE, FIRST, key="click")] * 4)
    assert not [answer for answer in answers if isinstance(answer, KaigongError)]
    first = answers[0]
    assert all((r.version, told(r)) == (first.version, told(first)) for r in answers)
    assert sorted(r.repeated for r in answers) == [False, True, True, True]
    assert events(ledger, project, "ItemApproved") == 1


def test_a_double_click_without_a_key_is_refused_the_second_time(ledger):
    project = ledger.accepted()
    answers = at_once(*[lambda: ledger.do(project, APPROVE, FIRST)] * 2)
    assert sorted(type(answer).__name__ for answer in answers) == ["ActNotAllowed", "Receipt"]


def test_a_replayed_request_gets_the_receipt_it_got(ledger):
    """However long after, and whatever happened since: the state no longer allows it, and it is done."""
    project = ledger.accepted()
    first = ledger.do(project, APPROVE, FIRST, key="k1")
    assert [event.kind for event in first.events] == ["ItemApproved", "ExaminationStarted"]
    ledger.hand_in(project, "drawings")
    again = ledger.do(project, APPROVE, FIRST, key="k1")
    assert again.repeated
    assert (again.version, again.project_id) == (first.version, first.project_id)
    assert told(again) == told(first)
    assert events(ledger, project, "ItemApproved") == 1


def test_a_key_is_for_one_act(ledger):
    project = ledger.register()
    ledger.hand_in(project, "drawings")
    submit = c.SubmitMaterial(material="plan", file_name="a.pdf", sha256=FILE)
    ledger.do(project, submit, key="k1")
    version = ledger.facts(project).version
    other_paper = c.SubmitMaterial(material="archive", file_name="a.pdf", sha256=FILE)
    for command, actor in (
        (c.SubmitApplication(item="A1"), None),
        (other_paper, None),
        (submit, STEWARD),
    ):
        with pytest.raises(KeyUsedBefore) as refused:
            ledger.do(project, command, actor, key="k1")
        assert "submit_material" in refused.value.sentence()
    assert ledger.facts(project).version == version
    # Another project's keys are its own.
    ledger.do(ledger.register(), other_paper, key="k1")


def test_what_was_seen_and_changed_since_is_a_conflict(ledger):
    project = ledger.accepted()
    seen = ledger.facts(project).items["A1"].version
    ledger.hand_in(project, "plan")
    stale = c.ApproveItem(item="A1", seen_version=seen)
    with pytest.raises(ItemChanged):
        ledger.do(project, stale, FIRST)
    assert ledger.facts(project).items["A1"].state is ItemState.ACCEPTED


# --- all or nothing -----------------------------------------------------------------------------

TABLES = ("case_event", "notice", "item", "clock", "material", "official_document")


def everything(ledger: Ledger) -> dict[str, object]:
    counts = {table: ledger.count(table) for table in TABLES}
    rows = ledger.scalar("SELECT json_agg(p ORDER BY p.id)::text FROM project p")
    items = ledger.scalar("SELECT json_agg(i ORDER BY i.project_id, i.code)::text FROM item i")
    return {**counts, "projects": rows, "items": items}


@pytest.mark.parametrize("written", [True, False])
def test_a_crash_in_the_middle_leaves_nothing(ledger, monkeypatch, written):
    project = ledger.accepted()
    before = everything(ledger)

    def crash(*arguments: object) -> None:
        if written:
            store.save(*arguments)
        _crash()

    monkeypatch.setattr("services.cases.acts.save", crash)
    with pytest.raises(RuntimeError):
        ledger.do(project, APPROVE, FIRST)
    monkeypatch.undo()
    assert everything(ledger) == before
    ledger.do(project, APPROVE, FIRST)


def test_a_connection_that_breaks_in_the_middle_leaves_nothing(ledger, monkeypatch):
    project = ledger.accepted()
    before = everything(ledger)
    other = Database(ledger.url, pool_size=1)

    def save_and_lose(connection, *arguments):
        answer = store.save(connection, *arguments)
        pid = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
        with other.reading() as own:
            own.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})
        return answer

    monkeypatch.setattr("services.cases.acts.save", save_and_lose)
    with pytest.raises((DBAPIError, KaigongError)):
        ledger.do(project, APPROVE, FIRST)
    monkeypatch.undo()
    other.close()
    assert everything(ledger) == before
    ledger.do(project, APPROVE, FIRST)


# --- counted queries ----------------------------------------------------------------------------


def cost(ledger: Ledger, project: str, command: c.ProjectCommand, key: str | None = None) -> int:
    with counted(ledger.database) as statements:
        ledger.do(project, command, FIRST, key=key)
    # What is planned once per connection is no cost of an act.
    return len([one for one in statements if not one.startswith("PREPARE")])


def test_an_act_costs_the_same_queries_however_much_there_is(ledger):
    """The lock, the facts, one statement that writes, and its official document."""
    cost(ledger, ledger.accepted(), APPROVE)
    small, large = ledger.accepted(), ledger.register()
    for number_ in range(12):  # twelve rounds of papers, clocks, events
        ledger.hand_in(large, "plan", "drawings", "archive")
        ledger.do(large, c.SubmitApplication(item="A1"))
        if number_ < 11:
            ledger.do(large, c.WithdrawApplication(item="A1"))
            ledger.do(large, c.StartNewRound(item="A1"))
    ledger.do(large, c.AcceptApplication(item="A1"))
    plain = cost(ledger, small, APPROVE)
    assert cost(ledger, large, APPROVE) == plain <= 5
    assert cost(ledger, ledger.accepted(), APPROVE, key="k") == plain + 1


def test_registering_costs_the_same_queries_with_or_without_projects_before(ledger):
    lengths = []
    for _ in range(3):
        with counted(ledger.database) as statements:
            ledger.register()
        lengths.append(len(statements))
    assert lengths[1] == lengths[2] <= 9


# --- the log ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE case_event SET kind = 'ItemDenied'",
        "UPDATE case_event SET data = '{}'",
        "DELETE FROM case_event WHERE seq = 1",
        "TRUNCATE case_event",
        "TRUNCATE project CASCADE",
    ],
)
def test_the_log_cannot_be_rewritten(ledger, statement):
    ledger.register()
    before = ledger.count("case_event")
    refused = pytest.raises(DBAPIError, match="what happened is never changed")
    with refused, ledger.database.transaction() as connection:
        connection.execute(text(statement))
    assert ledger.count("case_event") == before


def test_the_chain_of_every_project_is_whole(ledger):
    ledger.granted()
    ledger.register()
    with ledger.database.reading() as connection:
        log = list(read_log(connection))
    before = bytes(32)
    for logged, stored in log:
        before = bytes(32) if logged.seq == 1 else before
        assert logged.hashed(before) == stored
        before = stored


# --- documents ----------------------------------------------------------------------------------

YEAR = "2026"


def number(ledger: Ledger, project: str) -> str:
    return str(
        ledger.scalar(
            "SELECT number FROM official_document d JOIN project p ON p.id = d.project_id"
            " WHERE p.code = :code AND category = 'certificate'",
            code=project,
        )
    )


def test_numbers_have_no_gap_whoever_issues_at_once(ledger):
    projects = [ledger.granted() for _ in range(8)]
    answers = at_once(
        *[lambda p=p: ledger.do(p, c.IssueDocument(item="A1"), SYSTEM) for p in projects]
    )
    assert not [answer for answer in answers if isinstance(answer, KaigongError)]
    numbers = sorted(number(ledger, project) for project in projects)
    assert numbers == [f"LC-611102-{YEAR}-{seq:04d}" for seq in range(1, 9)]


def test_a_refused_or_rolled_back_issue_leaves_no_gap(ledger, monkeypatch):
    first, second, undecided = ledger.granted(), ledger.granted(), ledger.accepted()
    ledger.do(first, c.IssueDocument(item="A1"), SYSTEM)
    with pytest.raises(ActNotAllowed):
        ledger.do(undecided, c.IssueDocument(item="A1"), SYSTEM)
    monkeypatch.setitem(records.WRITERS, Record.CERTIFICATE, _crash)
    with pytest.raises(RuntimeError):
        ledger.do(second, c.IssueDocument(item="A1"), SYSTEM)
    monkeypatch.undo()
    ledger.do(second, c.IssueDocument(item="A1"), SYSTEM)
    assert number(ledger, second) == f"LC-611102-{YEAR}-0002"


def _crash(*_: object) -> None:
    raise RuntimeError("the power went")


def test_a_number_is_counted_within_its_year_and_may_hold_the_date(ledger):
    first = ledger.granted()
    ledger.go_to(date(2027, 1, 4))
    ledger.do(first, c.IssueDocument(item="A1"), SYSTEM)
    assert number(ledger, first) == "LC-611102-2027-0001"
    permit, on = YARD.document["permit"], date(2027, 1, 4)
    with ledger.database.transaction() as connection:
        found = documents.next_number(connection, permit, "611102", on)
    assert found == "BP61110220270104001"


def test_a_document_has_the_number_its_officer_gives_once(ledger):
    first, second = ledger.granted(), ledger.granted()
    ledger.do(first, c.IssueDocument(item="A1", number="LC-7"), handler(PLANNING))
    with pytest.raises(NumberTaken) as refused:
        ledger.do(second, c.IssueDocument(item="A1", number="LC-7"), handler(PLANNING))
    assert "LC-7" in refused.value.sentence()


def test_a_replayed_issue_takes_no_second_number(ledger):
    project = ledger.granted()
    for _ in range(2):
        ledger.do(project, c.IssueDocument(item="A1"), SYSTEM, key="issue")
    assert ledger.scalar("SELECT last FROM document_number WHERE kind = 'land_certificate'") == 1


def test_a_voided_approval_revokes_its_document(database_url):
    scenario = changed_item("A1", materials=(asks("plan"), asks("archive", DEFERRABLE)))
    ledger = Ledger(database_url, scenario)
    project = ledger.register()
    ledger.hand_in(project, "plan")
    ledger.do(project, c.SubmitApplication(item="A1", defer=("archive",), commitment=SIGNED))
    for command in (c.AcceptApplication(item="A1"), APPROVE):
        ledger.do(project, command)
    ledger.do(project, c.IssueDocument(item="A1"), SYSTEM)
    assert (
        ledger.scalar("SELECT conditional FROM official_document WHERE category = 'certificate'")
        is True
    )
    clock = ledger.facts(project).clocks[("A1", ClockKind.MAKE_UP, 1, "archive")]
    ledger.go_to(date.fromordinal(clock.due_on.toordinal() + 1))
    ledger.do(project, c.VoidApproval(item="A1", reason="not made good"), SYSTEM)
    assert (
        ledger.scalar("SELECT state FROM official_document WHERE category = 'certificate'")
        == "revoked"
    )
    facts = ledger.facts(project)
    advance_stage(ledger.database, facts.id, "land", ledger.now)
    assert ledger.facts(project).items["A1"].round == 2
    ledger.close()


# --- what the database has to hold --------------------------------------------------------------


def test_a_file_has_to_be_there(ledger):
    project = ledger.register()
    missing = c.SubmitMaterial(material="plan", file_name="a.pdf", sha256="b" * 64)
    with pytest.raises(FileMissing):
        ledger.do(project, missing)


def test_only_a_steward_is_assigned(ledger):
    project = ledger.register()
    for login in ("idle", "nobody"):
        with pytest.raises(UnknownSteward) as refused:
            ledger.do(project, c.AssignSteward(steward=login), ADMINISTRATOR)
        assert login in refused.value.sentence()


@pytest.mark.parametrize("project", [4711, "2611-611102-04-01-999999"])
def test_a_project_that_is_not_there(ledger, project):
    with pytest.raises(NotFound) as refused:
        execute(ledger.database, project, APPROVE, FIRST, ledger.now)
    assert str(project) in refused.value.sentence()


def test_notices_and_the_wake_up_leave_with_the_act(ledger):
    project = ledger.accepted()
    number_ = ledger.facts(project).id
    version = ledger.do(project, APPROVE, FIRST).version
    assert (
        ledger.scalar("SELECT version FROM wake_up WHERE project_id = :id", id=number_) == version
    )
    told = ledger.scalar(
        "SELECT json_agg(json_build_array(template, audience) ORDER BY id) FROM notice"
        " WHERE project_id = :id AND seq >= (SELECT max(seq) - 1 FROM case_event"
        " WHERE project_id = :id)",
        id=number_,
    )
    assert ["item_granted", "enterprise"] in told
    assert ["item_to_examine", "department:land_bureau"] in told


# --- migrations ---------------------------------------------------------------------------------


def test_two_processes_migrate_an_empty_database_at_once(postgres_url):
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=migrations.upgrade, args=(postgres_url,)) for _ in range(2)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(PATIENCE_SECONDS)
    assert [process.exitcode for process in processes] == [0, 0]
    found = Ledger(postgres_url)
    with found.database.reading() as connection:
        assert migrations.current_revision(connection) == migrations.head_revision()
    found.register()
    found.close()
