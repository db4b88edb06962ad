"""Reading a scenario: text in, definition and every finding out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

from models.findings import Finding, Path, errors, warnings
from models.scenarios.definition import ScenarioDefinition
from models.scenarios.file import Catalogue, ScenarioFile
from rules.scenarios.reading.resolution import Resolution, resolve
from rules.scenarios.reading.schema_faults import validated
from rules.scenarios.reading.yaml_source import Source, read_yaml
from rules.scenarios.verifier import (
    UNKNOWN_ITEM,
    Installation,
    check_order,
    verify,
    without_repeats,
)


@dataclass(frozen=True)
class ScenarioReading:
    """Result of reading a scenario file: a definition, findings, or both."""

    definition: ScenarioDefinition | None
    """The definition, self-contained; ``None`` when the file's shape does not allow one.

    Only a reading that is :attr:`publishable` may be used for projects. Of two of one name the first
    is in it, so that whatever looks things up by name finds them.
    """
    findings: tuple[Finding, ...]
    """Every finding, in the order of the file."""
    readable: bool = True
    """Whether the file could be read as YAML at all."""

    @cached_property
    def errors(self) -> tuple[Finding, ...]:
        """Findings that prevent publication."""
        return errors(self.findings)

    @cached_property
    def warnings(self) -> tuple[Finding, ...]:
        """Findings that do not prevent publication."""
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
    findings = [*resolution.findings, *_verified(resolution, catalogue, installation)]
    placed = [_placed(finding, source) for finding in findings]
    definition = resolution.definition
    if definition is not None:
        definition = without_repeats(definition).scenario
    return ScenarioReading(definition, _in_order([*source.findings, *placed]))


def _verified(
    resolution: Resolution, catalogue: Catalogue, installation: Installation | None
) -> list[Finding]:
    """The verifier's findings with paths in the file, without consequences of a failed pick."""
    if resolution.definition is None:
        return []
    firsts = without_repeats(resolution.definition)
    lawful = (
        replace(finding, path=firsts.path(finding.path))
        for finding in check_order(firsts.scenario, catalogue)
    )
    return [
        replace(finding, path=_in_file(finding.path, resolution))
        for finding in (*verify(resolution.definition, installation), *lawful)
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
    return tuple(
        sorted(findings, key=lambda finding: (finding.line or 0, finding.column or 0, finding.code))
    )
