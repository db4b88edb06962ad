"""The text of a scenario in the portal: written, checked while it is written, drawn and kept."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response

from models.actor import Role
from models.errors import KaigongError
from models.findings import Severity
from rules.scenario_editing import values_of
from services.scenario_admin.drafts import (
    DraftSource,
    SourceChanged,
    draft_source,
    save_draft_source,
)
from services.scenario_admin.files import catalogue
from services.scenario_admin.record import check_administrator
from web.forms import OwnForm
from web.problems import plain, status_of
from web.rendering import page, part
from web.scenario_choices import scenario_name
from web.scenario_view import difference, drawing_answer, text_view
from web.viewer import PortalHere, SignedIn, Viewer

router = APIRouter()

#: Lines that get a number; no scenario has as many.
MOST_NUMBERS = 5000


@router.get("/scenarios/{key}/{version:int}/edit")
def edit(
    request: Request,
    reader: SignedIn,
    portal: PortalHere,
    key: str,
    version: int,
    done: Annotated[str, Query(max_length=40)] = "",
) -> Response:
    """The text of a version; who is no administrator, and whoever comes too late, may read it."""
    found = draft_source(portal.database, key, version, reader.actor)
    return show_editor(request, reader, found, done=done or None)


@router.post("/scenarios/{key}/{version:int}/edit")
def save(request: Request, form: OwnForm, portal: PortalHere, key: str, version: int) -> Response:
    """Check a text, or keep it; what someone else kept meanwhile is shown beside it."""
    reader, sent = form
    found = draft_source(portal.database, key, version, reader.actor)
    source = sent.as_written("source")
    seen = sent.text("seen_hash")
    if sent.text("step") != "save":
        return show_editor(request, reader, found, source=source, seen_hash=seen)
    try:
        save_draft_source(portal.database, key, version, source, reader.actor, reader.now, seen)
    except SourceChanged as refusal:
        return show_editor(request, reader, found, source=source, refusal=refusal, theirs=True)
    except KaigongError as refusal:
        return show_editor(request, reader, found, source=source, seen_hash=seen, refusal=refusal)
    return RedirectResponse(f"/scenarios/{key}/{version}/edit?done=edit_draft", 303)


@router.post("/scenarios/check")
def check(request: Request, form: OwnForm) -> Response:
    """What can be told about a text, for the page that it is written on; nothing is kept."""
    reader, sent = form
    check_administrator(reader.actor)
    view = text_view(request, reader, sent.as_written("source"))
    return JSONResponse(
        {
            "lines": view.marked,
            "findings": part(request, reader, "scenario_findings.html", view=view),
            "drawing": part(request, reader, "scenario_picture.html", view=view),
        }
    )


@router.get("/scenarios/{key}/{version:int}/drawing.svg")
def drawing(
    reader: SignedIn,
    portal: PortalHere,
    request: Request,
    key: str,
    version: int,
    lang: Annotated[str, Query(max_length=10)] = "",
) -> Response:
    """The picture of a version, for documents and presentations."""
    found = draft_source(portal.database, key, version, reader.actor)
    view = text_view(request, reader, found.source)
    return drawing_answer(view.examined, lang or reader.language)


def show_editor(
    request: Request,
    reader: Viewer,
    found: DraftSource,
    *,
    source: str | None = None,
    seen_hash: str | None = None,
    refusal: KaigongError | None = None,
    theirs: bool = False,
    done: str | None = None,
) -> Response:
    """The page of a text. ``theirs``: what is kept by now stands beside it, and saving goes over it."""
    text = found.source if source is None else source
    view = text_view(request, reader, text, found)
    administers = reader.account.role is Role.ADMINISTRATOR
    return page(
        request,
        reader,
        "scenario_edit.html",
        status=status_of(refusal) if refusal else 200,
        v=found.version,
        view=view,
        lines=min(text.count("\n") + 1, MOST_NUMBERS),
        seen_hash=seen_hash or found.seen_hash,
        editable=found.editable and administers,
        unsaved=text != found.source,
        theirs=difference(text, found.source) if theirs else None,
        severities=Severity,
        written_name=_written_name(text, found),
        catalogue=catalogue(),
        done=done,
        error=plain(refusal, reader.translate) if refusal else None,
    )


def _written_name(text: str, found: DraftSource) -> Any:
    """The name that a text gives, sound or not; its key where it cannot be read."""
    try:
        return scenario_name(values_of(text))
    except KaigongError:
        return {"zh": found.version.key, "en": found.version.key}
