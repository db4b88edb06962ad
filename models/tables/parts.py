"""The tables of what a project is made of, made from the declarations of its parts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import Field, fields
from datetime import date, datetime
from enum import StrEnum
from typing import Any, get_args

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.types import TypeEngine

from models.cases import parts
from models.cases.facts import STAGES
from models.cases.part import Part
from models.codec import Codec, Dataclass, without_none
from models.tables.audit import Folded, audited
from models.tables.base import metadata, one_of

_TYPES: dict[type[Any], type[TypeEngine[Any]]] = {
    bool: Boolean,
    int: Integer,
    str: Text,
    date: Date,
}
_NAMED: dict[str, type[TypeEngine[Any]]] = {"bigint": BigInteger}


def part_table(part: Part[Any], tables: MetaData = metadata) -> Table:
    """The table of a part: a column for each field, the key, the checks and the indexes it declares."""
    table = Table(
        part.table,
        tables,
        Column(part.owned_by, ForeignKey(f"{part.owner}.id"), nullable=False),
        *columns_of(part.facts, part.codec),
        PrimaryKeyConstraint(part.owned_by, *part.key),
        *_checks(part),
        info=audited(Folded()),
    )
    for index in part.indexes:
        where = text(index.where) if index.where else None
        columns = [table.c[name] for name in index.columns]
        Index(index.name, *columns, unique=index.unique, postgresql_where=where)
    return table


def columns_of(facts: type[Dataclass], codec: Codec[Any]) -> Iterator[Column[Any]]:
    """A column for each field of a class of facts."""
    return (_column(codec, field) for field in fields(facts))


def _column(codec: Codec[Any], field: Field[Any]) -> Column[Any]:
    default = field.metadata.get("server_default")
    return Column(
        field.name,
        _type(codec.types[field.name], field.metadata.get("sql")),
        nullable=field.name in codec.nullable,
        server_default=text(default) if default is not None else None,
    )


def _type(hint: Any, named: str | None) -> TypeEngine[Any]:
    if named is not None:
        return _NAMED[named]()
    hint = without_none(hint)
    if isinstance(hint, type):
        if hint is datetime:
            return DateTime(timezone=True)
        return Text() if issubclass(hint, StrEnum) else _TYPES[hint]()
    if get_args(hint) in ((str, ...), (date, ...)):
        return ARRAY(Text)
    return JSONB()


def _checks(part: Part[Any]) -> Iterator[CheckConstraint]:
    for field in fields(part.facts):
        hint = without_none(part.codec.types[field.name])
        if (
            isinstance(hint, type)
            and issubclass(hint, StrEnum)
            and field.metadata.get("checked", True)
        ):
            yield one_of(field.name, hint)
    for name, condition in part.checks.items():
        yield CheckConstraint(condition, name=name)


TABLES = {part.name: part_table(part) for part in (*parts.known(), *parts.BESIDE)}
# What the stage's task run in Prefect shows, so that only what changed is run again: no fact.
TABLES[STAGES.name].append_column(Column("shown", Text))
