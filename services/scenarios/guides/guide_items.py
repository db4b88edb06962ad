"""A guide's text about one item: steps, deciding department, limits, papers, result."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from models.blocks import Block, Facts, Grid, Heading
from models.scenarios.definition import ItemDefinition, ItemMode
from rules.scenarios.guides import Guide, GuideItem, Mark
from services.scenarios.guides.guide_words import FIELDS, MODES, ONLY_WHEN, Words

#: Every label here: each needs its translation.
ITEM_LABELS: Final = (
    "After",
    "Apply for {item} within {length} of the grant",
    "Basis in law",
    "Before the works begin",
    "Competent by statute",
    "Conditions",
    "Exempt when",
    "Filled in on the form",
    "Forbidden before",
    "From where",
    "How",
    "In person, not through an agent",
    "Issued together with",
    "Limit by statute",
    "Needed when",
    "Next phase",
    "Papers",
    "Part of",
    "Parts",
    "Promised limit",
    "Result",
    "Scope",
    "Time that is not counted",
    "Verified on the spot",
    "What to do",
    "Who decides",
    "by two officers at least (Administrative Licensing Law, article 34)",
    "in one joint visit of all departments that take part",
    "no legal basis is named",
    "no works may begin without it",
    "what lacks is told on the spot; otherwise it is accepted from that day",
    "the day of {event}",
    "voluntary",
    "{items}, on the day of {event}",
)


class ItemText:
    """The blocks of single items, in one language."""

    def __init__(self, guide: Guide, words: Words) -> None:
        self.guide, self.words = guide, words
        self._: Callable[[str], str] = words.translate

    def blocks(self, item: GuideItem) -> Iterator[Block]:
        """The blocks of one item."""
        definition = item.definition
        yield Heading(3, self.words.item(definition.code), definition.code)
        yield Facts(tuple(self._facts(item)))
        if item.materials:
            headings = (
                self._("Papers"),
                self._("How"),
                self._("From where"),
                self._("Basis in law"),
            )
            yield Grid(headings, tuple(self._paper(item)))

    def _facts(self, item: GuideItem) -> Iterator[tuple[str, str]]:
        definition = item.definition
        yield self._("What to do"), self._(MODES[definition.mode])
        if definition.in_person:
            yield self._("In person, not through an agent"), self.words.source(definition.in_person)
        if definition.safety:
            yield self._("Touches safety"), self.words.source(definition.safety)
        if item.when:
            yield self._("Needed when"), self.words.condition(item.when)
        exempt = definition.exempt if self.guide.attributes is None else None
        if exempt is not None and exempt.when is not None:
            condition = self.words.condition(exempt.when)
            yield (
                self._("Exempt when"),
                self.words.aside(condition, self.words.source(exempt.basis)),
            )
        yield self._("Who decides"), self.words.department(definition.department)
        competent = definition.competent_department
        if competent and competent != definition.department:
            yield self._("Competent by statute"), self.words.department(competent)
        basis = definition.legal_basis
        none = self._("no legal basis is named")
        yield self._("Basis in law"), self.words.source(basis) if basis else none
        if item.waits_for:
            yield self._("After"), self.words.items(item.waits_for)
        yield from self._limits(item)
        yield from self._particulars(item)

    def _limits(self, item: GuideItem) -> Iterator[tuple[str, str]]:
        definition = item.definition
        if definition.part_of is not None:
            yield self._("Part of"), self.words.item(definition.part_of)
        elif definition.mode is not ItemMode.MILESTONE:
            yield self._("Limit by statute"), self.words.statutory(definition)
            yield self._("Promised limit"), self.words.promised(definition)
        if definition.special_procedures:
            yield self._("Time that is not counted"), self.words.procedures(item)

    def _particulars(self, item: GuideItem) -> Iterator[tuple[str, str]]:
        definition, scenario = item.definition, self.guide.scenario
        if item.parts:
            yield self._("Parts"), self.words.items(item.parts)
        if definition.form:
            yield self._("Filled in on the form"), self.words.listed(self._fields(item))
        if definition.guards:
            refusals = [self.words.name(guard.refusal) for guard in definition.guards]
            yield self._("Conditions"), " ".join(refusals)
        if definition.mode is ItemMode.APPLICATION:
            yield from self._acceptance(definition)
        if definition.site_verification:
            text = self._("by two officers at least (Administrative Licensing Law, article 34)")
            yield self._("Verified on the spot"), text
        if definition.site_visit:
            text = self._("in one joint visit of all departments that take part")
            yield self._("Verified on the spot"), text
        if definition.consults:
            yield self._("Departments asked"), self.words.joined(*self._consulted(item))
        if definition.document:
            yield self._("Result"), self.words.name(scenario.document[definition.document].name)
        if definition.scope:
            yield self._("Scope"), self.words.name(definition.scope)
        yield from self._afterwards(item)

    def _acceptance(self, definition: ItemDefinition) -> Iterator[tuple[str, str]]:
        """Where it is not as usual."""
        if definition.accept_on_submission:
            yield self._("Acceptance"), self._("at once, when everything is handed in")
        if definition.grant_on_commitment:
            text = self._(
                "granted at once on the signed commitment, where the department has published its list; the commitment is checked afterwards"
            )
            yield self._("Granted on commitment"), text
        if definition.intake_on_the_spot:
            text = self._("what lacks is told on the spot; otherwise it is accepted from that day")
            yield self._("Acceptance"), text

    def _consulted(self, item: GuideItem) -> Iterator[str]:
        for consultation in item.definition.consults:
            text = (
                self._("{department} answers within {length}; saying nothing counts as consent")
                if consultation.silence_is_consent
                else self._("{department} answers within {length}")
            )
            answer = text.format(
                department=self.words.department(consultation.department),
                length=self.words.length(consultation.limit.days, consultation.limit.unit),
            )
            yield (
                self.words.aside(answer, self.words.source(consultation.basis))
                if consultation.basis
                else answer
            )

    def _afterwards(self, item: GuideItem) -> Iterator[tuple[str, str]]:
        definition, following = item.definition, item.definition.next_phase
        if definition.before_works:
            yield self._("Before the works begin"), self._("no works may begin without it")
        if definition.until_passed:
            yield self._("Forbidden before"), self.words.name(definition.until_passed)
        if following is not None:
            length = self.words.length(following.within.days, following.within.unit)
            text = self._("Apply for {item} within {length} of the grant")
            sentence = text.format(item=self.words.item(following.item), length=length)
            source = self.words.source(following.within.source, Mark.DISTRICT)
            yield self._("Next phase"), self.words.aside(sentence, source)
        yield from self._together(item)

    def _together(self, item: GuideItem) -> Iterator[tuple[str, str]]:
        scenario, needed = (
            self.guide.scenario,
            {other.definition.code for other in self.guide.items},
        )
        for bundle in item.bundles:
            others = [
                code for code in bundle.items if code in needed and code != item.definition.code
            ]
            event = self.words.name(scenario.item[bundle.released_by].name)
            text = (
                self._("{items}, on the day of {event}") if others else self._("the day of {event}")
            )
            sentences = [text.format(items=self.words.items(others), event=event)]
            if self.guide.attributes is None and bundle.when is not None:
                condition = self.words.condition(bundle.when)
                sentences.append(self._(ONLY_WHEN).format(condition=condition))
            yield self._("Issued together with"), self.words.joined(*sentences)

    def _fields(self, item: GuideItem) -> Iterator[str]:
        for field in item.definition.form:
            kinds = [self._(FIELDS[field.type]), *([] if field.required else [self._("voluntary")])]
            yield self.words.aside(self.words.name(field.name), self.words.listed(kinds))

    def _paper(self, item: GuideItem) -> Iterator[tuple[str, ...]]:
        for material in item.materials:
            basis = material.requirement.basis
            yield (
                self.words.name(material.material.name),
                self.words.requirement(material),
                self.words.provider(material),
                self.words.source(basis) if basis else "",
            )
