"""The enterprise chooses who accompanies its project; who is chosen answers. Both on the tab of the team."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from models.cases.choice import AnswerChoice, ChooseSteward
from services.cases.handover.choice import answer_choice, choose_steward
from web.forms import OwnForm
from web.pages.answer import REFUSALS
from web.pages.cases.project_tabs import TEAM, show_tab
from web.portal import portal_of

router = APIRouter()


@router.post("/projects/{code}/choice")
def choose(request: Request, form: OwnForm, code: str) -> Response:
    """Ask somebody to accompany the project."""
    viewer, sent = form
    try:
        given = {"officer": sent.text("officer"), "reason": sent.text("reason")}
        command = ChooseSteward.model_validate(given)
        choose_steward(portal_of(request).database, code, command, viewer.actor, viewer.now)
    except REFUSALS as error:
        return show_tab(request, viewer, code, TEAM, sent=sent, refusal=error)
    return RedirectResponse(f"/projects/{code}{TEAM.path}", 303)


@router.post("/projects/{code}/choice/answer")
def answer(request: Request, form: OwnForm, code: str) -> Response:
    """Accept, or decline for one of the reasons."""
    viewer, sent = form
    try:
        command = AnswerChoice.model_validate({"decline": sent.text("decline") or None})
        answer_choice(portal_of(request).database, code, command, viewer.actor, viewer.now)
    except REFUSALS as error:
        return show_tab(request, viewer, code, TEAM, sent=sent, refusal=error)
    return RedirectResponse(f"/projects/{code}{TEAM.path}", 303)
