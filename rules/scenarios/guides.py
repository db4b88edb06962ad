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

from models.scenarios.bundles import BundleDefinition
from models.scenarios.definition import (
    ItemDefinition,
    MaterialClass,
    MaterialDefinition,
    MaterialRequirement,
    PromiseDefinition,
    ScenarioDefinition,
    StageDefinition,
)
from models.values import AttributeValue
from rules.scenarios.attributes import check_attributes
from rules.scenarios.conditions.evaluation import holds
from rules.scenarios.exemptions import is_exempt
from rules.scenarios.own_scenario import merged_stages, own_scenario
from rules.scenarios.promises import made_to
from rules.scenarios.verifier.analysis.graph import in_order


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
    """Bundles with which its document is issued."""


@dataclass(frozen=True, slots=True)
class GuideExemption:
    """An item that projects are exempt from 免办, by a rule."""

    definition: ItemDefinition
    basis: str
    when: str | None
    """Condition of the exemption; ``None`` where it is decided or holds for every project."""


@dataclass(frozen=True, slots=True)
class ListedMaterial:
    """One material of the one-time notification list, for everything that asks for it."""

    material: MaterialDefinition
    provider: Provider
    asked_by: tuple[tuple[str, GuideMaterial], ...]
    """Item code → its requirement."""

    @property
    def strictest(self) -> MaterialClass:
        """The strictest class in which an item requires it."""
        return min(
            (material.requirement.material_class for _, material in self.asked_by),
            key=_STRICT.index,
        )


@dataclass(frozen=True, slots=True)
class Guide:
    """Everything that an applicant has to know before the first application."""

    scenario: ScenarioDefinition
    attributes: Mapping[str, AttributeValue] | None
    """Of the project; ``None``: the guide is for every kind of project."""
    items: tuple[GuideItem, ...]
    materials: tuple[ListedMaterial, ...]
    exempt: tuple[GuideExemption, ...]
    """Exemptions of the project, or possible exemptions."""
    merged: tuple[StageDefinition, ...]
    """Stages merged into another stage, or possibly merged."""

    @property
    def promises(self) -> tuple[PromiseDefinition, ...]:
        """What is promised to the project, or to some project."""
        if self.attributes is None:
            return self.scenario.all_promises
        return made_to(self.scenario, self.attributes)


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

    Raises a ``KaigongError`` of :mod:`rules.cases.registration` for attributes that no project can have.
    """
    checked = None if attributes is None else check_attributes(scenario, attributes)
    merged = scenario.merging_stages if checked is None else merged_stages(scenario, checked)
    scenario = scenario if checked is None else own_scenario(scenario, checked)
    needed = {
        item.code: item
        for item in scenario.items
        if (not item.always_exempt if checked is None else holds(item.needed_when, checked))
    }
    steps = _steps(scenario, needed)
    places = {item.code: place for place, item in enumerate(scenario.items)}
    order = sorted(
        (code for code in needed if needed[code].part_of not in needed),
        key=lambda code: (steps[code], places[code]),
    )
    together = (
        (member, steps[code])
        for code in order
        for member in (code, *(part for part in scenario.parts.get(code, ()) if part in needed))
    )
    items = [_item(scenario, needed[member], step, needed, checked) for member, step in together]
    return Guide(
        scenario, checked, tuple(items), _listed(items), tuple(_exempt(scenario, checked)), merged
    )


def _exempt(
    scenario: ScenarioDefinition, attributes: Mapping[str, AttributeValue] | None
) -> Iterator[GuideExemption]:
    for item in scenario.items:
        rule = item.exempt
        if rule is not None and (attributes is None or is_exempt(item, attributes)):
            yield GuideExemption(item, rule.basis, rule.when if attributes is None else None)


def marks(source: str | None) -> tuple[Mark, ...]:
    """The marks of a source, in the order in which it names them."""
    letters = [match[1] for match in MARK.finditer(source or "")]
    return tuple(_mark(letter) for letter in letters) or (Mark.UNMARKED,)


def weakest(source: str | None) -> Mark:
    """The weakest of a source's marks, which is what it may be presented as."""
    return max(marks(source), key=list(Mark).index)


def _mark(letter: str) -> Mark:
    if letter == "C":
        return Mark.PUBLISHED
    return Mark(letter) if letter in {mark.value for mark in Mark} else Mark.UNMARKED


def _steps(scenario: ScenarioDefinition, needed: Mapping[str, ItemDefinition]) -> dict[str, int]:
    """The step of each item, from 1: one more than that of the last item it waits for."""
    steps: dict[str, int] = {}
    for code in in_order(scenario):
        if code in needed:
            before = [
                steps[before_code]
                for before_code in scenario.item[code].after
                if before_code in needed
            ]
            steps[code] = 1 + max(before, default=0)
    return steps


def _item(
    scenario: ScenarioDefinition,
    item: ItemDefinition,
    step: int,
    needed: Mapping[str, ItemDefinition],
    attributes: Mapping[str, AttributeValue] | None,
) -> GuideItem:
    requirements = [
        requirement
        for requirement in item.materials
        if attributes is None or holds(requirement.when, attributes)
    ]
    return GuideItem(
        step=step,
        definition=item,
        waits_for=tuple(code for code in item.after if code in needed),
        parts=tuple(code for code in scenario.parts.get(item.code, ()) if code in needed),
        materials=tuple(
            _material(scenario, requirement, needed, attributes is None)
            for requirement in requirements
        ),
        when=item.when if attributes is None else None,
        bundles=tuple(
            bundle
            for bundle in scenario.bundles
            if item.code in bundle.items and (attributes is None or holds(bundle.when, attributes))
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
    issuers = tuple(code for code, issuer in needed.items() if kind and issuer.document == kind)
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
    """Each material once: first those the applicant brings, last those the system holds."""
    by_material: dict[str, list[tuple[str, GuideMaterial]]] = {}
    for item in items:
        for material in item.materials:
            by_material.setdefault(material.material.key, []).append(
                (item.definition.code, material)
            )
    listed = [
        ListedMaterial(
            requests[0][1].material,
            min((material.provider for _, material in requests), key=_PROVIDERS.index),
            tuple(requests),
        )
        for requests in by_material.values()
    ]
    return tuple(
        sorted(
            listed,
            key=lambda material: (
                _PROVIDERS.index(material.provider),
                _STRICT.index(material.strictest),
            ),
        )
    )
