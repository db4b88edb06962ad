"""The one rule of who may look at what, derived from its table (:mod:`services.people.visibility_table`).

A list asks the database for what its reader may see; a single object is asked for in the same words, so
what somebody may not see is to them as if it did not exist (:func:`services.ledger.store.load`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from models.people.actor import SYSTEM, Actor, Role
from services.people.visibility_table import NOBODY, TABLE, Kind

__all__ = [
    "EVERYTHING",
    "OFFICERS",
    "OF_THE_MACHINE",
    "Eyes",
    "Kind",
    "Sight",
    "among",
    "eyes_of",
    "readers",
    "scope",
    "sight_of",
]

OFFICERS: Final = frozenset({Role.HANDLER, Role.APPROVER, Role.DEPARTMENT_HEAD})


def scope(
    actor: Actor | None, kind: Kind = Kind.OUTLINE, of: str = "", *, by: str = "seen_by"
) -> tuple[str, dict[str, object]]:
    """What of a kind somebody may see, as a condition under ``project p``: SQL and its parameter, named
    ``by``.

    ``of`` is the expression of the query that tells the objects apart
    (:data:`services.people.visibility_table.NAMED_BY`). Nobody sees nothing.
    """
    condition, value = _scope(actor, kind, of)
    if ":seen_by" not in condition:
        return condition, {}
    return condition.replace(":seen_by", f":{by}"), {by: value}


def _scope(actor: Actor | None, kind: Kind, of: str) -> tuple[str, str | None]:
    if actor is None:
        return "false", None
    reach = TABLE[actor.role][kind]
    return reach.sql[kind].format(of=of), reach.by(actor)


def among(actor: Actor) -> tuple[str | None, bool]:
    """SQL for the numbers of projects among which all are that somebody sees, with the parameter of
    :func:`scope`, and whether they are always few; ``None`` where an index has them in the order of lists.
    """
    reach = TABLE[actor.role][Kind.OUTLINE]
    return reach.among, reach.always_few


def readers(kind: Kind) -> frozenset[Role]:
    """The roles that see anything of a kind at all."""
    return frozenset(role for role, row in TABLE.items() if row[kind] is not NOBODY)


@dataclass(frozen=True, slots=True)
class Sight:
    """What of one project somebody may see; ``None`` stands for everything."""

    items: frozenset[str] | None = None
    """Codes of the items that are seen in full; of the others there is the outline."""
    letters: frozenset[int] | None = None
    """Numbers of the letters between authorities."""
    authorisations: frozenset[int] | None = None
    """Numbers of the authorisations of agents."""

    def item(self, code: str) -> bool:
        """Whether an item is seen in full."""
        return self.items is None or code in self.items

    def letter(self, number: int) -> bool:
        """Whether a letter between authorities is for this reader."""
        return self.letters is None or number in self.letters

    def authorisation(self, number: int) -> bool:
        """Whether an authorisation is for this reader."""
        return self.authorisations is None or number in self.authorisations


EVERYTHING: Final = Sight()


@dataclass(frozen=True, slots=True)
class Eyes:
    """Somebody's view of one project as SQL: whether it is there for them, and what of it they see."""

    project: str
    """Condition on ``project p``."""
    sight: str
    """A JSON array under ``project p``: for each field of :class:`Sight` an array, or null for everything."""
    by: str | None
    """What ``:seen_by`` is in both."""


#: Fields of a sight: kind, table, what tells its rows apart, the column that is answered, which rows.
_SEEN: Final = (
    (Kind.ITEM, "item", "x.code", "x.code", ""),
    (Kind.LETTER, "supervision_task", "x.department", "x.number", " AND x.kind = 'letter'"),
    (Kind.AUTHORISATION, "agency_authorisation", "x", "x.number", ""),
)


def eyes_of(actor: Actor) -> Eyes:
    """How somebody looks at a project."""
    project, by = _scope(actor, Kind.OUTLINE, "")
    return Eyes(project, f"json_build_array({', '.join(_arrays(actor))})", by)


def _arrays(actor: Actor) -> Iterator[str]:
    project, _ = _scope(actor, Kind.OUTLINE, "")
    for kind, table, of, column, more in _SEEN:
        seen, _ = _scope(actor, kind, of)
        rows = f"FROM {table} x WHERE x.project_id = p.id{more} AND {seen}"
        listed = f"(SELECT coalesce(json_agg({column}), '[]') {rows})"
        # Whoever sees as much of it as of the project sees all of it.
        yield "NULL" if seen == project else listed


#: The machine looks at the whole ledger.
OF_THE_MACHINE: Final = eyes_of(SYSTEM)


def sight_of(arrays: list[list[Any] | None]) -> Sight:
    """A sight from the answer to :attr:`Eyes.sight`."""
    items, letters, authorisations = arrays
    return Sight(_seen(items), _seen(letters), _seen(authorisations))


def _seen(listed: list[Any] | None) -> frozenset[Any] | None:
    return None if listed is None else frozenset(listed)
