"""Posts of people over units 任职: given, ended, listed; each is sealed and logged."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, RowMapping, text

from models.errors import KaigongError, NotFound
from models.people.organisation import NewPost, Unit, UnitKind
from models.people.post import Post
from models.people.security import CONSOLE, Origin
from models.people.security import SecurityEvent as E
from models.tables import role_grant
from rules.people.posts import EFFECTS
from rules.people.units import UnknownUnit, unit_on
from services.people.organisation import check_account, units_of
from services.people.powers.separation import check_separation
from services.people.security_log import note
from services.people.stewards import check_no_project_without
from services.seals import sealed
from services.unit_of_work import Database


class PostNotInOrder(KaigongError):
    template = "to_on: {value} does not lie after the first day ({from_on}); correct one of them."
    field = "to_on"


class ParkNeeded(KaigongError):
    template = "unit: {value} is no park; a commissioner has the projects of a park."
    field = "unit"


@dataclass(frozen=True, slots=True)
class HeldPost:
    """A post that somebody has, had or will have."""

    id: int
    login: str
    name: str
    post: Post
    unit: str | None
    capacity: int
    from_on: date
    to_on: date | None
    document_no: str | None


def grant_post(database: Database, wanted: NewPost, origin: Origin = CONSOLE) -> int:
    """Give somebody a post; answers its number. Raises ``NotFound``, ``UnknownUnit``, ``PostNotInOrder``."""
    with database.transaction() as connection:
        check_post(connection, wanted, units_of(connection))
        return write_post(connection, wanted, origin)


def check_post(connection: Connection, wanted: NewPost, units: Mapping[str, Unit]) -> None:
    """Refuse a post of nobody, over no unit, or that ends before it begins."""
    check_account(connection, "login", wanted.login)
    if wanted.to_on is not None and wanted.to_on <= wanted.from_on:
        raise PostNotInOrder(value=wanted.to_on, from_on=wanted.from_on)
    if wanted.unit is not None:
        unit = units.get(unit_on(wanted.unit, units, wanted.from_on))
        if unit is None:
            raise UnknownUnit(value=wanted.unit)
        if wanted.post is Post.ADMINISTRATIVE_COMMISSIONER and unit.kind is not UnitKind.PARK:
            raise ParkNeeded(value=unit.key)
    check_separation(connection, wanted.login, wanted.post, wanted.from_on)


def write_post(connection: Connection, wanted: NewPost, origin: Origin) -> int:
    """Write a post that was checked, in the caller's transaction."""
    badge = secrets.token_urlsafe(18) if EFFECTS[wanted.post].badge else None
    values = wanted.model_dump(mode="json") | {"granted_by": origin.actor, "badge": badge}
    number = int(connection.execute(_GRANT, values).scalar_one())
    details = wanted.model_dump(mode="json", exclude_none=True, exclude={"login"})
    note(connection, E.ROLE_CHANGED, origin, subject=wanted.login, **details)
    return number


def end_post(database: Database, number: int, on: date, origin: Origin = CONSOLE) -> None:
    """End a post on a day. Refused while the person is by it the steward of running projects: they are
    handed over first. Raises ``NotFound`` and ``StewardOfProjects``.
    """
    with database.transaction() as connection:
        row = connection.execute(_END, {"id": number, "on": on}).one_or_none()
        if row is None:
            raise NotFound(field="post", value=number, remedy="Look it up in 'kaigong post list'.")
        check_no_project_without(connection, row.login, on)
        note(connection, E.ROLE_CHANGED, origin, subject=row.login, post=row.post, to_on=on)


def posts(database: Database, login: str | None = None) -> tuple[HeldPost, ...]:
    """Every post, or those of one person; those that are over too."""
    with database.reading() as connection:
        return posts_in(connection, login)


def posts_in(connection: Connection, login: str | None = None) -> tuple[HeldPost, ...]:
    """The same on a connection."""
    rows = connection.execute(_POSTS, {"login": login}).mappings()
    return tuple(_held(row) for row in rows)


def _held(row: RowMapping) -> HeldPost:
    return HeldPost(**{**row, "post": Post(row["post"])})


_GRANT = sealed(
    role_grant,
    "INSERT INTO role_grant (login, post, unit, capacity, from_on, to_on, document_no, badge,"
    " granted_by)"
    " VALUES (:login, :post, :unit, :capacity, CAST(:from_on AS date), CAST(:to_on AS date),"
    " :document_no, :badge, :granted_by)",
    "t.id",
)
_END = sealed(
    role_grant,
    "UPDATE role_grant SET to_on = greatest(CAST(:on AS date), from_on) WHERE id = :id"
    " AND (to_on IS NULL OR to_on > :on)",
    "t.login, t.post",
)
_POSTS = text(
    "SELECT g.id, g.login, a.name, g.post, g.unit, g.capacity, g.from_on, g.to_on, g.document_no"
    " FROM role_grant g JOIN account a ON a.login = g.login"
    " WHERE CAST(:login AS text) IS NULL OR g.login = :login ORDER BY g.login, g.from_on, g.id"
)
