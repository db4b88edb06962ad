"""Numbers of matters and of their close-outs, gap-free per kind, region and year."""

from __future__ import annotations

from sqlalchemy import Connection

from models.documents.official_document import ALL_REGIONS
from models.matters.definition import KindDefinition
from models.matters.facts import MatterFacts
from rules.matters.context import MatterContext
from rules.matters.decide import Asked
from services.ledger.numbers import Series, taken


def matter_number(
    connection: Connection, kind: KindDefinition, region: str, around: MatterContext
) -> str:
    """The next number of a matter of a kind."""
    return _next(connection, f"matter:{kind.key}", kind.number.pattern, region, around)


def close_out_number(
    connection: Connection, facts: MatterFacts, asked: Asked, around: MatterContext
) -> str | None:
    """The next close-out number 销号编号, where the act gives one."""
    pattern = facts.kind.ledger.close_out_number
    if not asked.numbers or pattern is None:
        return None
    series = f"close_out:{facts.kind.key}"
    return _next(connection, series, pattern, facts.row.region, around)


def _next(
    connection: Connection, series: str, pattern: str, region: str, around: MatterContext
) -> str:
    """The next number of a series, gap-free per kind, region and year; one that does not show the region
    runs through all of them.
    """
    year = around.act.today.year
    counted_in = region if "{region" in pattern else ALL_REGIONS
    seq = taken(connection, Series(series, counted_in, year), 1)
    return pattern.format(year=year, region=region, seq=seq)
