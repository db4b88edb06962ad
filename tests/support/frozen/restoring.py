"""The frozen ledger into an empty database: at the revision it was written with, then upgraded."""

from __future__ import annotations

import gzip
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from alembic import command
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from models import migrations
from services.cases.filling.rounds import fill
from services.unit_of_work import Database

FOLDER = Path(__file__).parents[2] / "data" / "frozen_ledger"
DATA, MANIFEST = FOLDER / "data.sql.gz", FOLDER / "manifest.json"
_COPY, _END = "COPY ", "\\."


@dataclass(frozen=True, slots=True)
class Manifest:
    """What the ledger held when it was written."""

    revision: str
    """Of the migrations; its tables are those of this one."""
    projects: int
    events: dict[str, int]
    """Kind → how many."""
    items: dict[str, int]
    """State → how many items were in it."""
    rows: dict[str, int]
    """Table → how many rows."""
    codes: dict[str, str]
    """What a project is there for → its code."""


def manifest() -> Manifest:
    """What the ledger held when it was written."""
    return Manifest(**json.loads(MANIFEST.read_text(encoding="utf-8")))


def restore(url: str) -> None:
    """Fill an empty database with the ledger as it was written, and upgrade it to the newest state."""
    restore_as_written(url)
    migrations.upgrade(url)
    database = Database(url)
    fill(database)
    database.close()


def restore_as_written(url: str) -> None:
    """Fill an empty database with the ledger as the program of its day left it."""
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as connection:
        command.upgrade(migrations.configuration(connection), manifest().revision)
        cursor = connection.connection.cursor()
        for statement, rows in _statements(gzip.decompress(DATA.read_bytes()).decode()):
            if rows is None:
                cursor.execute(statement)
            else:
                cursor.copy_expert(statement, io.StringIO(rows))


def _statements(dump: str) -> Iterator[tuple[str, str | None]]:
    """Each statement of the dump with the rows that follow it, if it copies any."""
    lines = iter(dump.split("\n"))
    for line in lines:
        if line.startswith(_COPY):
            rows = "".join(f"{row}\n" for row in iter(lines.__next__, _END))
            yield line.removesuffix(";"), rows
        elif line:
            yield line, None
