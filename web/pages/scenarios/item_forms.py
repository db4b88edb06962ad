"""Forms for the items of a scenario: limits, department, materials, conditions, order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from models.clock.values import Unit
from models.scenarios.definition import ItemMode, MaterialClass, WhenBasisVoided
from models.scenarios.file import CatalogueItem
from rules.scenarios.editing import values_of
from rules.scenarios.editing.changes import (
    Values,
    code_of,
    item_of,
    items_of,
    with_item,
    with_new_item,
    without_item,
)
from services.people.viewer import Viewer
from services.scenarios.pages.choices import (
    catalogue_choice,
    department_names,
    material_names,
    numbers,
    other_items,
    ready_conditions,
    stage_entries,
)
from services.scenarios.proposals import proposals
from services.scenarios.scenario_files import catalogue
from web.forms import Submission
from web.pages.scenarios import form_fields as fields
from web.pages.scenarios.change import draft_here, form_page
from web.pages.scenarios.material_rows import MATERIAL_ROWS
from web.pages.scenarios.part_pages import EDIT, NEW, add_entry_part, entry_page
from web.pages.scenarios.parts import EntryPart
from web.viewer import SignedIn

router = APIRouter()


@router.get(f"{EDIT}/items/{NEW}")
def new_item(
    request: Request,
    viewer: SignedIn,
    key: str,
    version: int,
    use: Annotated[str, Query(max_length=8)] = "",
    stage: Annotated[str, Query(max_length=64)] = "",
    own: Annotated[str, Query(max_length=3)] = "",
) -> Response:
    """Choose an item of the catalogue, or define one; then its form."""
    draft = draft_here(request, viewer, key, version)
    values = values_of(draft.source)
    if not use and not own:
        return form_page(
            request,
            viewer,
            draft,
            "scenarios/item_choice.html",
            stage=stage,
            **catalogue_choice(values),
        )
    beginning = _beginning(values, use, stage)
    return entry_page(request, viewer, draft, ITEM, beginning, new=True)


# --- what a form makes of an item -------------------------------------------------------------------


def _item_fields(entry: Mapping[str, Any], sent: Submission) -> Values:
    """The fields of an item from its form; ``None`` leaves one out."""
    item = catalogue().item.get(str(entry.get("use", "")))
    changed: Values = {
        "stage": sent.text("stage") or None,
        "after": _in_order(entry.get("after"), sent.fields.get("after", [])) or None,
        "when": fields.condition(sent),
        "exempt": fields.exemption(sent),
        "part_of": sent.text("part_of") or None,
        "department": sent.text("department") or None,
        "promised": fields.limit(sent, "promised", entry.get("promised")),
        "counted": fields.truth(sent, "counted"),
        "scope": fields.names(sent, "scope"),
        "when_basis_voided": sent.text("when_basis_voided") or None,
        "joint_handling": fields.truth(sent, "joint_handling"),
        "site_verification": fields.truth(sent, "site_verification"),
    }
    listed = MATERIAL_ROWS.entries(_materials(entry, item), sent)
    if item is None:
        changed["materials"] = listed or None
    elif sent.text("materials_catalogue") or _as_catalogued(listed, item):
        changed["materials"] = None
    else:
        changed["materials"] = [_without_basis(requirement, item) for requirement in listed]
    if item is None:
        changed |= _own_fields(entry, sent)
    return changed


def _in_order(before: Any, chosen: list[str]) -> list[str]:
    """The chosen codes: those that stood there in their order, then the new ones."""
    kept = [code for code in before if code in chosen] if isinstance(before, list) else []
    return [*kept, *(code for code in chosen if code not in kept)]


def _own_fields(entry: Mapping[str, Any], sent: Submission) -> Values:
    """The fields that only an item defined in the scenario itself has."""
    code = str(entry.get("code", ""))
    return {
        "identifier": entry.get("identifier") or f"item_{code.lower()}",
        "name": fields.names(sent, "name") or entry.get("name"),
        "mode": sent.text("mode") or None,
        "statutory": fields.limit(sent, "statutory", entry.get("statutory")),
        "legal_basis": fields.text_field(sent, "legal_basis"),
    }


def _materials(entry: Mapping[str, Any], item: CatalogueItem | None) -> Any:
    """The materials that the form shows: those of the entry, else those of the catalogue."""
    if "materials" in entry or item is None:
        return entry.get("materials") or []
    return [
        requirement.model_dump(mode="json", by_alias=True, exclude_defaults=True)
        | {"class": requirement.material_class.value}
        for requirement in item.materials
    ]


def _as_catalogued(listed: list[Values], item: CatalogueItem) -> bool:
    """Whether a list equals the requirements of the catalogue."""
    requirements = [
        (
            requirement["material"],
            requirement["class"],
            bool(requirement.get("substantive")),
            requirement.get("when"),
            bool(requirement.get("by_architect")),
        )
        for requirement in listed
    ]
    return requirements == [
        (own.material, own.material_class.value, own.substantive, own.when, own.by_architect)
        for own in item.materials
    ]


def _without_basis(requirement: Values, item: CatalogueItem) -> Values:
    """A requirement without the article that the catalogue names for it anyway."""
    catalogued = item.required.get(str(requirement["material"]))
    if catalogued is not None and requirement.get("basis") == catalogued.basis:
        return {name: value for name, value in requirement.items() if name != "basis"}
    return requirement


def _beginning(values: Values, use: str, stage: str) -> Values:
    """The entry of a new item, with the usual stage and order."""
    stages = [str(entry.get("key")) for entry in stage_entries(values)]
    if use not in catalogue().item:
        return {"code": "", "stage": stage or (stages[0] if stages else "")}
    kinds = {str(entry.get("kind")): str(entry.get("key")) for entry in stage_entries(values)}
    usual = kinds.get(str(proposals().kind(use))) or (stages[0] if stages else "")
    codes = [code_of(item) for item in items_of(values)]
    return proposals().entry(use, stage or usual, [*codes, use])


def _picked_or_own(sent: Submission) -> Values:
    return {"use": sent.text("use")} if sent.text("use") else {"code": sent.text("code")}


def _with_new(values: Values, entry: Values, _sent: Submission) -> Values:
    return with_new_item(values, entry)


def _shown(values: Values, entry: Values, seen: Values, viewer: Viewer) -> dict[str, Any]:
    code = code_of(entry)
    item = catalogue().item.get(str(entry.get("use", "")))
    return {
        "code": code,
        "item": item,
        "rows": MATERIAL_ROWS.shown(_materials(seen, item), values),
        "others": [other for other in other_items(values, viewer) if other["code"] != code],
        "stages": fields.shown(stage_entries(values)),
        "departments": department_names(values, viewer),
        "materials": material_names(values, viewer),
        "conditions": ready_conditions(values, viewer),
        "numbers": numbers(values, viewer),
        "attributes": fields.shown(values.get("attributes") or []),
        **_CHOICES,
    }


_CHOICES: Mapping[str, Any] = {
    "signs": fields.SIGNS,
    "compared": fields.compared,
    "units": tuple(Unit),
    "classes": tuple(MaterialClass),
    "modes": tuple(ItemMode),
    "fates": tuple(WhenBasisVoided),
}

ITEM = EntryPart(
    name="items",
    called="item",
    parameter="code",
    find=item_of,
    beginning=_picked_or_own,
    read=_item_fields,
    add=_with_new,
    change=with_item,
    remove=without_item,
    shown=_shown,
)

# After the form of a new item, which has a choice of its own.
add_entry_part(router, ITEM)
