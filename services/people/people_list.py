"""Everyone's accounts for the administrator: searched, filtered, page by page; and one of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row, text

from models import plain_text
from models.errors import NotFound
from models.people.actor import Role
from models.people.links import AccountState
from models.values import Text
from services.unit_of_work import Database

PAGE_SIZE: Final = 50


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One account with what an administrator asks first."""

    login: str
    name: str
    role: Role
    state: AccountState
    department: str | None
    department_name: Text | None
    enterprise: str | None
    enterprise_name: str | None
    created_at: datetime
    last_signed_in: datetime | None
    app: bool
    """Whether an authenticator app is set up."""
    security_keys: int
    tokens: int
    sessions: int
    link_until: datetime | None
    """Until when a link that was sent opens the account or sets its password."""

    @property
    def second_factor(self) -> bool:
        """Whether signing in asks for more than the password."""
        return self.app or self.security_keys > 0


@dataclass(frozen=True, slots=True)
class PeopleSearch:
    """What somebody looks for; everything that is empty is left open."""

    text: str = ""
    role: Role | None = None
    state: AccountState | None = None
    number: int = 1


@dataclass(frozen=True, slots=True)
class PeoplePage:
    """One page of accounts."""

    rows: tuple[PersonRow, ...]
    total: int
    number: int

    @property
    def more(self) -> bool:
        """Whether another page follows."""
        return self.number * PAGE_SIZE < self.total


def people_page(database: Database, search: PeopleSearch) -> PeoplePage:
    """A page of the accounts that were looked for."""
    part = plain_text.in_pattern(search.text.strip())
    values = {
        "text": f"%{part}%",
        "role": search.role.value if search.role else None,
        "state": search.state.value if search.state else None,
        "limit": PAGE_SIZE,
        "offset": (search.number - 1) * PAGE_SIZE,
    }
    with database.reading() as connection:
        rows = connection.execute(_PAGE, values).all()
    return PeoplePage(tuple(map(_row, rows)), rows[0].total if rows else 0, search.number)


def person(database: Database, login: str) -> PersonRow:
    """One account. Raises ``NotFound``."""
    with database.reading() as connection:
        row = connection.execute(_ONE, {"login": login}).one_or_none()
    if row is None:
        raise NotFound(field="login", value=login, remedy="Look it up in the list of accounts.")
    return _row(row)


def departments(database: Database) -> tuple[tuple[str, Text], ...]:
    """Key and name of every department, to choose from."""
    with database.reading() as connection:
        rows = connection.execute(_DEPARTMENTS)
        return tuple((row.key, Text(zh=row.name_zh, en=row.name_en)) for row in rows)


def _row(row: Row[Any]) -> PersonRow:
    named = row.name_zh is not None
    return PersonRow(
        login=row.login,
        name=row.name,
        role=Role(row.role),
        state=AccountState(row.state),
        department=row.department,
        department_name=Text(zh=row.name_zh, en=row.name_en) if named else None,
        enterprise=row.enterprise,
        enterprise_name=row.enterprise_name,
        created_at=row.created_at,
        last_signed_in=row.last_signed_in,
        app=row.app,
        security_keys=row.security_keys,
        tokens=row.tokens,
        sessions=row.sessions,
        link_until=row.link_until,
    )


_LINK_UNTIL = (
    "(SELECT max(k.ends_at) FROM account_link k WHERE k.account = a.login"
    " AND k.ends_at > statement_timestamp())"
)
_INVITED = (
    "EXISTS (SELECT FROM account_link k WHERE k.account = a.login AND k.purpose = 'invitation')"
)
_PEOPLE = (
    "SELECT a.login, a.name, a.role, a.department, d.name_zh, d.name_en, a.enterprise,"  # noqa: S608
    f" e.name AS enterprise_name, a.created_at, CASE WHEN a.active THEN 'active' WHEN {_INVITED}"
    " THEN 'invited' ELSE 'disabled' END AS state,"
    " (SELECT max(s.at) FROM security_event s WHERE s.subject = a.login AND s.kind = 'signed_in')"
    " AS last_signed_in, EXISTS (SELECT FROM second_factor f WHERE f.account = a.login"
    " AND f.confirmed_at IS NOT NULL) AS app,"
    " (SELECT count(*) FROM security_key k WHERE k.account = a.login) AS security_keys,"
    " (SELECT count(*) FROM api_token t WHERE t.account = a.login) AS tokens,"
    " (SELECT count(*) FROM session s WHERE s.account = a.login AND s.waits_for IS NULL"
    " AND s.ends_at > statement_timestamp()) AS sessions,"
    f" {_LINK_UNTIL} AS link_until"
    " FROM account a LEFT JOIN department d ON d.key = a.department"
    " LEFT JOIN enterprise e ON e.credit_code = a.enterprise"
)
_ONE = text(f"{_PEOPLE} WHERE a.login = :login")
_PAGE = text(
    f"SELECT p.*, count(*) OVER () AS total FROM ({_PEOPLE}) p"  # noqa: S608
    " WHERE (CAST(:role AS text) IS NULL OR p.role = :role)"
    " AND (CAST(:state AS text) IS NULL OR p.state = :state)"
    " AND (:text = '%%' OR p.login ILIKE :text OR p.name ILIKE :text OR p.name_zh ILIKE :text"
    " OR p.enterprise_name ILIKE :text OR p.enterprise ILIKE :text)"
    " ORDER BY p.role, p.login LIMIT :limit OFFSET :offset"
)
_DEPARTMENTS = text("SELECT key, name_zh, name_en FROM department ORDER BY key")
