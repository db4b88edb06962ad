"""Particulars of a project that were registered wrongly: what a correction changes, then the correction."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from models.cases import commands as c
from models.cases.facts import ProjectFacts
from services.cases.acts import execute
from services.cases.attribute_correction import CorrectionTried, try_correction
from services.cases.pages.particulars import ACT, particulars_page
from web.forms import OwnForm, Submission
from web.pages.answer import REFUSALS, show
from web.pages.cases.attribute_fields import attributes_sent
from web.pages.cases.project_tabs import FACTS, back_to
from web.portal import portal_of
from web.viewer import PortalHere, SignedIn, Viewer

router = APIRouter()


@router.get("/projects/{code}/attributes")
def correction_form(request: Request, viewer: SignedIn, code: str) -> Response:
    """What was registered of a project, to be put right."""
    return _show(request, viewer, code)


@router.post("/projects/{code}/attributes")
def correct(request: Request, form: OwnForm, portal: PortalHere, code: str) -> Response:
    """Say what a correction would change; done only when asked for from there."""
    viewer, sent = form
    try:
        page = particulars_page(portal.database, viewer, code)
        command = _command(page.project, sent)
        if sent.text("sure"):
            execute(portal.database, code, command, viewer.actor, viewer.now, key=sent.key)
            return back_to(code, FACTS, ACT)
        tried = try_correction(
            portal.database,
            code,
            command,
            viewer.actor,
            viewer.now,
            viewer.translate,
            viewer.language,
        )
    except REFUSALS as error:
        return _show(request, viewer, code, sent=sent, refusal=error)
    return _show(request, viewer, code, sent=sent, tried=tried)


def _command(facts: ProjectFacts, sent: Submission) -> c.CorrectAttributes:
    attributes = attributes_sent(sent, facts.scenario.attributes, defaults=False)
    changed = {
        key: value for key, value in attributes.items() if facts.attributes.get(key) != value
    }
    # Nothing that changes is refused by the rule itself, with its own sentence.
    return c.CorrectAttributes(attributes=changed or attributes, reason=sent.text("reason"))


def _show(
    request: Request,
    viewer: Viewer,
    code: str,
    *,
    sent: Submission | None = None,
    tried: CorrectionTried | None = None,
    refusal: Exception | None = None,
) -> Response:
    page = particulars_page(portal_of(request).database, viewer, code)
    return show(
        request,
        viewer,
        "cases/project_attributes.html",
        page=page,
        tried=tried,
        sent=sent,
        refusal=refusal,
    )
