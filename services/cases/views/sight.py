"""What of a project somebody sees who does not see all of it: items in full, their papers and events;
of the rest the outline. Every page and answer about one project is cut here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Protocol, TypeVar

from sqlalchemy import Connection

from models.cases.agency import AgentActFacts, AuthorisationFacts
from models.cases.facts import ProjectFacts
from models.people.actor import Actor
from rules.cases.declarations.registry import registry
from rules.cases.instruments.site_visit import covered
from rules.cases.instruments.utilities import application_of
from services.cases.views.values.items import ItemRow, StageRow
from services.cases.views.values.project import ProjectPage
from services.cases.views.values.project_records import EventRow
from services.ledger.store import StoredProject, load
from services.people.visibility import Sight, eyes_of
from services.unit_of_work import Database


class OfAnItem(Protocol):
    """A row of a page that is about one item."""

    @property
    def item(self) -> str:
        """Code of the item."""


R = TypeVar("R", bound=OfAnItem)


@dataclass(frozen=True)
class Seen:
    """What of one project somebody sees."""

    facts: ProjectFacts
    sight: Sight

    @property
    def whole(self) -> bool:
        """Whether it is everything but letters to others."""
        return self.sight.items is None

    @cached_property
    def shown(self) -> frozenset[str]:
        """Items whose papers and form are shown: one's own, and those that they rest on.

        A part of a joint item has no papers of its own, and a utility's line is applied for with
        all others.
        """
        own = frozenset(self.facts.items) if self.sight.items is None else self.sight.items
        return own.union(
            *(self._rests_on(code) for code in own if code in self.facts.scenario.item)
        )

    @cached_property
    def papers(self) -> frozenset[str]:
        """Keys of the papers that the items shown ask for."""
        if self.whole:
            return frozenset(self.facts.materials)
        known = self.facts.scenario.item
        asked = (known[code].required for code in self.shown if code in known)
        return frozenset(key for keys in asked for key in keys)

    def row(self, item: str) -> bool:
        """Whether what belongs to an item is seen: of the items and of the parts of one's own."""
        definition = self.facts.scenario.item.get(item)
        part_of = definition.part_of if definition is not None else None
        return self.sight.item(item) or (part_of is not None and self.sight.item(part_of))

    def visit(self, item: str) -> bool:
        """Whether a visit to the site is seen: whoever has to come sees it as well."""
        return self.row(item) or any(
            map(self.sight.item, covered(self.facts.scenario, self.facts.items, item))
        )

    def task(self, number: int) -> bool:
        """Whether a supervision task is seen, as to being a letter to others."""
        return not self.facts.supervision[number].is_letter or self.sight.letter(number)

    def event(self, event: EventRow) -> bool:
        """Whether an entry of the log is seen: of one's items, their papers, the project as a whole."""
        if self.whole:
            return True
        if event.item is not None:
            return self.row(event.item)
        if "material" in event.data:
            return event.data["material"] in self.papers
        kind = registry().events.get(event.kind)
        return kind is not None and kind.of_outline

    def authorisations(self) -> Iterator[AuthorisationFacts]:
        """The authorisations of agents that are seen."""
        return (a for a in self.facts.authorisations.values() if self.sight.authorisation(a.number))

    def agent_acts(self) -> Iterator[AgentActFacts]:
        """What agents did, as far as it is seen: about one's items, under what one sees."""
        for done in self.facts.agent_acts.values():
            given = done.authorisation is None or self.sight.authorisation(done.authorisation)
            if self.whole or (given and done.item is not None and self.row(done.item)):
                yield done

    def _rests_on(self, code: str) -> frozenset[str]:
        scenario = self.facts.scenario
        definition = scenario.item[code]
        application = application_of(scenario, code) if definition.utility is not None else None
        return frozenset(base for base in (definition.part_of, application) if base is not None)


def look_up(
    connection: Connection, viewer: Actor, project: int | str, *, history: bool = False
) -> tuple[StoredProject, Seen]:
    """A project with what of it somebody sees. Raises ``NotFound`` where they may see none."""
    stored = load(connection, project, history=history, eyes=eyes_of(viewer))
    return stored, Seen(stored.facts, stored.sight)


def check_sees(database: Database, viewer: Actor, project: str) -> None:
    """Refuse what somebody does not see as if it did not exist, where no page of it would. Raises ``NotFound``."""
    with database.reading() as connection:
        look_up(connection, viewer, project)


def cut(page: ProjectPage, seen: Seen) -> ProjectPage:
    """The page of a project as somebody sees it who does not see all of it."""
    if seen.whole:
        return page
    return replace(
        page,
        stages=tuple(_stage(stage, seen) for stage in page.stages),
        architect=replace(page.architect, opinions=()) if page.architect else None,
        materials=tuple(row for row in page.materials if row.key in seen.papers),
        deficiencies=_own(page.deficiencies, seen),
        voidings=_own(page.voidings, seen),
        commitments=_own(page.commitments, seen),
        site_visits=tuple(row for row in page.site_visits if seen.visit(row.item)),
        supervision=_own(page.supervision, seen),
        rectifications=_own(page.rectifications, seen),
        consultations=_own(page.consultations, seen),
        flow_run_id=None,
    )


def _own(rows: Iterable[R], seen: Seen) -> tuple[R, ...]:
    return tuple(row for row in rows if seen.row(row.item))


def _stage(stage: StageRow, seen: Seen) -> StageRow:
    return replace(stage, items=tuple(_item(item, seen) for item in stage.items))


def _item(item: ItemRow, seen: Seen) -> ItemRow:
    if seen.row(item.code):
        return item
    if item.code in seen.shown:
        return replace(_outline(item), requirements=item.requirements, form=item.form)
    return _outline(item)


def _outline(item: ItemRow) -> ItemRow:
    """Names, states and dates of an item: no papers, no texts, nobody's name."""
    return replace(
        item,
        handler=None,
        handler_name=None,
        requirements=(),
        form=(),
        clocks=(),
        commitment=None,
        line=None,
    )
