"""What somebody holds, held against the separation of duties (:mod:`rules.people.separation`)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from sqlalchemy import Connection, text

from models.people.actor import Role
from models.people.post import Post
from rules.people.separation import Holding, check_together, separations
from services.installation.policy import policy


def check_separation(connection: Connection, login: str, wanted: Holding, on: date) -> None:
    """Refuse a role or post from a day on beside what a person has then; raises ``NotTogether``."""
    held: set[Holding] = set(_posts(connection, login, on))
    held |= {Role(role) for role in connection.execute(_ROLE, {"login": login}).scalars()}
    check_together(login, held, wanted, separations(policy().separate_posts))


def check_role(connection: Connection, login: str, role: Role, on: date) -> None:
    """Refuse a role that takes the place of the account's own beside the posts that a person has."""
    known = separations(policy().separate_posts)
    check_together(login, set(_posts(connection, login, on)), role, known)


def _posts(connection: Connection, login: str, on: date) -> Iterator[Post]:
    """What somebody has on a day or gets later."""
    yield from map(Post, connection.execute(_POSTS, {"login": login, "on": on}).scalars())


_ROLE = text("SELECT role FROM account WHERE login = :login")
_POSTS = text(
    "SELECT DISTINCT post FROM role_grant WHERE login = :login"
    " AND (to_on IS NULL OR (to_on > from_on AND to_on > :on))"
)
