"""In which capacities somebody can act beside their account: posts, deputyships, delegations in writing.

The person chooses one for their session (:func:`services.people.sessions.act_as`); it is looked up anew with
every request, so that it ends with the post, the absence or the delegation that it comes from.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime

from sqlalchemy import Connection, text

from models.errors import NotPermitted
from models.people.actor import Role
from models.people.capacity import Capacity, CapacityKind
from models.people.post import Post
from rules.cases.context import ZONE
from rules.people.posts import EFFECTS, LEFT_TO_THE_HEAD
from rules.people.units import units_above
from services.installation.policy import policy
from services.people.absences import away_at
from services.people.accounts import Account
from services.people.organisation import units_of
from services.unit_of_work import Database

#: Whose work a deputy does by acting in their role; a steward's comes to the deputy by itself.
STOOD_IN: frozenset[Role] = frozenset(
    {Role.WINDOW_CLERK, Role.HANDLER, Role.APPROVER, Role.DEPARTMENT_HEAD, Role.GOVERNMENT_HEAD}
)


class NoSuchCapacity(NotPermitted):
    template = (
        "acting_as: {value} is not yours, or not today; choose another, or act by your account."
    )
    field = "acting_as"


def capacities(database: Database, account: Account, now: datetime) -> tuple[Capacity, ...]:
    """Everything that somebody can act as now, beside their account."""
    with database.reading() as connection:
        return tuple(_capacities(connection, account, now))


def capacity_of(database: Database, account: Account, key: str, now: datetime) -> Capacity:
    """One of them; raises ``NoSuchCapacity``."""
    for capacity in capacities(database, account, now):
        if capacity.key == key:
            return capacity
    raise NoSuchCapacity(value=key)


def in_capacity(database: Database, account: Account, key: str, now: datetime) -> Account:
    """Somebody as what they chose; by their account where that is over."""
    for capacity in capacities(database, account, now):
        if capacity.key == key:
            return account.acting_as(capacity)
    return account


def department_names(
    database: Database, named: Iterable[Capacity], language: str
) -> dict[str, str]:
    """Names of the departments of capacities."""
    keys = sorted({capacity.department for capacity in named if capacity.department})
    if not keys:
        return {}
    with database.reading() as connection:
        rows = connection.execute(_DEPARTMENTS, {"keys": keys})
        return {r.key: r.name_en if language.startswith("en") else r.name_zh for r in rows}


def _capacities(connection: Connection, account: Account, now: datetime) -> Iterator[Capacity]:
    on = now.astimezone(ZONE).date()
    yield from _of_posts(connection, account, now, on)
    yield from _of_absences(connection, account)
    yield from _of_delegations(connection, account, on)


def _of_posts(
    connection: Connection, account: Account, now: datetime, on: date
) -> Iterator[Capacity]:
    rows = connection.execute(_POSTS, {"login": account.login, "on": on}).all()
    units = units_of(connection) if rows else {}
    for row in rows:
        role = EFFECTS[Post(row.post)].role
        above = units_above(row.unit, units, on) if row.unit else ()
        department = next((d for key in above if (d := units[key].department)), None)
        if role is None or department is None:
            continue
        heads = role is Role.DEPARTMENT_HEAD
        if heads and not _without_head(connection, department, now):
            continue
        left = LEFT_TO_THE_HEAD if heads and not policy().deputies_of_heads else frozenset()
        yield Capacity(CapacityKind.POST, str(row.id), role, department, post=row.post, barred=left)


def _without_head(connection: Connection, department: str, now: datetime) -> bool:
    """Whether the head of a department is away, or there is none."""
    heads = connection.execute(_HEADS, {"department": department}).scalars().all()
    away = away_at(connection, now) if heads else {}
    return all(head in away for head in heads)


def _of_absences(connection: Connection, account: Account) -> Iterator[Capacity]:
    asked = {"logins": sorted(account.stands_in_for), "roles": [role.value for role in STOOD_IN]}
    for row in connection.execute(_AWAY, asked) if account.stands_in_for else ():
        role = Role(row.role)
        left = LEFT_TO_THE_HEAD if role is Role.DEPARTMENT_HEAD else frozenset()
        yield Capacity(
            CapacityKind.ABSENCE,
            row.login,
            role,
            row.department,
            on_behalf_of=row.login,
            name=row.name,
            barred=left | ({"extend_limit"} if role is Role.GOVERNMENT_HEAD else frozenset()),
        )


def _of_delegations(connection: Connection, account: Account, on: date) -> Iterator[Capacity]:
    for row in connection.execute(_DELEGATIONS, {"login": account.login, "on": on}):
        yield Capacity(
            CapacityKind.DELEGATION,
            str(row.id),
            Role(row.role),
            row.department,
            on_behalf_of=row.giver,
            name=row.name,
            document_no=row.document_no,
            acts=frozenset(row.acts),
            items=frozenset(row.items),
            barred=LEFT_TO_THE_HEAD,
        )


_DEPARTMENTS = text("SELECT key, name_zh, name_en FROM department WHERE key = ANY(:keys)")
_POSTS = text(
    "SELECT id, post, unit FROM role_grant WHERE login = :login AND from_on <= :on"
    " AND (to_on IS NULL OR :on < to_on) ORDER BY id"
)
_HEADS = text(
    "SELECT login FROM account WHERE role = 'department_head' AND active"
    " AND department = :department"
)
_AWAY = text(
    "SELECT login, name, role, department FROM account WHERE login = ANY(:logins) AND role = ANY(:roles)"
    " AND active ORDER BY login"
)
_DELEGATIONS = text(
    "SELECT d.id, d.giver, d.acts, d.items, d.document_no, g.name, g.role, g.department FROM delegation d"
    " JOIN account g ON g.login = d.giver AND g.active"
    " WHERE d.receiver = :login AND d.from_on <= :on AND :on < d.to_on ORDER BY d.id"
)
