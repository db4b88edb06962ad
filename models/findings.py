"""Findings of a check about a text: place, sentence and remedy.

A finding is translated where it is shown: its kind holds the English sentence and remedy that the
translations are filed under, its parameters fill the placeholders.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from config.texts import Word

#: Keys and indexes that lead from the top of a document to a place in it.
Path = tuple[str | int, ...]


NAMELESS: Mapping[str, str] = {}

#: Parameters that are words of ours; every other one is a name or a value and stays as written.
_WORDS = frozenset({"kind", "expected", "reason"})


#: Parameters that stay codes and keys where people read names: lists to choose from, and what a
#: text calls something that may be nothing.
_WRITTEN = frozenset({"known", "name"})


#: Entries of a list and signs of a text that a finding repeats: a file of a thousand faults that each
#: name a thousand possibilities is told in kilobytes.
_NAMED, _SIGNS = 40, 1000


class Severity(StrEnum):
    """Whether a finding stands in the way of publication."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class FindingKind:
    """One kind of finding: its stable code, what it says, and the remedy."""

    code: str
    severity: Severity
    sentence: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding at one place."""

    kind: FindingKind
    path: Path = ()
    params: Mapping[str, object] = field(default_factory=dict)
    line: int | None = None
    """Line in the source, from 1; ``None`` while no source is known."""
    column: int | None = None
    """Column in the source, from 1."""

    @property
    def code(self) -> str:
        """Stable code, e.g. ``unknown_item``."""
        return self.kind.code

    @property
    def severity(self) -> Severity:
        """Whether it stands in the way of publication."""
        return self.kind.severity

    def message(
        self, translate: Callable[[str], str] = str, names: Mapping[str, str] = NAMELESS
    ) -> str:
        """Sentence and remedy for a person; ``translate`` maps the English texts."""
        return " ".join(self.parts(translate, names))

    def parts(
        self, translate: Callable[[str], str] = str, names: Mapping[str, str] = NAMELESS
    ) -> tuple[str, str]:
        """The sentence, and the remedy; ``names`` are put in place of codes and keys."""

        def named(text: str) -> str:
            return names.get(text, text)

        def word(text: str) -> str:
            return translate(Word.of(text) if isinstance(text, StrEnum) else Word(text))

        values = {
            key: _shown(value, word if key in _WORDS else str if key in _WRITTEN else named)
            for key, value in self.params.items()
        }
        sentence, remedy = translate(self.kind.sentence), translate(self.kind.remedy)
        return sentence.format(**values), remedy.format(**values)

    def at(self, line: int, column: int) -> Finding:
        """The same finding with its place in the source."""
        return replace(self, line=line, column=column)

    def as_dict(self, translate: Callable[[str], str] = str) -> dict[str, object]:
        """The finding as the command line and the API give it out."""
        return {
            "code": self.code,
            "message": self.message(translate),
            "line": self.line,
            "column": self.column,
            "path": path_text(self.path),
        }


def path_text(path: Path) -> str:
    """A path as people write it: ``items[3].after[0]``."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            text += f".{part}" if text else part
    return text


def errors(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """The findings that stand in the way of publication."""
    return tuple(finding for finding in findings if finding.severity is Severity.ERROR)


def warnings(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """The findings on what is lawful but unwise."""
    return tuple(finding for finding in findings if finding.severity is Severity.WARNING)


def _shown(value: object, translate: Callable[[str], str]) -> str:
    """A parameter as a person reads it: a list is joined by commas, what is too long is cut."""
    if isinstance(value, list | tuple):
        shown = [_shown(element, translate) for element in value[:_NAMED]]
        return ", ".join(shown if len(value) <= _NAMED else [*shown, "…"])
    text = translate(value) if isinstance(value, str) else str(value)
    return text if len(text) <= _SIGNS else f"{text[: _SIGNS - 1]}…"
