"""Guides for applicants on display, in one language, as text and as values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from sqlalchemy import Connection

from models.blocks import Block
from models.errors import NotFound
from models.scenarios.definition import ItemDefinition, LimitDefinition, ScenarioDefinition
from models.values import AttributeValue
from rules.scenarios.extensions import extension_of
from rules.scenarios.guides import (
    Guide,
    GuideExemption,
    GuideItem,
    GuideMaterial,
    ListedMaterial,
    Mark,
    guide,
    weakest,
)
from services.documents.register import document_register
from services.installation.policy import policy
from services.scenarios.guides.guide_words import Words
from services.scenarios.guides.text import guide_text
from services.scenarios.published import every_effective


def scenario_on_display(connection: Connection, key: str, today: date) -> ScenarioDefinition:
    """The version of a scenario that projects are registered on today. Raises ``NotFound``."""
    for scenario in every_effective(connection, today):
        if scenario.key == key:
            return scenario
    remedy = "Nothing of this name is published; the list has every guide."
    raise NotFound(field="guide", value=key, remedy=remedy)


def guide_for(
    scenario: ScenarioDefinition,
    attributes: Mapping[str, AttributeValue] | None,
    translate: Callable[[str], str],
    language: str,
) -> tuple[tuple[Block, ...], dict[str, Any]]:
    """The guide to a sound scenario in one language: its text in parts, and the same as plain values.

    Without ``attributes`` it is for every kind of project, else for one that has them.
    """
    guide_ = guide(scenario, attributes)
    words = Words(scenario, translate, language)
    return guide_text(guide_, words, policy(), document_register()), _view(guide_, words)


def _view(guide: Guide, words: Words) -> dict[str, Any]:
    scenario = guide.scenario
    whole = (candidate for candidate in guide.promises if candidate.is_whole)
    promise = min(whole, key=lambda candidate: candidate.days, default=None)
    return {
        "scenario": scenario.key,
        "version": scenario.version,
        "name": words.name(scenario.name),
        "summary": words.name(scenario.summary) if scenario.summary else None,
        "promise": {"days": promise.days, **_source(promise.source, words)} if promise else None,
        "promises": [
            {
                "key": other.named,
                "promise": words.promise(other),
                "days": other.days,
                "unit": other.unit.value,
                "from": other.start,
                "to": other.end,
                "items": list(other.items),
                "when": words.condition(other.when) if other.when else None,
                **_source(other.source, words),
            }
            for other in guide.promises
        ],
        "attributes": dict(guide.attributes) if guide.attributes is not None else None,
        "questions": [
            {
                "key": attribute.key,
                "name": words.name(attribute.name),
                "type": attribute.type,
                "choices": list(attribute.choices),
                "default": attribute.default,
            }
            for attribute in scenario.attributes
        ],
        "items": [_item(item, scenario, words) for item in guide.items],
        "materials": [_listed(material, words) for material in guide.materials],
        "exempt": [_exempt(exemption, words) for exemption in guide.exempt],
        "merged_stages": [
            {
                "key": stage.key,
                "name": words.name(stage.name),
                "into": stage.merge_into.stage,
                "when": words.condition(stage.merge_into.when)
                if guide.attributes is None
                else None,
                "basis": _source(stage.merge_into.basis, words),
            }
            for stage in guide.merged
            if stage.merge_into is not None
        ],
    }


def _item(item: GuideItem, scenario: ScenarioDefinition, words: Words) -> dict[str, Any]:
    definition_ = item.definition
    document = scenario.document[definition_.document] if definition_.document else None
    return {
        "step": item.step,
        "code": definition_.code,
        "name": words.name(definition_.name),
        "stage": definition_.stage,
        "mode": definition_.mode.value,
        "department": definition_.department,
        "department_name": words.department(definition_.department),
        "competent_department": definition_.competent_department,
        "when": words.condition(item.when) if item.when else None,
        "waits_for": list(item.waits_for),
        "part_of": definition_.part_of,
        "parts": list(item.parts),
        **_limits(definition_, words),
        "before_works": definition_.before_works,
        "in_person": _source(definition_.in_person, words),
        "safety": _source(definition_.safety, words),
        "legal_basis": _source(definition_.legal_basis, words),
        "special_procedures": [procedure.value for procedure in definition_.special_procedures],
        "materials": [_material(material, words) for material in item.materials],
        "document": {"key": document.key, "name": words.name(document.name)} if document else None,
    }


def _exempt(exemption: GuideExemption, words: Words) -> dict[str, Any]:
    return {
        "code": exemption.definition.code,
        "name": words.name(exemption.definition.name),
        "when": words.condition(exemption.when) if exemption.when else None,
        "basis": _source(exemption.basis, words),
    }


def _limits(item: ItemDefinition, words: Words) -> dict[str, Any]:
    def limit(value: LimitDefinition | None, unmarked: Mark) -> dict[str, Any] | None:
        if value is None:
            return None
        length = {"days": value.days, "unit": value.unit.value}
        starts = {"starts": value.starts.value}
        return {**length, **starts, **_source(value.source, words, unmarked)}

    extension = extension_of(item)
    return {
        "statutory": limit(item.statutory, Mark.UNMARKED),
        "extension": extension.model_dump(mode="json") if extension else None,
        "promised": limit(item.promised, Mark.DISTRICT),
        "counted": item.counted,
    }


def _source(
    source: str | None, words: Words, unmarked: Mark = Mark.UNMARKED
) -> dict[str, str | None]:
    """A source in words, and the weakest of its marks."""
    mark = weakest(source)
    authority = unmarked if mark is Mark.UNMARKED else mark
    return {
        "source": words.source(source, unmarked) if source else None,
        "authority": authority.name.lower(),
    }


def _material(material: GuideMaterial, words: Words) -> dict[str, Any]:
    return {
        "material": material.material.key,
        "name": words.name(material.material.name),
        "class": material.requirement.material_class.value,
        "substantive": material.requirement.substantive,
        "provided_by": material.provider.value,
        "issued_by": list(material.issuers),
        "basis": _source(material.requirement.basis, words) if material.requirement.basis else None,
        "when": words.condition(material.when) if material.when else None,
    }


def _listed(material: ListedMaterial, words: Words) -> dict[str, Any]:
    return {
        "material": material.material.key,
        "name": words.name(material.material.name),
        "class": material.strictest.value,
        "provided_by": material.provider.value,
        "asked_by": [code for code, _ in material.asked_by],
    }
