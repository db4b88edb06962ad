"""Forms for the items of a scenario: limits, department, materials, conditions, order."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from models.clock import Unit
from models.definition import ItemMode, MaterialClass, WhenBasisVoided
from models.errors import KaigongError
from models.scenario_file import CatalogueItem
from rules.scenario_editing import values_of
from rules.scenario_editing.changes import (
    Values,
    code_of,
    item_of,
    items_of,
    with_fields,
    with_item,
    with_new_item,
    without_item,
)
from services.scenario_admin.drafts import DraftSource
from services.scenario_admin.files import catalogue
from services.scenario_admin.proposals import proposals
from web import scenario_form_fields as fields
from web.forms import OwnForm, Submission
from web.scenario_change import NoSuchPart, change_shown, draft_here, form_page
from web.scenario_choices import (
    catalogue_choice,
    department_names,
    material_names,
    numbers,
    other_items,
    ready_conditions,
    scenario_name,
)
from web.viewer import SignedIn, Viewer

router = APIRouter(prefix="/scenarios/{key}/{version:int}/edit")


@router.get("/items/new")
def new_item(
    request: Request,
    reader: SignedIn,
    key: str,
    version: int,
    use: Annotated[str, Query(max_length=8)] = "",
    stage: Annotated[str, Query(max_length=64)] = "",
    own: Annotated[str, Query(max_length=3)] = "",
) -> Response:
    """Choose an item of the catalogue, or define one; then its form."""
    found = draft_here(request, reader, key, version)
    values = values_of(found.source)
    if not use and not own:
        return form_page(
            request,
            reader,
            found,
            "scenario_item_choice.html",
            stage=stage,
            **catalogue_choice(values),
        )
    return _item_page(request, reader, found, values, _beginning(values, use, stage), new=True)


@router.post("/items/new")
def add_item(request: Request, form: OwnForm, key: str, version: int) -> Response:
    """An item more."""
    reader, sent = form
    entry: Values = {"use": sent.text("use")} if sent.text("use") else {"code": sent.text("code")}

    def change(values: Values, sent: Submission) -> Values:
        return with_new_item(values, with_fields(entry, _item_fields(entry, sent)))

    return change_shown(request, reader, key, version, sent, change, _item_form(entry, new=True))


@router.get("/items/{code}")
def item_form(request: Request, reader: SignedIn, key: str, version: int, code: str) -> Response:
    """The form of one item."""
    found = draft_here(request, reader, key, version)
    values = values_of(found.source)
    return _item_page(request, reader, found, values, _entry(values, code))


@router.post("/items/{code}")
def change_item(request: Request, form: OwnForm, key: str, version: int, code: str) -> Response:
    """Another limit, department, condition, material; or the item out."""
    reader, sent = form

    def change(values: Values, sent: Submission) -> Values:
        entry = _entry(values, code)
        if sent.text("step") == "remove":
            return without_item(values, code)
        return with_item(values, code, _item_fields(entry, sent))

    return change_shown(request, reader, key, version, sent, change, _item_form({"use": code}))


# --- what a form makes of an item -------------------------------------------------------------------


def _item_fields(entry: Mapping[str, Any], sent: Submission) -> Values:
    """The fields of an item as its form says them; ``None`` leaves one out."""
    item = catalogue().item.get(str(entry.get("use", "")))
    said: Values = {
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
        said["materials"] = listed or None
    elif sent.text("materials_catalogue") or _as_known(listed, item):
        said["materials"] = None
    else:
        said["materials"] = [_without_basis(one, item) for one in listed]
    if item is None:
        said |= _own_fields(entry, sent)
    return said


def _in_order(before: Any, chosen: list[str]) -> list[str]:
    """The chosen codes: those that stood there in their order, then the new ones."""
    known = [code for code in before if code in chosen] if isinstance(before, list) else []
    return [*known, *(code for code in chosen if code not in known)]


def _own_fields(entry: Mapping[str, Any], sent: Submission) -> Values:
    """What only an item that is defined here says."""
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
        one.model_dump(mode="json", by_alias=True, exclude_defaults=True)
        | {"class": one.material_class.value}
        for one in item.materials
    ]


def _as_known(listed: list[Values], item: CatalogueItem) -> bool:
    """Whether a list says no more than the catalogue does."""
    told = [
        (
            one["material"],
            one["class"],
            bool(one.get("substantive")),
            one.get("when"),
            bool(one.get("by_architect")),
        )
        for one in listed
    ]
    return told == [
        (one.material, one.material_class.value, one.substantive, one.when, one.by_architect)
        for one in item.materials
    ]


def _without_basis(one: Values, item: CatalogueItem) -> Values:
    """A requirement without the article that the catalogue names for it anyway."""
    known = item.required.get(str(one["material"]))
    if known is not None and one.get("basis") == known.basis:
        return {name: value for name, value in one.items() if name != "basis"}
    return one


def _beginning(values: Values, use: str, stage: str) -> Values:
    """A new item as it would stand here."""
    stages = [str(one.get("key")) for one in values.get("stages") or [] if isinstance(one, dict)]
    if use not in catalogue().item:
        return {"code": "", "stage": stage or (stages[0] if stages else "")}
    kinds = {str(one.get("kind")): str(one.get("key")) for one in values.get("stages") or []}
    usual = kinds.get(str(proposals().kind(use))) or (stages[0] if stages else "")
    codes = [code_of(one) for one in items_of(values)]
    return proposals().entry(use, stage or usual, [*codes, use])


def _item_form(entry: Values, *, new: bool = False) -> Callable[..., Response]:
    def again(
        request: Request,
        reader: Viewer,
        found: DraftSource,
        *,
        sent: Submission,
        refusal: KaigongError,
    ) -> Response:
        values = values_of(found.source)
        shown = entry if new else _entry(values, code_of(entry))
        return _item_page(
            request, reader, found, values, shown, new=new, sent=sent, refusal=refusal
        )

    return again


def _item_page(
    request: Request,
    reader: Viewer,
    found: DraftSource,
    values: Values,
    entry: Values,
    *,
    new: bool = False,
    sent: Submission | None = None,
    refusal: KaigongError | None = None,
) -> Response:
    code = code_of(entry)
    item = catalogue().item.get(str(entry.get("use", "")))
    rows = _materials(entry, item)
    conditions = ready_conditions(values, reader)
    return form_page(
        request,
        reader,
        found,
        "scenario_item.html",
        sent=sent,
        refusal=refusal,
        new=new,
        code=code,
        entry=fields.shown(entry),
        item=item,
        rows=fields.shown([*rows, *({} for _ in range(fields.SPARE_MATERIALS))]),
        others=[one for one in other_items(values, reader) if one["code"] != code],
        stages=fields.shown([one for one in values.get("stages") or [] if isinstance(one, dict)]),
        departments=department_names(values, reader),
        materials=material_names(values, reader),
        conditions=conditions,
        numbers=numbers(values, reader),
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
    found = item_of(values, code)
    if found is None:
        raise NoSuchPart(field="item", value=code[:8])
    return found
