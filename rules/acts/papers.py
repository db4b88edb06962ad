"""Papers of a project: each is handed in once, and serves or fails every item that asks for it.

What one item's department returns is returned for all; what is handed in anywhere is there to
verify wherever it is owed (材料只交一次: materials are handed in once).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from models.facts import DeficiencyFacts, MaterialFacts
from models.states import IN_EXAMINATION, DeficiencyState, ItemState, MaterialState
from rules.draft import Draft


def hand_in(draft: Draft, material: str, file_name: str, sha256: str) -> None:
    """Take a paper in from the applicant; whoever examines an item with it has a new version."""
    draft.provide(
        MaterialFacts(
            material,
            MaterialState.PROVIDED,
            file_name=file_name,
            sha256=sha256,
            provided_on=draft.today,
        )
    )
    _new_version_for_examiners(draft, material)


def serve_deficiencies(draft: Draft, material: str, *, first: str | None = None) -> None:
    """A paper that is there now can be verified wherever it is owed; item ``first`` is told first."""
    owed = sorted(_open(draft, material), key=lambda deficiency: deficiency.item != first)
    for deficiency in owed:
        item = deficiency.item
        if deficiency.state is DeficiencyState.OPEN:
            draft.change_deficiency(
                deficiency, state=DeficiencyState.SUBMITTED, submitted_on=draft.today
            )
        draft.change(item)
        draft.record("MaterialMadeUp", item, material=material)
        department = draft.items[item].department
        draft.tell(f"department:{department}", "material_made_up", item, material=material)


def give_back(draft: Draft, material: str, reason: str) -> None:
    """Return a paper; where it had been handed in for a deficiency, it is owed again."""
    found = draft.materials.get(material)
    if found is None:
        return
    draft.materials[material] = replace(found, state=MaterialState.RETURNED)
    _new_version_for_examiners(draft, material)
    for deficiency in list(_open(draft, material)):
        if deficiency.state is DeficiencyState.SUBMITTED:
            draft.change_deficiency(deficiency, state=DeficiencyState.OPEN, submitted_on=None)
            draft.change(deficiency.item)
            said = {"material": material, "reason": reason}
            draft.record("MakeUpReturned", deficiency.item, **said)
            draft.tell("enterprise", "make_up_returned", deficiency.item, **said)


def fill_from_document(draft: Draft, kind: str, source: str | None = None) -> None:
    """Fill in every paper that the system holds now because it issued a document (art. 33).

    ``source`` is what takes the document's place, where none is needed.
    """
    for material in draft.scenario.materials:
        if material.from_document == kind:
            draft.provide(
                MaterialFacts(
                    material.key,
                    MaterialState.PROVIDED,
                    source=source or f"document:{kind}",
                    provided_on=draft.today,
                )
            )
            serve_deficiencies(draft, material.key)


def take_back_document(draft: Draft, kind: str, reason: str) -> None:
    """What was filled in from a document that no longer stands is not there any more."""
    for material in draft.scenario.materials:
        if material.from_document == kind:
            give_back(draft, material.key, reason)


def _open(draft: Draft, material: str) -> Iterator[DeficiencyFacts]:
    for item in draft.items:
        for deficiency in draft.open_deficiencies(item):
            if deficiency.material == material:
                yield deficiency


def _new_version_for_examiners(draft: Draft, material: str) -> None:
    """Nobody decides on a paper they have not seen: the version they saw is not the newest."""
    for code, item in list(draft.items.items()):
        examined = item.state in IN_EXAMINATION or item.state is ItemState.PRELIMINARY
        if examined and material in draft.definition(code).required:
            draft.change(code)
