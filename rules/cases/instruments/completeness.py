"""Which papers an item asks for, and which of them are still missing.

The catalogue is a whitelist: nothing outside it can be asked for (Licensing Law art. 31), and
nothing that the system already holds (art. 33).
"""

from __future__ import annotations

from collections.abc import Mapping

from config.texts import Word
from models.cases.facts import ItemFacts, MaterialFacts
from models.cases.states import MaterialState
from models.errors import KaigongError
from models.scenarios.definition import ItemDefinition, MaterialClass, ScenarioDefinition


class MaterialNotInCatalogue(KaigongError):
    template = "materials: {material} is not in the list of {item}; only these may be asked for or handed in: {allowed}."
    field = "materials"


class MaterialHeldBySystem(KaigongError):
    template = "materials: {material} is held by the system already and may not be asked for again."
    field = "materials"


class MaterialNotDue(KaigongError):
    template = "materials: {material} of {item} is covered by the signed commitment and may not be asked for before the decision."
    field = "materials"


class NotDeferrable(KaigongError):
    template = (
        "defer: {material} of {item} is not deferrable; hand it in, or choose among: {allowed}."
    )
    field = "defer"


class MaterialsMissing(KaigongError):
    template = "materials: {missing} of {item} are missing; hand them in, defer those that may be deferred, or ask for the correction."
    field = "materials"


class EmptyApplication(KaigongError):
    template = "materials: the application for {item} is empty; fill in the form, or hand in at least one of its papers first."
    field = "materials"


def provided(materials: Mapping[str, MaterialFacts], key: str) -> bool:
    """Whether a paper is there and was not returned."""
    material = materials.get(key)
    return material is not None and material.state is MaterialState.PROVIDED


def missing(
    definition: ItemDefinition, item: ItemFacts, materials: Mapping[str, MaterialFacts]
) -> tuple[str, ...]:
    """Materials of an item that are neither there, nor deferred, nor replaced by the commitment."""
    return tuple(
        requirement.material
        for requirement in definition.materials
        if not provided(materials, requirement.material)
        and requirement.material not in item.deferred
        and not replaced_by_commitment(definition, item, requirement.material)
    )


def deferrable(definition: ItemDefinition) -> tuple[str, ...]:
    """Materials of an item that the applicant may ask to hand in later."""
    return tuple(
        requirement.material
        for requirement in definition.materials
        if requirement.material_class is MaterialClass.DEFERRABLE
    )


def outstanding(item: ItemFacts, materials: Mapping[str, MaterialFacts]) -> tuple[str, ...]:
    """Deferred materials that were not handed in meanwhile."""
    return tuple(key for key in item.deferred if not provided(materials, key))


def outstanding_substantive(
    definition: ItemDefinition, item: ItemFacts, materials: Mapping[str, MaterialFacts]
) -> tuple[str, ...]:
    """Outstanding materials whose absence may change the result: they block the decision."""
    return tuple(
        key for key in outstanding(item, materials) if definition.required[key].substantive
    )


def asked_of_applicant(scenario: ScenarioDefinition, definition: ItemDefinition) -> tuple[str, ...]:
    """Papers of an item that come from the applicant."""
    return tuple(key for key in definition.required if not scenario.material[key].system_held)


def check_not_empty(
    definition: ItemDefinition, materials: Mapping[str, MaterialFacts], *, says: bool
) -> None:
    """Refuse an application that says nothing and comes with nothing: there is nothing to receive, and
    so nothing that a notice could complete (Licensing Law art. 29 asks for a written application).

    ``says``: whether something is filled in, is to follow or is signed. What the system holds already
    counts: it is part of the application (art. 33).
    """
    lacking = all(not provided(materials, key) for key in definition.required)
    if definition.required and lacking and not says:
        raise EmptyApplication(item=definition.code)


def nameable(
    scenario: ScenarioDefinition, definition: ItemDefinition, item: ItemFacts
) -> tuple[str, ...]:
    """Papers of an item that a notice of corrections may name."""
    return tuple(
        key
        for key in asked_of_applicant(scenario, definition)
        if key not in item.deferred and not replaced_by_commitment(definition, item, key)
    )


def to_name(
    scenario: ScenarioDefinition,
    definition: ItemDefinition,
    item: ItemFacts,
    materials: Mapping[str, MaterialFacts],
) -> tuple[str, ...]:
    """Papers that a notice of corrections has to name: missing, or returned, and the applicant's to bring."""
    lacking = missing(definition, item, materials)
    return tuple(key for key in nameable(scenario, definition, item) if key in lacking)


def needed_to_decide(
    scenario: ScenarioDefinition,
    definition: ItemDefinition,
    item: ItemFacts,
    materials: Mapping[str, MaterialFacts],
) -> tuple[str, ...]:
    """Missing papers without which it is not granted: all, but for those that the applicant never
    handed in and the one notice did not name. They are not asked for afterwards (art. 32(4)).
    """
    lacking = missing(definition, item, materials)
    if not item.correction_notices:
        return lacking
    notified = item.corrections.get("materials", {})
    untold = {key for key in nameable(scenario, definition, item) if key not in notified}
    return tuple(key for key in lacking if key not in untold or key in materials)


def check_asked_for(
    scenario: ScenarioDefinition,
    definition: ItemDefinition,
    item: ItemFacts,
    keys: tuple[str, ...],
) -> None:
    """Refuse to ask for a paper outside the catalogue, held by the system, or lawfully deferred."""
    for key in keys:
        if key not in definition.required:
            raise MaterialNotInCatalogue(
                material=key,
                item=definition.code,
                allowed=list(definition.required) or [Word("none")],
            )
        if scenario.material[key].system_held:
            raise MaterialHeldBySystem(material=key)
        if key in item.deferred or replaced_by_commitment(definition, item, key):
            raise MaterialNotDue(material=key, item=definition.code)


def replaced_by_commitment(definition: ItemDefinition, item: ItemFacts, key: str) -> bool:
    """Whether the signed commitment takes the place of a paper 告知承诺."""
    required = definition.required[key]
    return required.material_class is MaterialClass.COMMITMENT and item.commitment is not None


def check_deferral(definition: ItemDefinition, keys: tuple[str, ...]) -> None:
    """Refuse to defer a paper that the scenario does not name as deferrable."""
    allowed = deferrable(definition)
    for key in keys:
        if key not in allowed:
            raise NotDeferrable(
                material=key, item=definition.code, allowed=list(allowed) or [Word("none")]
            )
