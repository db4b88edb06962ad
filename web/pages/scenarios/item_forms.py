"""Forms for the items of a scenario: limits, department, materials, conditions, order."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from models.clock.values import Unit
from models.errors import KaigongError
from models.scenarios.definition import ItemMode, MaterialClass, WhenBasisVoided
from models.scenarios.file import CatalogueItem
from rules.scenarios.editing import values_of
from rules.scenarios.editing.changes import (
    Values,
    code_of,
    item_of,
    items_of,
    with_fields,
    with_item,
    with_new_item,
    without_item,
)
from services.scenarios.drafts import DraftSource
from services.scenarios.pages.choices import (
    catalogue_choice,
    department_names,
    material_names,
    numbers,
    other_items,
    ready_conditions,
    scenario_name,
    stage_entries,
)
from services.scenarios.proposals import proposals
from services.scenarios.scenario_files import catalogue
from web.forms import OwnForm, Submission
from web.pages.scenarios import form_fields as fields
from web.pages.scenarios.change import NoSuchPart, change_shown, draft_here, form_page
from web.pages.scenarios.two_forms import check_unchanged, fields_changed, seen_entry
from web.viewer import SignedIn, Viewer

router = APIRouter(prefix="/scenarios/{key}/{version:int}/edit")


@router.get("/items/new")
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
    return _item_page(request, viewer, draft, values, _beginning(values, use, stage), new=True)


@router.post("/items/new")
def add_item(request: Request, form: OwnForm, key: str, version: int) -> Response:
    """Add an item."""
    viewer, sent = form
    entry: Values = {"use": sent.text("use")} if sent.text("use") else {"code": sent.text("code")}

    def change(values: Values, sent: Submission) -> Values:
        return with_new_item(values, with_fields(entry, _item_fields(entry, sent)))

    return change_shown(request, viewer, key, version, sent, change, _item_form(entry, new=True))


@router.get("/items/{code}")
def item_form(request: Request, viewer: SignedIn, key: str, version: int, code: str) -> Response:
    """The form of one item."""
    draft = draft_here(request, viewer, key, version)
    values = values_of(draft.source)
    return _item_page(request, viewer, draft, values, _entry(values, code))


@router.post("/items/{code}")
def change_item(request: Request, form: OwnForm, key: str, version: int, code: str) -> Response:
    """Change an item, or remove it."""
    viewer, sent = form

    def change(values: Values, sent: Submission) -> Values:
        entry = _entry(values, code)
        if sent.text("step") == "remove":
            check_unchanged(entry, sent)
            return without_item(values, code)
        return with_item(values, code, fields_changed(entry, sent, _item_fields))

    return change_shown(request, viewer, key, version, sent, change, _item_form({"use": code}))


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
    listed = fields.materials(sent, _materials(entry, item))
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


def _item_form(entry: Values, *, new: bool = False) -> Callable[..., Response]:
    def show_form(
        request: Request,
        viewer: Viewer,
        draft: DraftSource,
        *,
        sent: Submission | None,
        refusal: KaigongError,
    ) -> Response:
        values = values_of(draft.source)
        item_entry = entry if new else _entry(values, code_of(entry))
        return _item_page(
            request, viewer, draft, values, item_entry, new=new, sent=sent, refusal=refusal
        )

    return show_form


def _item_page(
    request: Request,
    viewer: Viewer,
    draft: DraftSource,
    values: Values,
    entry: Values,
    *,
    new: bool = False,
    sent: Submission | None = None,
    refusal: KaigongError | None = None,
) -> Response:
    code = code_of(entry)
    item = catalogue().item.get(str(entry.get("use", "")))
    rows = _materials(seen_entry(sent, entry), item)
    conditions = ready_conditions(values, viewer)
    return form_page(
        request,
        viewer,
        draft,
        "scenarios/item.html",
        seen=None if new else entry,
        sent=sent,
        refusal=refusal,
        new=new,
        code=code,
        entry=fields.shown(entry),
        item=item,
        rows=fields.shown([*rows, *({} for _ in range(fields.SPARE_MATERIALS))]),
        others=[other for other in other_items(values, viewer) if other["code"] != code],
        stages=fields.shown(stage_entries(values)),
        departments=department_names(values, viewer),
        materials=material_names(values, viewer),
        conditions=conditions,
        numbers=numbers(values, viewer),
        signs=fields.SIGNS,
        compared=fields.compared,
        units=tuple(Unit),
        classes=tuple(MaterialClass),
        modes=tuple(ItemMode),
        fates=tuple(WhenBasisVoided),
        attributes=fields.shown(values.get("attributes") or []),
        name=scenario_name(values),
    )


def _entry(values: Values, code: str) -> Values:
    entry = item_of(values, code)
    if entry is None:
        raise NoSuchPart(field="item", value=code[:8])
    return entry
