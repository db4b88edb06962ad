"""A new scenario: begun from one that is there, or put together from the item catalogue."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from models.errors import KaigongError
from models.scenarios.definition import ScenarioDefinition, StageKind
from rules.scenarios.editing import composed, proposed, rewritten, values_of
from rules.scenarios.editing.changes import Values, with_fields, with_top
from rules.scenarios.reading import named
from services.scenarios import published as scenarios
from services.scenarios.drafts import save_draft_source, start_draft
from services.scenarios.proposals import STAGES, by_kind, proposals
from services.scenarios.record import check_administrator
from web.forms import OwnForm, Submission
from web.pages.answer import show
from web.pages.scenarios import form_fields as fields
from web.portal import Portal, portal_of
from web.viewer import SignedIn, Viewer

router = APIRouter()

#: What stands in place of the key of a scenario to begin from.
FROM_CATALOGUE = "catalogue"
HEADING = "Put together from the item catalogue. What follows what was proposed: look at it."


class KeyTaken(KaigongError):
    template = "key: there is a scenario {value} already; choose another key, or start the next version of it from its page."
    field = "key"


class NothingChosen(KaigongError):
    template = "item: choose at least one item of the catalogue."
    field = "item"


class NameMissing(KaigongError):
    template = "name_zh: give the scenario a name."
    field = "name_zh"


@router.get("/scenarios/new")
def beginning(
    request: Request,
    viewer: SignedIn,
    chosen: Annotated[str, Query(alias="from", max_length=64)] = "",
) -> Response:
    """Choose what to begin from; then its form."""
    check_administrator(viewer.actor)
    return _show(request, viewer, chosen)


@router.post("/scenarios/new")
def begin(request: Request, form: OwnForm) -> Response:
    """Begin a scenario: its text is a draft, to be looked at and changed."""
    viewer, sent = form
    portal = portal_of(request)
    try:
        key, version = _begun(portal, viewer, sent)
    except KaigongError as refusal:
        check_administrator(viewer.actor)
        return _show(request, viewer, sent.text("from"), sent=sent, refusal=refusal)
    return RedirectResponse(f"/scenarios/{key}/{version}/edit?done=start_draft", 303)


def _begun(portal: Portal, viewer: Viewer, sent: Submission) -> tuple[str, int]:
    key, origin = sent.text("key"), sent.text("from")
    check_administrator(viewer.actor)
    with portal.database.reading() as connection:
        if scenarios.versions(connection, key):
            raise KeyTaken(value=key)
        source = None if origin == FROM_CATALOGUE else _source(connection, origin)
        text = _text(viewer, sent, key, source)
    start_draft(portal.database, key, None, viewer.actor, viewer.now)
    return _kept(portal, viewer, key, named(text, key, 1))


def _kept(portal: Portal, viewer: Viewer, key: str, text: str) -> tuple[str, int]:
    """The text in place of the one that every draft begins with."""
    with portal.database.reading() as connection:
        begun = scenarios.version_of(connection, key, 1)
    saved = save_draft_source(
        portal.database, key, begun.version, text, viewer.actor, viewer.now, begun.source_hash
    )
    return key, saved.version.version


def _source(connection: Any, origin: str) -> str:
    number, _ = scenarios.newest(connection, origin)
    return scenarios.source_of(connection, number)


def _text(viewer: Viewer, sent: Submission, key: str, source: str | None) -> str:
    """The text that a form stands for: another scenario's with a new name, or a new one."""
    top = _top(sent)
    if source is not None:
        return rewritten(source, with_top(values_of(source), {**top, "key": key, "version": 1}))
    chosen = {
        kind.value: [code for code in sent.fields.get(f"items_{kind.value}", []) if code]
        for kind in STAGES
    }
    chosen = {kind: codes for kind, codes in chosen.items() if codes}
    if not chosen:
        raise NothingChosen
    stages = [_stage(kind) for kind in chosen]
    first: Values = {"key": key, "version": 1}
    values = proposed(proposals(), chosen, stages, with_fields(first, top))
    return composed(values, viewer.translate(HEADING))


def _top(sent: Submission) -> Values:
    """Name and promise as the form says them."""
    name = fields.names(sent, "name")
    if name is None:
        raise NameMissing
    days = fields.whole(sent, "promise_days", 1, fields.LONGEST_LIMIT)
    source = fields.text_field(sent, "promise_source") or "[D]"
    promise = None if days is None else {"days": days, "source": source}
    return {"name": name, "promise": promise}


def _stage(kind: str) -> Values:
    name, lead = STAGES[StageKind(kind)]
    return {"key": kind, "kind": kind, "name": name.model_dump(), "lead": lead}


def _show(
    request: Request,
    viewer: Viewer,
    origin: str,
    *,
    sent: Submission | None = None,
    refusal: Exception | None = None,
) -> Response:
    with portal_of(request).database.reading() as connection:
        definitions = scenarios.every_newest(connection)
    chosen: ScenarioDefinition | None = next(
        (definition for definition in definitions if definition.key == origin), None
    )
    return show(
        request,
        viewer,
        "scenarios/new.html",
        scenarios=definitions,
        origin=origin if chosen is not None or origin == FROM_CATALOGUE else "",
        chosen=chosen,
        kinds=by_kind(),
        kind_names={kind: name for kind, (name, _) in STAGES.items()},
        sent=sent,
        refusal=refusal,
    )
