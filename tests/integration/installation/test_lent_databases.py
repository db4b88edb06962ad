"""A database that was lent to a test is the same as a new one for the next."""

from __future__ import annotations

from contextlib import closing

import pytest
from sqlalchemy import create_engine, text

from services.unit_of_work import open_database
from tests.support.ledger import Ledger
from tests.support.run.databases import Databases


@pytest.fixture
def own(postgres, template_database):
    """Databases of this test alone: those of the run are lent to the others."""
    found = Databases(postgres, template_database, patience=30.0)
    yield found
    for lent in found.idle:
        postgres.drop_database(lent.name)


def test_what_was_written_is_gone_and_numbers_begin_anew(own):
    numbers = []
    for _ in range(2):
        with own.lend() as url, closing(Ledger(url)) as ledger:
            ledger.granted()
            numbers.append((url, ledger.scalar("SELECT max(id) FROM notice")))
            assert ledger.count("project") == 1
            assert ledger.count("alembic_version") == 1
    assert numbers[0] == numbers[1]


@pytest.mark.parametrize(
    "change",
    [
        "CREATE TABLE more (n int)",
        "ALTER TABLE case_event DISABLE TRIGGER USER",
        "ALTER TABLE project ADD COLUMN more int",
        "UPDATE alembic_version SET version_num = 'newer'",
        "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET work_mem = 64', current_database()); END $$",
    ],
)
def test_what_was_built_otherwise_is_not_lent_again(own, change):
    with own.lend() as url:
        engine = create_engine(url)
        with engine.begin() as connection:
            connection.execute(text(change))
        engine.dispose()
    assert own.idle == []


def test_what_somebody_is_still_connected_to_is_not_lent_again(own):
    own.patience = 0.0
    with own.lend() as url:
        engine = create_engine(url)
        held = engine.connect()
    assert own.idle == []
    held.invalidate()
    engine.dispose()


def test_a_pool_of_the_address_begins_anew_and_remembers_no_versions(own):
    pools = []
    for _ in range(2):
        with own.lend() as url:
            pools.append(open_database(url))
            pools[-1].close()
    assert pools[0] is not pools[1]
