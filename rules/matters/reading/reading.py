"""Reading a kind: text in, definition and every finding out; the reader is that of scenarios."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from models.findings import Finding, errors, warnings
from models.matters.definition import KindDefinition
from rules.matters.reading import codes
from rules.matters.reading.composition import composed
from rules.matters.reading.names import check_names
from rules.matters.verifier import verify_kind
from rules.scenarios.reading.schema_faults import validated
from rules.scenarios.reading.yaml_source import Source, read_yaml

#: Fields that say what a kind is made over, and are no part of its definition.
EXTENDS, LIFE = "extends", "life"
OWN = "own"


@dataclass(frozen=True)
class Library:
    """What a kind may be made over: lives, and kinds of the installation, as read from YAML."""

    lives: Mapping[str, Mapping[str, Any]]
    kinds: Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class KindReading:
    """Result of reading a kind: a definition, findings, or both."""

    definition: KindDefinition | None
    findings: tuple[Finding, ...]
    readable: bool = True

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
        """Whether the kind may be published."""
        return self.definition is not None and not self.errors


def read_kind(content: bytes | str, library: Library) -> KindReading:
    """Read a kind and check everything about it; never raises for what is in the file."""
    source = read_yaml(content)
    if not source.readable or not isinstance(source.data, dict):
        _, faults = ([], []) if not source.readable else validated(KindDefinition, source)
        return KindReading(None, (*source.findings, *faults), readable=source.readable)
    layers, missing = _layers(source.data, library)
    if missing:
        return KindReading(None, _placed([*source.findings, *missing], source))
    whole = _over(source, composed(*layers))
    kind, faults = validated(KindDefinition, whole)
    if kind is None:
        return KindReading(None, _in_order([*source.findings, *faults]))
    findings = list(check_names(kind))
    if not findings:
        findings = list(verify_kind(kind))
    return KindReading(kind, _placed([*source.findings, *findings], source))


def _layers(
    data: Mapping[str, Any], library: Library
) -> tuple[list[Mapping[str, Any]], list[Finding]]:
    """What the kind lies over, the lowest first, and itself; or why that is not there."""
    own = {key: value for key, value in data.items() if key != EXTENDS}
    above: list[Mapping[str, Any]] = [own]
    findings: list[Finding] = []
    extends = data.get(EXTENDS)
    base: Mapping[str, Any] = {}
    if extends is not None:
        base = library.kinds.get(str(extends), {})
        if not base:
            params = {"value": str(extends), "known": list(library.kinds)}
            findings.append(Finding(codes.EXTENDS_UNKNOWN, (EXTENDS,), params))
        elif EXTENDS in base:
            params = {"value": str(extends), "base": str(base[EXTENDS])}
            findings.append(Finding(codes.EXTENDS_CHAIN, (EXTENDS,), params))
        above = [base, own]
    life = own.get(LIFE, base.get(LIFE))
    if isinstance(life, str) and life != OWN:
        if life in library.lives:
            above = [library.lives[life], *above]
        else:
            params = {"value": life, "known": list(library.lives)}
            findings.append(Finding(codes.UNKNOWN_LIFE, (LIFE,), params))
    return above, findings


def _over(source: Source, data: Mapping[str, Any]) -> Source:
    """The source with the whole in place of what was written: places stay those of the file."""
    return Source(dict(data), source.values, source.keys, [])


def _placed(findings: list[Finding], source: Source) -> tuple[Finding, ...]:
    return _in_order([_at(finding, source) for finding in findings])


def _at(finding: Finding, source: Source) -> Finding:
    """The place of what is written, or of the nearest that is: the rest stands in its life."""
    if finding.line is not None:
        return finding
    place = source.place(finding.path)
    return finding.at(place.line, place.column)


def _in_order(findings: list[Finding]) -> tuple[Finding, ...]:
    return tuple(
        sorted(findings, key=lambda finding: (finding.line or 0, finding.column or 0, finding.code))
    )
