"""Who may do what in the database: the owner migrates, the application works, the reader counts.

The application's role changes no table and no trigger, empties nothing, and takes back nothing of what
is only ever added to: whoever makes the portal say SQL of theirs cannot rewrite what happened.
Granted anew after each migration; granting again changes nothing.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from sqlalchemy import Connection, text

#: Rows are added and read: never changed, never deleted.
APPEND_ONLY: Final = ("anchor", "case_event", "scenario_act", "seal")
#: Added and read, and removed when it is old: a trigger keeps what is younger than the law asks for.
REMOVED_WHEN_OLD: Final = ("security_event",)
#: What Alembic alone writes.
ONLY_READ: Final = ("alembic_version",)
#: What is nobody's figure: secrets, and the papers themselves.
NOT_READ: Final = (
    "account_identity",
    "account_link",
    "api_token",
    "form_draft",
    "kept_form",
    "recovery_code",
    "second_factor",
    "security_event",
    "security_key",
    "session",
    "sign_in_attempt",
    "stored_file_part",
)
#: Of an account the reader sees who it is, and neither its password nor its channels.
ACCOUNT: Final = "login, name, role, department, enterprise, active, created_at"


class Roles(NamedTuple):
    """Names of the roles beside the owner; ``None`` where the owner does that work too."""

    application: str | None = None
    reader: str | None = None


def grant(connection: Connection, roles: Roles) -> None:
    """Give the roles what they need, and nothing else; the connection is the owner's."""
    owner = connection.execute(text("SELECT current_user")).scalar_one()
    tables = [str(name) for name in connection.execute(_TABLES).scalars()]
    for role, may in ((roles.application, _may_work), (roles.reader, _may_read)):
        if role is None or role == owner:
            continue
        name = _quoted(role)
        connection.execute(text(f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {name}"))
        connection.execute(text(f"REVOKE CREATE ON SCHEMA public FROM {name}, PUBLIC"))
        connection.execute(text(f"GRANT USAGE ON SCHEMA public TO {name}"))
        if role == roles.application:
            # The number of a new project is drawn before its row is written.
            connection.execute(text(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {name}"))
        for table in tables:
            rights = may(table)
            if rights:
                connection.execute(text(f"GRANT {rights} ON {_quoted(table)} TO {name}"))
        if may is _may_work:
            # The number of a project is taken before its row is written.
            connection.execute(text(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {name}"))


def _may_work(table: str) -> str:
    if table in ONLY_READ:
        return "SELECT"
    if table in REMOVED_WHEN_OLD:
        return "SELECT, INSERT, DELETE"
    return "SELECT, INSERT" if table in APPEND_ONLY else "SELECT, INSERT, UPDATE, DELETE"


def _may_read(table: str) -> str:
    if table in NOT_READ:
        return ""
    return f"SELECT ({ACCOUNT})" if table == "account" else "SELECT"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


_TABLES = text("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename")
