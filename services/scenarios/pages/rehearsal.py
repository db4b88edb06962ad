"""The page on which a version of a scenario is rehearsed."""

from __future__ import annotations

from dataclasses import dataclass

from models.errors import KaigongError
from models.scenarios.definition import ScenarioDefinition, Text
from services.people.viewer import Viewer
from services.scenarios.findings import sound_version
from services.scenarios.published import Version, version_of
from services.scenarios.record import check_reader
from services.scenarios.scenario_files import NotPublishable
from services.unit_of_work import Database
from services.wording.names import department_name
from services.wording.refusal_words import plain


class NotSoundYet(KaigongError):
    template = "version: it has {count} faults and cannot be rehearsed before they are corrected; the first, in line {line}: {reason}"
    field = "version"


@dataclass(frozen=True, slots=True)
class RehearsalPage:
    """What can be rehearsed."""

    version: Version
    scenario: ScenarioDefinition | None
    """``None``: it is not sound yet."""
    unsound: str | None
    """Why it cannot be rehearsed."""
    departments: tuple[tuple[str, Text], ...]
    """Departments that decide something: key and name."""


def rehearsal_page(database: Database, viewer: Viewer, key: str, version: int) -> RehearsalPage:
    """The page of a version; refused to whoever may not look at scenarios."""
    check_reader(viewer.actor)
    scenario, unsound = None, None
    with database.reading() as connection:
        kept = version_of(connection, key, version)
        try:
            scenario = sound_version(connection, key, version)
        except NotPublishable as fault:
            params = {name: fault.params[name] for name in ("count", "line", "reason")}
            unsound = plain(NotSoundYet(field="version", **params), viewer.translate)
    keys = departments_of(scenario) if scenario else ()
    departments = tuple(
        (department, department_name(scenario, department)) for department in keys if scenario
    )
    return RehearsalPage(kept, scenario, unsound, departments)


def departments_of(scenario: ScenarioDefinition) -> tuple[str, ...]:
    """Keys of the departments that decide an item, in the order of the items."""
    return tuple(dict.fromkeys(item.department for item in scenario.items))
