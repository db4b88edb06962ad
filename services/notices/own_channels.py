"""A person's own channels for notices besides the portal.

Their addresses hold secrets: they are kept sealed, and of one that is kept only its kind is ever shown.
A channel keeps its place when another is taken away, for deliveries that wait are told apart by it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, text

from config.texts import Word
from models.errors import Conflict, NotFound
from models.people.actor import Actor
from models.people.security import CONSOLE, Origin
from models.people.security import SecurityEvent as E
from services.notices.channels import Channel, channel_kind
from services.notices.sealed_channels import sealed
from services.people.security_log import note
from services.people.visibility import Kind, scope
from services.unit_of_work import Database

#: Channels of one person [D].
MOST: Final = 5
#: Signs of an address.
LONGEST: Final = 1000
#: What people call a kind of channel; of any other kind its name in the address is shown.
WORDS: Final = {
    "mailto": Word("mail"),
    "mailtos": Word("mail"),
    "wecombot": Word("WeCom group robot"),
    "dingtalk": Word("DingTalk robot"),
    "feishu": Word("Feishu robot"),
    "json": Word("webhook"),
    "jsons": Word("webhook"),
}
_MAIL_ADDRESS = re.compile(r"[^@\s/:?]+@[^@\s/:?]+")


class TooManyChannels(Conflict):
    template = (
        "channels: there are {limit} channels already, which is the most; take one away first."
    )
    field = "channels"


@dataclass(frozen=True, slots=True)
class OwnChannel:
    """A channel as its owner sees it: never its address."""

    place: int
    """Among the person's channels, from 1; stays while it is there."""
    kind: str
    """As its address begins: ``mailto``, ``wecombot``, ``https``."""
    state: str | None
    """Of the letter that was last to go there: ``pending``, ``sent`` or ``failed``."""
    at: datetime | None
    """When that letter was written."""
    reason: str | None
    """Why the last attempt failed, without any part of the address."""

    @property
    def words(self) -> Word | str:
        """What people call it."""
        return WORDS.get(self.kind, self.kind)


def choose_channels(
    database: Database, login: str, urls: Sequence[str], origin: Origin = CONSOLE
) -> None:
    """Store the Apprise URLs of a person's channels instead of those before; none means the portal only.

    Each is understood before any is kept. Raises what :class:`Channel` does, or ``NotFound``.
    """
    for url in urls:
        Channel(url)
    with database.transaction() as connection:
        _lock(connection, login)
        _keep(connection, login, [sealed(url) for url in urls], origin)


def channels_of(database: Database, reader: Actor) -> tuple[OwnChannel, ...]:
    """A person's channels, each with what became of the last letter to it. One query."""
    seen, by = scope(reader, Kind.NOTICE, "v.account")
    with database.reading() as connection:
        rows = connection.execute(text(_OF.format(seen=seen)), {"login": reader.login, **by})
        return tuple(OwnChannel(r.place, r.kind, r.state, r.created_at, r.detail) for r in rows)


def add_channel(database: Database, login: str, typed: str, origin: Origin) -> None:
    """One channel more: an Apprise URL, a robot's own web address, or an address for mail.

    Raises what :class:`Channel` does, ``TooManyChannels`` or ``NotFound``.
    """
    url = f"mailto:{typed}" if _MAIL_ADDRESS.fullmatch(typed) else typed[:LONGEST]
    Channel(url)
    with database.transaction() as connection:
        kept = _lock(connection, login)
        if sum(map(bool, kept)) >= MOST:
            raise TooManyChannels(limit=MOST)
        _keep(connection, login, [*kept, sealed(url)], origin)


def remove_channel(database: Database, login: str, place: int, origin: Origin) -> None:
    """Take a channel away; the others keep their places. What waited for it stays in the portal."""
    with database.transaction() as connection:
        kept = _lock(connection, login)
        if not 0 < place <= len(kept) or not kept[place - 1]:
            raise NotFound(field="channels", value=place, remedy="Look at the list again.")
        kept[place - 1] = ""
        _keep(connection, login, kept, origin)


def _lock(connection: Connection, login: str) -> list[str]:
    """What is kept of somebody who can sign in; an empty one was taken away."""
    kept: list[str] | None = connection.execute(_KEPT, {"login": login}).scalar()
    if kept is None:
        remedy = "Give the login of an account that can sign in."
        raise NotFound(field="login", value=login, remedy=remedy)
    return list(kept)


def _keep(connection: Connection, login: str, kept: list[str], origin: Origin) -> None:
    connection.execute(_SET, {"login": login, "channels": kept})
    kinds = [channel_kind(url) for url in kept if url]
    note(connection, E.CHANNELS_CHANGED, origin, subject=login, channels=kinds)


_KEPT = text("SELECT channels FROM account WHERE login = :login AND active FOR UPDATE")
_SET = text("UPDATE account SET channels = :channels WHERE login = :login")
_OF = (
    "SELECT u.place, split_part(u.url, ':', 1) AS kind, d.state, d.created_at, d.detail"
    " FROM account a CROSS JOIN unnest(a.channels) WITH ORDINALITY AS u(url, place)"
    " LEFT JOIN LATERAL (SELECT v.state, v.created_at, v.detail FROM delivery v"
    " WHERE v.account = a.login AND {seen} AND v.channel = lower(split_part(u.url, ':', 1)) || '-' || u.place"
    " ORDER BY v.created_at DESC LIMIT 1) d ON true"
    " WHERE a.login = :login AND u.url <> '' ORDER BY u.place"
)
