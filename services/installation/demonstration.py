"""Whether an installation is a demonstration: its accounts share a password that everybody knows.

It is one from its first day or never: accounts of a demonstration are made where nobody has a password
yet, and the database refuses them anywhere else.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, text

from models.errors import KaigongError


class NotADemonstration(KaigongError):
    template = "demo: this installation has real people's accounts or projects, and accounts of a demonstration have a public password. Load the demonstration into a data folder of its own, with --data-dir."
    field = "demo"


def demonstration_since(connection: Connection) -> datetime | None:
    """Since when an installation is a demonstration; ``None`` where it is none."""
    since: datetime | None = connection.execute(_SINCE).scalar_one_or_none()
    return since


def be_a_demonstration(connection: Connection) -> None:
    """Make an installation that is empty a demonstration; one that is stays one. Raises ``NotADemonstration``."""
    if demonstration_since(connection) is not None:
        return
    if connection.execute(_REAL).scalar():
        raise NotADemonstration
    connection.execute(_BE)


def public_accounts(connection: Connection) -> int:
    """How many accounts can be opened with the password that everybody knows."""
    return int(connection.execute(_PUBLIC).scalar_one())


_SINCE = text("SELECT demonstration_since FROM installation")
_REAL = text(
    "SELECT EXISTS (SELECT FROM account WHERE password_hash IS NOT NULL)"
    " OR EXISTS (SELECT FROM account_link) OR EXISTS (SELECT FROM account_identity)"
)
_BE = text("INSERT INTO installation (demonstration_since) VALUES (statement_timestamp())")
_PUBLIC = text("SELECT count(*) FROM account WHERE demonstration AND active")
