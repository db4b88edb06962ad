"""The form for the promises of a scenario beside the one for all counted approvals."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from models.errors import KaigongError
from rules.scenarios.editing import values_of
from rules.scenarios.editing.changes import Values, only_fields, with_top
from services.scenarios.drafts import DraftSource
from services.scenarios.pages.choices import other_items, ready_conditions, scenario_name
from web.forms import OwnForm, Submission
from web.pages.scenarios import form_fields as fields
from web.pages.scenarios.change import change_shown, draft_here, findings_shown, form_page
from web.pages.scenarios.promise_fields import UNITS, promise_entries, promise_fields, promise_row
from web.pages.scenarios.two_forms import fields_changed, seen_entry
from web.viewer import SignedIn, Viewer

router = APIRouter(prefix="/scenarios/{key}/{version:int}/edit")

PROMISES = ("promises",)


@router.get("/promises")
def promises_form(request: Request, viewer: SignedIn, key: str, version: int) -> Response:
    """The promises with a name of their own."""
    return _promises_page(request, viewer, draft_here(request, viewer, key, version))


@router.post("/promises")
def change_promises(request: Request, form: OwnForm, key: str, version: int) -> Response:
    """Change, add or take out promises."""
    viewer, sent = form

    def change(values: Values, sent: Submission) -> Values:
        kept = only_fields(values, PROMISES)
        return with_top(values, fields_changed(kept, sent, promise_fields))

    return change_shown(request, viewer, key, version, sent, change, _promises_page)


# --- the page ---------------------------------------------------------------------------------------


def _promises_page(
    request: Request,
    viewer: Viewer,
    draft: DraftSource,
    *,
    sent: Submission | None = None,
    refusal: KaigongError | None = None,
) -> Response:
    values = values_of(draft.source)
    kept = only_fields(values, PROMISES)
    rows = [promise_row(entry) for entry in promise_entries(seen_entry(sent, kept))]
    findings = findings_shown(request, viewer, draft, PROMISES)
    return form_page(
        request,
        viewer,
        draft,
        "scenarios/promises.html",
        seen=kept,
        sent=sent,
        refusal=refusal,
        rows=fields.shown([*rows, *({} for _ in range(fields.SPARE_PROMISES))]),
        told=findings,
        others=other_items(values, viewer),
        conditions=ready_conditions(values, viewer),
        units=UNITS,
        name=scenario_name(values),
    )
