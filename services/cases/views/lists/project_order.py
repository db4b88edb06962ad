"""The order of lists of projects, and how the database finds a page of it without looking at the rest.

Open projects come first: red ones, yellow ones, green ones, each by the day on which they turn red; then
what is closed, the newest first. The light of a moment follows from two columns, so that no index has
the order as a whole. Each band of it is put together from ranges of an index that has projects by the
class of the time from yellow to red (:data:`models.cases.standing.LEADS`): a class is yellow before a
day, green after another one, and mixed only in between.

A reader whose projects are few, as the table of visibility names them, has those sorted instead.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, Final, NamedTuple

from models.cases.standing import LEADS, NEVER
from models.cases.states import Light, ProjectState
from services.paging import COUNTED, BadCursor

RED, YELLOW, GREEN, CLOSED = range(4)
BAND: Final = {Light.RED: RED, Light.YELLOW: YELLOW, Light.GREEN: GREEN}
#: Of so many rows or fewer that lead to projects a list is sorted; of more it is read from the index.
FEW: Final = 8000
_EPOCH: Final = "DATE '2000-01-01'"


class Place(NamedTuple):
    """Where a project stands in the order, which a list goes on after."""

    band: int
    day: int
    """Days from 2000 to the day that its band is ordered by, or back from it."""
    tie: int

    def written(self) -> str:
        """As programs and links carry it."""
        return "_".join(map(str, self))

    @classmethod
    def read(cls, words: str) -> Place:
        """From what :meth:`written` answered; raises ``BadCursor``."""
        try:
            band, day, tie = (int(number) for number in words.split("_"))
        except ValueError:
            raise BadCursor(value=words) from None
        if band not in range(4) or abs(day) > _MOST or abs(tie) > 1 << 62:
            raise BadCursor(value=words)
        return cls(band, day, tie)


_MOST: Final = (NEVER - date(2000, 1, 1)).days


class Which(NamedTuple):
    """Which projects a list is about."""

    where: str
    """Condition in SQL under ``project p``."""
    few: str | None
    """SQL for the numbers of projects among which they all are; ``None``: an index has them in order."""
    always: bool
    """Whether those are few however many there are of them."""
    bands: Sequence[int]
    states: Sequence[ProjectState]
    """Of those that are closed."""


def page(which: Which, after: Place | None) -> tuple[str, dict[str, Any]]:
    """A query for ``id``, ``band``, ``day`` and ``tie`` in order, after a place; it takes ``:now``,
    ``:today``, ``:limit`` and ``:offset``, and what the conditions take.
    """
    values = (
        {"after_band": after.band, "after_day": after.day, "after_tie": after.tie} if after else {}
    )
    parts = list(_parts(which, after, "ORDER BY {order} LIMIT :limit + :offset"))
    united = " UNION ALL ".join(f"({part})" for part in parts) or _NOTHING
    ordered = (
        f"SELECT * FROM ({united}) o ORDER BY o.band, o.day, o.tie LIMIT :limit OFFSET :offset"  # noqa: S608
    )
    return _with(which) + ordered, values


def count(which: Which) -> str:
    """A query for the number of projects, ``COUNTED`` where there are more."""
    united = " UNION ALL ".join(f"({part})" for part in _parts(which, None, _COUNTED)) or _NOTHING
    return f"{_with(which)}SELECT count(*) FROM (SELECT FROM ({united}) o {_COUNTED}) c"  # noqa: S608


def glance(where: str, few: str | None, always: bool, most: int, counts: str) -> str:
    """A query that counts open projects of a reader, ``most`` of them: the counts over ``p``, the number
    of those without a steward on duty, and whether there are more.
    """
    which = Which(where, few, always, (RED, YELLOW, GREEN), ())
    sources = list(_looked_at(which))
    united = " UNION ALL ".join(f"({source} LIMIT {most + 1})" for source in sources)
    return (
        f"{_with(which)}SELECT {counts}, count(*) FILTER (WHERE p.unaccompanied) AS without_steward, count(*) > {most} AS more"  # noqa: S608
        f" FROM (SELECT * FROM ({united}) u LIMIT {most + 1}) p"
    )


_ASKED = (
    "SELECT p.red_on, p.yellow_at, p.next_due_on, p.waits_for_applicant, p.waits_for_department,"
    " p.steward IS NULL OR p.steward IN (SELECT o.login FROM account o WHERE NOT o.active OR o.role <> 'project_steward')"
    " AS unaccompanied FROM"
)


def _looked_at(which: Which) -> Iterator[str]:
    """The open projects of a reader, in no order."""
    where = f"WHERE p.state = 'active' AND {which.where}"
    if which.few is not None:
        gate = "" if which.always else _GATE.format(than="<=")
        own = "(SELECT DISTINCT id FROM few) f JOIN project p ON p.id = f.id"
        yield f"{_ASKED} {own} {where}{gate}"
    if which.few is None:
        yield f"{_ASKED} project p {where}"
    elif not which.always:
        yield f"{_ASKED} project p {where}{_GATE.format(than='>')}"


#: Only one of both ways is gone.
_GATE = f" AND (SELECT n FROM ways) {{than}} {FEW}"  # noqa: S608 - a number of ours
_COUNTED = f"LIMIT {COUNTED}"
_NOTHING = "SELECT 0 AS id, 0 AS band, 0 AS day, 0 AS tie WHERE false"


def _with(which: Which) -> str:
    """What leads to the projects of a reader who has few, a row more than that where there are more."""
    if which.few is None:
        return ""
    most = "" if which.always else f" LIMIT {FEW + 1}"
    return (
        f"WITH few AS MATERIALIZED (SELECT w.id FROM ({which.few}) w(id){most}),"  # noqa: S608
        " ways AS (SELECT count(*) AS n FROM few) "
    )


def _parts(which: Which, after: Place | None, more: str) -> Iterator[str]:
    gate = ""
    if which.few is not None:
        gate = "" if which.always else _GATE.format(than="<=")
        yield _sorted(which, after, gate, more)
    if which.few is None or not which.always:
        other = _GATE.format(than=">") if which.few is not None else ""
        yield from _in_order(which, which.where + other, after, more)


def _in_order(which: Which, where: str, after: Place | None, more: str) -> Iterator[str]:
    """Each band that a list shows from a place on, as an index has it."""
    for band in which.bands:
        later = after if after is not None and band == after.band else None
        if after is not None and band < after.band:
            continue
        if band == CLOSED:
            yield from (_closed(where, state, later, more) for state in which.states)
        else:
            yield _of_band(band, where, later, more)


def _sorted(which: Which, after: Place | None, gate: str, more: str) -> str:
    """Those of a reader who has few."""
    states = ", ".join(f"'{state.value}'" for state in which.states)
    closed = f" OR p.state IN ({states})" if CLOSED in which.bands and states else ""
    bands = ", ".join(map(str, which.bands)) or "NULL"
    later = " AND (s.band, s.day, s.tie) > (:after_band, :after_day, :after_tie)" if after else ""
    rows = (
        f"SELECT p.id, {BAND_OF} AS band, CASE WHEN p.state = 'active' THEN p.red_on - {_EPOCH}"  # noqa: S608
        f" ELSE {_EPOCH} - p.registered_on END AS day,"
        " CASE WHEN p.state = 'active' THEN p.id ELSE -p.id END AS tie"
        f" FROM (SELECT DISTINCT id FROM few) f JOIN project p ON p.id = f.id WHERE (p.state = 'active'{closed})"
        f" AND {which.where}{gate}"
    )
    order = more.format(order="s.band, s.day, s.tie")
    return f"SELECT s.* FROM ({rows}) s WHERE s.band IN ({bands}){later} {order}"  # noqa: S608


#: The band of a project ``p`` at ``:now`` on ``:today``.
BAND_OF: Final = (
    f"CASE WHEN p.state <> 'active' THEN {CLOSED} WHEN p.red_on <= :today THEN {RED}"
    f" WHEN p.yellow_at <= :now THEN {YELLOW} ELSE {GREEN} END"
)
_OPEN_ENDED = f"WHEN v.most = {LEADS[-1]} THEN DATE '{NEVER}'"
#: The classes: the last red day on which one of it can be yellow, and the first on which it can be green.
_CLASSES = (
    "SELECT v.most, CASE "  # noqa: S608
    f"{_OPEN_ENDED} ELSE :today + v.most END AS until, :today + v.least AS since FROM (VALUES "
    + ", ".join(f"({most}, {least + 1})" for most, least in zip(LEADS, (-1, *LEADS), strict=False))
    + ") v(most, least)"
)
_LIGHT: Final = {
    RED: "p.red_on <= :today",
    YELLOW: "p.red_on > :today AND p.red_on <= l.until AND p.yellow_at <= :now",
    GREEN: "p.red_on > :today AND p.red_on >= l.since AND p.yellow_at > :now",
}


def _of_band(band: int, where: str, after: Place | None, more: str) -> str:
    """The open projects of a light, each class from its range of the index."""
    later = f" AND (p.red_on, p.id) > ({_EPOCH} + :after_day, :after_tie)" if after else ""
    order = more.format(order="p.red_on, p.id")
    return (
        f"SELECT p.id, {band} AS band, p.red_on - {_EPOCH} AS day, p.id AS tie"  # noqa: S608
        f" FROM ({_CLASSES}) l CROSS JOIN LATERAL (SELECT p.id, p.red_on FROM project p"
        f" WHERE p.state = 'active' AND p.lead = l.most AND {_LIGHT[band]} AND {where}{later} {order}) p"
    )


def _closed(where: str, state: ProjectState, after: Place | None, more: str) -> str:
    """Those of a closed state, the newest first."""
    later = f" AND (p.registered_on, p.id) < ({_EPOCH} - :after_day, -:after_tie)" if after else ""
    order = more.format(order="p.registered_on DESC, p.id DESC")
    return (
        f"SELECT p.id, {CLOSED} AS band, {_EPOCH} - p.registered_on AS day, -p.id AS tie"  # noqa: S608
        f" FROM project p WHERE p.state = '{state.value}' AND {where}{later} {order}"
    )
