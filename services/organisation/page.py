"""What the page of the organisation shows: its units as a tree, who has which post, who is away."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from models.cases.commands import Entry
from models.errors import KaigongError
from models.people.organisation import Unit
from models.people.post import Post
from rules.people.posts import EFFECTS, PostEffect
from rules.people.separation import Separation, separations
from services.installation.policy import policy
from services.organisation.declaration import OrganisationAct
from services.organisation.registry import organisation_acts
from services.people.absences import Absence, absences
from services.people.organisation import units_of
from services.people.posts import HeldPost, posts
from services.people.powers.competences import Competence, competences
from services.people.powers.delegations import Delegation, delegable, delegations
from services.people.powers.promotion_groups import PromotionGroup, promotion_groups
from services.people.units.checking import organisation_faults
from services.unit_of_work import Database
from services.wording.words import act_word


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
    promotion_groups: tuple[PromotionGroup, ...]
    separations: tuple[Separation, ...]
    faults: tuple[KaigongError, ...]
    """What does not hold together today."""

    @property
    def acts(self) -> tuple[OrganisationAct, ...]:
        """Everything that can be done, in the order of the page."""
        return tuple(organisation_acts().values())

    @property
    def effects(self) -> Mapping[Post, PostEffect]:
        """What each post gives."""
        return EFFECTS

    def unit_name(self, key: str, language: str) -> str:
        """The name of a unit; its key where there is none."""
        named = (line.unit.name for line in self.units if line.unit.key == key)
        return next((name.in_language(language) for name in named), key)

    def choices(
        self, entry: Entry, language: str, translate: Callable[[str], str]
    ) -> tuple[tuple[str, str], ...] | None:
        """What there is to choose from, by the way of entry: value and words; ``None``: it is typed."""
        if entry is Entry.UNIT:
            return tuple(_units_to_choose(self, language))
        if entry is Entry.TICKS:
            return tuple((act, act_word(act, translate)) for act in delegable())
        return None


def organisation_page(database: Database, now: datetime) -> OrganisationPage:
    """The page; a unit stands below the one that commands it."""
    with database.reading() as connection:
        units = units_of(connection)
        chosen = competences(connection)
        given = delegations(connection)
        groups = promotion_groups(connection)
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
        promotion_groups=groups,
        separations=separations(policy().separate_posts),
        faults=faults,
    )


def _units_to_choose(page: OrganisationPage, language: str) -> Iterator[tuple[str, str]]:
    for line in page.units:
        if not line.unit.to_on:
            yield line.unit.key, "　" * line.depth + line.unit.name.in_language(language)
