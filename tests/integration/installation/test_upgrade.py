"""An upgrade while people work: nobody waits long for it, and it waits for whoever reads long."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256

import pytest
from psycopg2.errors import LockNotAvailable
from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.pool import NullPool

from deployments.local.database import bring_up
from models import migrations
from models.migrations import LOCK_SECONDS, TablesHeld, overlap
from models.migrations.check import differences
from services.cases.audit import verify
from services.cases.audit.faults import RecordAltered, RecordForged
from services.cases.filling.rounds import fill
from services.cases.takeover import take_over
from services.documents.files import keep_attached, read_file
from services.unit_of_work import Database
from tests.support.frozen.restoring import manifest, restore_as_written

pytestmark = pytest.mark.xdist_group("frozen_ledger")

#: What people of the earlier program do all day: read a project, and act in one.
READ = text("SELECT id, title, version FROM project ORDER BY id LIMIT 50")
ACT = text("UPDATE project SET version = version WHERE id = (SELECT min(id) FROM project)")


@pytest.fixture
def written(postgres) -> Iterator[str]:
    """URL of a database as an earlier program left it."""
    name = f"upgrade_{uuid.uuid4().hex[:12]}"
    url = postgres.ensure_database(name)
    restore_as_written(url)
    yield url
    postgres.drop_database(name)


def revision_of(engine: Engine) -> str | None:
    with engine.connect() as connection:
        return migrations.current_revision(connection)


def test_people_work_on_while_it_waits_for_a_long_reader(written):
    engine = create_engine(written, poolclass=NullPool)
    upgrading = threading.Thread(target=migrations.upgrade, args=(written,))
    with engine.connect() as reader:
        reader.execute(text("SELECT count(*) FROM project, item"))
        upgrading.start()
        refused = 0
        for _ in range(12):
            # Longer than a migration may stand in anybody's way, by what a busy machine adds.
            refused += not worked(engine, LOCK_SECONDS + 60)
        assert upgrading.is_alive()
        assert revision_of(engine) != migrations.head_revision()
    upgrading.join()
    assert refused == 0
    assert revision_of(engine) == migrations.head_revision()
    database = Database(written)
    # As the first start of the program does, before anybody signs in.
    assert fill(database) > 0
    assert verify(database).broken == ()
    database.close()


def worked(engine: Engine, seconds: int) -> bool:
    """Whether somebody of the earlier program read and acted, waiting for no lock longer than that."""
    try:
        with engine.begin() as connection:
            connection.execute(text(f"SET LOCAL lock_timeout = '{seconds}s'"))
            connection.execute(READ)
            connection.execute(ACT)
            connection.execute(text("SELECT pg_sleep(0.3)"))
    except OperationalError as error:
        if isinstance(error.orig, LockNotAvailable):
            return False
        raise
    return True


@pytest.fixture
def earlier(written) -> Engine:
    """Connections of 0.1.0 to a database that was migrated while it served."""
    named = {"application_name": "kaigong"}
    engine = create_engine(written, poolclass=NullPool, connect_args=named)
    with engine.connect():
        bring_up(written)
    return engine


@contextmanager
def taken_back(engine: Engine) -> Iterator[Connection]:
    """A transaction whose constraints are looked at before it is rolled back."""
    with engine.connect() as connection:
        yield connection
        connection.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
        connection.rollback()


def test_the_release_before_serves_through_an_upgrade_and_after(written, earlier):
    ours = Database(written)
    with earlier.begin() as connection:
        # A warning, a paper and a revoked document, in the statements of 0.1.0.
        clock = connection.execute(OLD_WARNING).one()
        connection.execute(OLD_FILE, {"sha256": OF_PAPER, "size": len(PAPER), "content": PAPER})
        connection.execute(OLD_REVOCATION, {"id": clock.project_id})
        connection.execute(OLD_ACT, {"id": clock.project_id})
        code = connection.scalar(OF_CLOCK, clock._asdict())
    with ours.transaction() as connection:
        shown = connection.execute(NEW_CLOCK, clock._asdict()).one()
        assert shown.turns == [str(clock.yellow_on), str(clock.next_rung_on)]
        assert len(shown.warned) == len(shown.warned_for) == len(shown.warned_on)
        kept = keep_attached(connection, b"ours" * 100_000, "text/plain")
    assert b"".join(read_file(ours, OF_PAPER).parts) == PAPER
    with earlier.connect() as connection:
        content = connection.scalar(OLD_READING, {"sha256": kept})
        assert bytes(content) == b"ours" * 100_000
        assert overlap.lasts(connection)
    # It is gone: what it wrote is taken over, and what it needed goes.
    assert take_over(ours) > 0
    bring_up(written)
    report = verify(ours, code)
    records = [fault for fault in report.broken if isinstance(fault, RecordAltered | RecordForged)]
    assert records == []
    with ours.reading() as connection:
        assert not overlap.lasts(connection)
        assert (
            connection.scalar(text("SELECT count(*) FROM pg_proc WHERE proname ~ '^older_'")) == 0
        )
    assert differences(written) == []
    ours.close()


def test_the_release_before_does_what_only_this_one_refuses(earlier, written):
    """A project without a steward, and the account of one who is still needed."""
    with taken_back(earlier) as connection:
        connection.execute(CLOSE_STEWARDS)
        connection.execute(WITHOUT_STEWARD)
    bring_up(written)
    with pytest.raises(DBAPIError, match="still the steward"), taken_back(earlier) as connection:
        connection.execute(CLOSE_STEWARDS)


PAPER = b"%PDF-1.7 " + bytes(range(256)) * 2000
OF_PAPER = sha256(PAPER).hexdigest()
OLD_WARNING = text(
    "UPDATE clock SET yellow_on = due_on - 3, next_rung_on = due_on - 1, warned = warned || '{head}'::text[]"
    " WHERE ctid = (SELECT c.ctid FROM clock c JOIN official_document d USING (project_id, item)"
    " WHERE c.due_on IS NOT NULL ORDER BY c.project_id, c.item, c.kind LIMIT 1)"
    " RETURNING project_id, item, kind, round, subject, yellow_on, next_rung_on"
)
OLD_FILE = text(
    "INSERT INTO stored_file (sha256, media_type, size, content)"
    " VALUES (:sha256, 'application/pdf', :size, :content) ON CONFLICT DO NOTHING"
)
OLD_READING = text("SELECT content FROM stored_file WHERE sha256 = :sha256")
OLD_REVOCATION = text(
    "UPDATE official_document SET state = 'revoked', revoked_reason = 'x' WHERE project_id = :id"
)
OF_CLOCK = text("SELECT code FROM project WHERE id = :project_id")
OLD_ACT = text("UPDATE project SET version = version, calendar = calendar WHERE id = :id")
NEW_CLOCK = text(
    "SELECT warned, warned_for, warned_on,"
    " ARRAY[CAST(yellow_at AT TIME ZONE 'Asia/Shanghai' AS date)::text,"
    " CAST(next_rung_at AT TIME ZONE 'Asia/Shanghai' AS date)::text] AS turns FROM clock"
    " WHERE project_id = :project_id AND item = :item AND kind = :kind AND round = :round"
    " AND subject = :subject"
)
CLOSE_STEWARDS = text("UPDATE account SET active = false WHERE role = 'project_steward'")
WITHOUT_STEWARD = text(
    "UPDATE project SET steward = NULL WHERE id = (SELECT min(id) FROM project WHERE state = 'active')"
)


def test_a_migration_that_meets_somebody_crosswise_comes_back(postgres_url, monkeypatch):
    """It waits for a row of theirs and they for its table: PostgreSQL ends one of the two."""
    crossed, upgrade = ["40P01", "55P03", "57014"], migrations.command.upgrade

    def meet(configuration, revision):
        if crossed:
            code = crossed.pop()
            connection = configuration.attributes["connection"]
            connection.exec_driver_sql(f"DO $$ BEGIN RAISE SQLSTATE '{code}'; END $$")
        upgrade(configuration, revision)

    monkeypatch.setattr(migrations.command, "upgrade", meet)
    monkeypatch.setattr(migrations, "PAUSE_SECONDS", 0.0)
    engine = create_engine(postgres_url, poolclass=NullPool)
    migrations._apply(engine, "0001", tries=4)
    assert revision_of(engine) == "0001"


def test_who_never_lets_go_is_told_of_and_nothing_is_half_done(written):
    engine = create_engine(written, poolclass=NullPool)
    with engine.connect() as reader:
        reader.execute(text("SELECT count(*) FROM project, item, clock"))
        with pytest.raises(TablesHeld) as held:
            migrations.upgrade(written, tries=1)
        assert "left open" in str(held.value)
    stopped_at = revision_of(engine)
    assert stopped_at is not None
    assert manifest().revision <= stopped_at < (migrations.head_revision() or "")
    migrations.upgrade(written)
    assert revision_of(engine) == migrations.head_revision()
