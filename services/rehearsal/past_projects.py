"""Rehearsals with what the log knows of the past: the paces of earlier projects, and the projects
themselves, replayed through another definition.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any, Final

from sqlalchemy import Connection, text

from models.errors import NotFound
from models.scenarios.definition import ScenarioDefinition
from rules.clock.calendar import WorkingCalendar
from rules.rehearsal import (
    KINDS,
    Comparison,
    ItemOutcome,
    Paces,
    PastEvent,
    PastProject,
    ProjectOutcome,
    Replay,
    differences,
    paces_from_history,
    past_project,
    replay_past,
)
from services.clock.working_calendar import working_calendar
from services.installation.policy import policy
from services.ledger.event_log import happened, read_log
from services.scenarios import published as scenarios

#: The newest projects that a replay takes unless it is told which.
NEWEST: Final = 500


def observed_paces(
    connection: Connection, scenario: ScenarioDefinition, calendar: WorkingCalendar
) -> Paces:
    """Observed paces of projects of this scenario, in any of its versions.

    Items that too few projects went through keep the usual pace.
    """
    values = {"key": scenario.key, "kinds": sorted(KINDS)}
    rows = connection.execution_options(yield_per=2000).execute(_EVENTS, values)
    events = (PastEvent(row.project_id, row.item, row.kind, row.happened) for row in rows)
    return paces_from_history(events, scenario, calendar)


def replay_projects(
    connection: Connection,
    draft: ScenarioDefinition,
    today: date,
    *,
    projects: Sequence[str] = (),
    since: date | None = None,
) -> Replay:
    """Replay finished and running projects under ``draft``, which has to be sound.

    Taken are the ``projects`` of these codes, of whatever scenario; without any the newest ones of
    the scenario of that key, registered ``since`` a day. Nothing is written. Raises
    :class:`models.errors.NotFound` for a code that no project has.
    """
    rows = _chosen(connection, draft, projects, since)
    pasts = _past_projects(connection, rows)
    return replay_past(pasts, draft, working_calendar(), today, policy())


def replay_view(replay: Replay, translate: Callable[[str], str], language: str) -> dict[str, Any]:
    """A replay as plain JSON values, its differences in words too."""
    then, now = replay.total()
    return {
        "scenario": replay.scenario.key,
        "version": replay.scenario.version,
        "sum": {
            "projects": len(replay.projects),
            "changed": replay.changed,
            "then": asdict(then),
            "now": asdict(now),
        },
        "projects": [
            _project_view(comparison, replay.scenario, translate, language)
            for comparison in replay.projects
        ],
        "left_out": [
            {"project": project.code, "reason": project.reason.sentence(translate)}
            for project in replay.left_out
        ],
    }


def _project_view(
    comparison: Comparison,
    draft: ScenarioDefinition,
    translate: Callable[[str], str],
    language: str,
) -> dict[str, Any]:
    codes = dict.fromkeys((*comparison.then.items, *comparison.now.items))
    names = {**comparison.scenario.item, **draft.item}
    return {
        "code": comparison.code,
        "title": comparison.title,
        "version": comparison.scenario.version,
        "finished": comparison.finished,
        "same": comparison.same,
        "then": _outcome_view(comparison.then),
        "now": _outcome_view(comparison.now),
        "added": list(comparison.added),
        "dropped": list(comparison.dropped),
        "items": [
            {
                "item": code,
                "name": names[code].name.in_language(language),
                "then": _item_view(comparison.then.items.get(code)),
                "now": _item_view(comparison.now.items.get(code)),
            }
            for code in codes
        ],
        "differences": [
            statement.as_dict(translate, language) for statement in differences(comparison, draft)
        ],
    }


def _outcome_view(outcome: ProjectOutcome) -> dict[str, Any]:
    return {
        "days": outcome.days,
        "path": list(outcome.path),
        "promised": outcome.promised,
        "kept": outcome.kept,
        "last_on": _day(outcome.last_on),
        "late": list(outcome.late),
        "order": list(outcome.order),
        "warnings": sum(len(item.warnings) for item in outcome.items.values()),
    }


def _item_view(item: ItemOutcome | None) -> dict[str, Any] | None:
    if item is None:
        return None
    values = asdict(item)
    return {key: _day(value) if isinstance(value, date) else value for key, value in values.items()}


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _chosen(
    connection: Connection,
    draft: ScenarioDefinition,
    projects: Sequence[str],
    since: date | None,
) -> Sequence[Any]:
    """The number and the scenario of each project to replay."""
    if projects:
        rows = connection.execute(_BY_CODE, {"codes": list(projects)}).all()
        known = {row.code for row in rows}
        for code in projects:
            if code not in known:
                remedy = "Look it up in the list of projects."
                raise NotFound(field="project", value=code, remedy=remedy)
        return rows
    values = {"key": draft.key, "since": since, "most": NEWEST}
    return connection.execute(_BY_SCENARIO, values).all()


def _past_projects(connection: Connection, rows: Iterable[Any]) -> Iterator[PastProject]:
    for row in rows:
        log = [happened(logged) for logged, _ in read_log(connection, row.id)]
        moved = any(entry.event.kind == "ScenarioMigrated" for entry in log)
        versions = scenarios.released(connection, row.key) if moved else {}
        yield past_project(scenarios.definition(connection, row.scenario_id), log, versions)


_PROJECT = (
    "SELECT p.id, p.code, p.scenario_id, s.key FROM project p"
    " JOIN scenario_version s ON s.id = p.scenario_id"
)
_BY_CODE = text(_PROJECT + " WHERE p.code = ANY(:codes) ORDER BY p.registered_on DESC, p.id DESC")
_BY_SCENARIO = text(
    _PROJECT + " WHERE s.key = :key AND (CAST(:since AS date) IS NULL OR p.registered_on >= :since)"
    " ORDER BY p.registered_on DESC, p.id DESC LIMIT :most"
)
_EVENTS = text(
    "SELECT e.project_id, e.item, e.kind,"
    " COALESCE(CAST(e.data ->> 'happened_on' AS date),"
    " CAST(e.at AT TIME ZONE 'Asia/Shanghai' AS date)) AS happened"
    " FROM case_event e JOIN project p ON p.id = e.project_id"
    " JOIN scenario_version s ON s.id = p.scenario_id"
    " WHERE s.key = :key AND e.item IS NOT NULL AND e.kind = ANY(:kinds)"
    " ORDER BY e.project_id, e.seq"
)
