"""Apply for an item: one page on which everything is filled in, uploaded, checked and then handed in.

Whatever is sent, nothing is lost: every file counts by itself, and what was typed is saved as a draft
until the application is made.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from services.cases.pages.application import (
    APPLY,
    ApplicationPage,
    NotToApplyFor,
    Typed,
    application_page,
)
from services.people import drafts
from web.forms import SORT, TITLE, UNSORTED, OwnForm, Submission
from web.kept_forms import LEFT_OUT, typed_before
from web.pages.answer import REFUSALS, show
from web.pages.cases.acts import submit_form
from web.pages.cases.sent_files import Desk, FileResult
from web.portal import Portal, portal_of
from web.viewer import PortalHere, SignedIn, Viewer

router = APIRouter()

#: Buttons: hand it in as it is complete, or as it is; every other one saves and checks.
FILE, INSIST = "file", "insist"
#: The status of a page that says what is still to be put right.
UNPROCESSABLE = 422


@router.get("/projects/{code}/items/{item}/apply")
def check(
    request: Request,
    viewer: SignedIn,
    portal: PortalHere,
    code: str,
    item: str,
    saved: Annotated[str, Query(max_length=1)] = "",
) -> Response:
    """The application as it was typed last, with everything that it lacks."""
    draft = drafts.draft_of(portal.database, viewer.account.login, request.url.path)
    fields = typed_before(request, viewer, portal) or (dict(draft.fields) if draft else {})
    sent = Submission({name: list(values) for name, values in fields.items()})
    try:
        page = _page(portal, viewer, code, item, sent)
    except NotToApplyFor:
        return RedirectResponse(f"/projects/{code}/items/{item}", 303)
    return _show(request, viewer, page, sent, draft=draft, saved=bool(saved))


@router.post("/projects/{code}/items/{item}/apply")
def apply(request: Request, form: OwnForm, portal: PortalHere, code: str, item: str) -> Response:
    """Take the files, save what was typed, and hand the application in where that is asked and it is whole."""
    viewer, sent = form
    before = _page(portal, viewer, code, item, sent)
    desk = _desk(portal, viewer, code, sent, before)
    results = desk.results()
    sent = _without_files(sent, desk.unsorted)
    page = _page(portal, viewer, code, item, sent) if results else before
    asked = sent.text("step") in {FILE, INSIST}
    if asked and _may_go(sent, page, results):
        try:
            submit_form(portal, viewer, code, sent)
        except REFUSALS as error:
            _save(request, viewer, portal, sent)
            return _show(request, viewer, page, sent, results=results, refusal=error)
        drafts.give_up(portal.database, viewer.account.login, request.url.path)
        return RedirectResponse(f"/projects/{code}/items/{item}?done={APPLY}", 303)
    _save(request, viewer, portal, sent)
    if not asked and not results:
        return RedirectResponse(f"{request.url.path}?saved=1#check", 303)
    status = {"status": UNPROCESSABLE} if asked else {}
    return _show(request, viewer, page, sent, results=results, asked=asked, **status)


def _may_go(sent: Submission, page: ApplicationPage, results: tuple[FileResult, ...]) -> bool:
    whole = not page.in_the_way or (sent.text("step") == INSIST and page.may_insist)
    waiting = bool(sent.fields.get(UNSORTED))
    return whole and not waiting and not any(result.refusal for result in results)


def _page(
    portal: Portal, viewer: Viewer, code: str, item: str, sent: Submission
) -> ApplicationPage:
    typed = Typed(
        fields=sent.filled,
        defer=sent.fields.get("defer", ()),
        signer=sent.text("commitment_signer"),
        commitment=sent.text("commitment_text") if sent.text("signed") else "",
    )
    return application_page(portal.database, viewer, code, item, typed if sent.fields else None)


def _desk(
    portal: Portal, viewer: Viewer, code: str, sent: Submission, page: ApplicationPage
) -> Desk:
    awaited = {row.check.material for row in page.open_papers}
    papers = page.to_hand_in
    return Desk(
        portal,
        viewer,
        code,
        sent,
        papers,
        {key: name for key, name in papers.items() if key in awaited},
        page.words.refusal,
    )


def _without_files(sent: Submission, unsorted: list[str]) -> Submission:
    fields = {name: values for name, values in sent.fields.items() if not name.startswith(SORT)}
    return replace(sent, fields=fields | {UNSORTED: unsorted}, files={}, several={})


def _save(request: Request, viewer: Viewer, portal: Portal, sent: Submission) -> None:
    fields = {name: values for name, values in sent.fields.items() if name not in LEFT_OUT}
    title = sent.text(TITLE)[:200]
    login, path = viewer.account.login, request.url.path
    drafts.save(portal.database, login, path, title, fields, viewer.now)


def _show(
    request: Request, viewer: Viewer, page: ApplicationPage, sent: Submission, **more: Any
) -> Response:
    shown: dict[str, Any] = {"draft": None, "saved": False, "asked": False, "results": ()}
    shown |= {"upload_limit_mb": portal_of(request).settings.upload_limit_mb}
    shown |= {
        "page": page,
        "sentence": page.words.refusal,
        "unsorted": sent.fields.get(UNSORTED, ()),
    }
    return show(request, viewer, "cases/apply.html", sent=sent, **{**shown, **more})
