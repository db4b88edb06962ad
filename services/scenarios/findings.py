"""Examination of a stored version: its text, its definition and all findings."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from models.findings import Finding, errors, warnings
from models.scenarios.definition import ScenarioDefinition
from models.scenarios.life import VersionState
from rules.scenarios.verifier import CriticalPath, Installation, longest_path, verify
from services.scenarios import published as scenarios
from services.scenarios.installation_check import installation
from services.scenarios.scenario_files import publishable, read_text


@dataclass(frozen=True, slots=True)
class Examined:
    """One version with all its findings."""

    definition: ScenarioDefinition | None
    """``None`` while the text is not a valid definition."""
    findings: tuple[Finding, ...]
    path: CriticalPath | None
    """The counted critical path; ``None`` where findings leave it open."""

    @property
    def errors(self) -> tuple[Finding, ...]:
        """Findings that prevent publication."""
        return errors(self.findings)

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """Findings that do not prevent publication."""
        return warnings(self.findings)


def examine(
    source: str, definition: ScenarioDefinition | None, here: Installation | None = None
) -> Examined:
    """Examine a version by its text, and by its definition where that is another one.

    It is another one when a file of another district was taken in, or when the catalogue changed
    after the version was published: then the definition counts, and findings have no lines.
    ``here`` is what this installation has; without it nobody knows of officers.
    """
    here = here or installation()
    reading = read_text(source, here)
    if definition is None or _same(reading.definition, definition):
        return _examined(definition or reading.definition, reading.findings)
    return _examined(definition, verify(definition, here))


def _same(read: ScenarioDefinition | None, kept: ScenarioDefinition) -> bool:
    return read is not None and read.content_hash == kept.content_hash


def _examined(definition: ScenarioDefinition | None, findings: tuple[Finding, ...]) -> Examined:
    path = longest_path(definition, findings) if definition is not None else None
    return Examined(definition, findings, path)


def sound_version(connection: Connection, key: str, version: int) -> ScenarioDefinition:
    """A version that projects can be simulated or replayed with, whatever its state.

    Raises :class:`services.scenarios.scenario_files.NotPublishable` for a draft with errors.
    """
    current = scenarios.version_of(connection, key, version)
    if current.state is VersionState.DRAFT:
        reading = read_text(scenarios.source_of(connection, current.id), installation())
        return publishable(reading, f"{key}@{version}")
    return scenarios.draft_of(connection, current.id)
