"""What the database knows beside a matter, for an act on it: posts, departments, people, its project."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from sqlalchemy import Connection, text

from models.errors import NotFound
from models.matters.definition import AboutType, Holds, KindAct
from models.people.actor import Actor, Role
from rules.cases.context import Context
from rules.matters.context import MatterContext
from rules.matters.filling import named_in
from services.people.visibility import scope


class AboutProject(NamedTuple):
    """The project that a matter is about."""

    steward: str | None
    enterprise: str
    region: str


def surroundings(
    connection: Connection, context: Context, act: KindAct, form: dict[str, Any]
) -> MatterContext:
    """The context of an act: what its form names is looked up, and what the actor is."""
    people = named_in(act, form, Holds.PERSON)
    row = connection.execute(
        _AROUND,
        {"login": context.actor.login, "on": context.today, "people": list(people)},
    ).one()
    return MatterContext(
        act=context,
        posts=frozenset((post, department) for post, department in row.posts or ()),
        units=frozenset(row.units or ()),
        people={account[0]: _actor(account) for account in row.people or ()},
    )


def _actor(account: Iterable[Any]) -> Actor:
    login, role, department, enterprise = account
    return Actor(login, Role(role), department, enterprise)


def about_project(
    connection: Connection, viewer: Actor, about_type: AboutType | None, about: str | None
) -> AboutProject | None:
    """The project that a matter is to be about, as somebody may see it. Raises ``NotFound``."""
    if about_type not in (AboutType.PROJECT, AboutType.ITEM) or about is None:
        return None
    seen, values = scope(viewer)
    query = text(f"{_PROJECT} AND {seen}")
    row = connection.execute(query, values | {"code": about}).one_or_none()
    if row is None:
        raise NotFound(field="about", value=about, remedy="Look it up in the list of projects.")
    return AboutProject(*row)


_PROJECT = "SELECT p.steward, p.enterprise, p.region FROM project p WHERE p.code = :code"
_AROUND = text(
    "SELECT (SELECT json_agg(json_build_array(g.post, u.department)) FROM role_grant g"
    " LEFT JOIN unit u ON u.key = g.unit WHERE g.login = :login AND g.from_on <= :on"
    " AND (g.to_on IS NULL OR g.to_on >= :on)) AS posts,"
    " (SELECT json_agg(d.key) FROM department d) AS units,"
    " (SELECT json_agg(json_build_array(a.login, a.role, a.department, a.enterprise))"
    " FROM account a WHERE a.active AND a.login = ANY(:people)) AS people"
)
