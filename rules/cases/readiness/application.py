"""What an application lacks before it is made 还差什么: every field and paper, and all that stands in its way.

The acts refuse the first thing that is wrong; here all of it is listed, with the same sentences of the same rules.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from models.cases.commands import SubmitApplication
from models.cases.facts import ItemFacts, MaterialFacts, ProjectFacts
from models.cases.states import MaterialState
from models.errors import KaigongError
from models.scenarios.definition import ItemDefinition, MaterialClass, MaterialRequirement
from models.scenarios.guards import GuardPoint
from rules.cases.acts.application import CommitmentMissing
from rules.cases.context import Context
from rules.cases.decide import decide
from rules.cases.instruments.commitment import needs_commitment
from rules.cases.instruments.completeness import provided
from rules.cases.instruments.credit.standing import check_standing
from rules.cases.instruments.forms import faults
from rules.cases.instruments.guards import GuardRefused, failing, own_fields
from rules.cases.readiness.compared import FigureLimit, figure_limits


class PaperMissing(KaigongError):
    template = "materials: {material} is missing; upload it."
    field = "materials"


class PaperReturned(KaigongError):
    template = "materials: {material} was returned; upload it again."
    field = "materials"


class ChoiceOpen(KaigongError):
    template = "defer: {material} is not there yet; upload it now, or choose to hand it in later."
    field = "defer"


class PaperStanding(StrEnum):
    """How a paper of an application stands."""

    HANDED_IN = "handed_in"
    HELD = "held"
    AWAITED = "awaited"
    """The system issues it itself, and has not yet."""
    BY_COMMITMENT = "by_commitment"
    TO_FOLLOW = "to_follow"
    MAY_FOLLOW = "may_follow"
    """It may follow later, and nobody has chosen that."""
    MISSING = "missing"
    RETURNED = "returned"


#: What stands in the way of an application.
_OPEN: Mapping[PaperStanding, type[KaigongError]] = {
    PaperStanding.MISSING: PaperMissing,
    PaperStanding.RETURNED: PaperReturned,
    PaperStanding.MAY_FOLLOW: ChoiceOpen,
}


@dataclass(frozen=True, slots=True)
class PaperCheck:
    """One paper that the item asks for."""

    material: str
    standing: PaperStanding
    may_follow: bool
    """Whether it may be handed in after the decision."""
    substantive: bool
    """Whether it may change the result: without it there is a preliminary opinion only."""


@dataclass(frozen=True, slots=True)
class Blocker:
    """One thing that has to be put right before the application can be made."""

    anchor: str
    """``field_KEY``, ``paper_KEY``, ``commitment``, or ``item`` for what no form puts right."""
    error: KaigongError


@dataclass(frozen=True, slots=True)
class Readiness:
    """An application as it would be made now."""

    papers: tuple[PaperCheck, ...]
    limits: tuple[FigureLimit, ...]
    blockers: tuple[Blocker, ...]
    """In the order of the page: the form, the papers, the commitment, what else."""
    needs_commitment: bool
    """Whether it takes a signed commitment: a paper follows later, or is replaced by it."""

    @property
    def preliminary(self) -> bool:
        """Whether what follows later allows a preliminary opinion only."""
        return any(p.substantive and p.standing is PaperStanding.TO_FOLLOW for p in self.papers)


def readiness(facts: ProjectFacts, application: SubmitApplication, context: Context) -> Readiness:
    """What an application lacks, all at once; without blockers it would be received now."""
    definition = facts.definition(application.item)
    kept, wrong = faults(definition, application.form)
    item = replace(facts.items[application.item], form=kept)
    items = {**facts.items, application.item: item}
    papers = tuple(_papers(facts, definition, application.defer))
    form = {f"field_{key}": fault for key, fault in wrong.items()}
    form |= _refused(facts, items, definition)
    in_the_way = (
        *(Blocker(anchor, fault) for anchor, fault in _in_order(definition, form)),
        *(
            Blocker(f"paper_{p.material}", _OPEN[p.standing](material=p.material))
            for p in papers
            if p.standing in _OPEN
        ),
        *_commitment(facts, definition, application, papers, context),
    )
    return Readiness(
        papers,
        figure_limits(facts, items, definition.code, GuardPoint.SUBMIT),
        in_the_way or tuple(_refusal(facts, application, context)),
        _commits(definition, facts.materials, papers),
    )


def _refused(
    facts: ProjectFacts, items: Mapping[str, ItemFacts], definition: ItemDefinition
) -> dict[str, KaigongError]:
    """What the guards say, each at the first field of the form that it speaks of."""
    refused: dict[str, KaigongError] = {}
    for guard in failing(facts, items, definition.code, GuardPoint.SUBMIT):
        own = own_fields(guard, definition.code)
        anchor = f"field_{own[0]}" if own else "item"
        refused.setdefault(anchor, GuardRefused(guard.refusal, own=bool(own)))
    return refused


def _in_order(
    definition: ItemDefinition, form: Mapping[str, KaigongError]
) -> Iterator[tuple[str, KaigongError]]:
    for anchor in (*(f"field_{key}" for key in definition.field), "item"):
        if anchor in form:
            yield anchor, form[anchor]


def _papers(
    facts: ProjectFacts, definition: ItemDefinition, defer: tuple[str, ...]
) -> Iterator[PaperCheck]:
    for required in definition.materials:
        held = facts.scenario.material[required.material].system_held
        yield PaperCheck(
            material=required.material,
            standing=_standing(required, facts.materials, defer, held=held),
            may_follow=required.material_class is MaterialClass.DEFERRABLE,
            substantive=required.substantive,
        )


def _standing(
    required: MaterialRequirement,
    materials: Mapping[str, MaterialFacts],
    defer: tuple[str, ...],
    *,
    held: bool,
) -> PaperStanding:
    paper = materials.get(required.material)
    if provided(materials, required.material):
        return PaperStanding.HELD if held else PaperStanding.HANDED_IN
    if held:
        return PaperStanding.AWAITED
    if required.material in defer:
        return PaperStanding.TO_FOLLOW
    if paper is not None and paper.state is MaterialState.RETURNED:
        return PaperStanding.RETURNED
    return _BY_CLASS.get(required.material_class, PaperStanding.MISSING)


_BY_CLASS: Mapping[MaterialClass, PaperStanding] = {
    MaterialClass.DEFERRABLE: PaperStanding.MAY_FOLLOW,
    MaterialClass.COMMITMENT: PaperStanding.BY_COMMITMENT,
}


def _commits(
    definition: ItemDefinition,
    materials: Mapping[str, MaterialFacts],
    papers: tuple[PaperCheck, ...],
) -> bool:
    follows = any(paper.standing is PaperStanding.TO_FOLLOW for paper in papers)
    return follows or needs_commitment(definition, materials)


def _commitment(
    facts: ProjectFacts,
    definition: ItemDefinition,
    application: SubmitApplication,
    papers: tuple[PaperCheck, ...],
    context: Context,
) -> Iterator[Blocker]:
    if not _commits(definition, facts.materials, papers):
        return
    if application.commitment is None:
        yield Blocker("commitment", CommitmentMissing(item=definition.code))
    defers = any(paper.standing is PaperStanding.TO_FOLLOW for paper in papers)
    commits = needs_commitment(definition, facts.materials)
    try:
        check_standing(facts.enterprise, definition, context, defers=defers, commits=commits)
    except KaigongError as refusal:
        yield Blocker("commitment", refusal)


def _refusal(
    facts: ProjectFacts, application: SubmitApplication, context: Context
) -> Iterator[Blocker]:
    """What the act itself says of an application of which nothing else is wrong."""
    try:
        decide(facts, application, context)
    except KaigongError as refusal:
        yield Blocker("item", refusal)
