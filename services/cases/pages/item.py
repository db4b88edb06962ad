"""The page of one item: its papers, its deadline day by day, and the acts that are possible now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from models.errors import NotFound
from rules.cases.readiness.compared import FigureLimit, limits_by_field
from services.cases.pages.acting import Acting, acting
from services.cases.pages.deadlines import ExplainedClock, explained_clocks
from services.cases.pages.decided_papers import DecidedOn, decided_on
from services.cases.pages.history import (
    Entry,
    SignedCommitment,
    before_correction,
    last_commitment,
    time_line,
)
from services.cases.pages.item_rows import ItemRows, rows_of_item
from services.cases.pages.wording import ProjectWords
from services.cases.views.parts import documents
from services.cases.views.parts.forms import FieldRow
from services.cases.views.project_page import page_of
from services.cases.views.project_reading import Reading, read
from services.cases.views.values.items import ItemRow
from services.cases.views.values.project import ProjectPage
from services.people.viewer import Viewer
from services.unit_of_work import Database


@dataclass(frozen=True, slots=True)
class ItemPage:
    """Everything that belongs to the decision of one item, for one viewer."""

    project: ProjectPage
    item: ItemRow
    rows: ItemRows
    acting: Acting
    words: ProjectWords
    commitment: SignedCommitment | None
    limits: Mapping[str, tuple[FigureLimit, ...]]
    """Key of each field of the form that has limits → those limits, and whether it keeps them."""
    corrected: Mapping[str, FieldRow]
    """Key of each field that was corrected → the field as it was before."""
    clocks: tuple[ExplainedClock, ...]
    """Those of the current round, the one that counts first."""
    photos: frozenset[str]
    """Keys of the papers that are a phone's photo."""
    time_line: tuple[Entry, ...]
    """Newest first."""
    decided_on: tuple[DecidedOn, ...]
    """The papers of every decision on it, in their version; the newest first."""
    outline: bool
    """Whether the viewer sees no more of it than its outline."""


def item_page(database: Database, viewer: Viewer, project: str, code: str) -> ItemPage:
    """The page of an item; ``NotFound`` where the project needs none of this code.

    Of an item that the viewer does not see in full there is the outline. Six queries, and one for each calendar or
    scenario that this process has not read yet.
    """
    with database.reading() as connection:
        reading = read(connection, project, viewer.now, viewer.actor)
        page = page_of(reading)
        item = page.item(code)
        if item is None:
            remedy = "Look it up on the page of the project."
            raise NotFound(field="item", value=code, remedy=remedy)
        full = reading.seen.row(code)
        clocks = explained_clocks(connection, reading, code, viewer) if full else ()
        photos = documents.photos(connection, reading.facts)
    return _composed(reading, page, item, clocks, photos, viewer)


def _composed(
    reading: Reading,
    page: ProjectPage,
    item: ItemRow,
    clocks: tuple[ExplainedClock, ...],
    photos: frozenset[str],
    viewer: Viewer,
) -> ItemPage:
    words = ProjectWords(reading.facts, viewer)
    rows = rows_of_item(page, item, reading.facts)
    events = [event for event in reading.events if event.item == item.code]
    return ItemPage(
        project=page,
        item=item,
        rows=rows,
        acting=acting(reading, item.code, rows.whole, words),
        words=words,
        commitment=last_commitment(events) if item.commitment else None,
        limits=limits_by_field(reading.facts, item.code),
        corrected=before_correction(reading, item.code, events),
        clocks=clocks,
        photos=photos,
        time_line=time_line(events, words, reading.names),
        decided_on=tuple(
            decided_on(reading.facts, item.code, reading.papers, words, reading.names)
        ),
        outline=not reading.seen.row(item.code),
    )
