"""How each table is audited: said in its declaration, so that a table in no audit fails a test.

``kaigong audit verify`` reads it (:mod:`services.seals`, :mod:`services.cases.audit`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table

_KEY = "audit"


@dataclass(frozen=True, slots=True)
class Folded:
    """Its rows follow from the events of their project."""


@dataclass(frozen=True, slots=True)
class Chained:
    """Its rows are hashed in a chain of their own, or in the events that wrote them."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """Every statement that writes its rows leaves their hash in the log of seals."""

    key: tuple[str, ...]
    """Columns that name a row; ``project_id`` first where it has one."""
    beside: tuple[str, ...] = ()
    """Columns that are no statement of anybody, left out of the hash."""
    elsewhere: str | None = None
    """Condition in SQL: rows without a seal that are found in another way."""


@dataclass(frozen=True, slots=True)
class SaysNothing:
    """Nobody relies on it as a record."""

    reason: str


How = Folded | Chained | Sealed | SaysNothing


def audited(*how: How) -> dict[str, Any]:
    """What a table says of its audit, for its ``info``."""
    return {_KEY: how}


def audits_of(table: Table) -> tuple[How, ...]:
    """How a table is audited; empty where nobody said."""
    how: tuple[How, ...] = table.info.get(_KEY, ())
    return how


def seal_of(table: Table) -> Sealed | None:
    """How the rows of a table are sealed; ``None`` where they are not."""
    return next((how for how in audits_of(table) if isinstance(how, Sealed)), None)


def key_sql(sealed: Sealed, row: str = "t") -> str:
    """SQL for the key of a row under which its seal is found."""
    parts = (f"coalesce(CAST({row}.{column} AS text), '-')" for column in sealed.key)
    return " || '/' || ".join(parts)


def hash_sql(sealed: Sealed, row: str = "t") -> str:
    """SQL for the hash of a row; moments are hashed in UTC, in which our sessions are.

    Columns without a value are left out: a column that comes later changes no hash.
    """
    left_out = ", ".join(f"'{column}'" for column in sealed.beside)
    content = f"jsonb_strip_nulls(to_jsonb({row}) - CAST(ARRAY[{left_out}] AS text[]))"
    return f"encode(sha256(convert_to(CAST({content} AS text), 'UTF8')), 'hex')"
