"""E-badges 电子工牌: a post's number with a QR code that everybody can check (case 29).

A badge is worth something as long as its post, its holder's account and its unit are there: nothing has to be
revoked beside them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, text

from models.errors import NotFound
from models.people.post import Post
from models.values import Text
from services.unit_of_work import Database


@dataclass(frozen=True, slots=True)
class Badge:
    """What everybody may see of a badge."""

    number: str
    name: str
    post: Post
    unit: Text | None
    """``None``: of the new area as a whole."""
    to_on: date | None
    """The first day on which it is worth nothing; ``None``: until the post ends."""
    token: str


def badge(database: Database, token: str, on: date) -> Badge | None:
    """The badge that a QR code leads to; ``None`` once it is worth nothing. Raises ``NotFound``."""
    with database.reading() as connection:
        known = connection.execute(_KNOWN, {"token": token}).scalar()
        mine = _badges(connection, "token", token, on)
    if known is None:
        remedy = "Scan the code again; one that was typed may have an error."
        raise NotFound(field="badge", value=token, remedy=remedy)
    return mine[0] if mine else None


def badges_of(database: Database, login: str, on: date) -> tuple[Badge, ...]:
    """The badges that somebody has on a day."""
    with database.reading() as connection:
        return _badges(connection, "login", login, on)


def _badges(connection: Connection, by: str, value: str, on: date) -> tuple[Badge, ...]:
    asked = {"token": None, "login": None, by: value, "on": on}
    return tuple(
        Badge(
            f"{row.id:06d}",
            row.name,
            Post(row.post),
            Text(zh=row.name_zh, en=row.name_en or row.name_zh) if row.name_zh else None,
            row.to_on,
            row.badge,
        )
        for row in connection.execute(_BADGES, asked)
    )


_KNOWN = text("SELECT 1 FROM role_grant WHERE badge = :token")
_BADGES = text(
    "SELECT g.id, a.name, g.post, u.name_zh, u.name_en, g.to_on, g.badge FROM role_grant g"
    " JOIN account a ON a.login = g.login AND a.active LEFT JOIN unit u ON u.key = g.unit"
    " WHERE g.badge IS NOT NULL AND (g.badge = :token OR g.login = :login) AND g.from_on <= :on"
    " AND (g.to_on IS NULL OR :on < g.to_on) AND (u.to_on IS NULL OR :on < u.to_on) ORDER BY g.id"
)
