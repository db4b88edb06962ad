"""Who accompanies a project, chosen from the people who are there (:mod:`rules.cases.stewards`)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from typing import Any

from sqlalchemy import Connection, Row, text

from config.texts import Word
from models.cases.stewardship import Assignment, Basis, Candidate, Standing, Wanted
from models.people.actor import Role
from models.people.organisation import Away
from models.people.post import Post
from rules.cases.context import ZONE
from rules.cases.stewards import choose
from services.people.absences import not_over
from services.people.organisation import place_of
from services.unit_of_work import StewardOfProjects, UnknownSteward

#: How far ahead it counts that somebody will be away.
SOON = timedelta(days=14)
#: Whoever names stewards by rule holds it: loads are read after those before are written.
TURN = 4_203_374


def steward_by_rule(
    connection: Connection,
    weight: int,
    now: datetime,
    place: str | None,
    *,
    but: str = "",
    kind: str = "",
    enterprise: str = "",
) -> Assignment:
    """The steward of a project of some weight in a place, another one than ``but``.

    ``kind`` is the key of its scenario, ``enterprise`` the credit code of who builds.

    Raises ``NobodyAccompanies``. Nobody else is named meanwhile, to the end of the transaction.
    """
    connection.execute(_TAKE_TURN)
    pool = candidates(connection, now, place, but=but, enterprise=enterprise)
    spoken = connection.execute(_SPOKEN, {"enterprise": enterprise}).scalars() if enterprise else ()
    wanted = Wanted(kind, frozenset(spoken))
    return choose(pool, weight, place or Word("this district"), wanted)


def candidates(
    connection: Connection,
    now: datetime,
    place: str | None,
    *,
    but: str = "",
    enterprise: str = "",
) -> list[Candidate]:
    """Whoever may have a project in a place, with what they have already."""
    on = now.astimezone(ZONE).date()
    key, above = place_of(connection, place, on) if place else (None, ())
    asked = {
        "but": but,
        "since": datetime.combine(on, time(), ZONE),
        "on": on,
        "units": list(above),
        "anywhere": key is None,
        "enterprise": enterprise,
    }
    absences = not_over(connection, now)
    away = frozenset(absence.login for absence in absences if absence.from_at <= now)
    soon = _away_soon(absences, now)
    return [_candidate(row, away, soon) for row in connection.execute(_POOL, asked)]


def _away_soon(absences: Iterable[Away], now: datetime) -> frozenset[str]:
    """Who will be away for more than half of the next two weeks [D]."""
    ahead: dict[str, timedelta] = {}
    for absence in absences:
        within = min(absence.to_at, now + SOON) - max(absence.from_at, now)
        ahead[absence.login] = ahead.get(absence.login, timedelta()) + max(within, timedelta())
    return frozenset(login for login, days in ahead.items() if days > SOON / 2)


def _candidate(row: Row[Any], away: frozenset[str], soon: frozenset[str]) -> Candidate:
    return Candidate(
        row.login,
        int(row.load),
        row.projects,
        row.last_at,
        Fraction(row.capacity, 10),
        Standing(row.standing),
        row.login in away,
        row.login in soon,
        row.named_today,
        frozenset(row.skills or ()),
        frozenset(row.languages or ()),
        row.knows,
    )


def standings(connection: Connection, on: date) -> list[tuple[str, str | None, Standing]]:
    """Everybody who may have projects on a day: login, over which unit, and as what."""
    rows = connection.execute(_STANDING_ON, {"on": on})
    return [(row.login, row.unit, Standing(row.standing)) for row in rows]


def check_no_project_without(connection: Connection, login: str, on: date) -> None:
    """Refuse that somebody stops being a steward who still has running projects."""
    held = connection.execute(_HELD, {"login": login, "on": on}).scalar()
    if held is None and connection.execute(_HAS_PROJECTS, {"login": login}).scalar() is not None:
        raise StewardOfProjects(value=login)


def named_steward(
    connection: Connection, login: str, weight: int, basis: Basis = Basis.APPOINTED
) -> Assignment:
    """Whoever is named, where they are a steward. Raises ``UnknownSteward``."""
    check_steward(connection, login)
    return Assignment(login, basis, weight)


def check_steward(connection: Connection, login: str, basis: Basis = Basis.APPOINTED) -> None:
    """Refuse a login that is no steward on duty; as a last resort an administrator is one."""
    role = connection.execute(_ROLE, {"login": login}).scalar()
    if role is None or (role != Role.PROJECT_STEWARD and basis is not Basis.LAST_RESORT):
        raise UnknownSteward(value=login)


_TAKE_TURN = text(f"SELECT pg_advisory_xact_lock({TURN})")
_SPOKEN = text("SELECT DISTINCT language FROM account WHERE enterprise = :enterprise AND active")
_ROLE = text("SELECT role FROM account WHERE login = :login AND active")
_HAS_PROJECTS = text(
    "SELECT 1 FROM steward_span WHERE steward = :login AND to_at = 'infinity' LIMIT 1"
)
#: Post → as what its holder would have a project.
_STANDINGS = {
    Post.ADMINISTRATIVE_COMMISSIONER: Standing.COMMISSIONER,
    Post.PROJECT_STEWARD: Standing.STEWARD,
    Post.DUTY_STEWARD: Standing.DUTY,
    Post.STEWARD_OFFICE_HEAD: Standing.OFFICE_HEAD,
}
#: Posts by which somebody has projects.
STEWARD_POSTS = frozenset(_STANDINGS)
_AS = " ".join(f"WHEN '{post}' THEN {int(standing)}" for post, standing in _STANDINGS.items())
_POSTS = ", ".join(f"'{post}'" for post in _STANDINGS)
#: Posts that are held on a day. Whoever has none that makes a steward holds what their account acts
#: as, everywhere.
_HELD_ON = f"""
SELECT g.login, g.unit, g.capacity, CASE g.post {_AS} END AS standing FROM role_grant g
  JOIN account a ON a.login = g.login AND a.active
  WHERE g.post IN ({_POSTS}) AND g.from_on <= :on AND (g.to_on IS NULL OR :on < g.to_on)
UNION ALL
SELECT a.login, NULL, 10, CASE a.role WHEN 'administrator' THEN 5 ELSE 2 END FROM account a
  WHERE a.active AND a.role IN ('project_steward', 'administrator')
  AND NOT EXISTS (SELECT FROM role_grant g WHERE g.login = a.login AND g.post IN ({_POSTS}))
"""  # noqa: S608 - put together from enumerations
_STANDING_ON = text(f"SELECT login, unit, standing FROM ({_HELD_ON}) h ORDER BY standing, login")  # noqa: S608
_HELD = text(f"SELECT 1 FROM ({_HELD_ON}) h WHERE h.login = :login LIMIT 1")  # noqa: S608
#: Of each person the first standing over the units above the place, and what they have already. A post
#: over a unit that ended is one over its successor.
_POOL = text(
    f"""
WITH RECURSIVE held AS ({_HELD_ON}), now_unit AS (
  SELECT u.key AS key, u.key AS current, u.to_on, u.successor, 0 AS depth FROM unit u
    WHERE u.key IN (SELECT unit FROM held)
  UNION ALL SELECT n.key, u.key, u.to_on, u.successor, n.depth + 1 FROM now_unit n
    JOIN unit u ON u.key = n.successor WHERE n.to_on <= :on AND n.depth < 20
), fitting AS (
  SELECT DISTINCT ON (h.login) h.login, h.standing, h.capacity FROM held h
  WHERE h.login <> :but AND (h.unit IS NULL OR (:anywhere AND h.standing <> 1)
    OR (SELECT n.current FROM now_unit n WHERE n.key = h.unit ORDER BY n.depth DESC LIMIT 1)
      = ANY(CAST(:units AS text[])))
  ORDER BY h.login, h.standing
)
SELECT f.login, f.standing, f.capacity, s.load, s.projects, r.skills, r.languages,
  (SELECT max(l.from_at) FROM steward_span l WHERE l.steward = f.login AND l.basis = 'rule') AS last_at,
  (SELECT count(*) FROM (SELECT FROM steward_span l WHERE l.steward = f.login
    AND l.from_at >= :since AND l.basis = 'rule' LIMIT 2) few) AS named_today,
  EXISTS (SELECT FROM project p WHERE p.enterprise = :enterprise AND p.steward = f.login
    AND p.state = 'active') AS knows
FROM fitting f LEFT JOIN steward_profile r ON r.login = f.login
-- From the index alone, however many projects they have.
CROSS JOIN LATERAL (SELECT COALESCE(sum(o.weight), 0) AS load, count(*) AS projects
  FROM steward_span o WHERE o.steward = f.login AND o.to_at = 'infinity') s
"""  # noqa: S608 - put together from constants
)
