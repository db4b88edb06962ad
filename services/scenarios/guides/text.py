"""The guide for applicants 办事指南 as blocks of text, in the order applicants need them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from config.texts import colon
from models.blocks import Block, Facts, Grid, Heading, Lines, Paragraph
from models.clock.values import Limit
from models.documents.official_document import DocumentRegister
from models.scenarios.definition import PromiseDefinition, StageDefinition
from rules.clock import STATUTORY_CLOCKS
from rules.installation.policy import Policy
from rules.scenarios.guides import Guide, GuideItem, ListedMaterial, Mark, Provider
from services.scenarios.guides.guide_items import ItemText
from services.scenarios.guides.guide_words import Words
from services.wording.attribute_words import attribute_value

TITLE: Final = "Guide for applicants: {name}"
#: What happens when nobody answers, and what holds for every item; each with its article.
SILENCE: Final = (
    (
        "You are told within {window} of the receipt, once and completely, what has to be corrected. If"
        " nobody says anything by then, the application counts as accepted from the day of its receipt"
        " (Administrative Licensing Law, article 32)."
    ),
    (
        "Nobody may ask for a paper outside these lists, or for one that the system holds"
        " (Administrative Licensing Law, articles 31 and 33)."
    ),
    (
        "Silence is no grant. When a limit runs out, the light turns red, and the officer, the head of the"
        " department and at last the leadership are warned (district default). Once the statutory limit"
        " has run out, you may apply for reconsideration because nothing was decided."
    ),
    (
        "The limit of the Licensing Law may be extended once before it runs out: by {extension}, with the"
        " approval of the department's head, or where several departments handle it as one by {joint}, with"
        " that of the head of the people's government; you are told the reasons (Administrative Licensing"
        " Law, article 42). A limit of another act is extended only where that act says so, a promise never."
    ),
    (
        "The time of hearings, tests, appraisals and expert reviews is not counted; you are told in writing"
        " how long it takes (Administrative Licensing Law, article 45)."
    ),
    "The decision reaches you within {delivery} (Administrative Licensing Law, article 44).",
    (
        "A paper that may follow later is due within {make_up} of the approval, on your signed commitment"
        " (document of the district's reform). If it does not come, the approval is voided, and the broken"
        " commitment is entered in the credit record."
    ),
)
REMEDIES: Final = (
    (
        "Before a denial you are heard, and it names its reasons (Administrative Licensing Law, articles 7"
        " and 38)."
    ),
    (
        "Against a decision you may apply for reconsideration to {reconsideration} within sixty days"
        " (Administrative Reconsideration Law, article 20), or bring a suit before {court} within six"
        " months (Administrative Litigation Law, article 46)."
    ),
    (
        "Against the voiding of an approval you may object within {appeal}; the head of the department"
        " decides (district default)."
    ),
    (
        "What utilities and other bodies outside the administration do is service: complain to them and"
        " to your project steward."
    ),
)
#: Every other sentence and label here.
LABELS: Final = (
    TITLE,
    "For projects with",
    "For every kind of project; conditions are named where they decide",
    "Version",
    "Promise",
    "{days} working days for all counted approvals",
    "The way, step by step",
    "Items of one step can be under way at the same time.",
    "Step",
    "Item",
    "Department",
    "After",
    "Promised",
    "Result",
    "Needed when",
    "Everything to hand in, told once",
    "Every paper is handed in once for all items that ask for it.",
    "Nothing has to be handed in.",
    "Paper",
    "Asked by",
    "How",
    "From where",
    "Not asked of you",
    "When nobody answers",
    "Remedies",
    "What you are exempt from",
    "What projects are exempt from",
    "By a rule, these items need not be gone through; nothing is asked for them.",
    "By which rule",
    "Exempt when",
    "always",
    "These stages are handled as one.",
    "Handled as one with {stage} when {condition}.",
    "yes",
    "no",
)


def guide_text(
    guide: Guide, words: Words, policy: Policy, register: DocumentRegister
) -> tuple[Block, ...]:
    """The guide's text in one language."""
    return tuple(_Text(guide, words, policy, register).blocks())


class _Text:
    def __init__(
        self, guide: Guide, words: Words, policy: Policy, register: DocumentRegister
    ) -> None:
        self.guide, self.words = guide, words
        self.policy, self.register = policy, register
        self._: Callable[[str], str] = words.translate
        self.one = ItemText(guide, words)

    def blocks(self) -> Iterator[Block]:
        """The blocks in their order."""
        yield from self._head()
        yield from self._way()
        yield from self._exempt()
        yield from self._list()
        for stage in self.guide.scenario.stages:
            items = [item for item in self.guide.items if item.definition.stage == stage.key]
            if items:
                yield Heading(2, self.words.name(stage.name))
                yield from self._merged(stage)
            for item in items:
                yield from self.one.blocks(item)
        yield Heading(2, self._("When nobody answers"))
        yield Lines(self._sentences(SILENCE))
        yield Heading(2, self._("Remedies"))
        yield Lines(self._sentences(REMEDIES))

    def _merged(self, stage: StageDefinition) -> Iterator[Block]:
        """Stages merged with this one, with condition and basis."""
        for merged in self.guide.merged:
            rule = merged.merge_into
            if rule is None:
                continue
            basis = self.words.source(rule.basis)
            if self.guide.attributes is not None and rule.stage == stage.key:
                sentence = self._("These stages are handled as one.")
                yield Paragraph(self.words.aside(sentence, basis))
            elif self.guide.attributes is None and merged.key == stage.key:
                into = self.words.name(self.guide.scenario.stage[rule.stage].name)
                sentence = self._("Handled as one with {stage} when {condition}.").format(
                    stage=into, condition=self.words.condition(rule.when)
                )
                yield Paragraph(self.words.aside(sentence, basis))

    def _head(self) -> Iterator[Block]:
        scenario = self.guide.scenario
        yield Heading(1, self._(TITLE).format(name=self.words.name(scenario.name)))
        if scenario.summary is not None:
            yield Paragraph(self.words.name(scenario.summary))
        rows = [(self._("Version"), str(scenario.version))]
        rows += [(self._("Promise"), self._promise(promise)) for promise in self.guide.promises]
        rows.append((self._("For projects with"), self._kind()))
        yield Facts(tuple(rows))

    def _promise(self, promise: PromiseDefinition) -> str:
        """A promise, its source, and in a guide to every kind of project the class it is made to."""
        source = self.words.source(promise.source, Mark.DISTRICT)
        sentence = self.words.aside(self.words.promise(promise), source)
        if promise.when is None or self.guide.attributes is not None:
            return sentence
        return self.words.joined(sentence, self.words.condition(promise.when))

    def _kind(self) -> str:
        attributes = self.guide.attributes
        if attributes is None:
            return self._("For every kind of project; conditions are named where they decide")
        between = colon(self.words.language)
        return self.words.listed(
            f"{self.words.name(attribute.name)}{between}{attribute_value(attributes[attribute.key], self._)}"
            for attribute in self.guide.scenario.attributes
        )

    # --- overviews ------------------------------------------------------------------------------

    def _way(self) -> Iterator[Block]:
        yield Heading(2, self._("The way, step by step"))
        yield Paragraph(self._("Items of one step can be under way at the same time."))
        columns = ["Step", "Item", "Department", "After", "Promised", "Result"]
        conditional = any(item.when for item in self.guide.items)
        if conditional:
            columns.append("Needed when")
        rows = []
        for item in self.guide.items:
            row = self._way_row(item)
            if conditional:
                row = (*row, self.words.condition(item.when) if item.when else "")
            rows.append(row)
        yield Grid(tuple(self._(column) for column in columns), tuple(rows))

    def _way_row(self, item: GuideItem) -> tuple[str, ...]:
        definition, scenario = item.definition, self.guide.scenario
        document = scenario.document[definition.document].name if definition.document else None
        # A part runs inside the limit of its whole.
        promised = definition.promised if definition.part_of is None else None
        return (
            str(item.step),
            self.words.item(definition.code),
            self.words.department(definition.department),
            self.words.listed(item.waits_for),
            self.words.length(promised.days, promised.unit) if promised else "",
            self.words.name(document) if document else "",
        )

    def _exempt(self) -> Iterator[Block]:
        """Exempt items and the basis of each exemption."""
        guide = self.guide
        if not guide.exempt:
            return
        general = guide.attributes is None
        title = "What projects are exempt from" if general else "What you are exempt from"
        yield Heading(2, self._(title))
        note = "By a rule, these items need not be gone through; nothing is asked for them."
        yield Paragraph(self._(note))
        columns = ("Item", *(("Exempt when",) if general else ()), "By which rule")
        rows = []
        for exemption in guide.exempt:
            when = self.words.condition(exemption.when) if exemption.when else self._("always")
            item, basis = (
                self.words.item(exemption.definition.code),
                self.words.source(exemption.basis),
            )
            rows.append((item, when, basis) if general else (item, basis))
        yield Grid(tuple(self._(column) for column in columns), tuple(rows))

    def _list(self) -> Iterator[Block]:
        yield Heading(2, self._("Everything to hand in, told once"))
        requested = [material for material in self.guide.materials if material.provider in _ASKED]
        held = [material for material in self.guide.materials if material.provider not in _ASKED]
        if requested:
            yield Paragraph(self._("Every paper is handed in once for all items that ask for it."))
            yield self._papers(requested, "Asked by", "How")
        else:
            yield Paragraph(self._("Nothing has to be handed in."))
        if held:
            yield Heading(3, self._("Not asked of you"))
            headings = (self._("Paper"), self._("Asked by"), self._("From where"))
            yield Grid(
                headings,
                tuple(
                    (
                        self.words.name(material.material.name),
                        self.words.listed(code for code, _ in material.asked_by),
                        self.words.provider(material.asked_by[0][1]),
                    )
                    for material in held
                ),
            )

    def _papers(self, listed: list[ListedMaterial], *columns: str) -> Grid:
        headings = ("№", self._("Paper"), *(self._(column) for column in columns))
        rows = []
        for number, material in enumerate(listed, start=1):
            ways = {self.words.requirement(how) for _, how in material.asked_by}
            each = [f"{code}: {self.words.requirement(how)}" for code, how in material.asked_by]
            how = next(iter(ways)) if len(ways) == 1 else self.words.listed(each)
            codes = self.words.listed(code for code, _ in material.asked_by)
            rows.append((str(number), self.words.name(material.material.name), codes, how))
        return Grid(headings, tuple(rows))

    def _sentences(self, sentences: tuple[str, ...]) -> tuple[str, ...]:
        window = STATUTORY_CLOCKS["correction_notice"].terms.statutory
        decision = STATUTORY_CLOCKS["decision"].terms
        delivery = STATUTORY_CLOCKS["delivery"].terms.statutory
        values = {
            "window": self._length(window),
            "extension": self._length(decision.extension),
            "joint": self._length(STATUTORY_CLOCKS["joint_decision"].terms.extension),
            "delivery": self._length(delivery),
            "make_up": self._length(self.policy.make_up),
            "appeal": self._length(self.policy.appeal),
            "reconsideration": self.register.reconsideration,
            "court": self.register.court,
        }
        return tuple(self._(sentence).format(**values) for sentence in sentences)

    def _length(self, limit: Limit | None) -> str:
        return self.words.length(limit.length, limit.unit) if limit else ""


#: Providers of what an applicant brings or signs.
_ASKED: Final = (Provider.APPLICANT, Provider.COMMITMENT)
