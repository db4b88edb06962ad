"""``/api/v1/scenarios``: versions, their life, what they change, projects that move, signed files."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any

from fastapi import APIRouter, File, Form, Path, Query, UploadFile
from fastapi.responses import Response

from models.people.security import SecurityEvent as E
from models.statements import Statement
from services.cases.migration import Part, migrate_projects
from services.scenarios import drafts, publication
from services.scenarios import transfer as scenario_transfer
from services.scenarios.comparison import compare
from services.scenarios.overview import VersionRow, scenario_page, scenario_versions, version_page
from services.scenarios.published import Version
from services.scenarios.record import acts_of, check_administrator, check_reader
from web.answers.signed_files import export_answer
from web.api.scenarios.entries import (
    AT_ONCE,
    Difference,
    LifeAct,
    MigratedProject,
    Migration,
    MigrationResult,
    NewDraft,
    NewSource,
    RecordedAct,
    SourceText,
    StatementEntry,
    VersionEntry,
    WholeVersion,
    finding_entry,
)
from web.security_log import logged_as
from web.viewer import (
    FOR_HARD_TO_UNDO,
    ByToken,
    PortalHere,
    ToAdminister,
    Viewer,
    check_hard_to_undo,
)

router = APIRouter(prefix="/api/v1/scenarios", tags=["scenarios"])

VersionNumber = Annotated[int, Path(ge=1, le=2**31 - 1)]


@router.get("/versions")
def versions_of_all(
    viewer: ByToken,
    portal: PortalHere,
    page: Annotated[int, Query(ge=1, le=100_000)] = 1,
) -> list[VersionEntry]:
    """Every version of the scenarios of one page (20 scenarios), drafts among them."""
    listing = scenario_page(portal.database, viewer.actor, viewer.today, page=page)
    return [_entry(line) for scenario in listing.scenarios for line in scenario.versions]


@router.get("/{key}/versions")
def versions(viewer: ByToken, portal: PortalHere, key: str) -> list[VersionEntry]:
    """The versions of one scenario, newest first."""
    lines = scenario_versions(portal.database, key, viewer.actor, viewer.today)
    return [_entry(line) for line in lines]


@router.post("/{key}/drafts", status_code=201)
def start(viewer: ToAdminister, portal: PortalHere, key: str, origin: NewDraft) -> VersionEntry:
    """Start the next version of a scenario, or a new scenario."""
    key, version = drafts.start_draft(
        portal.database,
        key,
        origin.from_version,
        viewer.actor,
        viewer.now,
        from_key=origin.from_key,
    )
    return _version_entry(portal, viewer, key, version)


@router.get("/{key}/versions/{version}")
def whole(viewer: ByToken, portal: PortalHere, key: str, version: VersionNumber) -> WholeVersion:
    """One version with its definition, critical path and findings."""
    view = version_page(portal.database, key, version, viewer.actor, viewer.today)
    path = view.examined.path
    return WholeVersion(
        **_values(view.line),
        definition=view.definition,
        critical_path=list(path.items) if path else [],
        findings=[finding_entry(finding, viewer) for finding in view.examined.findings],
    )


@router.get("/{key}/versions/{version}/source")
def source(viewer: ByToken, portal: PortalHere, key: str, version: VersionNumber) -> SourceText:
    """The text of a version."""
    return _text(drafts.draft_source(portal.database, key, version, viewer.actor))


@router.put("/{key}/versions/{version}/source")
def save(
    viewer: ToAdminister, portal: PortalHere, key: str, version: VersionNumber, text: NewSource
) -> SourceText:
    """Keep the text of a draft, whether or not it makes a scenario yet."""
    saved = drafts.save_draft_source(
        portal.database, key, version, text.source, viewer.actor, viewer.now, text.seen_hash
    )
    return _text(saved)


@router.delete("/{key}/versions/{version}", status_code=204)
def discard(viewer: ToAdminister, portal: PortalHere, key: str, version: VersionNumber) -> None:
    """Throw a draft away."""
    drafts.discard_draft(portal.database, key, version, viewer.actor, viewer.now)


@router.post("/{key}/versions/{version}/acts")
def act(
    viewer: ToAdminister, portal: PortalHere, key: str, version: VersionNumber, step: LifeAct
) -> VersionEntry:
    """Take a version to the next step of its life; `publish_scenario` approves a request.

    To request and approve a publication and to retire a version the token has to be made for `hard_to_undo` too.
    """
    if step.hard_to_undo:
        check_hard_to_undo(viewer)
    _STEPS[step.act](portal, viewer, key, version, step)
    return _version_entry(portal, viewer, key, version)


@router.get("/{key}/acts")
def record(
    viewer: ByToken,
    portal: PortalHere,
    key: str,
    *,
    version: Annotated[int | None, Query(ge=1, le=2**31 - 1)] = None,
    before: Annotated[int | None, Query(ge=1, le=2**62)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> list[RecordedAct]:
    """What was done with a scenario, newest first; nothing in it can be changed."""
    check_reader(viewer.actor)
    with portal.database.reading() as connection:
        acts = acts_of(connection, key, version, before=before, limit=limit)
    return [
        RecordedAct(
            id=act.id,
            version=act.version,
            act=act.act,
            at=act.at,
            actor=act.actor,
            reason=act.reason,
            data=dict(act.data),
        )
        for act in acts
    ]


@router.get("/{key}/diff")
def difference(
    viewer: ByToken,
    portal: PortalHere,
    key: str,
    before: Annotated[int, Query(alias="from", ge=1, le=2**31 - 1)],
    after: Annotated[int, Query(alias="to", ge=1, le=2**31 - 1)],
    *,
    from_key: Annotated[str | None, Query(max_length=64)] = None,
) -> Difference:
    """What one version says differently from another, of another scenario with `from_key`."""
    comparison = compare(portal.database, (from_key or key, before), (key, after), viewer.actor)
    entries = None
    if comparison.statements is not None:
        entries = [_statement_entry(statement, viewer) for statement in comparison.statements]
    return Difference(statements=entries, lines=list(comparison.lines))


@router.post("/{key}/migrations")
def migrate(
    viewer: ToAdminister, portal: PortalHere, key: str, migration: Migration
) -> MigrationResult:
    """Move running projects to another version, or (`dry_run`) say what would become of them.

    To move them the token has to be made for `hard_to_undo` too.
    """
    if not migration.dry_run:
        check_hard_to_undo(viewer)
    part = Part(codes=migration.projects, past=migration.past, limit=AT_ONCE)
    run = migrate_projects(
        portal.database,
        key,
        migration.before,
        migration.after,
        viewer.actor,
        viewer.now,
        part=part,
        dry_run=migration.dry_run,
    )
    projects = [
        MigratedProject(
            project=result.project,
            migrated=result.migrated,
            changes=[_statement_entry(statement, viewer) for statement in result.changes],
            refusals=[_statement_entry(statement, viewer) for statement in result.refusals],
        )
        for result in run.projects
    ]
    return MigrationResult(
        dry_run=migration.dry_run, total=run.total, last=run.last, projects=projects
    )


@router.get(
    "/{key}/versions/{version}/export", dependencies=[logged_as(E.EXPORTED), FOR_HARD_TO_UNDO]
)
def export(viewer: ByToken, portal: PortalHere, key: str, version: VersionNumber) -> Response:
    """A version as one signed file for another district."""
    return export_answer(portal, viewer, key, version)


@router.post("/imports", status_code=201)
def take_in(
    viewer: ToAdminister,
    portal: PortalHere,
    file: Annotated[UploadFile, File()],
    signer: Annotated[
        str | None, Form(max_length=100, description="Fingerprint that the district told.")
    ] = None,
) -> VersionEntry:
    """Take in a file of another district; it becomes a draft."""
    check_administrator(viewer.actor)
    received = scenario_transfer.received(file.file, file.filename or "file", signer)
    draft = scenario_transfer.take_in(portal.database, received, viewer.actor, viewer.now)
    return _version_entry(portal, viewer, draft.key, draft.version)


# --- steps ----------------------------------------------------------------------------------------


def _validate(portal: PortalHere, viewer: Viewer, key: str, version: int, _act: LifeAct) -> Version:
    return drafts.validate_draft(portal.database, key, version, viewer.actor, viewer.now)


def _request(portal: PortalHere, viewer: Viewer, key: str, version: int, act: LifeAct) -> Version:
    return publication.request_publication(
        portal.database,
        key,
        version,
        viewer.actor,
        viewer.now,
        effective_on=act.effective_on,
        reason=act.reason,
    )


def _withdraw(portal: PortalHere, viewer: Viewer, key: str, version: int, _act: LifeAct) -> Version:
    return publication.withdraw_request(portal.database, key, version, viewer.actor, viewer.now)


def _approve(portal: PortalHere, viewer: Viewer, key: str, version: int, act: LifeAct) -> Version:
    return publication.approve_publication(
        portal.database, key, version, viewer.actor, viewer.now, seen_hash=act.seen_hash
    )


def _decline(portal: PortalHere, viewer: Viewer, key: str, version: int, act: LifeAct) -> Version:
    reason = act.reason or ""
    return publication.decline_publication(
        portal.database, key, version, viewer.actor, viewer.now, reason
    )


def _retire(portal: PortalHere, viewer: Viewer, key: str, version: int, act: LifeAct) -> Version:
    return publication.retire_version(
        portal.database, key, version, viewer.actor, viewer.now, reason=act.reason
    )


_STEPS: Mapping[str, Callable[[PortalHere, Viewer, str, int, LifeAct], Version]] = {
    "validate_draft": _validate,
    "request_publication": _request,
    "withdraw_request": _withdraw,
    "publish_scenario": _approve,
    "decline_publication": _decline,
    "retire_scenario": _retire,
}


# --- answers --------------------------------------------------------------------------------------


def _version_entry(portal: PortalHere, viewer: Viewer, key: str, version: int) -> VersionEntry:
    lines = scenario_versions(portal.database, key, viewer.actor, viewer.today)
    return next(_entry(line) for line in lines if line.version.version == version)


def _entry(line: VersionRow) -> VersionEntry:
    return VersionEntry(**_values(line))


def _values(line: VersionRow) -> dict[str, Any]:
    v, digest = line.version, line.digest
    own = {name: getattr(v, name) for name in _OWN}
    return own | {
        "name": digest.name,
        "in_force": line.in_force,
        "promise_days": digest.promise_days,
        "path_days": digest.path_days,
        "errors": digest.errors,
        "warnings": digest.warnings,
        "running_projects": line.running,
    }


_OWN = frozenset(VersionEntry.model_fields) & frozenset(Version.__dataclass_fields__)


def _text(draft: drafts.DraftSource) -> SourceText:
    return SourceText(source=draft.source, source_hash=draft.seen_hash, editable=draft.editable)


def _statement_entry(statement: Statement, viewer: Viewer) -> StatementEntry:
    return StatementEntry.model_validate(statement.as_dict(viewer.translate, viewer.language))
