"""Gap-free series of numbers: of documents, and of matters with their close-outs."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Connection

from models.tables import document_number
from services.seals import sealed


class Series(NamedTuple):
    """What is numbered together."""

    kind: str
    region: str
    year: int


def taken(connection: Connection, series: Series, count: int) -> int:
    """The first of so many numbers of a series, which nobody else has from now on.

    The row lock is held to the end of the transaction: whatever is refused leaves no gap.
    """
    values = series._asdict() | {"count": count}
    return int(connection.execute(_NUMBER, values).scalar_one()) - count + 1


_NUMBER = sealed(
    document_number,
    "INSERT INTO document_number (kind, region, year, last)"
    " VALUES (:kind, :region, :year, :count) ON CONFLICT (kind, region, year)"
    " DO UPDATE SET last = document_number.last + excluded.last",
    "last",
)
