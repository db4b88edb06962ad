"""Bearer tokens for programs: a part of what their owner may, until a day; kept as a fingerprint only."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import text

from models.errors import InvalidInput, NotAuthenticated, NotPermitted
from models.people.security import CONSOLE, Origin
from models.people.security import SecurityEvent as E
from models.people.token_scope import UNLESS_SAID, TokenScope
from services.installation.policy import policy
from services.people.absences import AWAY, with_deputyship
from services.people.accounts import ACCOUNT_COLUMNS, Account, account_of_row
from services.people.security_log import note
from services.unit_of_work import Database

TOKEN_PREFIX = "kg_"  # noqa: S105 - tells people and secret scanners what it is
TOKEN_DAYS = 365


class TokenNotValid(NotAuthenticated):
    template = "authorization: the bearer token is missing, expired or revoked; make a new one on your account page."
    field = "authorization"


class TokenTooNarrow(NotPermitted):
    template = "authorization: this token was not made for this ({scope}), only for {scopes}; make one on your account page that is."
    field = "authorization"


class TokenTooLong(InvalidInput):
    template = "days: {value} is too long for a token that may be used for what is hard to undo; it ends after {limit} days at most. Ask for fewer, or leave hard_to_undo out."
    field = "days"


class TokenWanted(BaseModel):
    """What is asked of a new bearer token."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    label: Annotated[str, Field(max_length=100, description="What the token is for.")] = "API"
    days: Annotated[int, Field(ge=1, le=TOKEN_DAYS, description="Days until it ends.")] = 90
    scopes: Annotated[
        tuple[TokenScope, ...],
        Field(
            min_length=1,
            description="What it may be used for; left out: all that its owner may, but for what is hard to undo.",
        ),
    ] = UNLESS_SAID


@dataclass(frozen=True, slots=True)
class Bearer:
    """Who comes with a token."""

    account: Account
    scopes: tuple[TokenScope, ...]
    """What it may be used for."""


@dataclass(frozen=True, slots=True)
class Token:
    """A bearer token as its owner sees it afterwards: never the token itself."""

    id: str
    label: str
    created_at: datetime
    expires_at: datetime | None
    scopes: tuple[TokenScope, ...]
    """What it may be used for."""


def issue_token(
    database: Database,
    login: str,
    label: str,
    now: datetime,
    *,
    days: int = TOKEN_DAYS,
    scopes: Iterable[TokenScope] = UNLESS_SAID,
    origin: Origin = CONSOLE,
) -> str:
    """A new bearer token for a part of what its owner may do, what is hard to undo only where it is named.

    It is told this once and kept as a fingerprint. Raises ``TokenTooLong``.
    """
    longest = policy().security.grave_token_days
    if TokenScope.HARD_TO_UNDO in (scopes := set(scopes)) and days > longest:
        raise TokenTooLong(value=days, limit=longest)
    token = TOKEN_PREFIX + secrets.token_urlsafe(32)
    values: dict[str, Any] = {
        "hash": _fingerprint(token),
        "account": login,
        "label": label.strip()[:100] or "-",
        "created_at": now,
        "expires_at": now + timedelta(days=days),
        "scopes": [scope.value for scope in TokenScope if scope in scopes],
    }
    with database.transaction() as connection:
        connection.execute(_NEW_TOKEN, values)
        details = {"token": _token_id(values["hash"]), "label": values["label"], "days": days}
        note(connection, E.TOKEN_MADE, origin, subject=login, **details)
    return token


def by_token(
    database: Database, token: str, now: datetime, scope: TokenScope = TokenScope.READ
) -> Bearer:
    """Whose token it is. Raises ``TokenNotValid`` for an unknown or expired one, and
    ``TokenTooNarrow`` for one that was not made for what is asked.
    """
    values = {"hash": _fingerprint(token), "now": now}
    with database.reading() as connection:
        row = connection.execute(_BY_TOKEN, values).one_or_none()
    if row is None:
        raise TokenNotValid
    if row.stale:
        with database.transaction() as connection:
            connection.execute(_USED, {"login": row.login})
    if scope not in row.scopes:
        raise TokenTooNarrow(scope=scope, scopes=[TokenScope(granted) for granted in row.scopes])
    return Bearer(
        with_deputyship(account_of_row(row), row.away), tuple(map(TokenScope, row.scopes))
    )


def tokens_of(database: Database, login: str) -> tuple[Token, ...]:
    """The tokens of an account, newest first."""
    with database.reading() as connection:
        rows = connection.execute(_TOKENS, {"account": login}).all()
    return tuple(
        Token(r.id, r.label, r.created_at, r.expires_at, tuple(map(TokenScope, r.scopes)))
        for r in rows
    )


def revoke_token(database: Database, login: str, token_id: str, origin: Origin = CONSOLE) -> None:
    """Revoke a token of the account."""
    with database.transaction() as connection:
        if connection.execute(_REVOKE_TOKEN, {"account": login, "id": token_id}).rowcount:
            note(connection, E.TOKEN_REVOKED, origin, subject=login, token=token_id)


def _fingerprint(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def _token_id(fingerprint: bytes) -> str:
    return fingerprint.hex()[:16]


#: Often enough to be written once a day.
_STALE = "a.used_at < statement_timestamp() - interval '1 day'"
_USED = text("UPDATE account SET used_at = statement_timestamp() WHERE login = :login")
_BY_TOKEN = text(
    f"SELECT {ACCOUNT_COLUMNS}, {AWAY} AS away, t.scopes, {_STALE} AS stale FROM api_token t JOIN account a ON a.login = t.account"  # noqa: S608
    " WHERE t.token_hash = :hash AND a.active AND (t.expires_at IS NULL OR t.expires_at > :now)"
)
_NEW_TOKEN = text(
    "INSERT INTO api_token (token_hash, account, label, created_at, expires_at, scopes)"
    " VALUES (:hash, :account, :label, :created_at, :expires_at, CAST(:scopes AS text[]))"
)
_TOKENS = text(
    "SELECT left(encode(token_hash, 'hex'), 16) AS id, label, created_at, expires_at, scopes"
    " FROM api_token WHERE account = :account ORDER BY created_at DESC"
)
_REVOKE_TOKEN = text(
    "DELETE FROM api_token WHERE account = :account AND left(encode(token_hash, 'hex'), 16) = :id"
)
