"""What a version changes: two versions in words, projects that move, files between districts."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from models.errors import InvalidInput, KaigongError, NotFound
from models.people.security import SecurityEvent as E
from models.scenarios.life import ScenarioAct, VersionState
from services.cases.migration import MigrationRun, Part, migrate_projects
from services.scenarios import transfer as scenario_transfer
from services.scenarios.overview import VersionRow, scenario_versions
from services.scenarios.pages.comparison import comparison_page
from services.scenarios.record import act_of, check_administrator, check_reader
from web.answers.signed_files import export_answer
from web.forms import OwnForm, Submission
from web.pages.answer import REFUSALS, show
from web.pages.scenarios.versions import version_named
from web.proof import ProvenForm, ProvenHere
from web.security_log import logged_as
from web.viewer import PortalHere, SignedIn, Viewer

router = APIRouter()

#: Projects that one page of a dry run judges.
JUDGED = 50
#: Projects that one press of the button moves; the page goes on with the rest.
MOVED_AT_ONCE = 200


# --- two versions ---------------------------------------------------------------------------------


@router.get("/scenarios/{key}/diff")
def difference(
    request: Request,
    viewer: SignedIn,
    portal: PortalHere,
    key: str,
    before: Annotated[str, Query(alias="from", max_length=80)],
    after: Annotated[str, Query(alias="to", max_length=80)],
) -> Response:
    """What one version says differently from another; each is a number, or ``KEY@NUMBER``."""
    page = comparison_page(
        portal.database, viewer, key, version_named(before, key), version_named(after, key)
    )
    return show(request, viewer, "scenarios/diff.html", page=page)


# --- projects that move ---------------------------------------------------------------------------


@router.get("/scenarios/{key}/migrate")
def migration_page(
    request: Request,
    viewer: SignedIn,
    key: str,
    before: Annotated[int | None, Query(alias="from", ge=1, le=2**31 - 1)] = None,
    after: Annotated[int | None, Query(alias="to", ge=1, le=2**31 - 1)] = None,
    number: Annotated[int, Query(alias="page", ge=1, le=100_000)] = 1,
) -> Response:
    """Which projects would move, which not, and why: judged now, nothing is written."""
    return _show_migration(request, viewer, key, before, after, number)


@router.post("/scenarios/{key}/migrate")
def migrate(request: Request, form: ProvenForm, portal: PortalHere, key: str) -> Response:
    """Move the chosen projects, or all of them in parts; each whole or not at all."""
    viewer, sent = form
    before, after = _number(sent, "from"), _number(sent, "to")
    try:
        part = _part(sent)
        done = migrate_projects(
            portal.database, key, before, after, viewer.actor, viewer.now, part=part
        )
    except REFUSALS as error:
        return _show_migration(request, viewer, key, before, after, 1, refusal=error)
    if done.act is None:
        return RedirectResponse(f"/scenarios/{key}/migrate?from={before}&to={after}", 303)
    rest = f"?past={done.last}" if done.last is not None and part.codes is None else ""
    return RedirectResponse(f"/scenarios/{key}/migrations/{done.act}{rest}", 303)


@router.get("/scenarios/{key}/migrations/{number:int}")
def migration_result(
    request: Request,
    viewer: SignedIn,
    portal: PortalHere,
    key: str,
    number: int,
    past: Annotated[int | None, Query(ge=0, le=2**62)] = None,
) -> Response:
    """What became of the projects, as the record keeps it."""
    check_reader(viewer.actor)
    with portal.database.reading() as connection:
        act = act_of(connection, key, number) if number < 2**62 else None
    if act is None or act.act is not ScenarioAct.MIGRATE:
        remedy = "Choose one from the record of the version."
        raise NotFound(field="migration", value=str(number), remedy=remedy)
    return show(request, viewer, "scenarios/migrated.html", key=key, act=act, past=past)


def _part(sent: Submission) -> Part:
    """The projects that were ticked; with ``all`` the next part of everything."""
    if sent.text("all"):
        return Part(past=_number(sent, "past", "0"), limit=MOVED_AT_ONCE)
    codes = tuple(sent.fields.get("project", ()))
    if not codes:
        remedy = "Choose at least one."
        raise InvalidInput(field="project", value="–", remedy=remedy)
    return Part(codes=codes)


def _number(sent: Submission, field: str, default: str = "") -> int:
    text = sent.text(field) or default
    if not text.isascii() or not text.isdecimal() or len(text) > 18:  # noqa: PLR2004 - a bigint
        raise InvalidInput(field=field, value=text[:40] or "–", remedy="Give a whole number.")
    return int(text)


def _show_migration(
    request: Request,
    viewer: Viewer,
    key: str,
    before: int | None,
    after: int | None,
    number: int,
    *,
    refusal: Exception | None = None,
) -> Response:
    portal = request.app.state.portal
    check_administrator(viewer.actor)
    lines = scenario_versions(portal.database, key, viewer.actor, viewer.today)
    run: MigrationRun | None = None
    if refusal is None and before is not None and after is not None:
        part = Part(offset=(number - 1) * JUDGED, limit=JUDGED)
        try:
            run = migrate_projects(
                portal.database,
                key,
                before,
                after,
                viewer.actor,
                viewer.now,
                part=part,
                dry_run=True,
            )
        except KaigongError as error:
            refusal = error
    return show(
        request,
        viewer,
        "scenarios/migration.html",
        key=key,
        run=run,
        number=number,
        pages=max(1, -(-run.total // JUDGED)) if run else 1,
        at_once=MOVED_AT_ONCE,
        say=lambda statement: statement.message(
            viewer.translate, viewer.language, run.names if run else {}
        ),
        refusal=refusal,
        **_choices(lines, before, after),
    )


def _choices(
    lines: tuple[VersionRow, ...], before: int | None, after: int | None
) -> dict[str, Any]:
    """What can be chosen: versions with projects, published versions; and a good first choice."""
    sources = [line for line in lines if line.running or line.version.version == before]
    targets = [line for line in lines if line.version.state is VersionState.PUBLISHED]
    newest = targets[0].version.version if targets else None
    numbers = (source.version.version for source in sources)
    oldest = next((number for number in numbers if number != newest), None)
    return {
        "sources": sources,
        "targets": targets,
        "before": before or oldest,
        "after": after or newest,
    }


# --- files between districts ----------------------------------------------------------------------


@router.get("/scenarios/{key}/{version:int}/export", dependencies=[logged_as(E.EXPORTED)])
def export(viewer: ProvenHere, portal: PortalHere, key: str, version: int) -> Response:
    """A version as one signed file, for an administrator who proved who they are."""
    return export_answer(portal, viewer, key, version)


@router.get("/scenario-import")
def import_page(request: Request, viewer: SignedIn) -> Response:
    """The form that takes in a file of another district."""
    check_administrator(viewer.actor)
    return _show_import(request, viewer)


@router.post("/scenario-import")
def import_file(request: Request, form: OwnForm, portal: PortalHere) -> Response:
    """Take in a file; it becomes a draft."""
    viewer, sent = form
    check_administrator(viewer.actor)
    file = sent.files.get("file")
    try:
        if file is None:
            raise InvalidInput(field="file", value="–", remedy="Choose the file.")
        signer = sent.text("signer")[:100] or None
        received = scenario_transfer.received(file.content, file.name, signer)
        draft = scenario_transfer.take_in(portal.database, received, viewer.actor, viewer.now)
    except REFUSALS as error:
        return _show_import(request, viewer, sent=sent, refusal=error)
    address = f"/scenarios/{draft.key}/{draft.version}"
    return RedirectResponse(f"{address}?done={ScenarioAct.IMPORT}", 303)


def _show_import(
    request: Request,
    viewer: Viewer,
    *,
    sent: Submission | None = None,
    refusal: Exception | None = None,
) -> Response:
    return show(
        request,
        viewer,
        "scenarios/import.html",
        fingerprint=scenario_transfer.own_fingerprint(),
        refusal=refusal,
        sent=sent,
    )
