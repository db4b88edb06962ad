"""What administrators look at: every scenario with its versions, and one version with all about it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from sqlalchemy import Connection, text

from models.actor import Actor
from models.definition import ScenarioDefinition, Text
from models.findings import Finding
from models.scenario_life import VersionState
from rules.verifier import Installation
from services import scenarios
from services.scenario_admin.findings import Examined, examine
from services.scenario_admin.installation_check import installation
from services.scenario_admin.record import Recorded, acts_of, check_reader
from services.scenarios import Version
from services.unit_of_work import Database
from services.views.values.lists import Paged

SCENARIOS_PER_PAGE = 20


@dataclass(frozen=True, slots=True)
class Digest:
    """What the list says about the content of a version."""

    name: Text | None
    """``None`` while the text makes no scenario."""
    promise_days: int | None
    path_days: int | None
    """Counted working days of the critical path; ``None`` where there is none yet."""
    stages: int
    items: int
    errors: int
    warnings: int


@dataclass(frozen=True, slots=True)
class VersionLine:
    """One version in the list."""

    version: Version
    digest: Digest
    running: int
    """Projects under way that are on it."""
    in_force: bool
    """Whether new projects are registered on it today."""
    changed_by_name: str | None
    requested_by_name: str | None
    published_by_name: str | None


@dataclass(frozen=True, slots=True)
class ScenarioLine:
    """One scenario in the list, its versions newest first."""

    key: str
    name: Text | None
    versions: tuple[VersionLine, ...]

    @property
    def chosen(self) -> VersionLine:
        """The version that the next one begins with: the one in force, else the newest."""
        return next((line for line in self.versions if line.in_force), self.versions[0])


@dataclass(frozen=True, slots=True)
class ScenarioPage(Paged):
    """One page of the list."""

    scenarios: tuple[ScenarioLine, ...]


@dataclass(frozen=True)
class VersionPage:
    """One version with everything that an administrator decides on."""

    line: VersionLine
    source: str
    examined: Examined
    acts: tuple[Recorded, ...]
    others: tuple[VersionLine, ...]
    """Every version of the scenario, this one among them, newest first."""

    @property
    def version(self) -> Version:
        """The version itself."""
        return self.line.version

    @cached_property
    def definition(self) -> ScenarioDefinition | None:
        """What the version says, if its text makes a scenario."""
        return self.examined.definition

    @cached_property
    def findings_by_line(self) -> Mapping[int, tuple[Finding, ...]]:
        """Line of the text, from 1 → what is found there."""
        found: dict[int, list[Finding]] = {}
        for one in self.examined.findings:
            if one.line is not None:
                found.setdefault(one.line, []).append(one)
        return {line: tuple(there) for line, there in found.items()}


def scenario_page(database: Database, actor: Actor, today: date, *, page: int = 1) -> ScenarioPage:
    """Every scenario with its versions, by key."""
    check_reader(actor)
    values = {"limit": SCENARIOS_PER_PAGE, "offset": (page - 1) * SCENARIOS_PER_PAGE, "key": None}
    with database.reading() as connection:
        total = int(connection.execute(_COUNT).scalar_one())
        lines = _lines(connection, values, today)
    by_key: dict[str, list[VersionLine]] = {}
    for line in lines:
        by_key.setdefault(line.version.key, []).append(line)
    found = tuple(ScenarioLine(key, _name(ones), tuple(ones)) for key, ones in by_key.items())
    return ScenarioPage(total, page, SCENARIOS_PER_PAGE, found)


def scenario_versions(
    database: Database, key: str, actor: Actor, today: date
) -> tuple[VersionLine, ...]:
    """The versions of one scenario, newest first. Raises :class:`services.scenarios.UnknownKey`."""
    check_reader(actor)
    with database.reading() as connection:
        found = _lines(connection, {"limit": 1, "offset": 0, "key": key}, today)
    if not found:
        raise scenarios.UnknownKey(value=key)
    return found


def version_page(
    database: Database, key: str, version: int, actor: Actor, today: date
) -> VersionPage:
    """One version with its text, findings, critical path and record."""
    check_reader(actor)
    with database.reading() as connection:
        found = scenarios.version_of(connection, key, version)
        source = scenarios.source_of(connection, found.id)
        kept = None if found.content_hash is None else scenarios.draft_of(connection, found.id)
        here = installation(connection)
        lines = _lines(connection, {"limit": 1, "offset": 0, "key": key}, today, here)
        acts = acts_of(connection, key, version, limit=200)
    line = next(one for one in lines if one.version.id == found.id)
    return VersionPage(line, source, examine(source, kept, here), acts, lines)


def waiting_requests(database: Database, actor: Actor) -> int:
    """Publications that wait for this person's approval."""
    with database.reading() as connection:
        return int(connection.execute(_WAITING, {"login": actor.login}).scalar_one())


def _name(versions: list[VersionLine]) -> Text | None:
    """The name by which people know a scenario: that of the version in force, else of the newest."""
    in_force = [one for one in versions if one.in_force]
    return next((one.digest.name for one in (*in_force, *versions) if one.digest.name), None)


def _lines(
    connection: Connection,
    values: Mapping[str, object],
    today: date,
    here: Installation | None = None,
) -> tuple[VersionLine, ...]:
    rows = connection.execute(_LIST, dict(values)).mappings().all()
    here = here or installation(connection)
    digests = _digests(connection, rows, here)
    versions = [scenarios.version_from(row) for row in rows]
    current = _in_force(versions, today)
    return tuple(
        VersionLine(
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
    found: dict[str, int] = {}
    for one in versions:
        begun = one.effective_on is None or one.effective_on <= today
        if one.state is VersionState.PUBLISHED and begun:
            found.setdefault(one.key, one.id)
    return found


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


def _digest(found: Examined) -> Digest:
    scenario = found.definition
    return Digest(
        name=scenario.name if scenario else None,
        promise_days=scenario.promise.days if scenario and scenario.promise else None,
        path_days=found.path.days if found.path else None,
        stages=len(scenario.stages) if scenario else 0,
        items=len(scenario.items) if scenario else 0,
        errors=len(found.errors),
        warnings=len(found.warnings),
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
_WAITING = text(
    "SELECT count(*) FROM scenario_version"
    " WHERE state = 'requested' AND requested_by IS DISTINCT FROM :login"
)
_CONTENTS = text(
    "SELECT id, source, definition FROM scenario_version WHERE id = ANY(CAST(:ids AS integer[]))"
)
