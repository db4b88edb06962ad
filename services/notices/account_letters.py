"""Letters about somebody's own account: by mail alone, through the outbox, with the link sealed in it.

They stand in nobody's list of notices: a link opens an account, so it is for the one who has the mailbox.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

import orjson
from sqlalchemy import Connection, text

from config.settings import get_settings
from models.people.links import LinkPurpose
from models.tables import delivery, notice
from services.installation.sealing import Sealer
from services.notices.channels import channel_kind
from services.seals import sealed, sealing

#: Template of the letter for each kind of link.
TEMPLATES: Final = {
    LinkPurpose.INVITATION: "account_invited",
    LinkPurpose.RESET: "password_reset",
}


def send_link(
    connection: Connection, login: str, purpose: LinkPurpose, path: str, now: datetime
) -> bool:
    """Send a link to the person's own address for mail; whether there is one, and a mail server."""
    settings = get_settings()
    urls = connection.execute(_CHANNELS, {"login": login}).scalar() or []
    kinds = [channel_kind(url) for url in urls]
    if "mailto" not in kinds or settings.mail_url is None:
        return False
    kept = Sealer(settings.signing_key).seal(path).decode()
    values = {
        "login": login,
        "audience": f"person:{login}",
        "template": TEMPLATES[purpose],
        "params": orjson.dumps({"sealed": kept}).decode(),
        "channel": f"mailto-{kinds.index('mailto') + 1}",
        "now": now,
    }
    connection.execute(_SEND, values)
    return True


_CHANNELS = text("SELECT channels FROM account WHERE login = :login")
_TOLD = sealing(
    notice,
    "INSERT INTO notice (audience, template, params, created_at, expanded_at)"
    " VALUES (:audience, :template, CAST(:params AS jsonb), :now, :now)",
    changed="told",
)
_SEND = sealed(
    delivery,
    "INSERT INTO delivery (notice_id, account, channel, state, next_attempt_at, created_at)"
    " SELECT id, :login, :channel, 'pending', CAST(:now AS timestamptz), :now FROM told",
    prelude=f"{_TOLD}, ",
)
