"""Where somebody gets notices beside the portal: their own channels."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import text

from models.errors import NotFound
from services.messages.channels import Channel
from services.unit_of_work import Database

_SET = text("UPDATE account SET channels = :channels WHERE login = :login AND active")


def choose_channels(database: Database, login: str, urls: Sequence[str]) -> None:
    """Keep the Apprise URLs on which someone gets notices; none means the portal alone.

    Each is understood before any is kept. Raises ``ChannelNotUnderstood``, ``NoMailServer`` or
    ``NotFound``. The addresses hold secrets: they are for administrators to enter, and are shown
    to nobody afterwards.
    """
    for url in urls:
        Channel(url)
    with database.transaction() as connection:
        changed = connection.execute(_SET, {"login": login, "channels": list(urls)})
    if changed.rowcount == 0:
        raise NotFound(
            field="login", value=login, remedy="Give the login of an account that can sign in."
        )
