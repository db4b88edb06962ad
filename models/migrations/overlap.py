"""What the release before needs while it serves beside this one, and its end.

Migrations expand: what the earlier program reads and writes stays, and triggers keep the old and the new in
step. Their functions are named ``older_…``; whose statement it is, they know by the name that a connection
gives itself. What is no longer needed is taken away when no earlier program is connected any more.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection, text

from models.program import application_name

#: In SQL: whether a statement is of 0.1.0, which gave no version.
OLDER: Final = "current_setting('application_name') = 'kaigong'"
#: The line by which a check lets the earlier program do what it always could; taken out at the end.
LET_PASS: Final = f"  IF {OLDER} THEN RETURN NULL; END IF; -- older\n"
#: Checks with such a line.
LENIENT: Final = ("check_steward_spans", "check_steward_stays")


def lasts(connection: Connection) -> bool:
    """Whether what an earlier program needs is still there."""
    return bool(connection.scalar(text("SELECT to_regclass('older_write') IS NOT NULL")))


def older_connections(connection: Connection) -> int:
    """Connections of programs of another version to this database."""
    return int(connection.scalar(_CONNECTED, {"ours": application_name()}) or 0)


def may_end(connection: Connection) -> bool:
    """Whether the overlap lasts and nobody needs it: no earlier program is connected, and what it wrote was
    taken over (:mod:`services.cases.takeover`).
    """
    if not lasts(connection) or older_connections(connection):
        return False
    return not connection.scalar(text("SELECT EXISTS (SELECT FROM older_write)"))


def end(connection: Connection) -> None:
    """Take away what no program reads or writes any more."""
    for name in connection.execute(_FUNCTIONS).scalars().all():
        connection.execute(text(f"DROP FUNCTION {name}() CASCADE"))
    for name in LENIENT:
        definition = str(connection.scalar(_DEFINITION, {"name": name}))
        connection.execute(text(definition.replace(LET_PASS, "")))
    for statement in _TAKE_AWAY:
        connection.execute(text(statement))


_CONNECTED = text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
    " AND application_name LIKE 'kaigong%' AND application_name <> :ours"
)
_FUNCTIONS = text(
    "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
    " AND proname LIKE 'older\\_%' ORDER BY proname"
)
_DEFINITION = text("SELECT pg_get_functiondef(CAST(:name AS regproc))")
_TAKE_AWAY = (
    "ALTER TABLE clock DROP COLUMN yellow_on, DROP COLUMN next_rung_on",
    "ALTER TABLE stored_file DROP COLUMN content",
    "ALTER TABLE stored_file ALTER COLUMN size TYPE bigint",
    "DROP TABLE older_write",
)
