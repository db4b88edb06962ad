"""Scenario files: the shipped ones and those an administrator hands in, checked and published."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, lru_cache
from pathlib import Path

from sqlalchemy import Connection

from config.scenario_files import CATALOGUE, SCENARIOS, read_bounded, scenario_paths
from config.texts import Word
from models.errors import KaigongError
from models.people.actor import Actor
from models.scenarios.definition import ScenarioDefinition
from models.scenarios.file import Catalogue
from models.values import Text
from rules.scenarios.reading import ScenarioReading, read_catalogue, read_scenario
from rules.scenarios.verifier import Installation
from services.people.accounts import know_departments
from services.people.organisation import know_shipped_units
from services.scenarios import published as scenarios
from services.scenarios import versions
from services.scenarios.installation_check import installation


class NoScenarioFile(KaigongError):
    template = "file: {value} cannot be read: {reason}. Give the path of a scenario file, such as config/scenarios/industrial-simple.yaml."
    field = "file"


class NotPublishable(KaigongError):
    template = "source: {value} must not be published: line {line}: {reason} The editor lists every finding beside its line ({count})."
    field = "source"


class FileNotPublishable(NotPublishable):
    template = "file: {value} must not be published: line {line}: {reason} 'kaigong scenario validate' lists every finding ({count})."
    field = "file"


@dataclass(frozen=True, slots=True)
class Published:
    """A version that has just been published."""

    id: int
    definition: ScenarioDefinition


@cache
def catalogue(folder: Path = CATALOGUE) -> Catalogue:
    """The item catalogue of a folder, read once per process."""
    files = {path.name: read_bounded(path) for path in scenario_paths(folder)}
    return read_catalogue(files)


@cache
def catalogue_names() -> Mapping[str, Text]:
    """Code or key of the catalogue → its name."""
    known = catalogue()
    named = (known.departments, known.documents, known.materials)
    names = {entry.key: entry.name for entries in named for entry in entries}
    return names | {item.code: item.name for item in known.items}


def read_file(path: Path, connection: Connection | None = None) -> ScenarioReading:
    """A scenario file with everything that can be found about it; with a ``connection`` also what the
    installation's accounts lack for it.

    Raises :class:`NoScenarioFile` when there is no such file; what is in it becomes findings.
    """
    return read_text(_content(path), installation(connection))


@lru_cache(maxsize=64)
def read_text(content: bytes | str, here: Installation) -> ScenarioReading:
    """The text of a scenario, read with the catalogue of this installation; the same text is proven once."""
    return read_scenario(content, catalogue(), here)


def shipped(folder: Path = SCENARIOS) -> dict[str, ScenarioReading]:
    """Every scenario of a folder, by the name of its file."""
    return {path.stem: read_file(path) for path in scenario_paths(folder)}


def publish_file(
    connection: Connection,
    path: Path,
    actor: Actor,
    now: datetime,
    *,
    effective_on: date | None = None,
) -> Published:
    """Publish a scenario file and register its departments; a file with errors is refused.

    The same content again is the same version. ``effective_on`` is the first day on which projects
    are registered on it; without it they are from now on. Raises :class:`FileNotPublishable` with the first error,
    :class:`services.scenarios.versions.VersionTaken` when the version number is used up.
    """
    definition, text = sound_file(path)
    know_departments(connection, definition.departments)
    number = versions.publish(connection, definition, text, actor, now, effective_on=effective_on)
    return Published(number, definition)


def publish_shipped(connection: Connection, actor: Actor, now: datetime) -> tuple[Published, ...]:
    """Publish every shipped scenario that is not published yet, and make all departments known.

    A version that was published with other content stays as it is: published versions never change.
    """
    know_departments(connection, catalogue().departments)
    know_shipped_units(connection)
    done = []
    for path in scenario_paths():
        try:
            done.append(publish_file(connection, path, actor, now))
        except versions.VersionTaken:
            definition = publishable(read_file(path), path.name, FileNotPublishable)
            # What was retired on purpose does not come back with the next start.
            with suppress(scenarios.UnknownScenario):
                number, standing = scenarios.newest(connection, definition.key)
                done.append(Published(number, standing))
    return tuple(done)


def sound_file(path: Path) -> tuple[ScenarioDefinition, str]:
    """Definition and text of a file without errors; :class:`FileNotPublishable` names the first one."""
    content = _content(path)
    reading = read_text(content, installation())
    definition = publishable(reading, path.name, FileNotPublishable)
    return definition, content.decode("utf-8-sig")


def publishable(
    reading: ScenarioReading, name: str, refusal: type[NotPublishable] = NotPublishable
) -> ScenarioDefinition:
    """The definition of a reading without errors; the refusal names the first one."""
    if reading.definition is None or reading.errors:
        first = reading.errors[0]
        raise refusal(value=name, line=first.line, reason=first, count=len(reading.errors))
    return reading.definition


def _content(path: Path) -> bytes:
    try:
        return read_bounded(path)
    except OSError as fault:
        reason = Word(fault.strerror or type(fault).__name__)
        raise NoScenarioFile(value=str(path), reason=reason) from fault
