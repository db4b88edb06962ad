"""What waits for whom, in the order in which an inbox has it: read from an index of the department.

What waits for a department is a row that acts write (:mod:`rules.cases.duties`). Whoever was written to
answers first; what only has to be delivered comes after what has to be decided, what is suspended last;
within that what falls due first.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final, NamedTuple

from models.cases.duty import DutyBand
from models.cases.standing import NEVER
from models.people.actor import Actor, Role
from services.paging import COUNTED, BadCursor
from services.people.visibility import OFFICERS


class Waiting(NamedTuple):
    """A place in an inbox, which it goes on after."""

    band: int
    until: date
    project_id: int
    code: str

    def written(self) -> str:
        """As programs and links carry it."""
        return f"{self.band}_{self.until:%Y%m%d}_{self.project_id}_{self.code}"

    def values(self) -> dict[str, Any]:
        """The parameters of a query that goes on after it."""
        return {f"after_{name}": value for name, value in self._asdict().items()}

    @classmethod
    def of(cls, row: Any) -> Waiting:
        """The place of a row of an inbox's query."""
        return cls(row.band, row.waits_until, row.project_id, row.code)

    @classmethod
    def read(cls, words: str) -> Waiting:
        """From what :meth:`written` answered; raises ``BadCursor``."""
        try:
            band, day, project, code = words.split("_", 3)
            until = date.fromisoformat(f"{day[:4]}-{day[4:6]}-{day[6:]}")
            place = cls(int(band), until, int(project), code)
        except ValueError:
            raise BadCursor(value=words) from None
        if place.band not in set(DutyBand) or not 0 < place.project_id < 1 << 62:
            raise BadCursor(value=words)
        return place


class Among(NamedTuple):
    """Some projects, to which an inbox is cut."""

    condition: str
    """Under ``project p``."""
    values: Mapping[str, Any]


EVERYTHING: Final = Among("", {})


@dataclass(frozen=True, slots=True)
class Shelf:
    """What waits for one reader."""

    rows: str
    """SQL for ``band``, ``until``, ``project_id`` and ``code``; it takes :attr:`values`."""
    values: dict[str, Any]
    in_bands: bool = False
    """Whether it has several bands."""
    among: Among = EVERYTHING

    def only(self, among: Among) -> Shelf:
        """The same of some projects."""
        return replace(self, among=among, values={**self.values, **among.values})

    @property
    def _cut(self) -> str:
        """The rows of those projects."""
        if not self.among.condition:
            return self.rows
        condition = self.among.condition
        return (
            f"SELECT r.* FROM ({self.rows}) r WHERE EXISTS"  # noqa: S608
            f" (SELECT FROM project p WHERE p.id = r.project_id AND {condition})"
        )

    def _later(self) -> str:
        names = [name for name in Waiting._fields if self.in_bands or name != "band"]
        own, place = (", ".join(f"{by}{name}" for name in names) for by in ("s.", ":after_"))
        return f"WHERE ({own}) > ({place})"

    def page(self, goes_on: bool) -> str:
        """A query for a page of it, in order; it takes ``:limit`` and ``:offset``, and the place that it
        goes on after.
        """
        return (
            f"SELECT * FROM ({self._cut}) s {self._later() if goes_on else ''}"  # noqa: S608
            " ORDER BY s.band, s.until, s.project_id, s.code LIMIT :limit OFFSET :offset"
        )

    def count(self, most: int = COUNTED) -> str:
        """A query for how many there are, ``most`` where there are more."""
        return f"SELECT count(*) FROM (SELECT FROM ({self._cut}) s LIMIT {most}) c"  # noqa: S608


def shelf_of(actor: Actor) -> Shelf | None:
    """What waits for somebody; ``None`` for whoever has no inbox."""
    values = {
        "department": actor.department,
        "letters": actor.role in _OF_LETTERS,
        "extends": actor.role is Role.GOVERNMENT_HEAD,
    }
    if actor.role is Role.DEPARTMENT_HEAD:
        return Shelf(_OF_HEAD, values, in_bands=True)
    if actor.role in OFFICERS:
        return Shelf(_OF_DEPARTMENT, values, in_bands=True)
    rows = _OF_ALL.get(actor.role)
    return Shelf(rows, values | {"department": None}) if rows else None


#: Who answers supervision letters, and who waits for the answers.
_OF_LETTERS = frozenset({Role.DEPARTMENT_HEAD, Role.LEADER})
_ROW = "SELECT {band} AS band, d.until, d.project_id, d.item AS code FROM duty d WHERE d.band IS NOT NULL"
_OF_DEPARTMENT = f"{_ROW.format(band='d.band')} AND d.department = :department AND d.band > 0"
#: An item about which a letter is to be answered stands there once, with the letter.
_OF_HEAD = (
    f"{_ROW.format(band='d.band')} AND d.department = :department AND (d.letter OR NOT EXISTS (SELECT FROM duty o"
    " WHERE o.project_id = d.project_id AND o.item = d.item AND o.department = d.department"
    " AND o.letter AND o.band IS NOT NULL))"
)
#: Of several departments that were written to about one item, the one that is to answer first.
_LETTERS = (
    f"{_ROW.format(band=0)} AND d.letter AND NOT EXISTS (SELECT FROM duty o WHERE o.project_id = d.project_id"
    " AND o.item = d.item AND o.letter AND o.band IS NOT NULL"
    " AND (o.until, o.department) < (d.until, d.department))"
)
#: What the head of the people's government is asked to extend, as long as it can be.
_EXTENSIONS = (
    "SELECT 1 AS band, coalesce((SELECT min(c.due_on) FROM clock c"  # noqa: S608
    " WHERE c.project_id = i.project_id AND c.item = i.code AND c.round = i.round"
    f" AND c.state <> 'stopped'), DATE '{NEVER}') AS until, i.project_id, i.code"
    " FROM item i JOIN project p ON p.id = i.project_id AND p.state = 'active'"
    " WHERE i.extension_asked_on IS NOT NULL AND i.state = 'accepted'"
)
_OF_ALL = {
    Role.WINDOW_CLERK: f"{_ROW.format(band=1)} AND d.to_accept",
    Role.LEADER: _LETTERS,
    Role.GOVERNMENT_HEAD: _EXTENSIONS,
}
