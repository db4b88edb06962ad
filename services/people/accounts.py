"""People who sign in: their accounts and passwords. A password is kept as an Argon2 hash only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, StringConstraints
from sqlalchemy import Connection, Row, text

from models import plain_text
from models.cases.commands import Login
from models.errors import NotAuthenticated
from models.people.actor import Actor, Role
from models.people.capacity import Capacity
from models.people.security import CONSOLE, Origin
from models.people.security import SecurityEvent as E
from models.plain_text import AS_LINE, AS_LOGIN
from models.scenarios.definition import DepartmentDefinition
from rules.formats import parse_credit_code
from services.people.passwords import hash_password, opens
from services.people.security_log import note
from services.unit_of_work import Database


class WrongPassword(NotAuthenticated):
    template = "login: the account or the password is not right; try again, or ask the administrator for a new password."
    field = "login"


class NewAccount(BaseModel):
    """What is needed to give someone an account."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    login: Annotated[Login, AS_LOGIN]
    name: Annotated[str, StringConstraints(min_length=1, max_length=100), AS_LINE]
    role: Role
    department: Annotated[str | None, Field(description="For officers: their department.")] = None
    enterprise: Annotated[str | None, Field(description="For applicants: credit code.")] = None
    enterprise_name: Annotated[str | None, AS_LINE, Field(description="For a new enterprise.")] = (
        None
    )
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
    stands_in_for: frozenset[str] = frozenset()
    """Who is away and has them as their deputy, where that was asked for."""
    capacity: Capacity | None = None
    """What they chose to act as; :attr:`role` and :attr:`department` are its."""

    @property
    def actor(self) -> Actor:
        """The account as the rules know it."""
        return Actor(
            self.login,
            self.role,
            self.department,
            self.enterprise,
            self.stands_in_for,
            self.capacity,
        )

    def acting_as(self, capacity: Capacity) -> Account:
        """The same person in another capacity."""
        return replace(self, role=capacity.role, department=capacity.department, capacity=capacity)


def create_account(database: Database, request: NewAccount, origin: Origin = CONSOLE) -> Account:
    """Give someone an account; ``LoginTaken`` and ``UnknownDepartment`` name what is wrong."""
    hashed = hash_password(request.password.get_secret_value(), request.login)
    with database.transaction() as connection:
        insert_account(connection, request, hashed=hashed)
        login, role = request.login, request.role.value
        note(connection, E.ACCOUNT_CREATED, origin, subject=login, role=role)
        return account_of_row(connection.execute(_BY_LOGIN, {"login": request.login}).one())


def insert_account(
    connection: Connection, request: NewAccount, *, hashed: str, demonstration: bool = False
) -> None:
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
            "demonstration": demonstration,
        },
    )


def insert_person(connection: Connection, values: Mapping[str, object]) -> None:
    """Write the account of somebody who is invited: closed, and without a password."""
    connection.execute(_NEW_PERSON, dict(values))


def authenticate(database: Database, login: str, password: str) -> Account:
    """The account that this password opens; ``WrongPassword`` whatever of the two is wrong.

    An unknown login takes as long as a wrong password.
    """
    with database.reading() as connection:
        row = connection.execute(_BY_LOGIN, {"login": plain_text.login(login)}).one_or_none()
    if not opens(password, row.password_hash if row is not None else None) or row is None:
        raise WrongPassword
    return account_of_row(row)


def has_password(database: Database, login: str) -> bool:
    """Whether an account is opened with a password, not by another provider alone."""
    with database.reading() as connection:
        return bool(connection.execute(_HAS_PASSWORD, {"login": login}).scalar())


def find(database: Database, login: str) -> Account | None:
    """The active account of this login."""
    with database.reading() as connection:
        row = connection.execute(_BY_LOGIN, {"login": login}).one_or_none()
    return account_of_row(row) if row is not None else None


def choose_language(database: Database, login: str, language: str) -> None:
    """Store the language of pages and notices for an account."""
    with database.transaction() as connection:
        connection.execute(_SET_LANGUAGE, {"login": login, "language": language})


def everyone(database: Database) -> tuple[Account, ...]:
    """All active accounts, by role and login."""
    with database.reading() as connection:
        return tuple(account_of_row(row) for row in connection.execute(_ALL))


def with_role(database: Database, role: Role) -> tuple[Account, ...]:
    """The active accounts of one role, by name."""
    with database.reading() as connection:
        return tuple(
            account_of_row(row) for row in connection.execute(_BY_ROLE, {"role": role.value})
        )


# --- departments ------------------------------------------------------------------------------


def know_departments(connection: Connection, departments: Iterable[DepartmentDefinition]) -> None:
    """Insert or rename departments; none is removed."""
    rows = [{"key": d.key, "zh": d.name.zh, "en": d.name.en} for d in departments]
    if rows:
        connection.execute(_KNOW_DEPARTMENT, rows)


# --- inside -----------------------------------------------------------------------------------


def account_of_row(row: Row[Any]) -> Account:
    """The account of a row with :data:`ACCOUNT_COLUMNS`."""
    return Account(
        row.login, row.name, Role(row.role), row.department, row.enterprise, row.language
    )


#: Of a table or alias ``a``.
ACCOUNT_COLUMNS = "a.login, a.name, a.role, a.department, a.enterprise, a.language, a.password_hash"
_BY_LOGIN = text(f"SELECT {ACCOUNT_COLUMNS} FROM account a WHERE a.login = :login AND a.active")  # noqa: S608
_HAS_PASSWORD = text("SELECT password_hash IS NOT NULL FROM account WHERE login = :login")
_ALL = text(f"SELECT {ACCOUNT_COLUMNS} FROM account a WHERE a.active ORDER BY a.role, a.login")  # noqa: S608
_BY_ROLE = text(
    f"SELECT {ACCOUNT_COLUMNS} FROM account a WHERE a.active AND a.role = :role ORDER BY a.name, a.login"  # noqa: S608
)
_NEW_ACCOUNT = text(
    "INSERT INTO account (login, name, role, department, enterprise, password_hash, language,"
    " demonstration) VALUES (:login, :name, :role, :department, :enterprise, :password_hash,"
    " :language, :demonstration)"
)
_NEW_PERSON = text(
    "INSERT INTO account (login, name, role, department, enterprise, language, channels, active)"
    " VALUES (:login, :name, :role, :department, :enterprise, :language, :channels, false)"
)
_NEW_ENTERPRISE = text(
    "INSERT INTO enterprise (credit_code, name) VALUES (:code, :name) ON CONFLICT DO NOTHING"
)
_SET_LANGUAGE = text("UPDATE account SET language = :language WHERE login = :login")
_KNOW_DEPARTMENT = text(
    "INSERT INTO department (key, name_zh, name_en) VALUES (:key, :zh, :en)"
    " ON CONFLICT (key) DO UPDATE SET name_zh = excluded.name_zh, name_en = excluded.name_en"
    " WHERE (department.name_zh, department.name_en) IS DISTINCT FROM"
    " (excluded.name_zh, excluded.name_en)"
)
