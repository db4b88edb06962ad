"""Reading the item catalogue: several files that make one value."""

from __future__ import annotations

from collections.abc import Mapping

from config.texts import Word
from models.errors import KaigongError
from models.findings import Finding
from models.scenarios.file import Catalogue
from rules.scenarios.reading.schema_faults import validated
from rules.scenarios.reading.yaml_source import read_yaml


class InvalidCatalogue(KaigongError):
    template = "catalogue: {file}, line {line}: {reason}"
    field = "catalogue"


class DefinedTwice(KaigongError):
    template = (
        "catalogue: {file} defines the {kind} {name} again (first in {first}); keep one of the two."
    )
    field = "catalogue"


def read_catalogue(files: Mapping[str, bytes]) -> Catalogue:
    """The catalogue that several files make together; each name is defined once.

    Raises :class:`InvalidCatalogue` with the file and line of the first fault.
    """
    parts = {name: _part(name, content) for name, content in files.items()}
    _check_unique(parts)
    return Catalogue(
        departments=tuple(department for part in parts.values() for department in part.departments),
        materials=tuple(material for part in parts.values() for material in part.materials),
        documents=tuple(document for part in parts.values() for document in part.documents),
        items=tuple(item for part in parts.values() for item in part.items),
    )


def _check_unique(parts: Mapping[str, Catalogue]) -> None:
    seen: dict[tuple[str, str], str] = {}
    for file, part in parts.items():
        names = [
            *(("department", department.key) for department in part.departments),
            *(("material", material.key) for material in part.materials),
            *(("document", document.key) for document in part.documents),
            *(("item", item.code) for item in part.items),
        ]
        for name in names:
            if name in seen:
                raise DefinedTwice(file=file, kind=Word(name[0]), name=name[1], first=seen[name])
            seen[name] = file


def _part(name: str, content: bytes) -> Catalogue:
    source = read_yaml(content)
    if not source.readable:
        raise _refusal(name, source.findings[0])
    part, findings = validated(Catalogue, source)
    for finding in [*source.findings, *findings]:
        raise _refusal(name, finding)
    if part is None:
        message = "a catalogue without findings is a catalogue"
        raise AssertionError(message)
    return part


def _refusal(name: str, finding: Finding) -> InvalidCatalogue:
    return InvalidCatalogue(file=name, line=finding.line, reason=finding)
