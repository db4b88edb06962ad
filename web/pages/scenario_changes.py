"""What a version changes: two versions in words, projects that move, files between districts."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import ValidationError

from models.errors import InvalidInput, KaigongError, NotFound
from models.scenario_life import ScenarioAct, VersionState
from services.scenario_admin import transfer as scenario_transfer
from services.scenario_admin.comparison import compare
from services.scenario_admin.migration import MigrationRun, Part, migrate_projects
from services.scenario_admin.overview import VersionLine, scenario_versions
from services.scenario_admin.record import act_of, check_administrator, check_reader
from web.forms import OwnForm, Submission
from web.pages.scenarios import version_named
from web.problems import as_refusal, plain, status_of
from web.rendering import page
from web.scenario_view import change_words
from web.signed_files import export_answer
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
    reader: SignedIn,
    portal: PortalHere,
    key: str,
    before: Annotated[str, Query(alias="from", max_length=80)],
    after: Annotated[str, Query(alias="to", max_length=80)],
) -> Response:
    """What one version says differently from another; each is a number, or ``KEY@NUMBER``."""
    found = compare(
        portal.database, version_named(before, key), version_named(after, key), reader.actor
    )
    return page(
        request,
        reader,
        "scenario_diff.html",
        key=key,
        found=found,
        versions=scenario_versions(portal.database, key, reader.actor, reader.today),
        say=change_words(reader, *found.definitions) if found.definitions else None,
    )


# --- projects that move ---------------------------------------------------------------------------


@router.get("/scenarios/{key}/migrate")
def migration_page(
    request: Request,
    reader: SignedIn,
    key: str,
    before: Annotated[int | None, Query(alias="from", ge=1, le=2**31 - 1)] = None,
    after: Annotated[int | None, Query(alias="to", ge=1, le=2**31 - 1)] = None,
    number: Annotated[int, Query(alias="page", ge=1, le=100_000)] = 1,
) -> Response:
    """Which projects would move, which not, and why: judged now, nothing is written."""
    return _show_migration(request, reader, key, before, after, number)


@router.post("/scenarios/{key}/migrate")
def migrate(request: Request, form: OwnForm, portal: PortalHere, key: str) -> Response:
    """Move the chosen projects, or all of them in parts; each whole or not at all."""
    reader, sent = form
    before, after = _number(sent, "from"), _number(sent, "to")
    try:
        part = _part(sent)
        done = migrate_projects(
            portal.database, key, before, after, reader.actor, reader.now, part=part
        )
    except (KaigongError, ValidationError) as error:
        refusal = as_refusal(error)[0]
        return _show_migration(request, reader, key, before, after, 1, refusal=refusal)
    if done.act is None:
        return RedirectResponse(f"/scenarios/{key}/migrate?from={before}&to={after}", 303)
    rest = f"?past={done.last}" if done.last is not None and part.codes is None else ""
    return RedirectResponse(f"/scenarios/{key}/migrations/{done.act}{rest}", 303)


@router.get("/scenarios/{key}/migrations/{number:int}")
def migration_result(
    request: Request,
    reader: SignedIn,
    portal: PortalHere,
    key: str,
    number: int,
    past: Annotated[int | None, Query(ge=0, le=2**62)] = None,
) -> Response:
    """What became of the projects, as the record keeps it."""
    check_reader(reader.actor)
    with portal.database.reading() as connection:
        found = act_of(connection, key, number) if number < 2**62 else None
    if found is None or found.act is not ScenarioAct.MIGRATE:
        remedy = "Choose one from the record of the version."
        raise NotFound(field="migration", value=str(number), remedy=remedy)
    return page(request, reader, "scenario_migrated.html", key=key, act=found, past=past)


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
    reader: Viewer,
    key: str,
    before: int | None,
    after: int | None,
    number: int,
    *,
    refusal: KaigongError | None = None,
) -> Response:
    portal = request.app.state.portal
    check_administrator(reader.actor)
    lines = scenario_versions(portal.database, key, reader.actor, reader.today)
    run: MigrationRun | None = None
    if refusal is None and before is not None and after is not None:
        part = Part(offset=(number - 1) * JUDGED, limit=JUDGED)
        try:
            run = migrate_projects(
                portal.database,
                key,
                before,
                after,
                reader.actor,
                reader.now,
                part=part,
                dry_run=True,
            )
        except KaigongError as error:
            refusal = error
    return page(
        request,
        reader,
        "scenario_migration.html",
        status=status_of(refusal) if refusal else 200,
        key=key,
        run=run,
        number=number,
        pages=max(1, -(-run.total // JUDGED)) if run else 1,
        at_once=MOVED_AT_ONCE,
        say=lambda one: one.message(reader.translate, reader.language, run.names if run else {}),
        error=plain(refusal, reader.translate) if refusal else None,
        **_choices(lines, before, after),
    )


def _choices(
    lines: tuple[VersionLine, ...], before: int | None, after: int | None
) -> dict[str, Any]:
    """What can be chosen: versions with projects, published versions; and a good first choice."""
    sources = [line for line in lines if line.running or line.version.version == before]
    targets = [line for line in lines if line.version.state is VersionState.PUBLISHED]
    newest = targets[0].version.version if targets else None
    oldest = next((one.version.version for one in sources if one.version.version != newest), None)
    return {
        "sources": sources,
        "targets": targets,
        "before": before or oldest,
        "after": after or newest,
    }


# --- files between districts ----------------------------------------------------------------------


@router.get("/scenarios/{key}/{version:int}/export")
def export(reader: SignedIn, portal: PortalHere, key: str, version: int) -> Response:
    """A version as one signed file."""
    return export_answer(portal, reader, key, version)


@router.get("/scenario-import")
def import_page(request: Request, reader: SignedIn) -> Response:
    """The form that takes in a file of another district."""
    check_administrator(reader.actor)
    return _show_import(request, reader)


@router.post("/scenario-import")
def import_file(request: Request, form: OwnForm, portal: PortalHere) -> Response:
    """Take in a file; it becomes a draft."""
    reader, sent = form
    check_administrator(reader.actor)
    file = sent.files.get("file")
    try:
        if file is None:
            raise InvalidInput(field="file", value="–", remedy="Choose the file.")
        signer = sent.text("signer")[:100] or None
        received = scenario_transfer.received(file.content, file.name, signer)
        found = scenario_transfer.take_in(portal.database, received, reader.actor, reader.now)
    except (KaigongError, ValidationError) as error:
        return _show_import(request, reader, sent=sent, refusal=as_refusal(error)[0])
    address = f"/scenarios/{found.key}/{found.version}"
    return RedirectResponse(f"{address}?done={ScenarioAct.IMPORT}", 303)


def _show_import(
    request: Request,
    reader: Viewer,
    *,
    sent: Submission | None = None,
    refusal: KaigongError | None = None,
) -> Response:
    return page(
        request,
        reader,
        "scenario_import.html",
        status=status_of(refusal) if refusal else 200,
        fingerprint=scenario_transfer.own_fingerprint(),
        error=plain(refusal, reader.translate) if refusal else None,
        sent=sent.values() if sent else {},
    )
