"""SQL for the parts of a project: how rows are read as JSON arrays and written as JSON records.

Columns, keys and conversions are those of the parts' declarations (:mod:`models.cases.part`), so a
new part needs nothing here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields
from typing import Any

import orjson

from models.cases.case_round import Keep
from models.cases.part import Part
from models.cases.pre_check import number_of


def columns(part: Part[Any], alias: str = "t") -> str:
    """The columns of a part's table, in the order in which the codec reads them."""
    return ", ".join(f'{alias}."{name}"' for name in part.codec.names)


def arrays(part: Part[Any], where: str, *, order: str = "") -> str:
    """A query for one JSON array of rows, each an array of its columns; the table is ``t``."""
    by = f" ORDER BY {order}" if order else ""
    return (
        f"SELECT json_agg(json_build_array({columns(part)}){by}) FROM {part.table} t WHERE {where}"  # noqa: S608
    )


def upsert(part: Part[Any], parameter: str) -> str:
    """A statement that writes records given as JSON."""
    keys = (part.owned_by, *part.key)
    names = (part.owned_by, *part.codec.names)
    listed = ", ".join(f'"{name}"' for name in names)
    kept = {column.name: column.metadata.get("keep") for column in fields(part.facts)}
    changed = ", ".join(
        f'"{c}" = {_KEPT[kept[c]].format(table=part.table, c=c)}' for c in names if c not in keys
    )
    return (
        f"INSERT INTO {part.table} ({listed}) SELECT {listed}"  # noqa: S608
        f" FROM jsonb_populate_recordset(NULL::{part.table}, {parameter})"
        f" ON CONFLICT ({', '.join(keys)}) DO "
        + (f"UPDATE SET {changed}" if changed else "NOTHING")
    )


#: Which value a column keeps (``models.cases.case_round.Keep``) → what it says afterwards.
_KEPT: Mapping[Keep | None, str] = {
    None: 'excluded."{c}"',
    Keep.FIRST: 'COALESCE({table}."{c}", excluded."{c}")',
    Keep.LATEST: 'COALESCE(excluded."{c}", {table}."{c}")',
    Keep.WHILE_OPEN: (
        'CASE WHEN {table}.ended_on IS NULL THEN excluded."{c}" ELSE {table}."{c}" END'
    ),
    Keep.SUM: '{table}."{c}" + excluded."{c}"',
}


def record(part: Part[Any], row: Any, owner: int) -> dict[str, Any]:
    """A row of a project, or of a matter, as a record of its table, for the JSON encoder."""
    return part.codec.record(row) | {part.owned_by: owner}


def records(part: Part[Any], rows: Iterable[Any], owner: int) -> str:
    """Rows of a project, or of a matter, as the JSON that :func:`upsert` takes."""
    return orjson.dumps([record(part, row, owner) for row in rows]).decode()


def name_of(project: int | str) -> tuple[str, str]:
    """Column and value by which a project is looked for; what it was called before it had its code leads
    to it for ever.
    """
    number = number_of(project) if isinstance(project, str) else project
    return ("code", str(project)) if number is None else ("id", str(number))
