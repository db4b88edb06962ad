"""What a person may do with an item, and what the forms of the acts are filled in with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from models.cases.site_visit import SiteVisitFacts
from models.enterprises.credit import CreditEntry
from models.scenarios.definition import MaterialClass, Text
from rules.cases.acts.credit import standing_because_of
from rules.cases.acts.intake import referable
from rules.cases.declarations.act import Situation
from rules.cases.instruments.agency import may_sign
from rules.cases.instruments.completeness import deferrable, provided
from rules.cases.instruments.site_visit import stayed_away
from rules.cases.offers import Possibility, possibilities, side_by_side
from services.cases.pages.wording import ProjectWords
from services.cases.views.parts.joint import party_rows
from services.cases.views.project_reading import Reading
from services.cases.views.values.items import ItemRow, RequirementRow
from services.cases.views.values.joint import PartyRow
from services.wording.names import department_name, left_out, material_name


@dataclass(frozen=True, slots=True)
class Offer:
    """An act open to the person's role."""

    act: str
    refusal: str | None
    """Why it is not possible now, as a person reads it; ``None``: it is possible."""

    @property
    def possible(self) -> bool:
        """Whether the act would succeed now."""
        return self.refusal is None


@dataclass(frozen=True, slots=True)
class Acting:
    """The acts on an item for one person, with what their forms offer to choose from."""

    main: tuple[Offer, ...]
    """Those whose form stands open."""
    other: tuple[Offer, ...]
    """Those that are folded away."""
    receivers: tuple[tuple[str, Text], ...]
    """Departments that the application may be referred to: key and name."""
    to_defer: tuple[tuple[str, Text], ...]
    """Papers that may follow later and are not there yet: key and name."""
    may_sign: bool
    """Whether the person may sign a commitment for the enterprise."""
    by_commitment: tuple[Text, ...]
    """Papers that the signed commitment takes the place of."""
    at_once: bool
    """Whether it is granted on the commitment at once, where a list is published."""
    credit_entries: tuple[tuple[CreditEntry, tuple[Text, ...]], ...]
    """What stands in the credit record because of the item, each with the papers that did not come."""
    parties: tuple[PartyRow, ...]
    """Whom the joint visit needs."""
    missed: SiteVisitFacts | None
    """The joint survey that the utility did not come to."""
    whole_papers: tuple[RequirementRow, ...]
    """Papers of the joint item that a part belongs to: a part has none of its own."""


def acting(reading: Reading, item: str, whole: ItemRow | None, words: ProjectWords) -> Acting:
    """Acts on an item for the viewer of ``words``; ``whole`` is the joint item it is part of."""
    facts = reading.facts
    main, other = side_by_side(possibilities(facts, item, reading.context))
    papers = whole.requirements if whole else ()
    return Acting(
        main=_offers(main, words),
        other=_offers(other, words),
        receivers=_receivers(reading, item),
        to_defer=_to_defer(reading, item),
        may_sign=may_sign(reading.context.actor, facts, item, reading.context.today),
        by_commitment=_by_commitment(reading, item),
        at_once=facts.definition(item).grant_on_commitment,
        credit_entries=tuple(_credit_entries(reading, item)),
        parties=party_rows(facts, item),
        missed=stayed_away(facts.scenario, facts.items, facts.site_visits, item),
        whole_papers=tuple(paper for paper in papers if not paper.system_held),
    )


def _offers(possible: Iterable[Possibility], words: ProjectWords) -> tuple[Offer, ...]:
    return tuple(
        Offer(possibility.act, words.refusal(possibility.refusal) if possibility.refusal else None)
        for possibility in possible
    )


def _credit_entries(reading: Reading, item: str) -> Iterator[tuple[CreditEntry, tuple[Text, ...]]]:
    facts = reading.facts
    for entry in standing_because_of(reading.context.standing, facts.id, item):
        yield entry, left_out(facts.scenario, entry.reason)


def _receivers(reading: Reading, item: str) -> tuple[tuple[str, Text], ...]:
    scenario = reading.facts.scenario
    keys = referable(Situation(reading.facts, item, reading.context))
    return tuple((key, department_name(scenario, key)) for key in keys)


def _to_defer(reading: Reading, item: str) -> tuple[tuple[str, Text], ...]:
    facts = reading.facts
    return tuple(
        (key, material_name(facts.scenario, key))
        for key in deferrable(facts.definition(item))
        if not provided(facts.materials, key)
    )


def _by_commitment(reading: Reading, item: str) -> tuple[Text, ...]:
    facts = reading.facts
    return tuple(
        material_name(facts.scenario, requirement.material)
        for requirement in facts.definition(item).materials
        if requirement.material_class is MaterialClass.COMMITMENT
    )
