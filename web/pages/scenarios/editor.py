"""The text of a scenario in the portal: written, checked while it is written, drawn and kept."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response

from models.errors import KaigongError
from services.scenarios.drafts import DraftSource, SourceChanged, draft_source, save_draft_source
from services.scenarios.pages.editor import editor_page
from services.scenarios.pages.text_view import text_view
from services.scenarios.record import check_administrator
from web.answers.drawings import drawing_answer
from web.forms import OwnForm, Submission
from web.kept_forms import typed_before
from web.pages.answer import show
from web.portal import portal_of
from web.rendering import part
from web.viewer import PortalHere, SignedIn, Viewer

router = APIRouter()


@router.get("/scenarios/{key}/{version:int}/edit")
def edit(
    request: Request,
    viewer: SignedIn,
    portal: PortalHere,
    key: str,
    version: int,
    done: Annotated[str, Query(max_length=40)] = "",
) -> Response:
    """The text of a version; who is no administrator, and whoever comes too late, may read it."""
    draft = draft_source(portal.database, key, version, viewer.actor)
    typed = Submission(typed_before(request, viewer, portal))
    source, seen = typed.as_written("source") or None, typed.text("seen_hash") or None
    return show_editor(request, viewer, draft, source=source, seen_hash=seen, done=done or None)


@router.post("/scenarios/{key}/{version:int}/edit")
def save(request: Request, form: OwnForm, portal: PortalHere, key: str, version: int) -> Response:
    """Check a text, or keep it; what someone else kept meanwhile is shown beside it."""
    viewer, sent = form
    draft = draft_source(portal.database, key, version, viewer.actor)
    source = sent.as_written("source")
    seen = sent.text("seen_hash")
    if sent.text("step") != "save":
        return show_editor(request, viewer, draft, source=source, seen_hash=seen)
    try:
        save_draft_source(portal.database, key, version, source, viewer.actor, viewer.now, seen)
    except SourceChanged as refusal:
        return show_editor(request, viewer, draft, source=source, refusal=refusal, theirs=True)
    except KaigongError as refusal:
        return show_editor(request, viewer, draft, source=source, seen_hash=seen, refusal=refusal)
    return RedirectResponse(f"/scenarios/{key}/{version}/edit?done=edit_draft", 303)


@router.post("/scenarios/check")
def check(request: Request, form: OwnForm) -> Response:
    """What can be told about a text, for the page that it is written on; nothing is kept."""
    viewer, sent = form
    check_administrator(viewer.actor)
    view = text_view(portal_of(request).database, viewer, sent.as_written("source"))
    return JSONResponse(
        {
            "lines": view.marked,
            "findings": part(request, viewer, "scenarios/findings.html", view=view),
            "drawing": part(request, viewer, "scenarios/picture.html", view=view),
        }
    )


@router.get("/scenarios/{key}/{version:int}/drawing.svg")
def drawing(
    viewer: SignedIn,
    portal: PortalHere,
    request: Request,
    key: str,
    version: int,
    lang: Annotated[str, Query(max_length=10)] = "",
) -> Response:
    """The picture of a version, for documents and presentations."""
    draft = draft_source(portal.database, key, version, viewer.actor)
    view = text_view(portal_of(request).database, viewer, draft.source)
    return drawing_answer(view.examined, lang or viewer.language)


def show_editor(
    request: Request,
    viewer: Viewer,
    draft: DraftSource,
    *,
    source: str | None = None,
    seen_hash: str | None = None,
    refusal: Exception | None = None,
    theirs: bool = False,
    done: str | None = None,
) -> Response:
    """The page of a text. ``theirs``: what is kept by now stands beside it, and saving goes over it."""
    database = portal_of(request).database
    page = editor_page(database, viewer, draft, source, seen_hash, theirs=theirs)
    return show(request, viewer, "scenarios/edit.html", page=page, done=done, refusal=refusal)
