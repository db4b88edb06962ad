"""Administrators' views of scenarios: the list with all versions, and one version in detail."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from sqlalchemy import Connection, text

from models.findings import Finding
from models.people.actor import Actor
from models.scenarios.definition import ScenarioDefinition, Text
from models.scenarios.life import VersionState
from rules.scenarios.verifier import Installation
from services.paging import Paged
from services.scenarios import published as scenarios
from services.scenarios.findings import Examined, examine
from services.scenarios.installation_check import installation
from services.scenarios.published import Version
from services.scenarios.record import Recorded, acts_of, check_reader
from services.unit_of_work import Database

SCENARIOS_PER_PAGE = 20


@dataclass(frozen=True, slots=True)
class Digest:
    """Summary of a version's content for the list."""

    name: Text | None
    """``None`` while the text is not a valid scenario."""
    promise_days: int | None
    path_days: int | None
    """Counted working days of the critical path; ``None`` where errors leave it open."""
    stages: int
    items: int
    errors: int
    warnings: int


@dataclass(frozen=True, slots=True)
class VersionRow:
    """One version in the list."""

    version: Version
    digest: Digest
    running: int
    """Number of active projects on this version."""
    in_force: bool
    """Whether new projects are registered on it today."""
    changed_by_name: str | None
    requested_by_name: str | None
    published_by_name: str | None


@dataclass(frozen=True, slots=True)
class ScenarioRow:
    """One scenario in the list, its versions newest first."""

    key: str
    name: Text | None
    versions: tuple[VersionRow, ...]

    @property
    def chosen(self) -> VersionRow:
        """The version a new draft starts from: the one in force, else the newest."""
        return next((line for line in self.versions if line.in_force), self.versions[0])


@dataclass(frozen=True, slots=True)
class ScenarioPage(Paged):
    """One page of the list."""

    scenarios: tuple[ScenarioRow, ...]


@dataclass(frozen=True)
class VersionPage:
    """One version with everything an administrator needs to decide on it."""

    line: VersionRow
    source: str
    examined: Examined
    acts: tuple[Recorded, ...]
    others: tuple[VersionRow, ...]
    """Every version of the scenario, this one among them, newest first."""

    @property
    def version(self) -> Version:
        """The version itself."""
        return self.line.version

    @cached_property
    def definition(self) -> ScenarioDefinition | None:
        """The version's definition, if its text is valid."""
        return self.examined.definition

    @cached_property
    def findings_by_line(self) -> Mapping[int, tuple[Finding, ...]]:
        """Line of the text, from 1 → its findings."""
        by_line: dict[int, list[Finding]] = {}
        for finding in self.examined.findings:
            if finding.line is not None:
                by_line.setdefault(finding.line, []).append(finding)
        return {line: tuple(findings) for line, findings in by_line.items()}


def scenario_page(database: Database, actor: Actor, today: date, *, page: int = 1) -> ScenarioPage:
    """Every scenario with its versions, by key."""
    check_reader(actor)
    values = {"limit": SCENARIOS_PER_PAGE, "offset": (page - 1) * SCENARIOS_PER_PAGE, "key": None}
    with database.reading() as connection:
        total = int(connection.execute(_COUNT).scalar_one())
        lines = _lines(connection, values, today)
    by_key: dict[str, list[VersionRow]] = {}
    for line in lines:
        by_key.setdefault(line.version.key, []).append(line)
    scenario_lines = tuple(
        ScenarioRow(key, _name(versions), tuple(versions)) for key, versions in by_key.items()
    )
    return ScenarioPage(total, page, SCENARIOS_PER_PAGE, scenario_lines)


def scenario_versions(
    database: Database, key: str, actor: Actor, today: date
) -> tuple[VersionRow, ...]:
    """The versions of one scenario, newest first. Raises :class:`services.scenarios.published.UnknownKey`."""
    check_reader(actor)
    with database.reading() as connection:
        lines = _lines(connection, {"limit": 1, "offset": 0, "key": key}, today)
    if not lines:
        raise scenarios.UnknownKey(value=key)
    return lines


def version_page(
    database: Database, key: str, version: int, actor: Actor, today: date
) -> VersionPage:
    """One version with its text, findings, critical path and record."""
    check_reader(actor)
    with database.reading() as connection:
        current = scenarios.version_of(connection, key, version)
        source = scenarios.source_of(connection, current.id)
        kept = None if current.content_hash is None else scenarios.draft_of(connection, current.id)
        here = installation(connection)
        lines = _lines(connection, {"limit": 1, "offset": 0, "key": key}, today, here)
        acts = acts_of(connection, key, version, limit=200)
    line = next(other for other in lines if other.version.id == current.id)
    return VersionPage(line, source, examine(source, kept, here), acts, lines)


def _name(versions: list[VersionRow]) -> Text | None:
    """Display name of a scenario: that of the version in force, else of the newest."""
    in_force = [line for line in versions if line.in_force]
    return next((line.digest.name for line in (*in_force, *versions) if line.digest.name), None)


def _lines(
    connection: Connection,
    values: Mapping[str, object],
    today: date,
    here: Installation | None = None,
) -> tuple[VersionRow, ...]:
    rows = connection.execute(_LIST, dict(values)).mappings().all()
    here = here or installation(connection)
    digests = _digests(connection, rows, here)
    versions = [scenarios.version_from(row) for row in rows]
    current = _in_force(versions, today)
    return tuple(
        VersionRow(
            version,
            digests[version.id],
            row["running"],
            current.get(version.key) == version.id,
            row["changed_by_name"],
            row["requested_by_name"],
            row["published_by_name"],
        )
        for version, row in zip(versions, rows, strict=True)
    )


def _in_force(versions: Iterable[Version], today: date) -> dict[str, int]:
    """Key → the version that new projects are registered on; versions come newest first."""
    in_force: dict[str, int] = {}
    for version in versions:
        begun = version.effective_on is None or version.effective_on <= today
        if version.state is VersionState.PUBLISHED and begun:
            in_force.setdefault(version.key, version.id)
    return in_force


#: Digests by what they are made from: the same text in the same installation says the same.
_KNOWN: dict[tuple[str, str | None, Installation], Digest] = {}
_KNOWN_AT_MOST = 2000


def _digests(
    connection: Connection, rows: Iterable[Mapping[Any, Any]], here: Installation
) -> dict[int, Digest]:
    """Version → its digest; texts and definitions are fetched only where none is known."""
    marks = {row["id"]: (row["source_hash"], row["content_hash"], here) for row in rows}
    missing = [number for number, mark in marks.items() if mark not in _KNOWN]
    if missing:
        if len(_KNOWN) + len(missing) > _KNOWN_AT_MOST:
            _KNOWN.clear()
            missing = list(marks)
        for row in connection.execute(_CONTENTS, {"ids": missing}):
            kept = row.definition and ScenarioDefinition.model_validate(row.definition)
            _KNOWN[marks[row.id]] = _digest(examine(row.source, kept, here))
    return {number: _KNOWN[mark] for number, mark in marks.items()}


def _digest(examined: Examined) -> Digest:
    scenario = examined.definition
    return Digest(
        name=scenario.name if scenario else None,
        promise_days=scenario.promised_days if scenario else None,
        path_days=examined.path.days if examined.path else None,
        stages=len(scenario.stages) if scenario else 0,
        items=len(scenario.items) if scenario else 0,
        errors=len(examined.errors),
        warnings=len(examined.warnings),
    )


_COUNT = text("SELECT count(DISTINCT key) FROM scenario_version")
_LIST = text(
    "WITH keys AS (SELECT DISTINCT key FROM scenario_version"  # noqa: S608
    " WHERE CAST(:key AS text) IS NULL OR key = :key ORDER BY key LIMIT :limit OFFSET :offset),"
    " running AS (SELECT scenario_id, count(*) AS projects FROM project WHERE state = 'active'"
    " GROUP BY scenario_id)"
    " SELECT v.*, COALESCE(r.projects, 0) AS running, c.name AS changed_by_name,"
    " q.name AS requested_by_name, p.name AS published_by_name"
    " FROM (" + scenarios.SELECT + ") v JOIN keys k ON k.key = v.key"
    " LEFT JOIN running r ON r.scenario_id = v.id"
    " LEFT JOIN account c ON c.login = v.changed_by"
    " LEFT JOIN account q ON q.login = v.requested_by"
    " LEFT JOIN account p ON p.login = v.published_by"
    " ORDER BY v.key, v.version DESC"
)
#: How many publications wait for somebody's approval; part of the menu's statement.
WAITING_REQUESTS = (
    "SELECT count(*) FROM scenario_version"
    " WHERE state = 'requested' AND requested_by IS DISTINCT FROM :login"
)
_CONTENTS = text(
    "SELECT id, source, definition FROM scenario_version WHERE id = ANY(CAST(:ids AS integer[]))"
)
