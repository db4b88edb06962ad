"""Addresses of channels at rest: sealed behind their kind, which is no secret and names the receipt."""

from __future__ import annotations

from sqlalchemy import Connection, text

from config.settings import get_settings
from services.installation.sealing import Sealer
from services.notices.channels import channel_kind
from services.unit_of_work import Database

_SEALED = ":sealed:"


def sealed(url: str) -> str:
    """A channel's address as the database keeps it."""
    return f"{channel_kind(url)}{_SEALED}{_sealer().seal(url).decode()}"


def opened(kept: str) -> str:
    """The address again; raises ``SealedWithAnotherKey``. One from before it was sealed is itself."""
    _, mark, rest = kept.partition(_SEALED)
    return _sealer().open(rest.encode()) if mark else kept


def seal_open_ones(database: Database) -> int:
    """Seal what was kept open by an older version; of how many people."""
    with database.transaction() as connection:
        rows = connection.execute(_OPEN).all()
        for row in rows:
            _keep(
                connection,
                row.login,
                [url if not url or _SEALED in url else sealed(url) for url in row.channels],
            )
    return len(rows)


def _keep(connection: Connection, login: str, channels: list[str]) -> None:
    connection.execute(_SET, {"login": login, "channels": channels})


def _sealer() -> Sealer:
    return Sealer(get_settings().signing_key)


_OPEN = text(
    "SELECT login, channels FROM account WHERE EXISTS"
    " (SELECT FROM unnest(channels) u WHERE u <> '' AND u NOT LIKE '%:sealed:%') ORDER BY login FOR UPDATE"
)
_SET = text("UPDATE account SET channels = :channels WHERE login = :login")
