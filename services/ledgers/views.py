"""Views of ledgers that people keep: filters, order and columns under a name, each person's own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from sqlalchemy import Connection, bindparam, text
from sqlalchemy.dialects.postgresql import JSONB

from models.errors import InvalidInput, NotFound
from rules.ledgers.definition import LedgerDefinition
from services.ledgers.question import COLUMNS, ORDER
from services.unit_of_work import Database

LONGEST_NAME = 40
#: Of one person and one ledger.
MOST = 20


@dataclass(frozen=True, slots=True)
class SavedView:
    """A view that somebody keeps."""

    id: int
    name: str
    asked: Mapping[str, str]
    """The parameters of its address."""

    @property
    def query(self) -> str:
        """The query of its address."""
        return urlencode(self.asked)


class TooManyViews(InvalidInput):
    template = "name: you keep {most} views of this ledger already; delete one first."
    field = "name"


class UnknownView(NotFound):
    template = "view: there is no such view of yours; open the ledger again."
    field = "view"


def views_of(connection: Connection, login: str, ledger: str) -> tuple[SavedView, ...]:
    """Somebody's views of a ledger, by name."""
    rows = connection.execute(_OF, {"login": login, "ledger": ledger})
    return tuple(SavedView(row.id, row.name, row.asked) for row in rows)


def save_view(
    database: Database,
    login: str,
    definition: LedgerDefinition,
    name: str,
    asked: Mapping[str, str],
    now: datetime,
) -> SavedView:
    """Keep what is asked for now under a name; what had the name is replaced. Raises ``TooManyViews``."""
    name = " ".join(name.split())
    if not 0 < len(name) <= LONGEST_NAME:
        remedy = "Give a name of 1 to 40 signs."
        raise InvalidInput(field="name", value=name[:LONGEST_NAME] or "–", remedy=remedy)
    known = (*definition.parameters, ORDER, COLUMNS)
    kept = {key: value for key, value in asked.items() if key in known and value}
    values = {"login": login, "ledger": definition.key, "name": name, "asked": kept, "now": now}
    with database.transaction() as connection:
        connection.execute(_LOCK, {"login": login})
        others = {view.name for view in views_of(connection, login, definition.key)} - {name}
        if len(others) >= MOST:
            raise TooManyViews(most=MOST)
        number = connection.execute(_SAVE, values).scalar_one()
    return SavedView(number, name, kept)


def drop_view(database: Database, login: str, view: int) -> None:
    """Forget one of somebody's own views; raises ``UnknownView``."""
    with database.transaction() as connection:
        if not connection.execute(_DROP, {"login": login, "id": view}).rowcount:
            raise UnknownView


_OF = text(
    "SELECT id, name, asked FROM ledger_view WHERE account = :login AND ledger = :ledger ORDER BY name"
)
#: Two of one person's at the same moment are counted one after the other.
_LOCK = text("SELECT FROM account WHERE login = :login FOR UPDATE")
_SAVE = text(
    "INSERT INTO ledger_view (account, ledger, name, asked, saved_at)"
    " VALUES (:login, :ledger, :name, :asked, :now)"
    " ON CONFLICT (account, ledger, name) DO UPDATE SET asked = excluded.asked, saved_at = excluded.saved_at"
    " RETURNING id"
).bindparams(bindparam("asked", type_=JSONB))
_DROP = text("DELETE FROM ledger_view WHERE account = :login AND id = :id")
