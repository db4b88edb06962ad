"""One-time links by which somebody sets a password: of an invitation, of a reset.

The person has the token, the row its fingerprint. A newer link voids those before; a link that was
used, or is over, opens nothing. Time is PostgreSQL's, as with sessions.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, text

from models.errors import NotAuthenticated
from models.people.links import LinkPurpose
from models.people.security import Origin
from models.people.security import SecurityEvent as E
from services.installation.policy import policy
from services.people.passwords import hash_password
from services.people.security_log import note
from services.people.sessions import set_password
from services.unit_of_work import Database

#: Where a link leads.
PAGE: Final = "/sign-in/link/"


class LinkNotValid(NotAuthenticated):
    template = "link: this link was used, replaced by another one or is over; ask the administrator for a new one, or say on the sign-in page that you forgot the password."
    field = "link"


@dataclass(frozen=True, slots=True)
class Holder:
    """Whose link it is."""

    login: str
    name: str
    purpose: LinkPurpose


def make_link(connection: Connection, login: str, purpose: LinkPurpose, by: str | None) -> str:
    """A new link for an account, as a path of the portal; told this once. Those before open nothing.

    One that the person asked for (``by`` is ``None``) leaves those of the administrator: who knows a
    login must not be able to take them away.
    """
    token = secrets.token_urlsafe(32)
    values = {
        "hash": _fingerprint(token),
        "account": login,
        "purpose": purpose.value,
        "made_by": by,
        "minutes": _minutes()[purpose],
    }
    connection.execute(_VOID, values)
    connection.execute(_MAKE, values)
    return PAGE + token


def holder_of(database: Database, token: str) -> Holder:
    """Whose a link is; it is not used up. Raises ``LinkNotValid``."""
    with database.reading() as connection:
        row = connection.execute(_HOLDER, {"hash": _fingerprint(token)}).one_or_none()
    if row is None:
        raise LinkNotValid
    return Holder(row.login, row.name, LinkPurpose(row.purpose))


def take_up(database: Database, token: str, password: str, origin: Origin) -> Holder:
    """Set the password by a link, which is worth nothing from then on; the account is open.

    Raises ``LinkNotValid``, ``PasswordTooShort`` and ``PasswordTooCommon``; the latter two leave the link.
    """
    holder = holder_of(database, token)
    hashed = hash_password(password, holder.login)
    with database.transaction() as connection:
        if connection.execute(_USE, {"hash": _fingerprint(token)}).one_or_none() is None:
            raise LinkNotValid
        connection.execute(_OPEN, {"login": holder.login})
        set_password(connection, holder.login, hashed)
        by = Origin(holder.login, origin.address)
        purpose = holder.purpose.value
        note(connection, E.INVITATION_TAKEN_UP, by, subject=holder.login, purpose=purpose)
    return holder


def void_links(connection: Connection, login: str) -> None:
    """No link of an account opens anything any more."""
    connection.execute(_VOID, {"account": login, "made_by": "-"})


def _minutes() -> Mapping[LinkPurpose, int]:
    chosen = policy().security
    return {
        LinkPurpose.INVITATION: chosen.invitation_hours * 60,
        LinkPurpose.RESET: chosen.reset_minutes,
    }


def _fingerprint(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


_VOID = text(
    "DELETE FROM account_link WHERE account = :account"
    " AND (made_by IS NULL OR CAST(:made_by AS text) IS NOT NULL)"
)
_MAKE = text(
    "INSERT INTO account_link (token_hash, account, purpose, made_by, ends_at) VALUES (:hash,"
    " :account, :purpose, :made_by, statement_timestamp() + make_interval(mins => :minutes))"
)
_HOLDER = text(
    "SELECT a.login, a.name, k.purpose FROM account_link k JOIN account a ON a.login = k.account"
    " WHERE k.token_hash = :hash AND k.ends_at > statement_timestamp()"
    " AND (a.active OR k.purpose = 'invitation')"
)
_USE = text(
    "DELETE FROM account_link WHERE token_hash = :hash AND ends_at > statement_timestamp()"
    " RETURNING account"
)
_OPEN = text("UPDATE account SET active = true WHERE login = :login")
