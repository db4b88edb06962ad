"""The sample form 样表 of an item, and the blank one: every field, an example, how it is filled in.

Made from the definition of the form, so that there is one for every item and it is never out of date
(Licensing Law art. 30: model texts are displayed; art. 58: forms cost nothing).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

from models.blocks import Block, Grid, Heading, Paragraph
from models.errors import NotFound
from models.scenarios.definition import ItemDefinition, ScenarioDefinition
from models.scenarios.forms import FieldType, FormField, FormValue
from rules.cases.instruments.completeness import asked_of_applicant
from rules.cases.instruments.forms import example
from services.wording.filling import how_to_fill, how_to_hand_in

Translate = Callable[[str], str]


def sample_form(
    scenario: ScenarioDefinition,
    code: str,
    translate: Translate,
    language: str,
    today: date,
    *,
    blank: bool = False,
) -> tuple[Block, ...]:
    """The sample form of an item, or the blank one. ``NotFound`` for an item of no such code."""
    definition = scenario.item.get(code)
    if definition is None:
        raise NotFound(field="item", value=code, remedy="Look it up in the guide.")
    return tuple(_blocks(scenario, definition, translate, language, today, blank=blank))


def _blocks(
    scenario: ScenarioDefinition,
    definition: ItemDefinition,
    translate: Translate,
    language: str,
    today: date,
    *,
    blank: bool,
) -> Iterator[Block]:
    title = translate("Blank form") if blank else translate("Sample form 样表")
    yield Heading(1, f"{title}: {definition.name.in_language(language)}")
    name = scenario.name.in_language(language)
    yield Paragraph(
        translate("{name}, version {version}").format(name=name, version=scenario.version)
    )
    if not blank:
        yield Paragraph(translate("SAMPLE: the values are made up and stand for no application."))
    values = {} if blank else example(definition, today)
    rows = tuple(
        (
            field.name.in_language(language),
            _shown(field, values.get(field.key), translate, language),
            how_to_fill(field, translate, language),
        )
        for field in definition.form
    )
    if rows:
        headings = ("Field", "To be filled in" if blank else "Example", "How it is filled in")
        yield Grid(tuple(translate(heading) for heading in headings), rows)
    papers = tuple(
        (
            scenario.material[key].name.in_language(language),
            how_to_hand_in(scenario, key, translate, language),
        )
        for key in asked_of_applicant(scenario, definition)
    )
    if papers:
        yield Grid((translate("Paper"), translate("How it is made out")), papers)


def _shown(field: FormField, value: FormValue | None, translate: Translate, language: str) -> str:
    if value is None:
        return ""
    if field.type is FieldType.CHOICE:
        return next(
            choice.name.in_language(language) for choice in field.choices if choice.key == value
        )
    if field.type is FieldType.BOOLEAN:
        return translate("yes") if value else translate("no")
    unit = f" {field.unit.in_language(language)}" if field.unit else ""
    return f"{value}{unit}"
