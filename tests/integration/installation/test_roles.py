"""Least rights: what the application's role and the reader's may, and what they are refused."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import Connection
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.pool import NullPool

from config.settings import Settings
from deployments.local.health import database_findings
from deployments.local.postgres import APPLICATION, READER
from models.migrations.roles import APPEND_ONLY, NOT_READ
from models.tables import metadata
from tests.support.ledger import Ledger

ROLES = {"application": APPLICATION, "reader": READER}


@pytest.fixture(scope="module")
def database_name(module_database_url: str) -> str:
    return module_database_url.split("/")[3].split("?", maxsplit=1)[0]


@pytest.fixture
def as_role(postgres, database_name) -> Iterator[dict[str, Connection]]:
    """A connection of each role, rolled back afterwards."""
    engines = {
        name: create_engine(postgres.url(database_name, user=role), poolclass=NullPool)
        for name, role in ROLES.items()
    }
    connections = {name: engine.connect() for name, engine in engines.items()}
    yield connections
    for connection in connections.values():
        connection.close()


def refused(connection: Connection, statement: str) -> bool:
    try:
        with connection.begin_nested():
            connection.execute(text(statement))
    except ProgrammingError as error:
        return "permission denied" in str(error) or "must be owner" in str(error)
    return False


@pytest.mark.parametrize("table", APPEND_ONLY)
def test_the_application_only_adds_to_what_is_only_added_to(as_role, table):
    application = as_role["application"]
    column = next(iter(metadata.tables[table].c)).name
    assert refused(application, f"UPDATE {table} SET {column} = {column}")
    assert refused(application, f"DELETE FROM {table}")
    assert not refused(application, f"SELECT count(*) FROM {table}")


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE mine (id int)",
        "CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "ALTER TABLE case_event DISABLE TRIGGER ALL",
        "DROP TRIGGER case_event_append_only ON case_event",
        "DROP TABLE item",
        "ALTER TABLE item ADD COLUMN mine int",
        "CREATE INDEX ON item (state)",
        "SET session_replication_role = replica",
        "UPDATE alembic_version SET version_num = 'x'",
        "CREATE ROLE mine",
        *(f"TRUNCATE {table.name} CASCADE" for table in metadata.sorted_tables),
    ],
)
def test_the_application_is_refused(as_role, statement):
    assert refused(as_role["application"], statement)


def test_the_reader_reads_figures_and_no_secret(as_role):
    reader = as_role["reader"]
    for table in metadata.sorted_tables:
        columns = "login, role" if table.name == "account" else "count(*)"
        denied = refused(reader, f"SELECT {columns} FROM {table.name}")
        assert denied == (table.name in NOT_READ), table.name
        column = next(iter(table.c)).name
        assert refused(reader, f"UPDATE {table.name} SET {column} = {column}")
        assert refused(reader, f"DELETE FROM {table.name}")
    assert refused(reader, "SELECT password_hash FROM account")
    assert refused(reader, "SELECT channels FROM account")


def test_people_work_with_the_applications_role(postgres, database_name):
    """Every kind of writing: acts, documents, notices, bulk acts of the watch, publication."""
    from models.cases import commands as c
    from models.people.actor import SYSTEM
    from services.cases.audit import verify
    from services.cases.watch.deadlines import watch
    from services.documents.writing import render_missing
    from services.notices.notices import pump

    ledger = Ledger(postgres.url(database_name, user=APPLICATION))
    try:
        project = ledger.granted()
        ledger.do(project, c.IssueDocument(item="A1"), SYSTEM)
        ledger.accepted("A1")
        render_missing(ledger.database, ledger.facts(project).id)
        ledger.go_to(ledger.today.replace(year=2027))
        assert watch(ledger.database, ledger.now).warnings
        assert pump(ledger.database, ledger.now).notices
        assert verify(ledger.database).ok
    finally:
        ledger.close()


def test_doctor_says_what_one_url_alone_means(postgres, database_name):
    """It works, and the log can be rewritten by whoever has that URL."""
    for user, state in ((APPLICATION, "up"), ("postgres", "note")):
        settings = Settings(database_url=postgres.url(database_name, user=user))
        [rights] = [found for found in database_findings(settings) if found.part == "rights"]
        assert rights.state == state
        assert ("KAIGONG_DATABASE_OWNER_URL" in rights.remedy) == (state == "note")
