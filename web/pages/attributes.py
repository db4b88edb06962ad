"""Particulars of a project that were registered wrongly: what a correction changes, then the correction."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import ValidationError

from models import commands as c
from models.errors import KaigongError
from models.facts import ProjectFacts
from rules.permissions import check_permission
from services.acts import perform
from services.attribute_correction import CorrectionTried, try_correction
from services.views.project_page import read_project
from services.wording.attribute_words import particulars
from web.attributes import attributes_sent
from web.forms import OwnForm, Submission
from web.problems import as_refusal, plain, status_of
from web.rendering import page
from web.viewer import PortalHere, SignedIn, Viewer

router = APIRouter()

ACT = "correct_attributes"


@router.get("/projects/{code}/attributes")
def correction_form(request: Request, reader: SignedIn, code: str) -> Response:
    """What was registered of a project, to be put right."""
    return _show(request, reader, code)


@router.post("/projects/{code}/attributes")
def correct(request: Request, form: OwnForm, portal: PortalHere, code: str) -> Response:
    """Say what a correction would change; done only when asked for from there."""
    reader, sent = form
    try:
        command = _command(_facts(request, reader, code), sent)
        if sent.text("sure"):
            perform(portal.database, code, command, reader.actor, reader.now, key=sent.key)
            return RedirectResponse(f"/projects/{code}?done={ACT}", 303)
        tried = try_correction(
            portal.database,
            code,
            command,
            reader.actor,
            reader.now,
            reader.translate,
            reader.language,
        )
    except (KaigongError, ValidationError) as error:
        return _show(request, reader, code, sent=sent, refusal=as_refusal(error)[0])
    return _show(request, reader, code, sent=sent, tried=tried)


def _command(facts: ProjectFacts, sent: Submission) -> c.CorrectAttributes:
    given = attributes_sent(sent, facts.scenario.attributes, defaults=False)
    changed = {key: value for key, value in given.items() if facts.attributes.get(key) != value}
    # Nothing that changes is refused by the rule itself, with its own sentence.
    return c.CorrectAttributes(attributes=changed or given, reason=sent.text("reason"))


def _facts(request: Request, reader: Viewer, code: str) -> ProjectFacts:
    """The facts of a project, for whoever may correct its particulars."""
    database = request.app.state.portal.database
    facts = read_project(database, code, reader.now, viewer=reader.actor).facts
    check_permission(reader.actor, ACT, facts)
    return facts


def _show(
    request: Request,
    reader: Viewer,
    code: str,
    *,
    sent: Submission | None = None,
    tried: CorrectionTried | None = None,
    refusal: KaigongError | None = None,
) -> Response:
    facts = _facts(request, reader, code)
    return page(
        request,
        reader,
        "project_attributes.html",
        status=status_of(refusal) if refusal else 200,
        project=facts,
        particulars=particulars(facts.scenario, facts.attributes),
        tried=tried,
        error=plain(refusal, reader.translate) if refusal else None,
        sent=sent.values() if sent else {},
    )
