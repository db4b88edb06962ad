"""Forms that are saved as somebody types: there again on their page until they are sent or given up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import orjson
from sqlalchemy import text

from models.errors import TooLarge
from services.unit_of_work import Database

#: Natural days for which a draft is kept after it was last saved [D].
DAYS = 30
#: Drafts of one account; beyond that the one saved longest ago is given up [D].
MOST = 200
#: Signs of a draft as JSON: a longer text belongs into a file.
LONGEST = 1_000_000


class DraftTooLong(TooLarge):
    template = "form: what was typed has more than {limit} signs and was not saved; hand the long text in as a file."
    field = "form"


@dataclass(frozen=True, slots=True)
class Draft:
    """A form as it was saved last."""

    page: str
    """The path of the page that it stands on."""
    title: str
    fields: Mapping[str, Sequence[str]]
    saved_at: datetime


def save(
    database: Database,
    login: str,
    page: str,
    title: str,
    fields: Mapping[str, Sequence[str]],
    now: datetime,
) -> None:
    """Keep what is typed on a page in place of what was kept of it before."""
    written = orjson.dumps(fields).decode()
    if len(written) > LONGEST:
        raise DraftTooLong(limit=LONGEST)
    values = {"account": login, "page": page, "title": title, "fields": written, "now": now}
    bounds = {"account": login, "since": now - timedelta(days=DAYS), "most": MOST}
    with database.transaction() as connection:
        connection.execute(_SAVE, values)
        connection.execute(_CLEAR_AWAY, bounds)


def draft_of(database: Database, login: str, page: str) -> Draft | None:
    """What this person was typing on a page; ``None`` where nothing is saved."""
    with database.reading() as connection:
        row = connection.execute(_ONE, {"account": login, "page": page}).one_or_none()
    return Draft(*row) if row else None


def drafts_of(database: Database, login: str) -> tuple[Draft, ...]:
    """Everything that this person has begun to type, what was saved last on top."""
    with database.reading() as connection:
        return tuple(Draft(*row) for row in connection.execute(_ALL, {"account": login}))


def give_up(database: Database, login: str, page: str) -> None:
    """Forget what was typed on a page: it was sent, or is not wanted any more."""
    with database.transaction() as connection:
        connection.execute(_GIVE_UP, {"account": login, "page": page})


_SAVE = text(
    "INSERT INTO form_draft (account, page, title, fields, saved_at)"
    " VALUES (:account, :page, :title, CAST(:fields AS jsonb), :now)"
    " ON CONFLICT (account, page) DO UPDATE SET title = excluded.title,"
    " fields = excluded.fields, saved_at = excluded.saved_at"
)
_CLEAR_AWAY = text(
    "DELETE FROM form_draft WHERE account = :account"
    " AND (saved_at < :since OR page IN"
    " (SELECT page FROM form_draft WHERE account = :account"
    " ORDER BY saved_at DESC OFFSET :most))"
)
_ONE = text(
    "SELECT page, title, fields, saved_at FROM form_draft WHERE account = :account AND page = :page"
)
_ALL = text(
    "SELECT page, title, fields, saved_at FROM form_draft WHERE account = :account"
    " ORDER BY saved_at DESC, page"
)
_GIVE_UP = text("DELETE FROM form_draft WHERE account = :account AND page = :page")
