"""W20: the work that speed is measured on. Twenty items in five stages, each decided by a person."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from pydantic import SecretStr

from deployments.local.postgres import Postgres
from models.people.actor import SYSTEM, Role
from models.scenarios.definition import ScenarioDefinition
from models.scenarios.file import Catalogue
from rules.scenarios.reading import read_scenario
from services.people.accounts import NewAccount, insert_account, know_departments
from services.scenarios import versions
from services.unit_of_work import Database

FILE = Path(__file__).with_name("w20.yaml")
#: Nobody signs in with it: no hash is this.
NO_HASH = "!"
COMMENT = "documents complete, approved"
NOW = datetime(2026, 11, 16, 2, tzinfo=UTC)


@cache
def definition() -> ScenarioDefinition:
    """The scenario, read from its file."""
    reading = read_scenario(FILE.read_bytes(), Catalogue())
    if reading.definition is None:
        raise RuntimeError(reading.errors)
    return reading.definition


#: Item → what it builds on; the order is one in which officers may decide.
AFTER = {item.code: item.after for item in definition().items}
ITEMS = tuple(AFTER)
DEPENDENTS = {code: definition().dependents[code] for code in ITEMS}


@contextmanager
def databases(*names: str) -> Iterator[tuple[str, ...]]:
    """Empty databases on a PostgreSQL of the benchmark's own, with durable settings; their URLs."""
    with (
        tempfile.TemporaryDirectory(prefix="kaigong-bench-") as folder,
        Postgres(Path(folder)) as server,
    ):
        yield tuple(server.ensure_database(name) for name in names)


def dsn(url: str) -> str:
    """The URL as psycopg2 alone understands it."""
    return url.replace("postgresql+psycopg2://", "postgresql://")


def publish(url: str) -> None:
    """Publish the scenario in a migrated database, with somebody to accompany its projects."""
    steward = NewAccount(
        login="steward", name="steward", role=Role.PROJECT_STEWARD, password=SecretStr("")
    )
    database = Database(url, pool_size=1)
    with database.transaction() as connection:
        insert_account(connection, steward, hashed=NO_HASH)
        know_departments(connection, definition().departments)
        versions.publish(connection, definition(), "w20", SYSTEM, NOW)
    database.close()
