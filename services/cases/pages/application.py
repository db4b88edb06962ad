"""The page on which an application is checked before it is made: the form, the papers, and what follows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from models.cases import commands as c
from models.cases.facts import ProjectFacts
from models.errors import Conflict, NotFound
from models.scenarios.definition import Text
from rules.cases.instruments.agency import may_sign
from rules.cases.instruments.completeness import asked_of_applicant
from rules.cases.instruments.forms import from_texts
from rules.cases.offers import possibilities
from rules.cases.readiness.application import PaperCheck, PaperStanding, Readiness, readiness
from rules.cases.readiness.compared import FigureLimit
from rules.cases.readiness.effect import Effect, effect
from services.cases.pages.wording import ProjectWords
from services.cases.views.parts.forms import FieldRow
from services.cases.views.project_page import page_of
from services.cases.views.project_reading import Reading, read
from services.cases.views.values.items import ItemRow, RequirementRow
from services.cases.views.values.project import ProjectPage
from services.people.viewer import Viewer
from services.unit_of_work import Database

APPLY = "submit_application"


class NotToApplyFor(Conflict):
    template = "item: {item} is not to be applied for now. Its page says where it stands."
    field = "item"


@dataclass(frozen=True, slots=True)
class Typed:
    """What somebody has typed and ticked of an application so far."""

    fields: Mapping[str, str]
    """Key of a field of the item's form → text."""
    defer: Sequence[str]
    """Keys of the papers that are to follow."""
    signer: str
    commitment: str
    """Text of the commitment; empty: it is not signed."""


@dataclass(frozen=True, slots=True)
class FigureRow:
    """One field of the form beside its limits, with what is wrong."""

    field: FieldRow
    limits: tuple[FigureLimit, ...]
    fault: str | None


@dataclass(frozen=True, slots=True)
class PaperRow:
    """One paper as the check sees it, beside what is known of it."""

    check: PaperCheck
    paper: RequirementRow
    fault: str | None


@dataclass(frozen=True, slots=True)
class InTheWay:
    """One thing to put right: where on the page, and what."""

    anchor: str
    sentence: str


@dataclass(frozen=True)
class ApplicationPage:
    """One application before it is made, as it stands."""

    project: ProjectPage
    item: ItemRow
    words: ProjectWords
    readiness: Readiness
    effect: Effect
    may_sign: bool
    at_once: bool
    """Whether it is granted on the commitment at once, where a list is published."""
    to_hand_in: Mapping[str, Text]
    """Key → name of every paper that the applicant may hand in for it."""

    @cached_property
    def in_the_way(self) -> tuple[InTheWay, ...]:
        """Everything that has to be put right before it can be made, in the order of the page."""
        return tuple(
            InTheWay(blocker.anchor, self.words.refusal(blocker.error))
            for blocker in self.readiness.blockers
        )

    @property
    def figures(self) -> tuple[FigureRow, ...]:
        """The fields of the form."""
        return tuple(
            FigureRow(row, self._limits(row.key), self._fault(f"field_{row.key}"))
            for row in self.item.form
        )

    @property
    def open_papers(self) -> tuple[PaperRow, ...]:
        """Papers about which something has to be done or chosen."""
        return tuple(row for row in self._papers if row.check.standing not in _COMPLETE)

    @property
    def complete_papers(self) -> tuple[PaperRow, ...]:
        """Papers that are there, or that nobody has to bring."""
        return tuple(row for row in self._papers if row.check.standing in _COMPLETE)

    @property
    def to_follow(self) -> tuple[Text, ...]:
        """Names of the papers that are chosen to follow later."""
        return tuple(row.paper.name for row in self._papers if row.check.standing is _FOLLOWS)

    @property
    def may_insist(self) -> bool:
        """Whether it may be handed in as it is: only papers lack, which one notice will name
        (Licensing Law art. 32(4)).
        """
        anchors = [blocker.anchor for blocker in self.readiness.blockers]
        return bool(anchors) and all(anchor.startswith("paper_") for anchor in anchors)

    @cached_property
    def _papers(self) -> tuple[PaperRow, ...]:
        papers = {paper.material: paper for paper in self.item.requirements}
        return tuple(
            PaperRow(check, papers[check.material], self._fault(f"paper_{check.material}"))
            for check in self.readiness.papers
        )

    def _limits(self, key: str) -> tuple[FigureLimit, ...]:
        return tuple(limit for limit in self.readiness.limits if limit.field == key)

    def _fault(self, anchor: str) -> str | None:
        return next((fault.sentence for fault in self.in_the_way if fault.anchor == anchor), None)


_FOLLOWS = PaperStanding.TO_FOLLOW
_COMPLETE = frozenset(
    {
        PaperStanding.HANDED_IN,
        PaperStanding.HELD,
        PaperStanding.AWAITED,
        PaperStanding.BY_COMMITMENT,
    }
)


def application_page(
    database: Database, viewer: Viewer, project: str, code: str, typed: Typed | None
) -> ApplicationPage:
    """The check of an application as it is ``typed``, or as it was filled in last.

    ``NotFound`` where the viewer may see no such item, ``NotToApplyFor`` where it is nobody's or not
    theirs to apply for now. Five queries, and one for each calendar or scenario not read yet.
    """
    with database.reading() as connection:
        reading = read(connection, project, viewer.now, viewer.actor)
    page = page_of(reading)
    item = page.item(code)
    if item is None:
        raise NotFound(field="item", value=code, remedy="Look it up on the page of the project.")
    offered = {possible.act for possible in possibilities(reading.facts, code, reading.context)}
    if APPLY not in offered or not reading.seen.row(code):
        raise NotToApplyFor(item=code)
    return _composed(reading, page, item, _application(reading.facts, code, typed), viewer)


def _application(facts: ProjectFacts, code: str, typed: Typed | None) -> c.SubmitApplication:
    """The application as it would be made, unchecked: what is wrong with it is what the page tells."""
    if typed is None:
        return c.SubmitApplication.model_construct(item=code, form=dict(facts.items[code].form))
    definition = facts.definition(code)
    signed = typed.commitment and typed.signer
    return c.SubmitApplication.model_construct(
        item=code,
        defer=tuple(key for key in typed.defer if key in definition.required),
        commitment=c.Commitment.model_construct(text=typed.commitment, signer=typed.signer)
        if signed
        else None,
        form=from_texts(definition, typed.fields),
    )


def _composed(
    reading: Reading,
    page: ProjectPage,
    item: ItemRow,
    application: c.SubmitApplication,
    viewer: Viewer,
) -> ApplicationPage:
    facts, context = reading.facts, reading.context
    definition = facts.definition(item.code)
    names = {paper.material: paper.name for paper in item.requirements}
    return ApplicationPage(
        project=page,
        item=item,
        words=ProjectWords(facts, viewer),
        readiness=readiness(facts, application, context),
        effect=effect(facts, item.code, context),
        may_sign=may_sign(context.actor, facts, item.code, context.today),
        at_once=definition.grant_on_commitment,
        to_hand_in={key: names[key] for key in asked_of_applicant(facts.scenario, definition)},
    )
