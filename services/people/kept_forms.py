"""What somebody had typed when their sign-in was over: there again once they are back."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence

import orjson
from sqlalchemy import text

from services.unit_of_work import Database

#: Days for which a form is kept: who does not come back by then types it again.
DAYS = 2

Fields = Mapping[str, Sequence[str]]


def keep(database: Database, login: str, page: str, fields: Fields) -> str:
    """Keep a form for somebody who is signed in; answers the id by which its page finds it."""
    key = secrets.token_urlsafe(16)
    values = {
        "id": key,
        "account": login,
        "page": page,
        "fields": orjson.dumps(fields).decode(),
        "days": DAYS,
    }
    with database.transaction() as connection:
        connection.execute(_CLEAR_AWAY, values)
        connection.execute(_KEEP, values)
    return key


def kept(database: Database, login: str, page: str, form: str) -> dict[str, list[str]] | None:
    """The fields of a form that this person typed on this page; ``None`` where none is kept."""
    with database.reading() as connection:
        values = {"id": form, "account": login, "page": page}
        fields: dict[str, list[str]] | None = connection.execute(_KEPT, values).scalar_one_or_none()
    return fields


_CLEAR_AWAY = text(
    "DELETE FROM kept_form WHERE kept_at < statement_timestamp() - make_interval(days => :days)"
)
_KEEP = text(
    "INSERT INTO kept_form (id, account, page, fields)"
    " VALUES (:id, :account, :page, CAST(:fields AS jsonb))"
)
_KEPT = text("SELECT fields FROM kept_form WHERE id = :id AND account = :account AND page = :page")
