"""Hand-over lists read and signed: by who gives, by who receives, by a superior for one who left or is away."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, StringConstraints
from sqlalchemy import Connection, Row, text

from models.errors import Conflict, NotFound, NotPermitted
from models.people.actor import Actor, Role
from models.people.handover import Handover, HandoverCause, OpenWork, ProjectLines
from models.plain_text import AS_PASSAGE
from models.tables import handover as handover_table
from models.values import Text
from services.seals import sealed
from services.unit_of_work import Database

#: Who reads every list, and signs for somebody who left.
SUPERIORS = frozenset({Role.LEADER, Role.ADMINISTRATOR})
#: Lists of one page.
MOST = 200


class NotYoursToSign(NotPermitted):
    template = "handover: {value} is signed by {giver} and {receiver}, and by a leader or administrator for a giver who left or is away."
    field = "handover"


class SignedAlready(Conflict):
    template = "handover: {value} was signed by you already; nothing is left to do."
    field = "handover"


class SignHandover(BaseModel):
    """The signature of one side."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    reservations: Annotated[str, StringConstraints(max_length=2000), AS_PASSAGE] = ""
    """What the receiver says is missing; it does not keep the list open."""


@dataclass(frozen=True, slots=True)
class HandoverPage:
    """One list with its projects, as a reader sees it."""

    handover: Handover
    projects: tuple[ProjectLines, ...]
    names: Mapping[str, Text]
    """Names of the departments and people whose move it is, by their keys."""
    may_sign: bool
    """Whether the signature of the reader is still wanted."""


def handovers(database: Database, actor: Actor, now: datetime) -> tuple[Handover, ...]:
    """The lists that somebody gave, received, or stands in for, unsigned ones first; leaders read all."""
    with database.reading() as connection:
        rows = connection.execute(_LIST, _reader(actor, now) | {"most": MOST})
        return tuple(_handover(row) for row in rows)


def handover_page(database: Database, number: int, actor: Actor, now: datetime) -> HandoverPage:
    """One list. Raises ``NotFound`` for whoever has nothing to do with it."""
    with database.reading() as connection:
        row = _row(connection, number, actor, now)
        projects = tuple(
            ProjectLines(line.code, line.title, tuple(map(OpenWork.model_validate, line.lines)))
            for line in connection.execute(_PROJECTS, {"id": number})
        )
        names = _names(connection, projects)
    return HandoverPage(_handover(row), projects, names, bool(_sides(row, actor)))


def _names(connection: Connection, projects: Iterable[ProjectLines]) -> dict[str, Text]:
    keys = {line.waits_for for project in projects for line in project.lines}
    rows = connection.execute(_NAMES, {"keys": sorted(keys)})
    return {row.key: Text(zh=row.zh, en=row.en) for row in rows}


def sign_handover(
    database: Database, number: int, signature: SignHandover, actor: Actor, now: datetime
) -> None:
    """Sign for the side that one stands on. Raises ``NotFound``, ``NotYoursToSign``, ``SignedAlready``."""
    with database.transaction() as connection:
        connection.execute(_LOCK, {"id": number})
        row = _row(connection, number, actor, now)
        sides = _sides(row, actor)
        if not sides:
            signed = actor.login in (row.giver_signed_by, row.receiver) or row.giver_signed_at
            raise (SignedAlready if signed else NotYoursToSign)(
                value=number, giver=row.giver_name, receiver=row.receiver_name
            )
        values = {"id": number, "now": now, "by": actor.login}
        for side in sides:
            more = {"reservations": signature.reservations} if side == "receiver" else {}
            connection.execute(_SIGN[side], values | more)


def _sides(row: Row[Any], actor: Actor) -> tuple[str, ...]:
    """The sides whose signature is open and somebody may give."""
    own = {actor.login, *actor.stands_in_for}
    gone = actor.role in SUPERIORS and (not row.giver_active or row.giver_away)
    giver = row.giver_signed_at is None and (row.giver == actor.login or gone)
    receiver = row.receiver_signed_at is None and row.receiver in own
    # Nobody signs both sides.
    if giver and row.receiver != actor.login:
        return ("giver",)
    return ("receiver",) if receiver else ()


def _row(connection: Connection, number: int, actor: Actor, now: datetime) -> Row[Any]:
    row = connection.execute(_ONE, _reader(actor, now) | {"id": number, "most": 1}).one_or_none()
    if row is None:
        remedy = "Look it up in the list of hand-overs."
        raise NotFound(field="handover", value=number, remedy=remedy)
    return row


def _reader(actor: Actor, now: datetime) -> dict[str, object]:
    own = sorted({actor.login, *actor.stands_in_for})
    return {"own": own, "all": actor.role in SUPERIORS, "now": now}


def _handover(row: Row[Any]) -> Handover:
    return Handover(
        row.id,
        row.giver,
        row.giver_name,
        row.receiver,
        row.receiver_name,
        HandoverCause(row.cause),
        row.made_at,
        row.sign_by,
        row.projects,
        row.giver_signed_at,
        row.giver_signed_by,
        row.receiver_signed_at,
        row.reservations,
    )


_SELECT = """
SELECT h.*, g.name AS giver_name, r.name AS receiver_name, g.active AS giver_active,
  EXISTS (SELECT FROM absence w WHERE w.login = h.giver AND w.from_at <= :now AND :now < w.to_at)
    AS giver_away,
  (SELECT count(*) FROM handover_line l WHERE l.handover = h.id) AS projects
FROM handover h JOIN account g ON g.login = h.giver JOIN account r ON r.login = h.receiver
WHERE (:all OR h.giver = ANY(:own) OR h.receiver = ANY(:own))
"""
_ORDER = (
    " ORDER BY h.giver_signed_at IS NOT NULL AND h.receiver_signed_at IS NOT NULL,"
    " h.made_at DESC, h.id DESC LIMIT :most"
)
_LIST = text(_SELECT + _ORDER)
_ONE = text(_SELECT + " AND h.id = :id" + _ORDER)
_LOCK = text("SELECT 1 FROM handover WHERE id = :id FOR UPDATE")
_PROJECTS = text(
    "SELECT p.code, p.title, l.lines FROM handover_line l JOIN project p ON p.id = l.project_id"
    " WHERE l.handover = :id ORDER BY p.code"
)
_NAMES = text(
    "SELECT key, name_zh AS zh, name_en AS en FROM department WHERE key = ANY(:keys)"
    " UNION ALL SELECT login, name, name FROM account WHERE login = ANY(:keys)"
)
_SIGN = {
    "giver": sealed(
        handover_table,
        "UPDATE handover SET giver_signed_at = :now, giver_signed_by = :by WHERE id = :id",
    ),
    "receiver": sealed(
        handover_table,
        "UPDATE handover SET receiver_signed_at = :now, reservations = :reservations WHERE id = :id",
    ),
}
