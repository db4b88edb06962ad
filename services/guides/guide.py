"""Guides for applicants: which are on display, and what they say to one reader, as text and as values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from sqlalchemy import Connection, text

from models.blocks import Block
from models.definition import ItemDefinition, LimitDefinition, ScenarioDefinition
from models.errors import NotFound
from models.facts import AttributeValue
from rules.guide import (
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
from services.guides.text import guide_text
from services.guides.words import Words
from services.policy import policy
from services.scenarios import definition


def scenarios_on_display(connection: Connection, today: date) -> tuple[ScenarioDefinition, ...]:
    """The newest published version of every scenario that is in effect, by key."""
    rows = connection.execute(_IN_EFFECT, {"today": today})
    return tuple(definition(connection, row.id) for row in rows)


def scenario_on_display(connection: Connection, key: str, today: date) -> ScenarioDefinition:
    """The version of a scenario that projects are registered on today. Raises ``NotFound``."""
    for found in scenarios_on_display(connection, today):
        if found.key == key:
            return found
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
    found = guide(scenario, attributes)
    words = Words(scenario, translate, language)
    return guide_text(found, words, policy(), document_register()), _view(found, words)


def _view(found: Guide, words: Words) -> dict[str, Any]:
    scenario = found.scenario
    promise = scenario.promise
    return {
        "scenario": scenario.key,
        "version": scenario.version,
        "name": words.name(scenario.name),
        "summary": words.name(scenario.summary) if scenario.summary else None,
        "promise": {"days": promise.days, **_source(promise.source, words)} if promise else None,
        "attributes": dict(found.attributes) if found.attributes is not None else None,
        "questions": [
            {
                "key": one.key,
                "name": words.name(one.name),
                "type": one.type,
                "choices": list(one.choices),
                "default": one.default,
            }
            for one in scenario.attributes
        ],
        "items": [_item(one, scenario, words) for one in found.items],
        "materials": [_listed(one, words) for one in found.materials],
        "exempt": [_exempt(one, words) for one in found.exempt],
        "merged_stages": [
            {
                "key": one.key,
                "name": words.name(one.name),
                "into": one.merge_into.stage,
                "when": words.condition(one.merge_into.when) if found.attributes is None else None,
                "basis": _source(one.merge_into.basis, words),
            }
            for one in found.merged
            if one.merge_into is not None
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
        "legal_basis": _source(definition_.legal_basis, words),
        "special_procedures": [one.value for one in definition_.special_procedures],
        "materials": [_material(one, words) for one in item.materials],
        "document": {"key": document.key, "name": words.name(document.name)} if document else None,
    }


def _exempt(one: GuideExemption, words: Words) -> dict[str, Any]:
    return {
        "code": one.definition.code,
        "name": words.name(one.definition.name),
        "when": words.condition(one.when) if one.when else None,
        "basis": _source(one.basis, words),
    }


def _limits(item: ItemDefinition, words: Words) -> dict[str, Any]:
    def limit(found: LimitDefinition | None, unmarked: Mark) -> dict[str, Any] | None:
        if found is None:
            return None
        length = {"days": found.days, "unit": found.unit.value}
        return {**length, **_source(found.source, words, unmarked)}

    return {
        "statutory": limit(item.statutory, Mark.UNMARKED),
        "promised": limit(item.promised, Mark.DISTRICT),
        "counted": item.counted,
    }


def _source(
    source: str | None, words: Words, unmarked: Mark = Mark.UNMARKED
) -> dict[str, str | None]:
    """A source in words, and the least that it may be presented as."""
    mark = weakest(source)
    said = unmarked if mark is Mark.UNMARKED else mark
    return {
        "source": words.source(source, unmarked) if source else None,
        "authority": said.name.lower(),
    }


def _material(one: GuideMaterial, words: Words) -> dict[str, Any]:
    return {
        "material": one.material.key,
        "name": words.name(one.material.name),
        "class": one.requirement.material_class.value,
        "substantive": one.requirement.substantive,
        "provided_by": one.provider.value,
        "issued_by": list(one.issuers),
        "basis": _source(one.requirement.basis, words) if one.requirement.basis else None,
        "when": words.condition(one.when) if one.when else None,
    }


def _listed(one: ListedMaterial, words: Words) -> dict[str, Any]:
    return {
        "material": one.material.key,
        "name": words.name(one.material.name),
        "class": one.strictest.value,
        "provided_by": one.provider.value,
        "asked_by": [code for code, _ in one.asked_by],
    }


_IN_EFFECT = text(
    "SELECT DISTINCT ON (key) id FROM scenario_version WHERE state = 'published'"
    " AND (effective_on IS NULL OR effective_on <= :today) ORDER BY key, version DESC"
)
