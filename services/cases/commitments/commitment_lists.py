"""Lists of items that are granted on commitment at once 承诺即批清单: published, in force, withdrawn.

An officer who may decide publishes an item for the own department; from then on the system grants it
in that officer's name. The list is open to everyone who is signed in.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, text

from config.texts import ACT, Word
from models.cases.commands import Sentence
from models.errors import Conflict, KaigongError
from models.people.actor import Actor, Role
from models.people.delegation import CommitmentList
from models.scenarios.definition import ScenarioDefinition, Text
from models.tables import commitment_list
from models.values import Value
from rules.cases.context import ZONE
from rules.cases.permissions import RoleMayNotAct
from services.scenarios.published import every_newest
from services.seals import sealed
from services.unit_of_work import Database

#: Who may decide may let the system decide in the own name.
PUBLISHERS = frozenset({Role.APPROVER, Role.DEPARTMENT_HEAD})


class NotOnAnyList(KaigongError):
    template = "item: no scenario lets {department} grant {item} on commitment at once; set grant_on_commitment in the scenario first."
    field = "item"


class PublishedAlready(Conflict):
    template = "item: the list for {item} is in force already, under {number}; withdraw it first."
    field = "item"


class NotPublished(Conflict):
    template = "item: no list for {item} is in force."
    field = "item"


class PublishList(Value):
    """What an officer says of a list that is published."""

    item: str
    number: Sentence


@dataclass(frozen=True, slots=True)
class CommitmentListRow:
    """An item that may be granted on commitment at once, and the list that says so."""

    item: str
    name: Text
    department: str
    department_name: Text
    number: str | None
    """Of the document by which it was published; ``None``: examined as usual."""
    officer_name: str | None
    published_on: date | None
    may_change: bool
    """Whether the viewer may publish or withdraw it."""


def in_force(connection: Connection, department: str, item: str) -> CommitmentList | None:
    """The list by which a department grants an item at once today; one whose officer left is none."""
    row = connection.execute(_IN_FORCE, {"department": department, "item": item}).one_or_none()
    return CommitmentList(*row) if row is not None else None


def rows(database: Database, viewer: Actor) -> tuple[CommitmentListRow, ...]:
    """Every item of the published scenarios that may be granted at once, in the order of the codes."""
    with database.reading() as connection:
        scenarios = every_newest(connection)
        known = {
            (listed.department, listed.item): listed
            for listed in (CommitmentList(*row) for row in connection.execute(_ALL))
        }
    lists = {(row.department, row.item): row for row in _rows(scenarios, known, viewer)}
    return tuple(lists[key] for key in sorted(lists, key=lambda key: key[::-1]))


def _rows(
    scenarios: tuple[ScenarioDefinition, ...],
    known: dict[tuple[str, str], CommitmentList],
    viewer: Actor,
) -> Iterator[CommitmentListRow]:
    for scenario in scenarios:
        for item in scenario.items:
            if not item.grant_on_commitment:
                continue
            published = known.get((item.department, item.code))
            yield CommitmentListRow(
                item=item.code,
                name=item.name,
                department=item.department,
                department_name=scenario.department[item.department].name,
                number=published.number if published else None,
                officer_name=published.officer_name if published else None,
                published_on=published.published_on if published else None,
                may_change=viewer.role in PUBLISHERS and viewer.department == item.department,
            )


def publish(database: Database, command: PublishList, actor: Actor, now: datetime) -> None:
    """Put an item on the list of the officer's department, in the officer's name."""
    department = _own_department(actor)
    with database.transaction() as connection:
        if not any(_lets(listed, command.item, department) for listed in every_newest(connection)):
            raise NotOnAnyList(item=command.item, department=department)
        values = {
            "department": department,
            "item": command.item,
            "number": command.number,
            "by": actor.login,
            "on": now.astimezone(ZONE).date(),
        }
        if connection.execute(_PUBLISH, values).one_or_none() is None:
            stands = connection.execute(_STANDS, values).one()
            raise PublishedAlready(item=command.item, number=stands.number)


def withdraw(database: Database, item: str, actor: Actor, now: datetime) -> None:
    """Take an item off the list; what was granted by it stands."""
    values = {
        "department": _own_department(actor),
        "item": item,
        "by": actor.login,
        "on": now.astimezone(ZONE).date(),
    }
    with database.transaction() as connection:
        if connection.execute(_WITHDRAW, values).one_or_none() is None:
            raise NotPublished(item=item)


def _own_department(actor: Actor) -> str:
    if actor.role not in PUBLISHERS:
        act = Word("publish_commitment_list", ACT)
        raise RoleMayNotAct(actor=actor.login, act=act, roles=sorted(PUBLISHERS))
    return str(actor.department)


def _lets(scenario: ScenarioDefinition, code: str, department: str) -> bool:
    item = scenario.item.get(code)
    return item is not None and item.grant_on_commitment and item.department == department


_COLUMNS = "l.department, l.item, l.number, l.published_by, a.name, l.published_on"
_OPEN = (
    f"SELECT {_COLUMNS} FROM commitment_list l JOIN account a ON a.login = l.published_by"  # noqa: S608
    " WHERE l.withdrawn_on IS NULL AND a.active"
)
_ALL = text(_OPEN)
_IN_FORCE = text(f"{_OPEN} AND l.department = :department AND l.item = :item")
_STANDS = text(
    "SELECT number FROM commitment_list"
    " WHERE department = :department AND item = :item AND withdrawn_on IS NULL"
)
_PUBLISH = sealed(
    commitment_list,
    "INSERT INTO commitment_list (department, item, number, published_by, published_on)"
    " VALUES (:department, :item, :number, :by, :on) ON CONFLICT DO NOTHING",
    "t.id",
)
_WITHDRAW = sealed(
    commitment_list,
    "UPDATE commitment_list SET withdrawn_by = :by, withdrawn_on = :on"
    " WHERE department = :department AND item = :item AND withdrawn_on IS NULL",
    "t.id",
)
