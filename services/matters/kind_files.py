"""Kinds of matters as files: reading them over the lives and kinds that are shipped."""

from __future__ import annotations

from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from config.kind_files import KINDS, LIVES, kind_paths
from config.scenario_files import read_bounded
from config.texts import Word
from models.errors import InvalidInput, KaigongError
from models.matters.definition import KindDefinition
from rules.matters.reading import KindReading, Library, read_kind
from rules.scenarios.reading.yaml_source import read_yaml


class NoKindFile(InvalidInput):
    template = "file: {value} cannot be read: {reason}. Give the path of a kind, such as config/kinds/grievance.yaml."
    field = "file"


class KindNotPublishable(KaigongError):
    template = "file: {value} must not be published: line {line}: {reason} 'kaigong kind check' lists every finding ({count})."
    field = "file"


@cache
def library() -> Library:
    """The shipped lives and kinds, read once per process."""
    return Library(_data(LIVES), _data(KINDS))


def _data(folder: Path) -> dict[str, dict[str, Any]]:
    read = {path.stem: read_yaml(read_bounded(path)).data for path in kind_paths(folder)}
    return {name: data for name, data in read.items() if isinstance(data, dict)}


def read_kind_file(path: Path) -> KindReading:
    """A kind with everything that can be found about it. Raises :class:`NoKindFile`."""
    try:
        return read_kind_text(read_bounded(path))
    except OSError as fault:
        reason = Word(fault.strerror or type(fault).__name__)
        raise NoKindFile(value=str(path), reason=reason) from fault


@lru_cache(maxsize=128)
def read_kind_text(content: bytes | str) -> KindReading:
    """The text of a kind; the same text is read once."""
    return read_kind(content, library())


def publishable(reading: KindReading, name: str) -> KindDefinition:
    """The definition of a reading without errors; the refusal names the first one."""
    if reading.definition is None or reading.errors:
        first = reading.errors[0]
        raise KindNotPublishable(
            value=name, line=first.line, reason=first, count=len(reading.errors)
        )
    return reading.definition


def shipped() -> dict[str, KindReading]:
    """Every shipped kind, by the name of its file."""
    return {path.stem: read_kind_file(path) for path in kind_paths()}
