"""A person's own channels for notices besides the portal."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import text

from models.errors import NotFound
from models.people.security import CONSOLE, Origin
from models.people.security import SecurityEvent as E
from services.notices.channels import Channel, channel_kind
from services.notices.sealed_channels import sealed
from services.people.security_log import note
from services.unit_of_work import Database

_SET = text("UPDATE account SET channels = :channels WHERE login = :login AND active")


def choose_channels(
    database: Database, login: str, urls: Sequence[str], origin: Origin = CONSOLE
) -> None:
    """Store the Apprise URLs of a person's channels; none means the portal only.

    Each is understood before any is kept. Raises what :class:`Channel` does, or
    ``NotFound``. The addresses hold secrets: they are for administrators to enter, and are shown
    to nobody afterwards, and kept sealed.
    """
    for url in urls:
        Channel(url)
    with database.transaction() as connection:
        changed = connection.execute(
            _SET, {"login": login, "channels": [sealed(url) for url in urls]}
        )
        if changed.rowcount:
            kinds = [channel_kind(url) for url in urls]
            note(connection, E.CHANNELS_CHANGED, origin, subject=login, channels=kinds)
    if changed.rowcount == 0:
        raise NotFound(
            field="login", value=login, remedy="Give the login of an account that can sign in."
        )
