"""What the page of the organisation shows: its units as a tree, who has which post, who is away."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from models.errors import KaigongError
from models.people.organisation import Unit
from rules.people.separation import Separation, separations
from services.installation.policy import policy
from services.people.absences import Absence, absences
from services.people.organisation import units_of
from services.people.posts import HeldPost, posts
from services.people.powers.competences import Competence, competences
from services.people.powers.delegations import Delegation, delegations
from services.people.units.checking import organisation_faults
from services.unit_of_work import Database


@dataclass(frozen=True, slots=True)
class UnitLine:
    """A unit with how deep it stands in the tree."""

    unit: Unit
    depth: int


@dataclass(frozen=True, slots=True)
class OrganisationPage:
    """The organisation as it is written down now."""

    units: tuple[UnitLine, ...]
    competences: tuple[Competence, ...]
    posts: tuple[HeldPost, ...]
    absences: tuple[Absence, ...]
    delegations: tuple[Delegation, ...]
    separations: tuple[Separation, ...]
    faults: tuple[KaigongError, ...]
    """What does not hold together today."""


def organisation_page(database: Database, now: datetime) -> OrganisationPage:
    """The page; a unit stands below the one that commands it."""
    with database.reading() as connection:
        units = units_of(connection)
        chosen = competences(connection)
        given = delegations(connection)
    below: dict[str | None, list[Unit]] = {}
    for unit in units.values():
        below.setdefault(unit.parent, []).append(unit)
    lines: list[UnitLine] = []

    def write(parent: str | None, depth: int) -> None:
        for unit in below.get(parent, ()):
            lines.append(UnitLine(unit, depth))
            write(unit.key, depth + 1)

    write(None, 0)
    faults = organisation_faults(database, now)
    return OrganisationPage(
        units=tuple(lines),
        competences=chosen,
        posts=posts(database),
        absences=absences(database, now),
        delegations=given,
        separations=separations(policy().separate_posts),
        faults=faults,
    )
