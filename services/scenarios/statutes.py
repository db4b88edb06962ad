"""The table of statutes: read from its file, checked, and said in one language."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import config
from config.texts import Word
from models.errors import KaigongError
from models.statutes import StatuteAct, StatuteRow, Statutes
from services.installation.own_files import checked, content
from services.wording.words import word

FILE = Path(config.__file__).parent / "statutes.yaml"


class StatutesNotValid(KaigongError):
    template = "file: {file} cannot be used: {where}: {reason}. Correct it; its head says what it may hold."
    field = "file"


@dataclass(frozen=True, slots=True)
class StatuteLine:
    """A row as people read it."""

    row: StatuteRow
    act: StatuteAct
    in_force: bool

    def cited(self) -> str:
        """The article with the title of its act."""
        return f"《{self.act.title}》{self.row.article}"


def read_statutes(path: Path = FILE) -> Statutes:
    """The table from a file. Raises :class:`StatutesNotValid` with the place of the first fault."""
    return checked(Statutes, content(path, StatutesNotValid), path, StatutesNotValid)


@lru_cache(maxsize=1)
def statutes() -> Statutes:
    """The table of this installation."""
    return read_statutes()


def lines(today: date) -> tuple[StatuteLine, ...]:
    """Every row in the order of the acts."""
    table = statutes()
    return tuple(
        StatuteLine(row, act, row.in_force(today, act.edition))
        for act in table.acts
        for row in table.of_act(act.key)
    )


def view(line: StatuteLine, translate: Callable[[str], str], language: str) -> dict[str, Any]:
    """A row as plain values."""
    row = line.row
    return {
        "id": row.id,
        "act": line.act.name,
        "article": row.article,
        "edition": line.act.edition.isoformat(),
        "mark": line.act.mark.value,
        "in_force": line.in_force,
        "from": row.starts_on.isoformat() if row.starts_on else None,
        "until": row.until.isoformat() if row.until else None,
        "scope": row.scope.value,
        "scope_name": translate(Word.of(row.scope)),
        "kind": row.kind.value,
        "rule": row.rule.in_language(language),
        "clock": row.clock.model_dump(mode="json", exclude_none=True) if row.clock else None,
        "limit": limit_words(line, translate, language),
        "places": list(row.places),
        "test": row.test,
    }


def limit_words(line: StatuteLine, translate: Callable[[str], str], language: str) -> str | None:
    """The limit of a row, and from which day it runs."""
    clock = line.row.clock
    if clock is None:
        return None
    space = "" if language.startswith("zh") else " "
    length = f"{clock.length}{space}{word(clock.unit, translate)}"
    return translate("{length} {starts}").format(
        length=length, starts=translate(Word.of(clock.starts))
    )
