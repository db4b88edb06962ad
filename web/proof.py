"""Before what is hard to undo, somebody proves again that it is they: with password, code or provider.

A page or an act declares it once: a form that is taken in by :data:`ProvenForm`, an act whose
declaration says ``proof``. What was typed waits; nothing is done until it is sent again.
"""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

from fastapi import Depends, FastAPI, Request
from fastapi.responses import RedirectResponse, Response

from rules.cases.declarations.registry import registry
from services.installation.policy import policy
from web.forms import OwnForm, Submission
from web.kept_forms import PAGE as PAGE_OF_FORM
from web.kept_forms import KeptForm, form_to_keep, kept_address
from web.portal import portal_of
from web.sessions import own_address
from web.viewer import SignedIn, Viewer

PAGE = "/confirm"


class ProofNeeded(Exception):
    """The proof of who is signed in is too long ago for what they ask."""

    def __init__(self, typed: KeptForm | None, back: str) -> None:
        super().__init__()
        self.typed, self.back = typed, back


def is_proven(viewer: Viewer) -> bool:
    """Whether somebody proved who they are within the minutes that the district chose."""
    return viewer.unproved <= policy().security.proof_minutes * 60


def check_proof(request: Request, viewer: Viewer, sent: Submission) -> None:
    """Send whoever proved themselves too long ago to do so; their form waits."""
    if not is_proven(viewer):
        typed = form_to_keep(request, sent.fields)
        raise ProofNeeded(typed, own_address(sent.text(PAGE_OF_FORM)))


def check_proof_of_act(request: Request, viewer: Viewer, sent: Submission) -> None:
    """The same for an act on a project, where its declaration asks for it."""
    declared = registry().acts.get(sent.text("act"))
    if declared is not None and declared.proof:
        check_proof(request, viewer, sent)


def install(app: FastAPI) -> None:
    """Answer whoever proved themselves too long ago with the page that asks."""
    app.add_exception_handler(ProofNeeded, _ask_for_proof)


def _ask_for_proof(request: Request, needed: Exception) -> Response:
    """The page that asks, which leads back to the form."""
    assert isinstance(needed, ProofNeeded)  # noqa: S101 - registered for it alone
    # Nothing was done: what is declared of the page does not hold of this answer.
    request.state.waits_for_proof = True
    back = needed.back
    if needed.typed is not None:
        back = kept_address(portal_of(request), needed.typed)
    return RedirectResponse(f"{PAGE}?back={quote(back)}", 303)


def _proven_form(request: Request, form: OwnForm) -> tuple[Viewer, Submission]:
    viewer, sent = form
    check_proof(request, viewer, sent)
    return form


def _proven_page(request: Request, viewer: SignedIn) -> Viewer:
    if not is_proven(viewer):
        query = f"?{request.url.query}" if request.url.query else ""
        raise ProofNeeded(None, request.url.path + query)
    return viewer


#: A form whose sender proved who they are a moment ago.
ProvenForm = Annotated[tuple[Viewer, Submission], Depends(_proven_form)]
#: A page that is shown to nobody else.
ProvenHere = Annotated[Viewer, Depends(_proven_page)]
