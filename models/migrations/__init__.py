"""Migrations of the ledger's tables: applied under an advisory lock, checked against the tables."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, text
from sqlalchemy.engine import Connection
from sqlalchemy.pool import NullPool

#: Two installations that start at once migrate one after the other.
ADVISORY_LOCK = 4_203_370
LOCK_TIMEOUT = "10s"


def configuration(connection: Connection | None = None) -> Config:
    """Alembic's configuration without a file: scripts stand beside this module."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.set_main_option("path_separator", "os")
    if connection is not None:
        config.attributes["connection"] = connection
    return config


def upgrade(url: str) -> None:
    """Bring a database to the newest version; a database that is there already is left alone.

    One transaction holds the advisory lock, so concurrent calls wait for each other and a
    migration is applied whole or not at all.
    """
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(text(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'"))
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ADVISORY_LOCK})
        command.upgrade(configuration(connection), "head")


def current_revision(connection: Connection) -> str | None:
    """The revision a database is at, or ``None`` when it was never migrated."""
    return MigrationContext.configure(connection).get_current_revision()


def head_revision() -> str | None:
    """The newest revision there is."""
    return ScriptDirectory.from_config(configuration()).get_current_head()
