"""People who sign in: their accounts, passwords and tokens. A password is kept as an Argon2 hash only."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Annotated, Any, Literal

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from pydantic import BaseModel, ConfigDict, Field, SecretStr, StringConstraints
from sqlalchemy import Connection, Row, text

from models.actor import Actor, Role
from models.commands import Login
from models.definition import DepartmentDefinition
from models.errors import KaigongError
from rules.formats import parse_credit_code
from services.unit_of_work import Database

PASSWORD_LENGTH = 8
TOKEN_PREFIX = "kg_"  # noqa: S105 - tells people and secret scanners what it is
TOKEN_DAYS = 365


class WrongPassword(KaigongError):
    """login: the account or the password is not right; try again, or ask the administrator for a new password."""

    field = "login"


class TokenNotValid(KaigongError):
    """authorization: the bearer token is missing, expired or revoked; make a new one on your account page."""

    field = "authorization"


class PasswordTooShort(KaigongError):
    """password: it has fewer than {length} characters; choose a longer one."""

    field = "password"


class NewAccount(BaseModel):
    """What is needed to give someone an account."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    login: Login
    name: Annotated[str, StringConstraints(min_length=1, max_length=100)]
    role: Role
    department: Annotated[str | None, Field(description="For officers: their department.")] = None
    enterprise: Annotated[str | None, Field(description="For applicants: credit code.")] = None
    enterprise_name: Annotated[str | None, Field(description="For a new enterprise.")] = None
    password: SecretStr
    language: Literal["zh-CN", "en"] = "zh-CN"


@dataclass(frozen=True, slots=True)
class Account:
    """Someone who can sign in."""

    login: str
    name: str
    role: Role
    department: str | None
    enterprise: str | None
    language: str
    mark: str
    """Changes with the password: sessions that carry another mark are over."""

    @property
    def actor(self) -> Actor:
        """The account as the rules know it."""
        return Actor(self.login, self.role, self.department, self.enterprise)


@dataclass(frozen=True, slots=True)
class Token:
    """A bearer token as its owner sees it afterwards: never the token itself."""

    id: str
    label: str
    created_at: datetime
    expires_at: datetime | None


def create_account(database: Database, request: NewAccount) -> Account:
    """Give someone an account; ``LoginTaken`` and ``UnknownDepartment`` name what is wrong."""
    hashed = hash_password(request.password.get_secret_value())
    with database.transaction() as connection:
        insert_account(connection, request, hashed=hashed)
        return _account(connection.execute(_BY_LOGIN, {"login": request.login}).one())


def insert_account(connection: Connection, request: NewAccount, *, hashed: str) -> None:
    """Write a new account with the hash of its password, and its enterprise when that is new."""
    enterprise = parse_credit_code(request.enterprise) if request.enterprise else None
    if enterprise and request.enterprise_name:
        named = {"code": enterprise, "name": request.enterprise_name}
        connection.execute(_NEW_ENTERPRISE, named)
    connection.execute(
        _NEW_ACCOUNT,
        {
            "login": request.login,
            "name": request.name,
            "role": request.role.value,
            "department": request.department,
            "enterprise": enterprise,
            "password_hash": hashed,
            "language": request.language,
        },
    )


def hash_password(password: str) -> str:
    """The Argon2id hash of a password, with a salt of its own."""
    if len(password) < PASSWORD_LENGTH:
        raise PasswordTooShort(length=PASSWORD_LENGTH)
    return _hasher().hash(password)


def authenticate(database: Database, login: str, password: str) -> Account:
    """The account that this password opens; ``WrongPassword`` whatever of the two is wrong.

    An unknown login takes as long as a wrong password.
    """
    with database.reading() as connection:
        row = connection.execute(_BY_LOGIN, {"login": login.strip().lower()}).one_or_none()
    stored = row.password_hash if row is not None and row.password_hash else _no_ones_hash()
    try:
        _hasher().verify(stored, password)
    except (VerificationError, InvalidHashError) as error:
        raise WrongPassword from error
    if row is None:
        raise WrongPassword
    return _account(row)


def find(database: Database, login: str) -> Account | None:
    """The active account of this login."""
    with database.reading() as connection:
        row = connection.execute(_BY_LOGIN, {"login": login}).one_or_none()
    return _account(row) if row is not None else None


def change_password(database: Database, login: str, old: str, new: str) -> Account:
    """Replace a password; whoever signed in with the old one signs in again."""
    authenticate(database, login, old)
    hashed = hash_password(new)
    with database.transaction() as connection:
        connection.execute(_SET_PASSWORD, {"login": login, "hash": hashed})
        return _account(connection.execute(_BY_LOGIN, {"login": login}).one())


def choose_language(database: Database, login: str, language: str) -> None:
    """Keep the language in which someone reads pages and gets notices."""
    with database.transaction() as connection:
        connection.execute(_SET_LANGUAGE, {"login": login, "language": language})


def everyone(database: Database) -> tuple[Account, ...]:
    """All active accounts, by role and login."""
    with database.reading() as connection:
        return tuple(_account(row) for row in connection.execute(_ALL))


def with_role(database: Database, role: Role) -> tuple[Account, ...]:
    """The active accounts of one role, by name."""
    with database.reading() as connection:
        return tuple(_account(row) for row in connection.execute(_BY_ROLE, {"role": role.value}))


# --- bearer tokens ----------------------------------------------------------------------------


def issue_token(
    database: Database, login: str, label: str, now: datetime, *, days: int = TOKEN_DAYS
) -> str:
    """A new bearer token; it is told this once and kept as a fingerprint."""
    token = TOKEN_PREFIX + secrets.token_urlsafe(32)
    values = {
        "hash": _fingerprint(token),
        "account": login,
        "label": label.strip()[:100] or "-",
        "created_at": now,
        "expires_at": now + timedelta(days=days),
    }
    with database.transaction() as connection:
        connection.execute(_NEW_TOKEN, values)
    return token


def by_token(database: Database, token: str, now: datetime) -> Account:
    """Whose token it is; ``TokenNotValid`` when it is no one's or has expired."""
    values = {"hash": _fingerprint(token), "now": now}
    with database.reading() as connection:
        row = connection.execute(_BY_TOKEN, values).one_or_none()
    if row is None:
        raise TokenNotValid
    return _account(row)


def tokens(database: Database, login: str) -> tuple[Token, ...]:
    """The tokens of an account, newest first."""
    with database.reading() as connection:
        rows = connection.execute(_TOKENS, {"account": login}).all()
    return tuple(Token(r.id, r.label, r.created_at, r.expires_at) for r in rows)


def revoke_token(database: Database, login: str, token_id: str) -> None:
    """Make one of someone's own tokens useless."""
    with database.transaction() as connection:
        connection.execute(_REVOKE_TOKEN, {"account": login, "id": token_id})


# --- departments ------------------------------------------------------------------------------


def know_departments(connection: Connection, departments: Iterable[DepartmentDefinition]) -> None:
    """Keep the bodies that decide; a name that changed is changed, nothing is removed."""
    rows = [{"key": d.key, "zh": d.name.zh, "en": d.name.en} for d in departments]
    if rows:
        connection.execute(_KNOW_DEPARTMENT, rows)


# --- inside -----------------------------------------------------------------------------------


@cache
def _hasher() -> PasswordHasher:
    # The first choice of OWASP's cheat sheet: 19 MiB, two passes, one thread.
    return PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


@cache
def _no_ones_hash() -> str:
    return _hasher().hash(secrets.token_urlsafe(16))


def _fingerprint(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def _account(row: Row[Any]) -> Account:
    mark = hashlib.sha256((row.password_hash or "").encode()).hexdigest()[:12]
    return Account(
        row.login, row.name, Role(row.role), row.department, row.enterprise, row.language, mark
    )


_COLUMNS = "a.login, a.name, a.role, a.department, a.enterprise, a.language, a.password_hash"
_BY_LOGIN = text(f"SELECT {_COLUMNS} FROM account a WHERE a.login = :login AND a.active")  # noqa: S608
_ALL = text(f"SELECT {_COLUMNS} FROM account a WHERE a.active ORDER BY a.role, a.login")  # noqa: S608
_BY_ROLE = text(
    f"SELECT {_COLUMNS} FROM account a WHERE a.active AND a.role = :role ORDER BY a.name, a.login"  # noqa: S608
)
_BY_TOKEN = text(
    f"SELECT {_COLUMNS} FROM api_token t JOIN account a ON a.login = t.account"  # noqa: S608
    " WHERE t.token_hash = :hash AND a.active AND (t.expires_at IS NULL OR t.expires_at > :now)"
)
_NEW_ACCOUNT = text(
    "INSERT INTO account (login, name, role, department, enterprise, password_hash, language)"
    " VALUES (:login, :name, :role, :department, :enterprise, :password_hash, :language)"
)
_NEW_ENTERPRISE = text(
    "INSERT INTO enterprise (credit_code, name) VALUES (:code, :name) ON CONFLICT DO NOTHING"
)
_SET_PASSWORD = text("UPDATE account SET password_hash = :hash WHERE login = :login")
_SET_LANGUAGE = text("UPDATE account SET language = :language WHERE login = :login")
_NEW_TOKEN = text(
    "INSERT INTO api_token (token_hash, account, label, created_at, expires_at)"
    " VALUES (:hash, :account, :label, :created_at, :expires_at)"
)
_TOKENS = text(
    "SELECT left(encode(token_hash, 'hex'), 16) AS id, label, created_at, expires_at"
    " FROM api_token WHERE account = :account ORDER BY created_at DESC"
)
_REVOKE_TOKEN = text(
    "DELETE FROM api_token WHERE account = :account AND left(encode(token_hash, 'hex'), 16) = :id"
)
_KNOW_DEPARTMENT = text(
    "INSERT INTO department (key, name_zh, name_en) VALUES (:key, :zh, :en)"
    " ON CONFLICT (key) DO UPDATE SET name_zh = excluded.name_zh, name_en = excluded.name_en"
    " WHERE (department.name_zh, department.name_en) IS DISTINCT FROM"
    " (excluded.name_zh, excluded.name_en)"
)
