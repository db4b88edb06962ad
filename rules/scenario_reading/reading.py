"""Reading a scenario: text in, definition and every finding out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

from models.definition import ScenarioDefinition
from models.findings import Finding, Path, errors, warnings
from models.scenario_file import Catalogue, ScenarioFile
from rules.scenario_reading.resolution import Resolution, resolve
from rules.scenario_reading.schema_faults import validated
from rules.scenario_reading.yaml_source import Source, read_yaml
from rules.verifier import UNKNOWN_ITEM, Installation, verify


@dataclass(frozen=True)
class ScenarioReading:
    """What became of a scenario file."""

    definition: ScenarioDefinition | None
    """The definition, self-contained; ``None`` when the file's shape does not allow one.

    Only a reading that is :attr:`publishable` may be used for projects.
    """
    findings: tuple[Finding, ...]
    """Every finding, in the order of the file."""
    readable: bool = True
    """Whether the file could be read as YAML at all."""

    @cached_property
    def errors(self) -> tuple[Finding, ...]:
        """What stands in the way of publication."""
        return errors(self.findings)

    @cached_property
    def warnings(self) -> tuple[Finding, ...]:
        """What is lawful but unwise."""
        return warnings(self.findings)

    @property
    def publishable(self) -> bool:
        """Whether the scenario may be published."""
        return self.definition is not None and not self.errors


def read_scenario(
    content: bytes | str, catalogue: Catalogue, installation: Installation | None = None
) -> ScenarioReading:
    """Read a scenario file and check everything about it; never raises for what is in the file.

    With an ``installation`` it is also checked whether that has what the scenario needs.
    """
    source = read_yaml(content)
    if not source.readable:
        return ScenarioReading(None, tuple(source.findings), readable=False)
    file, faults = validated(ScenarioFile, source)
    if file is None:
        return ScenarioReading(None, _in_order([*source.findings, *faults]))
    resolution = resolve(file, catalogue)
    found = [*resolution.findings, *_verified(resolution, installation)]
    placed = [_placed(finding, source) for finding in found]
    return ScenarioReading(resolution.definition, _in_order([*source.findings, *placed]))


def _verified(resolution: Resolution, installation: Installation | None) -> list[Finding]:
    """What the verifier finds, with paths in the file; nothing that follows from a failed pick."""
    if resolution.definition is None:
        return []
    return [
        replace(finding, path=_in_file(finding.path, resolution))
        for finding in verify(resolution.definition, installation)
        if not (finding.kind is UNKNOWN_ITEM and finding.params["name"] in resolution.unresolved)
    ]


def _in_file(path: Path, resolution: Resolution) -> Path:
    match path:
        case ("items", int(index), *rest):
            return ("items", resolution.item_positions[index], *rest)
        case _:
            return path


def _placed(finding: Finding, source: Source) -> Finding:
    place = source.place(finding.path)
    return finding.at(place.line, place.column)


def _in_order(findings: list[Finding]) -> tuple[Finding, ...]:
    return tuple(sorted(findings, key=lambda one: (one.line or 0, one.column or 0, one.code)))
