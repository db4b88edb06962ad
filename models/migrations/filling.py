"""What a migration writes into rows that are there already: in batches, while people act.

A migration holds all tables for the moment in which it changes them (:mod:`models.migrations`). What takes
time with the number of rows comes after it, each batch a transaction of its own, before the next migration.
A filling that was interrupted begins anew: doing it again changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, Literal, NamedTuple

from sqlalchemy import Connection, text

#: Name of a migration's tuple of fillings.
NAME: Final = "FILLINGS"
#: Projects, or pages of a table, in one batch: some hundred rows.
STEPS: Final = {"projects": 50, "pages": 20}


class Filling(NamedTuple):
    """Statements for a range of projects, or of the pages of a table: ``:first`` is in it, ``:last`` is not.

    Projects are locked first, as acts do. Rows that were written after the migration are not asked for:
    its triggers saw them.
    """

    statements: tuple[str, ...]
    table: str = "project"
    by: Literal["projects", "pages"] = "projects"
    waits: bool = True
    """Whether it waits for rows that somebody holds; what only copies takes its time."""


def ranges(connection: Connection, filling: Filling) -> Iterator[dict[str, object]]:
    """The ranges in which everything lies that is there now."""
    step = STEPS[filling.by]
    size = _PROJECTS if filling.by == "projects" else _PAGES
    end = int(connection.scalar(size, {"table": filling.table}) or 0)
    for first in range(0, end, step):
        if filling.by == "projects":
            yield {"first": first, "last": first + step}
        else:
            yield {"first": f"({first},0)", "last": f"({first + step},0)"}


def fill(connection: Connection, filling: Filling, batch: dict[str, object]) -> None:
    """Do one batch, in UTC, in which moments are hashed."""
    connection.execute(text("SET LOCAL timezone = 'UTC'"))
    if filling.by == "projects":
        connection.execute(_HOLD, batch)
    for statement in filling.statements:
        connection.execute(text(statement), batch)


def was_interrupted(connection: Connection) -> bool:
    """Whether the filling of the newest migration has not come to its end."""
    return bool(connection.scalar(_INTERRUPTED))


#: In the transaction of a migration, and after the last batch.
BEGINS: Final = text("COMMENT ON TABLE alembic_version IS 'filling'")
ENDS: Final = text("COMMENT ON TABLE alembic_version IS NULL")
_INTERRUPTED = text(
    "SELECT obj_description(to_regclass('alembic_version'), 'pg_class') = 'filling'"
)
_PROJECTS = text("SELECT max(id) + 1 FROM project WHERE CAST(:table AS text) = 'project'")
_PAGES = text("SELECT pg_relation_size(CAST(:table AS regclass)) / 8192 + 1")
_HOLD = text(
    "SELECT id FROM project WHERE id >= :first AND id < :last ORDER BY id FOR NO KEY UPDATE"
)
