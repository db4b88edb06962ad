"""The scenario of a command: a file, the key of a shipped or published one, or KEY@VERSION."""

from __future__ import annotations

from pathlib import Path

from config.scenario_files import scenario_paths
from config.settings import get_settings
from config.texts import Word, translator
from models.errors import InvalidInput
from models.findings import Finding, Severity
from models.scenarios.definition import ScenarioDefinition
from services.scenarios.scenario_files import (
    FileNotPublishable,
    NoScenarioFile,
    publishable,
    read_file,
)


def scenario_named(name: str) -> ScenarioDefinition:
    """The sound scenario that a person named on the command line.

    A file goes before a key, a shipped scenario before one that only the database has. Raises
    ``FileNotPublishable`` for a file with errors, ``NoScenarioFile`` or ``UnknownScenario`` for no file.
    """
    path = Path(name)
    if path.is_file():
        return publishable(read_file(path), path.name, FileNotPublishable)
    if path.suffix or len(path.parts) > 1:
        raise NoScenarioFile(value=name, reason=Word("No such file"))
    key, _, version = name.partition("@")
    if version:
        return _stored(key, _number(name, version))
    for shipped in scenario_paths():
        if shipped.stem == key:
            return publishable(read_file(shipped), shipped.name, FileNotPublishable)
    return _stored(key, None)


def version_named(name: str) -> tuple[str, int] | None:
    """Key and version of ``KEY@VERSION``; ``None`` for the name of a file."""
    key, separator, version = name.rpartition("@")
    if not separator or Path(name).exists():
        return None
    return key, _number(name, version)


def _number(name: str, text: str) -> int:
    if not text.isascii() or not text.isdigit():
        remedy = "Write KEY@VERSION, such as industrial-simple@2."
        raise InvalidInput(field="scenario", value=name, remedy=remedy)
    return int(text)


def _stored(key: str, version: int | None) -> ScenarioDefinition:
    from cli.connection import ledger
    from services.scenarios import published as scenarios
    from services.scenarios.findings import sound_version

    with ledger() as database, database.reading() as connection:
        if version is None:
            return scenarios.newest(connection, key)[1]
        return sound_version(connection, key, version)


def finding_line(file: Path, finding: Finding) -> str:
    """One finding in the format of compiler messages, which editors can open."""
    _ = translator(get_settings().language)
    severity = _("error") if finding.severity is Severity.ERROR else _("warning")
    place = f"{file}:{finding.line}:{finding.column}"
    return f"{place}: {severity} [{finding.code}] {finding.message(_)}"
