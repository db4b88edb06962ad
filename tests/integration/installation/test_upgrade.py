"""An upgrade while people work: nobody waits long for it, and it waits for whoever reads long."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Iterator

import pytest
from psycopg2.errors import LockNotAvailable
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import NullPool

from models import migrations
from models.migrations import LOCK_SECONDS, TablesHeld
from services.cases.audit import verify
from services.cases.round_filling import fill
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


def test_a_migration_that_meets_somebody_crosswise_comes_back(postgres_url, monkeypatch):
    """It waits for a row of theirs and they for its table: PostgreSQL ends one of the two."""
    crossed, upgrade = ["40P01", "55P03"], migrations.command.upgrade

    def meet(configuration, revision):
        if crossed:
            code = crossed.pop()
            connection = configuration.attributes["connection"]
            connection.exec_driver_sql(f"DO $$ BEGIN RAISE SQLSTATE '{code}'; END $$")
        upgrade(configuration, revision)

    monkeypatch.setattr(migrations.command, "upgrade", meet)
    monkeypatch.setattr(migrations, "PAUSE_SECONDS", 0.0)
    engine = create_engine(postgres_url, poolclass=NullPool)
    migrations._apply(engine, "0001", tries=3)
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
