"""``/api/v1/scenarios``: versions, their life, what they change, projects that move, signed files."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any

from fastapi import APIRouter, File, Form, Path, Query, UploadFile
from fastapi.responses import Response

from models.findings import Finding
from models.statements import Statement
from services.scenario_admin import drafts, publication
from services.scenario_admin import transfer as scenario_transfer
from services.scenario_admin.comparison import compare
from services.scenario_admin.migration import Part, migrate_projects
from services.scenario_admin.overview import (
    VersionLine,
    scenario_page,
    scenario_versions,
    version_page,
)
from services.scenario_admin.record import acts_of, check_administrator, check_reader
from services.scenarios import Version
from web.api.scenario_entries import (
    AT_ONCE,
    Difference,
    FoundEntry,
    LifeAct,
    MigratedProject,
    Migration,
    MigrationResult,
    NewDraft,
    NewSource,
    RecordedAct,
    SaidEntry,
    SourceText,
    VersionEntry,
    WholeVersion,
)
from web.signed_files import export_answer
from web.viewer import ByToken, PortalHere, Viewer

router = APIRouter(prefix="/api/v1/scenarios", tags=["scenarios"])

VersionNumber = Annotated[int, Path(ge=1, le=2**31 - 1)]


@router.get("/versions")
def versions_of_all(
    reader: ByToken,
    portal: PortalHere,
    page: Annotated[int, Query(ge=1, le=100_000)] = 1,
) -> list[VersionEntry]:
    """Every version of the scenarios of one page (20 scenarios), drafts among them."""
    found = scenario_page(portal.database, reader.actor, reader.today, page=page)
    return [_entry(line) for one in found.scenarios for line in one.versions]


@router.get("/{key}/versions")
def versions(reader: ByToken, portal: PortalHere, key: str) -> list[VersionEntry]:
    """The versions of one scenario, newest first."""
    found = scenario_versions(portal.database, key, reader.actor, reader.today)
    return [_entry(line) for line in found]


@router.post("/{key}/drafts", status_code=201)
def start(reader: ByToken, portal: PortalHere, key: str, wanted: NewDraft) -> VersionEntry:
    """Start the next version of a scenario, or a new scenario."""
    key, version = drafts.start_draft(
        portal.database,
        key,
        wanted.from_version,
        reader.actor,
        reader.now,
        from_key=wanted.from_key,
    )
    return _one(portal, reader, key, version)


@router.get("/{key}/versions/{version}")
def whole(reader: ByToken, portal: PortalHere, key: str, version: VersionNumber) -> WholeVersion:
    """One version with its definition, critical path and findings."""
    found = version_page(portal.database, key, version, reader.actor, reader.today)
    path = found.examined.path
    return WholeVersion(
        **_values(found.line),
        definition=found.definition,
        critical_path=list(path.items) if path else [],
        findings=[_found(one, reader) for one in found.examined.findings],
    )


@router.get("/{key}/versions/{version}/source")
def source(reader: ByToken, portal: PortalHere, key: str, version: VersionNumber) -> SourceText:
    """The text of a version."""
    return _text(drafts.draft_source(portal.database, key, version, reader.actor))


@router.put("/{key}/versions/{version}/source")
def save(
    reader: ByToken, portal: PortalHere, key: str, version: VersionNumber, wanted: NewSource
) -> SourceText:
    """Keep the text of a draft, whether or not it makes a scenario yet."""
    saved = drafts.save_draft_source(
        portal.database, key, version, wanted.source, reader.actor, reader.now, wanted.seen_hash
    )
    return _text(saved)


@router.delete("/{key}/versions/{version}", status_code=204)
def discard(reader: ByToken, portal: PortalHere, key: str, version: VersionNumber) -> None:
    """Throw a draft away."""
    drafts.discard_draft(portal.database, key, version, reader.actor, reader.now)


@router.post("/{key}/versions/{version}/acts")
def act(
    reader: ByToken, portal: PortalHere, key: str, version: VersionNumber, wanted: LifeAct
) -> VersionEntry:
    """Take a version to the next step of its life; `publish_scenario` approves a request."""
    _STEPS[wanted.act](portal, reader, key, version, wanted)
    return _one(portal, reader, key, version)


@router.get("/{key}/acts")
def record(
    reader: ByToken,
    portal: PortalHere,
    key: str,
    *,
    version: Annotated[int | None, Query(ge=1, le=2**31 - 1)] = None,
    before: Annotated[int | None, Query(ge=1, le=2**62)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> list[RecordedAct]:
    """What was done with a scenario, newest first; nothing in it can be changed."""
    check_reader(reader.actor)
    with portal.database.reading() as connection:
        found = acts_of(connection, key, version, before=before, limit=limit)
    return [
        RecordedAct(
            id=one.id,
            version=one.version,
            act=one.act,
            at=one.at,
            actor=one.actor,
            reason=one.reason,
            data=dict(one.data),
        )
        for one in found
    ]


@router.get("/{key}/diff")
def difference(
    reader: ByToken,
    portal: PortalHere,
    key: str,
    before: Annotated[int, Query(alias="from", ge=1, le=2**31 - 1)],
    after: Annotated[int, Query(alias="to", ge=1, le=2**31 - 1)],
    *,
    from_key: Annotated[str | None, Query(max_length=64)] = None,
) -> Difference:
    """What one version says differently from another, of another scenario with `from_key`."""
    found = compare(portal.database, (from_key or key, before), (key, after), reader.actor)
    said = None if found.statements is None else [_said(one, reader) for one in found.statements]
    return Difference(statements=said, lines=list(found.lines))


@router.post("/{key}/migrations")
def migrate(reader: ByToken, portal: PortalHere, key: str, wanted: Migration) -> MigrationResult:
    """Move running projects to another version, or (`dry_run`) say what would become of them."""
    part = Part(codes=wanted.projects, past=wanted.past, limit=AT_ONCE)
    done = migrate_projects(
        portal.database,
        key,
        wanted.before,
        wanted.after,
        reader.actor,
        reader.now,
        part=part,
        dry_run=wanted.dry_run,
    )
    projects = [
        MigratedProject(
            project=one.project,
            migrated=one.migrated,
            changes=[_said(said, reader) for said in one.changes],
            refusals=[_said(said, reader) for said in one.refusals],
        )
        for one in done.projects
    ]
    return MigrationResult(
        dry_run=wanted.dry_run, total=done.total, last=done.last, projects=projects
    )


@router.get("/{key}/versions/{version}/export")
def export(reader: ByToken, portal: PortalHere, key: str, version: VersionNumber) -> Response:
    """A version as one signed file for another district."""
    return export_answer(portal, reader, key, version)


@router.post("/imports", status_code=201)
def take_in(
    reader: ByToken,
    portal: PortalHere,
    file: Annotated[UploadFile, File()],
    signer: Annotated[
        str | None, Form(max_length=100, description="Fingerprint that the district told.")
    ] = None,
) -> VersionEntry:
    """Take in a file of another district; it becomes a draft."""
    check_administrator(reader.actor)
    received = scenario_transfer.received(file.file, file.filename or "file", signer)
    found = scenario_transfer.take_in(portal.database, received, reader.actor, reader.now)
    return _one(portal, reader, found.key, found.version)


# --- steps ----------------------------------------------------------------------------------------


def _validate(portal: PortalHere, reader: Viewer, key: str, version: int, _act: LifeAct) -> Version:
    return drafts.validate_draft(portal.database, key, version, reader.actor, reader.now)


def _request(portal: PortalHere, reader: Viewer, key: str, version: int, act: LifeAct) -> Version:
    return publication.request_publication(
        portal.database,
        key,
        version,
        reader.actor,
        reader.now,
        effective_on=act.effective_on,
        reason=act.reason,
    )


def _withdraw(portal: PortalHere, reader: Viewer, key: str, version: int, _act: LifeAct) -> Version:
    return publication.withdraw_request(portal.database, key, version, reader.actor, reader.now)


def _approve(portal: PortalHere, reader: Viewer, key: str, version: int, act: LifeAct) -> Version:
    return publication.approve_publication(
        portal.database, key, version, reader.actor, reader.now, seen_hash=act.seen_hash
    )


def _decline(portal: PortalHere, reader: Viewer, key: str, version: int, act: LifeAct) -> Version:
    reason = act.reason or ""
    return publication.decline_publication(
        portal.database, key, version, reader.actor, reader.now, reason
    )


def _retire(portal: PortalHere, reader: Viewer, key: str, version: int, act: LifeAct) -> Version:
    return publication.retire_version(
        portal.database, key, version, reader.actor, reader.now, reason=act.reason
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


def _one(portal: PortalHere, reader: Viewer, key: str, version: int) -> VersionEntry:
    lines = scenario_versions(portal.database, key, reader.actor, reader.today)
    return next(_entry(line) for line in lines if line.version.version == version)


def _entry(line: VersionLine) -> VersionEntry:
    return VersionEntry(**_values(line))


def _values(line: VersionLine) -> dict[str, Any]:
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


def _text(found: drafts.DraftSource) -> SourceText:
    return SourceText(source=found.source, source_hash=found.seen_hash, editable=found.editable)


def _found(one: Finding, reader: Viewer) -> FoundEntry:
    document = one.as_dict(reader.translate) | {"severity": one.severity.value}
    return FoundEntry.model_validate(document)


def _said(one: Statement, reader: Viewer) -> SaidEntry:
    return SaidEntry.model_validate(one.as_dict(reader.translate, reader.language))
