"""Whether every running project has a steward, and how the projects are spread over the stewards."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import text

from services.unit_of_work import Database


@dataclass(frozen=True, slots=True)
class Load:
    """A steward on duty, or one who still has projects."""

    steward: str
    projects: int
    """Running projects."""
    load: float
    """Share of all running projects that have a steward, between 0 and 1."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """The running projects and their stewards."""

    projects: int
    without_steward: int
    loads: tuple[Load, ...]
    """Whoever has most comes first."""


def coverage(database: Database) -> Coverage:
    """How the running projects are spread over the stewards, in one query."""
    with database.reading() as connection:
        rows = connection.execute(_LOADS).all()
    without = sum(row.projects for row in rows if row.login is None)
    having = [row for row in rows if row.login is not None]
    total = sum(row.projects for row in having)
    loads = tuple(
        Load(row.login, row.projects, round(row.projects / total, 4) if total else 0.0)
        for row in having
    )
    return Coverage(total + without, without, loads)


#: Login → running projects: stewards on duty with none of them too, ``NULL`` for projects without one.
_LOADS = text(
    "WITH running AS (SELECT steward AS login, count(*) AS projects FROM project"
    " WHERE state = 'active' GROUP BY steward),"
    " duty AS (SELECT login FROM account WHERE role = 'project_steward' AND active)"
    " SELECT COALESCE(d.login, r.login) AS login, COALESCE(r.projects, 0) AS projects"
    " FROM running r FULL JOIN duty d ON d.login = r.login ORDER BY 2 DESC, 1"
)
