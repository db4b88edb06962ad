"""Whoever has the keys of the database is found by the audit, whatever they touched.

One ledger serves all: each tampering is done in a transaction that is rolled back.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import text

from models.cases import commands as c
from models.people.actor import SYSTEM
from models.people.security import Origin, SecurityEvent
from models.tables import metadata
from models.tables.audit import SaysNothing, Sealed, audits_of
from services.cases.audit import AuditReport, audit
from services.cases.audit.faults import (
    EndCutOff,
    EventMissing,
    FileAltered,
    NotComparable,
    NoticesDiffer,
    ProjectGone,
    RecordAltered,
    RecordForged,
    RecordGone,
    RowDiffers,
)
from services.cases.audit.records import KINDS
from services.cases.watch.deadlines import watch
from services.documents.files import FileReplaced, read_file, store_file
from services.documents.writing import render_missing
from services.notices.notices import expand
from services.people.security_log import record
from tests.integration.cases.test_audit import eventful
from tests.support.ledger import Ledger

Tamper = Callable[..., AuditReport]
#: Where triggers and foreign keys hold nobody back.
_OWNER = text("SET LOCAL session_replication_role = replica")


@pytest.fixture(scope="module")
def seeded(module_ledger: Ledger) -> Ledger:
    """Two projects with everything beside their facts: documents, credit, notices, receipts, files."""
    ledger = module_ledger
    ledger.first = eventful(ledger)
    ledger.second = ledger.granted()
    ledger.do(ledger.second, c.IssueDocument(item="A1"), SYSTEM)
    watch(ledger.database, ledger.now)
    for project in (ledger.first, ledger.second):
        render_missing(ledger.database, ledger.facts(project).id)
    expand(ledger.database, ledger.now)
    record(ledger.database, SecurityEvent.SIGNED_IN, Origin("steward", "192.0.2.1"))
    return ledger


@pytest.fixture
def tamper(seeded: Ledger) -> Iterator[Tamper]:
    """Does something with the rights of the owner and audits; all is undone afterwards."""
    with seeded.database.engine.connect() as connection:

        def tampered(*statements: str, project: str | None = None, **values: object) -> AuditReport:
            connection.execute(_OWNER)
            for statement in statements:
                done = connection.execute(text(statement), values)
                assert done.rowcount, f"touched nothing: {statement}"
            return audit(connection, project)

        yield tampered
        connection.rollback()


def told(report: AuditReport) -> str:
    return "\n".join(fault.sentence() for fault in report.broken)


#: Sealed tables of which the ledger here has no rows.
RARE = (
    *(
        "absence",
        "calendar_warning",
        "commitment_list",
        "competence",
        "delegation",
        "handover",
        "handover_line",
        "matter",
        "matter_kind",
        "promotion_group",
        "role_grant",
        "steward_choice",
        "steward_profile",
        "unit",
    ),
)


def test_nothing_was_touched(seeded):
    with seeded.database.snapshot() as connection:
        report = audit(connection)
        assert report.ok, told(report)
        empty = {
            table.name
            for table in metadata.sorted_tables
            if any(isinstance(how, Sealed) for how in audits_of(table))
            and not connection.execute(text(f"SELECT count(*) FROM {table.name}")).scalar_one()
        }
        assert empty <= set(RARE)


def test_every_table_says_how_it_is_audited():
    """A new table fails here until somebody has decided."""
    for table in metadata.sorted_tables:
        how = audits_of(table)
        assert how, (
            f"{table.name} is in no audit: say how in its declaration (models/tables/audit.py)"
        )
        for one in how:
            assert not isinstance(one, SaysNothing) or len(one.reason) > 10, table.name
    sealed = {
        t.name for t in metadata.sorted_tables if any(isinstance(h, Sealed) for h in audits_of(t))
    }
    assert sealed == set(KINDS)


DOCUMENT = "WHERE id = (SELECT min(id) FROM official_document)"
REVOKED = "WHERE id = (SELECT min(id) FROM official_document WHERE state = 'revoked')"


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (f"UPDATE official_document SET state = 'valid', revoked_on = NULL {REVOKED}", RecordAltered),
        (f"UPDATE official_document SET number = '住建许〔2026〕9999号' {DOCUMENT}", RecordForged),
        (f"UPDATE official_document SET face = face || '{{\"name\": {{\"zh\": \"x\"}}}}' {DOCUMENT}", RecordAltered),
        (f"UPDATE official_document SET round = round + 1 {DOCUMENT}", RecordAltered),
        (f"UPDATE official_document SET file = repeat('b', 64) {DOCUMENT}", RecordAltered),
        (f"UPDATE official_document SET issued_on = '2020-01-01' {DOCUMENT}", RecordAltered),
        (f"DELETE FROM official_document {DOCUMENT}", RecordGone),
        (("INSERT INTO official_document (project_id, item, round, seq, kind, category, number, state,"
         " conditional, issued_on, token, face) SELECT project_id, item, round, 1, kind, category,"
         f" 'forged', 'valid', false, issued_on, 'forged', face FROM official_document {REVOKED}"),
         RecordForged),
        ("UPDATE credit_entry SET state = 'repaired'", RecordAltered),
        ("UPDATE credit_entry SET until = '2026-01-01'", RecordAltered),
        ("DELETE FROM credit_entry", RecordGone),
        ("UPDATE notice SET template = 'x' WHERE id = (SELECT min(id) FROM notice WHERE project_id IS NOT NULL)", NoticesDiffer),
        ("UPDATE notice SET params = '{\"x\": 1}' WHERE id = (SELECT max(id) FROM notice WHERE project_id IS NOT NULL)", NoticesDiffer),
        ("DELETE FROM notice WHERE id = (SELECT min(id) FROM notice WHERE project_id IS NOT NULL)", NoticesDiffer),
        (("INSERT INTO notice (project_id, seq, audience, template, params, created_at)"
         " SELECT id, 1, 'leader', 'forged', '{}', now() FROM project ORDER BY id LIMIT 1"), NoticesDiffer),
        ("UPDATE notice SET created_at = created_at - interval '3 days' WHERE id = (SELECT min(id) FROM notice WHERE project_id IS NOT NULL)", NoticesDiffer),
        ("UPDATE delivery SET read_at = now() WHERE id = (SELECT min(id) FROM delivery)", RecordAltered),
        ("UPDATE delivery SET account = 'idle' WHERE account <> 'idle' AND id = (SELECT min(id) FROM delivery)", RecordAltered),
        ("DELETE FROM delivery WHERE id = (SELECT max(id) FROM delivery)", RecordGone),
        ("UPDATE document_number SET last = last + 1", RecordAltered),
        ("DELETE FROM document_number", RecordGone),
        ("UPDATE scenario_version SET definition = jsonb_set(definition, '{name,zh}', '\"别的\"')", RecordAltered),
        ("UPDATE scenario_version SET effective_on = '2020-01-01'", RecordAltered),
        ("UPDATE scenario_act SET actor = 'somebody'", RecordAltered),
        ("UPDATE policy_version SET content = content - 'make_up'", RecordAltered),
        ("UPDATE calendar_version SET content = '{}'", RecordAltered),
        ("DELETE FROM calendar_version", RecordGone),
        ("UPDATE project SET region = '610000' WHERE id = 1", RecordAltered),
        (("UPDATE project SET architect = '{\"unit\": \"U\", \"unit_code\": \"C\", \"architect\": \"A\","
         " \"registration\": \"R\", \"since\": \"2026-01-01\"}' WHERE id = 1"), RowDiffers),
        ("UPDATE material SET file_name = 'other.pdf' WHERE key = 'plan' AND project_id = 1", RowDiffers),
        ("UPDATE material SET file_name = NULL WHERE key = 'plan' AND project_id = 1", RowDiffers),
        ("DELETE FROM stage WHERE key = 'land' AND project_id = 1", RowDiffers),
        ("UPDATE case_round SET outcome = 'granted', ended_on = received_on WHERE project_id = 1", RowDiffers),
        ("UPDATE case_round SET steward = 'another' WHERE project_id = 1", RowDiffers),
        ("UPDATE case_round SET channel = 'window' WHERE project_id = 1", RowDiffers),
        ("DELETE FROM case_round WHERE project_id = 1", RowDiffers),
        ("INSERT INTO stage (project_id, key) VALUES (1, 'made up')", RowDiffers),
        ("UPDATE stored_file_part SET content = 'x'", FileAltered),
        ("UPDATE stored_file SET media_type = 'text/html'", RecordAltered),
        ("DELETE FROM stored_file", RecordGone),
        # What nobody attached is removed after a day.
        ("UPDATE stored_file SET attached = false WHERE attached", RecordAltered),
        ("UPDATE security_event SET actor = 'somebody else'", RecordAltered),
        ("UPDATE security_event SET at = at - interval '1 year'", RecordAltered),
        ("DELETE FROM security_event", RecordGone),
        (("INSERT INTO security_event (kind, actor, address) VALUES ('signed_in', 'somebody', '10.0.0.1')"),
         RecordForged),
    ],
)  # fmt: skip
def test_what_was_tampered_with_is_found(tamper, change, fault):
    report = tamper(change)
    assert any(isinstance(found, fault) for found in report.broken), told(report)


def test_a_project_deleted_with_its_events_is_found(tamper, seeded):
    tables = [t.name for t in metadata.sorted_tables if "project_id" in t.c and t.name != "wake_up"]
    number = seeded.facts(seeded.second).id
    gone = [f"DELETE FROM {name} WHERE project_id = {number}" for name in tables]
    there = [sql for sql in gone if seeded.scalar(sql.replace("DELETE", "SELECT count(*)"))]
    report = tamper(*there, f"DELETE FROM project WHERE id = {number}")
    assert any(
        isinstance(f, RecordGone) and f.params["key"] == seeded.second for f in report.broken
    )
    assert seeded.first not in told(report)


def test_a_project_gone_while_its_events_stay_blames_nobody_else(tamper, seeded):
    report = tamper("DELETE FROM project WHERE code = :code", code=seeded.first)
    assert any(isinstance(fault, ProjectGone) for fault in report.broken)
    assert seeded.second not in told(report)


def test_all_faults_are_told(tamper, seeded):
    """What cannot be compared at all hides nothing of the others."""
    report = tamper(
        "UPDATE project SET scenario_id = 4711, calendar = 'never' WHERE code = :first",
        "UPDATE item SET state = 'denied' WHERE code = 'A1' AND project_id ="
        " (SELECT id FROM project WHERE code = :second)",
        "DELETE FROM case_event WHERE seq = 2 AND project_id ="
        " (SELECT id FROM project WHERE code = :second)",
        "UPDATE stored_file_part SET content = 'x'",
        first=seeded.first,
        second=seeded.second,
    )
    kinds = {(type(fault), fault.project) for fault in report.broken}
    assert (NotComparable, seeded.first) in kinds, told(report)
    assert {(EventMissing, seeded.second), (RowDiffers, seeded.second)} <= kinds
    assert (FileAltered, None) in kinds


def test_an_unknown_calendar_hides_no_other_project(tamper, seeded):
    report = tamper("UPDATE project SET calendar = 'never' WHERE code = :c", c=seeded.first)
    assert [(type(f), f.project) for f in report.broken] == [(NotComparable, seeded.first)]


def test_an_unreadable_scenario_is_told_of_each_project_on_it(tamper, seeded):
    """In a process that has not read it before: definitions of published versions are kept."""
    from services.scenarios.published import _DEFINITIONS

    kept = dict(_DEFINITIONS.pop(seeded.database.engine, {}))
    try:
        report = tamper("UPDATE scenario_version SET definition = '{}'")
    finally:
        _DEFINITIONS[seeded.database.engine] = kept
    assert {f.project for f in report.broken if isinstance(f, NotComparable)} == {
        seeded.first,
        seeded.second,
    }
    assert any(isinstance(fault, RecordAltered) for fault in report.broken)


def test_one_project_is_audited_with_all_that_is_its_own(tamper, seeded):
    """Documents, credit, notices and files of it; another project's faults are not its own."""
    report = tamper(
        "UPDATE official_document SET conditional = NOT conditional",
        "UPDATE stored_file_part SET content = 'x'",
        project=seeded.second,
    )
    assert {fault.project for fault in report.broken} == {seeded.second, None}
    assert not isinstance(report.broken[0], EndCutOff)


def test_a_replaced_file_is_not_handed_out(database):
    stored = store_file(database, io.BytesIO(b"%PDF-1.7 mine"), "a.pdf", 1)
    assert read_file(database, stored.sha256).content == b"%PDF-1.7 mine"
    with database.transaction() as connection:
        connection.execute(text("UPDATE stored_file_part SET content = 'theirs'"))
    with pytest.raises(FileReplaced):
        read_file(database, stored.sha256)
