"""Delegations in writing 书面授权: given, ended, listed (``domain/stewards`` 1.4)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, text

from config.texts import ACT, Word
from models.errors import KaigongError, NotFound
from models.people.actor import Role
from models.people.security import Origin
from models.people.security import SecurityEvent as E
from models.tables import delegation as delegation_table
from rules.cases.declarations.registry import registry
from rules.people.posts import LEFT_TO_THE_HEAD
from services.people.organisation import check_account
from services.people.powers.capacities import STOOD_IN
from services.people.powers.separation import check_separation
from services.people.security_log import note
from services.seals import sealed

#: Days of a delegation at the most: a year [D].
LONGEST_DAYS = 366


class OwnDelegation(KaigongError):
    template = "receiver: {value} cannot delegate to themselves; name somebody else."
    field = "receiver"


class DelegationNotInOrder(KaigongError):
    template = "to_on: {value} has to lie after {from_on} and at most {days} days later; correct one of the days."
    field = "to_on"


class NotTheirsToGive(KaigongError):
    template = "acts: {giver} cannot delegate this: {act}. Nobody delegates what is not theirs, or what is theirs by a post, an absence or a delegation; theirs by their account are: {own}."
    field = "acts"


class LeftToTheHead(KaigongError):
    template = "acts: the law leaves this to the head of the authority: {act}. It is not delegated."
    field = "acts"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDelegation:
    """What is delegated, by whom, to whom."""

    giver: str
    receiver: str
    acts: tuple[str, ...]
    items: tuple[str, ...] = ()
    from_on: date
    to_on: date
    document_no: str
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Delegation:
    """A delegation as a list shows it."""

    id: int
    giver: str
    giver_name: str
    receiver: str
    receiver_name: str
    acts: tuple[str, ...]
    items: tuple[str, ...]
    """Codes of the items that it is for; empty: all."""
    from_on: date
    to_on: date
    """The first day on which it does not hold any more."""
    document_no: str


def delegable() -> tuple[str, ...]:
    """The acts that somebody may delegate at all, in the order in which acts are listed."""
    theirs = frozenset[str]().union(*(registry().of_role[role] for role in STOOD_IN))
    return tuple(act for act in registry().acts if act in theirs - LEFT_TO_THE_HEAD)


def give(connection: Connection, wanted: NewDelegation, origin: Origin) -> int:
    """Write a delegation down; answers its number.

    Raises ``NotFound`` for people who are not there, and whatever does not fit.
    """
    check_account(connection, "giver", wanted.giver)
    check_account(connection, "receiver", wanted.receiver)
    if wanted.giver == wanted.receiver:
        raise OwnDelegation(value=wanted.receiver)
    days = (wanted.to_on - wanted.from_on).days
    if not 0 < days <= LONGEST_DAYS:
        raise DelegationNotInOrder(value=wanted.to_on, from_on=wanted.from_on, days=LONGEST_DAYS)
    role = Role(connection.execute(_ROLE, {"login": wanted.giver}).scalar_one())
    _check_theirs(wanted, role)
    check_separation(connection, wanted.receiver, role, wanted.from_on)
    values = {name: getattr(wanted, name) for name in NewDelegation.__dataclass_fields__}
    lists = {"acts": list(wanted.acts), "items": list(wanted.items)}
    number = int(connection.execute(_GIVE, {**values, **lists, "by": origin.actor}).scalar_one())
    details = {"number": number, "giver": wanted.giver, "document_no": wanted.document_no}
    note(connection, E.ROLE_CHANGED, origin, subject=wanted.receiver, delegation=details)
    return number


def end(connection: Connection, number: int, on: date, origin: Origin) -> None:
    """End a delegation before its last day; ``NotFound`` for what is over."""
    row = connection.execute(_END, {"id": number, "on": on}).one_or_none()
    if row is None:
        remedy = "Look it up in 'kaigong delegation list'; one that is over is not ended again."
        raise NotFound(field="delegation", value=number, remedy=remedy)
    note(connection, E.ROLE_CHANGED, origin, subject=row.receiver, delegation=number, to_on=on)


def delegations(connection: Connection) -> tuple[Delegation, ...]:
    """Every delegation, the newest first."""
    return tuple(
        Delegation(
            row.id,
            row.giver,
            row.giver_name,
            row.receiver,
            row.receiver_name,
            tuple(row.acts),
            tuple(row.items),
            row.from_on,
            row.to_on,
            row.document_no,
        )
        for row in connection.execute(_LIST)
    )


def _check_theirs(wanted: NewDelegation, role: Role) -> None:
    own = registry().of_role[role] if role in STOOD_IN else frozenset[str]()
    for act in wanted.acts:
        if act in LEFT_TO_THE_HEAD:
            raise LeftToTheHead(act=Word(act, ACT))
        if act not in own:
            raise NotTheirsToGive(
                giver=wanted.giver, act=Word(act, ACT), own=_named(own - LEFT_TO_THE_HEAD)
            )


def _named(acts: Iterable[str]) -> list[Word]:
    return [Word(act, ACT) for act in sorted(acts)] or [Word("none")]


_ROLE = text("SELECT role FROM account WHERE login = :login")
_GIVE = sealed(
    delegation_table,
    "INSERT INTO delegation (giver, receiver, acts, items, from_on, to_on, document_no, reason,"
    " entered_by) VALUES (:giver, :receiver, CAST(:acts AS text[]), CAST(:items AS text[]),"
    " :from_on, :to_on, :document_no, :reason, :by)",
    "t.id",
)
_END = sealed(
    delegation_table,
    "UPDATE delegation SET to_on = greatest(CAST(:on AS date), from_on)"
    " WHERE id = :id AND to_on > :on",
    "t.receiver",
)
_LIST = text(
    "SELECT d.id, d.giver, g.name AS giver_name, d.receiver, r.name AS receiver_name, d.acts,"
    " d.items, d.from_on, d.to_on, d.document_no FROM delegation d"
    " JOIN account g ON g.login = d.giver JOIN account r ON r.login = d.receiver ORDER BY d.id DESC"
)
