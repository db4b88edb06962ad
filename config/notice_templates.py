"""The texts of notices as an installation words them: ``config/templates/notices/*.yaml``.

A file holds one template for each kind of reader and each language (its README lists both); here
they are read, checked and filled in. Jinja runs in a sandbox, and an unknown variable is an error.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from babel.dates import format_date
from jinja2 import StrictUndefined, Template
from jinja2.sandbox import ImmutableSandboxedEnvironment

from config import strict_yaml

TEMPLATES = Path(__file__).parent / "templates" / "notices"
#: Who may have a wording of their own.
READERS = ("enterprise", "steward", "officer", "leader", "government_head", "anyone")
CLOSING = "_closing"
_folders: list[Path] = [TEMPLATES]
_DATES = {"zh": ("zh_CN", "yyyy年M月d日（EEE）"), "en": ("en", "EEEE, d MMMM yyyy")}


class UnknownTemplate(LookupError):
    """No text of this name is there for this reader."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A notice in words: plain text."""

    title: str
    body: str


@dataclass(frozen=True, slots=True)
class _Wording:
    title: Template
    body: Template


@dataclass(frozen=True, slots=True)
class NoticeTemplate:
    """One template: its wordings by reader and language."""

    name: str
    alert: bool
    """Whether the installation's own channels get it too."""
    wordings: Mapping[tuple[str, str], _Wording]

    def wording(self, reader: str, language: str) -> _Wording:
        """The wording for a reader, else for the steward (who reads alerts too), else for anyone."""
        readers = ("steward",) if reader == "alert" else (reader,)
        for audience in (*readers, "anyone"):
            wording = self.wordings.get((audience, language))
            if wording is not None:
                return wording
        raise UnknownTemplate(f"{self.name}, {reader}, {language}")


@cache
def notice_templates() -> Mapping[str, NoticeTemplate]:
    """Every template by its name, read once per process."""
    paths = (path for folder in _folders for path in sorted(folder.glob("*.yaml")))
    return {path.stem: _read(path) for path in paths}


@contextmanager
def with_folder(folder: Path) -> Iterator[None]:
    """With the templates of another folder beside the shipped ones, for as long as it lasts."""
    _folders.append(folder)
    notice_templates.cache_clear()
    try:
        yield
    finally:
        _folders.remove(folder)
        notice_templates.cache_clear()


def alert_templates() -> tuple[str, ...]:
    """Names of the templates that the installation's own channels get too."""
    return tuple(name for name, template in notice_templates().items() if template.alert)


def render(template: str, reader: str, language: str, values: Mapping[str, Any]) -> Letter:
    """A notice in words, with the closing lines under it.

    Raises ``UnknownTemplate``, or Jinja's errors for a text that does not fit the values.
    """
    short = "en" if language.startswith("en") else "zh"
    known = notice_templates()
    if template not in known:
        raise UnknownTemplate(template)
    wording = known[template].wording(reader, short)
    closing = known[CLOSING].wording(reader, short)
    body = wording.body.render(values).strip()
    return Letter(
        " ".join(wording.title.render(values).split()),
        f"{body}\n\n{closing.body.render(values).strip()}\n",
    )


def _read(path: Path) -> NoticeTemplate:
    content = strict_yaml.load(path.read_text(encoding="utf-8"))
    alert = bool(content.pop("alert", False))
    unknown = set(content) - set(READERS)
    if unknown:
        raise UnknownTemplate(f"{path.name}: {sorted(unknown)}")
    wordings = {
        (reader, language): _Wording(
            _environment(language).from_string(text["title"]),
            _environment(language).from_string(text["body"]),
        )
        for reader, languages in content.items()
        for language, text in languages.items()
    }
    return NoticeTemplate(path.stem, alert, wordings)


@cache
def _environment(language: str) -> ImmutableSandboxedEnvironment:
    environment = ImmutableSandboxedEnvironment(
        undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, autoescape=False
    )
    locale, pattern = _DATES[language]

    def day(value: date) -> str:
        return format_date(value, pattern, locale=locale)

    environment.filters |= {"day": day, "listed": _listed}
    return environment


def _listed(names: Iterable[str]) -> str:
    return "\n".join(f"  {number}. {name}" for number, name in enumerate(names, 1))
