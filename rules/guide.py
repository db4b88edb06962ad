"""The guide for applicants 办事指南 of a scenario, and its one-time notification list 一次性告知清单.

What the Licensing Law (art. 30) has displayed: the items, what they rest on, conditions, order, limits
and every material; for one kind of project, or for all kinds with the conditions named.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from models.bundle import BundleDefinition
from models.definition import (
    ItemDefinition,
    MaterialClass,
    MaterialDefinition,
    MaterialRequirement,
    ScenarioDefinition,
    StageDefinition,
)
from models.facts import AttributeValue
from rules.conditions import holds
from rules.exemptions import is_exempt
from rules.own_scenario import merged_stages, own_scenario
from rules.registration import check_attributes
from rules.verifier.graph import in_order


class Mark(StrEnum):
    """How sure a source is, as it is marked in the catalogue; the later, the less it may claim."""

    STATUTE = "L"
    DOCUMENT = "S"
    PUBLISHED = "P"
    UNMARKED = ""
    DISTRICT = "D"
    """A default that a district changes."""
    UNVERIFIED = "M"


#: ``[L]``, ``[S:004]``; ``[C:1]`` is public code, as good as a published page.
MARK: Final = re.compile(r"\s*\[([A-Z])(?::[^\]]*)?\]")


class Provider(StrEnum):
    """Where a material comes from."""

    APPLICANT = "applicant"
    COMMITMENT = "commitment"
    """The applicant signs a commitment instead 告知承诺."""
    REGISTER = "register"
    """The system fills it in from the enterprise register."""
    DOCUMENT = "document"
    """The system fills it in from a document of this project."""


@dataclass(frozen=True, slots=True)
class GuideMaterial:
    """A material that an item asks for."""

    requirement: MaterialRequirement
    material: MaterialDefinition
    provider: Provider
    issuers: tuple[str, ...]
    """Items whose document fills it in."""
    when: str | None
    """Condition under which it is asked for; ``None`` where that is decided."""


@dataclass(frozen=True, slots=True)
class GuideItem:
    """An item in its place among the others."""

    step: int
    """Items of one step can be under way at the same time."""
    definition: ItemDefinition
    waits_for: tuple[str, ...]
    parts: tuple[str, ...]
    materials: tuple[GuideMaterial, ...]
    when: str | None
    """Condition under which it is needed; ``None`` where that is decided."""
    bundles: tuple[BundleDefinition, ...]
    """Together with what its document is issued."""


@dataclass(frozen=True, slots=True)
class GuideExemption:
    """An item that projects are exempt from 免办, by a rule."""

    definition: ItemDefinition
    basis: str
    when: str | None
    """Condition under which they are; ``None`` where that is decided, or every project is."""


@dataclass(frozen=True, slots=True)
class ListedMaterial:
    """One material of the one-time notification list, for everything that asks for it."""

    material: MaterialDefinition
    provider: Provider
    asked_by: tuple[tuple[str, GuideMaterial], ...]
    """Item code → how it asks."""

    @property
    def strictest(self) -> MaterialClass:
        """Core, if anything asks for it as core."""
        return min((one.requirement.material_class for _, one in self.asked_by), key=_STRICT.index)


@dataclass(frozen=True, slots=True)
class Guide:
    """Everything that an applicant has to know before the first application."""

    scenario: ScenarioDefinition
    attributes: Mapping[str, AttributeValue] | None
    """Of the project; ``None``: the guide is for every kind of project."""
    items: tuple[GuideItem, ...]
    materials: tuple[ListedMaterial, ...]
    exempt: tuple[GuideExemption, ...]
    """What a project is exempt from, or what projects may be."""
    merged: tuple[StageDefinition, ...]
    """Stages that are handled in another one, or may be."""


_STRICT: Final = (
    MaterialClass.CORE,
    MaterialClass.DEFERRABLE,
    MaterialClass.COMMITMENT,
    MaterialClass.SHARED,
)
_PROVIDERS: Final = (
    Provider.APPLICANT,
    Provider.COMMITMENT,
    Provider.DOCUMENT,
    Provider.REGISTER,
)


def guide(
    scenario: ScenarioDefinition, attributes: Mapping[str, AttributeValue] | None = None
) -> Guide:
    """The guide to a sound scenario; with ``attributes`` for a project that has them.

    Raises a ``KaigongError`` of :mod:`rules.registration` for attributes that no project can have.
    """
    given = None if attributes is None else check_attributes(scenario, attributes)
    merged = scenario.merging_stages if given is None else merged_stages(scenario, given)
    scenario = scenario if given is None else own_scenario(scenario, given)
    needed = {
        item.code: item
        for item in scenario.items
        if (not item.always_exempt if given is None else holds(item.needed_when, given))
    }
    steps = _steps(scenario, needed)
    places = {item.code: place for place, item in enumerate(scenario.items)}
    order = sorted(
        (code for code in needed if needed[code].part_of not in needed),
        key=lambda code: (steps[code], places[code]),
    )
    together = (
        (one, steps[code])
        for code in order
        for one in (code, *(part for part in scenario.parts.get(code, ()) if part in needed))
    )
    items = [_item(scenario, needed[one], step, needed, given) for one, step in together]
    return Guide(
        scenario, given, tuple(items), _listed(items), tuple(_exempt(scenario, given)), merged
    )


def _exempt(
    scenario: ScenarioDefinition, given: Mapping[str, AttributeValue] | None
) -> Iterator[GuideExemption]:
    for item in scenario.items:
        rule = item.exempt
        if rule is not None and (given is None or is_exempt(item, given)):
            yield GuideExemption(item, rule.basis, rule.when if given is None else None)


def marks(source: str | None) -> tuple[Mark, ...]:
    """The marks of a source, in the order in which it names them."""
    found = [one[1] for one in MARK.finditer(source or "")]
    return tuple(_mark(letter) for letter in found) or (Mark.UNMARKED,)


def weakest(source: str | None) -> Mark:
    """What a source may be presented as: the least of its marks."""
    return max(marks(source), key=list(Mark).index)


def _mark(letter: str) -> Mark:
    if letter == "C":
        return Mark.PUBLISHED
    return Mark(letter) if letter in {one.value for one in Mark} else Mark.UNMARKED


def _steps(scenario: ScenarioDefinition, needed: Mapping[str, ItemDefinition]) -> dict[str, int]:
    """The step of each item, from 1: one more than that of the last item it waits for."""
    steps: dict[str, int] = {}
    for code in in_order(scenario):
        if code in needed:
            before = [steps[one] for one in scenario.item[code].after if one in needed]
            steps[code] = 1 + max(before, default=0)
    return steps


def _item(
    scenario: ScenarioDefinition,
    item: ItemDefinition,
    step: int,
    needed: Mapping[str, ItemDefinition],
    given: Mapping[str, AttributeValue] | None,
) -> GuideItem:
    asked = [one for one in item.materials if given is None or holds(one.when, given)]
    return GuideItem(
        step=step,
        definition=item,
        waits_for=tuple(code for code in item.after if code in needed),
        parts=tuple(code for code in scenario.parts.get(item.code, ()) if code in needed),
        materials=tuple(_material(scenario, one, needed, given is None) for one in asked),
        when=item.when if given is None else None,
        bundles=tuple(
            bundle
            for bundle in scenario.bundles
            if item.code in bundle.items and (given is None or holds(bundle.when, given))
        ),
    )


def _material(
    scenario: ScenarioDefinition,
    requirement: MaterialRequirement,
    needed: Mapping[str, ItemDefinition],
    open_: bool,
) -> GuideMaterial:
    material = scenario.material[requirement.material]
    kind = material.from_document
    issuers = tuple(code for code, one in needed.items() if kind and one.document == kind)
    if material.from_register:
        provider = Provider.REGISTER
    elif kind is not None:
        provider = Provider.DOCUMENT
    elif requirement.material_class is MaterialClass.COMMITMENT:
        provider = Provider.COMMITMENT
    else:
        provider = Provider.APPLICANT
    return GuideMaterial(
        requirement, material, provider, issuers, requirement.when if open_ else None
    )


def _listed(items: Iterable[GuideItem]) -> tuple[ListedMaterial, ...]:
    """Each material once: first what the applicant brings, at last what the system holds."""
    asked: dict[str, list[tuple[str, GuideMaterial]]] = {}
    for item in items:
        for one in item.materials:
            asked.setdefault(one.material.key, []).append((item.definition.code, one))
    listed = [
        ListedMaterial(
            found[0][1].material,
            min((one.provider for _, one in found), key=_PROVIDERS.index),
            tuple(found),
        )
        for found in asked.values()
    ]
    return tuple(
        sorted(
            listed,
            key=lambda one: (_PROVIDERS.index(one.provider), _STRICT.index(one.strictest)),
        )
    )
