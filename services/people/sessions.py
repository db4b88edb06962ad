"""Who is signed in where: a session is a row, ended by signing out, by its owner from anywhere, or by time.

The browser holds a random token, the row its fingerprint: whoever reads the database cannot sign in with
it. Time is PostgreSQL's: a rehearsal's clock ends nobody's session. Whatever changes what an account may
do ends its sessions (:func:`end_all`).
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Row, text

from models.people.security import Origin
from models.people.security import SecurityEvent as E
from services.people.absences import AWAY, with_deputyship
from services.people.accounts import ACCOUNT_COLUMNS, Account, account_of_row, authenticate
from services.people.passwords import hash_password
from services.people.powers.capacities import capacity_of, in_capacity
from services.people.security_log import note
from services.unit_of_work import Database

#: A page that is looked at moves the idle limit on; often enough to be written once in so many seconds.
SEEN_SECONDS = 60
#: Between the password and what comes after it.
WAITING_MINUTES = 10
DEVICE_LENGTH = 200


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a session lasts: in all, and without a page being looked at."""

    hours: int
    idle_minutes: int


@dataclass(frozen=True, slots=True)
class Session:
    """A session as its owner sees it: never the token."""

    id: str
    begun_at: datetime
    seen_at: datetime
    ends_at: datetime
    address: str
    device: str


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Whose session it is."""

    account: Account
    id: str
    unproved: float
    """Seconds since the person last gave a password, a code or a proof of another provider."""
    ends_in: float
    """Seconds until it ends, however much is looked at."""


def start(
    database: Database,
    login: str,
    hours: int,
    *,
    address: str,
    device: str,
    waits_for: str | None = None,
    by: str = "password",
) -> str:
    """A new session; its token is told this once. One that waits for something signs nobody in yet.

    ``by`` says for the log what the person gave.
    """
    token = secrets.token_urlsafe(32)
    values = {
        "hash": _fingerprint(token),
        "account": login,
        "hours": hours,
        "address": address,
        "device": device[:DEVICE_LENGTH],
        "waits_for": waits_for,
    }
    with database.transaction() as connection:
        connection.execute(_CLEAR_AWAY, {"account": login})
        connection.execute(_BEGIN, values)
        if waits_for is None:
            origin = Origin(login, address)
            note(connection, E.SIGNED_IN, origin, subject=login, by=by, device=values["device"])
    return token


def account_of(database: Database, token: str, limits: Limits, now: datetime) -> SignedIn | None:
    """Who is signed in with a token; ``None`` once the session is over."""
    values = {"hash": _fingerprint(token), "idle": limits.idle_minutes, "now": now}
    with database.reading() as connection:
        row = connection.execute(_ACCOUNT, values).one_or_none()
    if row is None:
        return None
    account = with_deputyship(account_of_row(row), row.away)
    if row.acting_as is not None:
        account = in_capacity(database, account, row.acting_as, now)
    if row.unseen > SEEN_SECONDS:
        with database.transaction() as connection:
            connection.execute(_SEEN, values)
    return SignedIn(account, row.id, float(row.unproved), float(row.ends_in))


def act_as(
    database: Database, account: Account, session_id: str, key: str, now: datetime, origin: Origin
) -> None:
    """Act in another capacity from now on in this session; empty: by the account again.

    Raises ``NoSuchCapacity``.
    """
    if key:
        capacity_of(database, account, key, now)
    with database.transaction() as connection:
        values = {"account": account.login, "id": session_id, "key": key or None}
        connection.execute(_ACT_AS, values)
        note(connection, E.ROLE_CHANGED, origin, subject=account.login, acting_as=key or "account")


def waiting(database: Database, token: str) -> tuple[Account, str] | None:
    """Who gave a right password and what is still to be given; ``None`` once that took too long."""
    values = {"hash": _fingerprint(token), "idle": WAITING_MINUTES}
    with database.reading() as connection:
        row = connection.execute(_WAITING, values).one_or_none()
    return (account_of_row(row), row.waits_for) if row is not None else None


def of(database: Database, login: str, limits: Limits) -> tuple[Session, ...]:
    """The sessions of an account that are not over, the one seen last first."""
    with database.reading() as connection:
        values = {"account": login, "idle": limits.idle_minutes}
        return tuple(_session(row) for row in connection.execute(_OF, values))


def end(database: Database, token: str) -> None:
    """Sign out: the token is worth nothing from here on."""
    with database.transaction() as connection:
        connection.execute(_END, {"hash": _fingerprint(token)})


def sign_out(database: Database, token: str, address: str) -> None:
    """The same, by whoever is signed in with it."""
    with database.transaction() as connection:
        login = connection.execute(_END, {"hash": _fingerprint(token)}).scalar()
        if login is not None:
            note(connection, E.SIGNED_OUT, Origin(login, address), subject=login)


def renew(database: Database, token: str) -> str | None:
    """The same session under another token, proved just now: the one before is worth nothing.

    ``None`` where it is over.
    """
    fresh = secrets.token_urlsafe(32)
    values = {"hash": _fingerprint(token), "fresh": _fingerprint(fresh)}
    with database.transaction() as connection:
        return fresh if connection.execute(_RENEW, values).rowcount else None


def end_one(database: Database, login: str, session_id: str, origin: Origin | None = None) -> None:
    """End a session of an account by its id, on whatever device it is."""
    with database.transaction() as connection:
        connection.execute(_END_ONE, {"account": login, "id": session_id})
        note(connection, E.SESSIONS_ENDED, origin or Origin(login, "-"), subject=login, one=True)


def end_others(database: Database, login: str, session_id: str, origin: Origin) -> None:
    """End every session of an account but this one."""
    with database.transaction() as connection:
        end_all(connection, login, but=session_id)
        note(connection, E.SESSIONS_ENDED, origin, subject=login)


def end_all(connection: Connection, login: str, *, but: str | None = None) -> None:
    """End every session of an account, all but the one with the id ``but``."""
    connection.execute(_END_ALL, {"account": login, "but": but or ""})


def change_password(
    database: Database,
    login: str,
    old: str,
    new: str,
    *,
    session_id: str,
    address: str = "-",
) -> None:
    """Replace a password; every session but this one ends, and every token is worth nothing."""
    authenticate(database, login, old)
    hashed = hash_password(new, login)
    with database.transaction() as connection:
        set_password(connection, login, hashed, but=session_id)
        note(connection, E.PASSWORD_CHANGED, Origin(login, address), subject=login)


def set_password(
    connection: Connection, login: str, hashed: str, *, but: str | None = None
) -> None:
    """Write the hash of a new password, and end what the one before opened."""
    connection.execute(_SET_PASSWORD, {"login": login, "hash": hashed})
    end_access(connection, login, but=but)


def end_access(connection: Connection, login: str, *, but: str | None = None) -> None:
    """End all that an account was let in with: its sessions, but for one, and its tokens."""
    connection.execute(_NO_TOKENS, {"login": login})
    end_all(connection, login, but=but)


def _session(row: Row[tuple[object, ...]]) -> Session:
    return Session(row.id, row.begun_at, row.seen_at, row.ends_at, row.address, row.device)


def _fingerprint(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


_ID = "left(encode(s.token_hash, 'hex'), 16)"
_LIVE = (
    "s.ends_at > statement_timestamp()"
    " AND s.seen_at > statement_timestamp() - make_interval(mins => :idle)"
)
_ACCOUNT = text(
    f"SELECT {ACCOUNT_COLUMNS}, {AWAY} AS away, {_ID} AS id, s.acting_as,"  # noqa: S608
    " extract(epoch FROM statement_timestamp() - s.seen_at) AS unseen,"
    " extract(epoch FROM statement_timestamp() - s.proved_at) AS unproved,"
    " extract(epoch FROM s.ends_at - statement_timestamp()) AS ends_in"
    f" FROM session s JOIN account a ON a.login = s.account"
    f" WHERE s.token_hash = :hash AND a.active AND s.waits_for IS NULL AND {_LIVE}"
)
_WAITING = text(
    f"SELECT {ACCOUNT_COLUMNS}, s.waits_for FROM session s JOIN account a ON a.login = s.account"  # noqa: S608
    f" WHERE s.token_hash = :hash AND a.active AND s.waits_for IS NOT NULL AND {_LIVE}"
)
_SEEN = text("UPDATE session SET seen_at = statement_timestamp() WHERE token_hash = :hash")
_OF = text(
    f"SELECT {_ID} AS id, s.begun_at, s.seen_at, s.ends_at, s.address, s.device"  # noqa: S608
    f" FROM session s WHERE s.account = :account AND s.waits_for IS NULL AND {_LIVE} ORDER BY s.seen_at DESC"
)
_BEGIN = text(
    "WITH used AS (UPDATE account SET used_at = statement_timestamp() WHERE login = :account"
    " AND CAST(:waits_for AS text) IS NULL)"
    " INSERT INTO session (token_hash, account, ends_at, address, device, waits_for) VALUES (:hash, :account,"
    " statement_timestamp() + make_interval(hours => :hours), :address, :device, :waits_for)"
)
_SET_PASSWORD = text("UPDATE account SET password_hash = :hash WHERE login = :login")
_NO_TOKENS = text("DELETE FROM api_token WHERE account = :login")
_CLEAR_AWAY = text(
    "DELETE FROM session WHERE account = :account AND ends_at <= statement_timestamp()"
)
_ACT_AS = text(
    f"UPDATE session s SET acting_as = :key WHERE s.account = :account AND {_ID} = :id"  # noqa: S608
)
_END = text("DELETE FROM session WHERE token_hash = :hash RETURNING account")
_RENEW = text(
    "UPDATE session SET token_hash = :fresh, proved_at = statement_timestamp(),"
    " seen_at = statement_timestamp() WHERE token_hash = :hash"
)
_END_ONE = text(f"DELETE FROM session s WHERE s.account = :account AND {_ID} = :id")  # noqa: S608
_END_ALL = text(f"DELETE FROM session s WHERE s.account = :account AND {_ID} <> :but")  # noqa: S608
