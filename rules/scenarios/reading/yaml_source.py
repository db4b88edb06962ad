"""YAML as scenarios use it: plain values with the place of each, read within fixed bounds.

Read event by event, so that a file meant to exhaust memory is refused at its first excess: too
large, too deep, too many values, or any anchor or alias. Plain words become values by the core
schema of YAML 1.2, in which ``on``, ``off``, ``yes`` and ``no`` are words, not booleans.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import yaml

from models.findings import Finding, FindingKind, Path
from rules.scenarios.reading import codes

MAX_BYTES = 1_000_000
MAX_DEPTH = 16
MAX_VALUES = 50_000

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_INTEGER = re.compile(r"[-+]?[0-9]{1,18}")
_DECIMAL = re.compile(
    r"[-+]?([0-9]{1,18}\.[0-9]{0,18}|\.[0-9]{1,18}|[0-9]{1,18}(?=[eE]))([eE][-+]?[0-9]{1,2})?"
)
#: What YAML refuses as well; said here with its position.
_UNPRINTABLE = re.compile(r"[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_WORDS = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}


@dataclass(frozen=True, slots=True)
class Place:
    """Line and column, from 1."""

    line: int
    column: int


@dataclass(slots=True)
class Source:
    """The values of a YAML text and their positions."""

    data: Any = None
    values: dict[Path, Place] = field(default_factory=dict)
    keys: dict[Path, Place] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    readable: bool = True
    """Whether the text holds data; if not, the only finding gives the reason."""

    def place(self, path: Path, *, of_key: bool = False) -> Place:
        """Position of a value (or its key); for a value not written, that of its container."""
        if of_key and path in self.keys:
            return self.keys[path]
        for length in range(len(path), -1, -1):
            if path[:length] in self.values:
                return self.values[path[:length]]
        return Place(1, 1)


class _Stop(Exception):
    """The text cannot be read any further."""

    def __init__(self, kind: FindingKind, mark: Any, **params: object) -> None:
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        self.finding = Finding(kind, (), params, line, column)


def read_yaml(content: bytes | str) -> Source:
    """The values of a text, or the reason why it cannot be read; never raises, never expands."""
    source = Source()
    try:
        text = _decoded(content)
        _Builder(source).build(yaml.parse(text, Loader=_LOADER))
    except _Stop as stop:
        source.readable = False
        source.findings = [stop.finding]
    except yaml.MarkedYAMLError as fault:
        source.readable = False
        problem = str(fault.problem or fault.context or "it cannot be parsed")
        mark = fault.problem_mark or fault.context_mark
        source.findings = [_Stop(codes.YAML_SYNTAX, mark, problem=problem).finding]
    return source


def _decoded(content: bytes | str) -> str:
    size = len(content)
    if size > MAX_BYTES:
        raise _Stop(codes.FILE_TOO_LARGE, None, size=size, limit=MAX_BYTES)
    try:
        text = content.decode("utf-8-sig") if isinstance(content, bytes) else content
        text.encode("utf-8")
    except UnicodeError as fault:
        reason = f"position {getattr(fault, 'start', 0)}"
        raise _Stop(codes.FILE_NOT_UTF8, None, reason=reason) from fault
    control = _UNPRINTABLE.search(text)
    if control:
        reason = f"U+{ord(control[0]):04X}, position {control.start()}"
        raise _Stop(codes.FILE_NOT_UTF8, None, reason=reason)
    return text


@dataclass(slots=True)
class _Open:
    """A mapping or list whose end has not been read yet."""

    value: Any
    path: Path
    key: str | None = None
    skip: bool = False
    """The value that comes belongs to a key given twice; it is read and left out."""


class _Builder:
    """Builds the values from the parser's events, without recursion."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.stack: list[_Open] = []
        self.count = 0
        self.documents = 0

    def build(self, events: Iterable[Any]) -> None:
        """Take every event; raises :class:`_Stop` at the first excess."""
        for event in events:
            self._check(event)
            if isinstance(event, yaml.MappingStartEvent):
                self._open({}, event)
            elif isinstance(event, yaml.SequenceStartEvent):
                self._open([], event)
            elif isinstance(event, yaml.ScalarEvent):
                self._scalar(event)
            elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
                self.stack.pop()
        if self.source.data is None:
            raise _Stop(codes.FILE_EMPTY, None)

    def _check(self, event: Any) -> None:
        mark = event.start_mark
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise _Stop(codes.YAML_ALIAS, mark)
        if getattr(event, "tag", None):
            raise _Stop(codes.YAML_TAG, mark, tag=event.tag)
        if isinstance(event, yaml.DocumentStartEvent):
            self.documents += 1
            if self.documents > 1:
                raise _Stop(codes.YAML_DOCUMENTS, mark)
        if isinstance(event, yaml.NodeEvent):
            self.count += 1
            if self.count > MAX_VALUES:
                raise _Stop(codes.YAML_TOO_LONG, mark, limit=MAX_VALUES)

    def _open(self, value: Any, event: Any) -> None:
        if len(self.stack) >= MAX_DEPTH:
            raise _Stop(codes.YAML_TOO_DEEP, event.start_mark, limit=MAX_DEPTH)
        if self._awaits_key():
            raise _Stop(codes.YAML_SYNTAX, event.start_mark, problem="a name has to be a word")
        self.stack.append(_Open(value, self._put(value, event.start_mark)))

    def _scalar(self, event: Any) -> None:
        if self._awaits_key():
            self._key(event)
        else:
            self._put(_plain(event), event.start_mark)

    def _awaits_key(self) -> bool:
        return (
            bool(self.stack) and isinstance(self.stack[-1].value, dict) and not self.stack[-1].key
        )

    def _key(self, event: Any) -> None:
        parent, key, mark = self.stack[-1], str(event.value), event.start_mark
        if not key:
            raise _Stop(codes.YAML_SYNTAX, mark, problem="a name is empty")
        path = (*parent.path, key)
        parent.key, parent.skip = key, key in parent.value
        if parent.skip:
            first = self.source.keys[path].line
            self.source.findings.append(
                Finding(
                    codes.DUPLICATE_KEY,
                    path,
                    {"field": key, "first": first},
                    mark.line + 1,
                    mark.column + 1,
                )
            )
            return
        self.source.keys.setdefault(path, Place(mark.line + 1, mark.column + 1))

    def _put(self, value: Any, mark: Any) -> Path:
        """Put a value where it belongs and note its place; gives its path."""
        if not self.stack:
            self.source.data = value
            path: Path = ()
        else:
            parent = self.stack[-1]
            if isinstance(parent.value, dict):
                path, skip = (*parent.path, str(parent.key)), parent.skip
                parent.key, parent.skip = None, False
                if skip:
                    return path
                parent.value[path[-1]] = value
                if isinstance(value, dict | list):
                    # People look for a list or mapping at its name, not at its first entry.
                    self.source.values.setdefault(path, self.source.keys[path])
            else:
                path = (*parent.path, len(parent.value))
                parent.value.append(value)
        self.source.values.setdefault(path, Place(mark.line + 1, mark.column + 1))
        return path


def _plain(event: Any) -> Any:
    """A scalar as a value: quoted is text, unquoted follows the core schema."""
    text = event.value
    if not event.implicit[0]:
        return text
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    if _DECIMAL.fullmatch(text):
        return float(text)
    return text
