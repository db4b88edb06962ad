"""How many requests were lent to the portals for one holder, in the minute in which it was last."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Integer, Table, Text

from models.tables.audit import SaysNothing, audited
from models.tables.base import metadata

request_budget = Table(
    "request_budget",
    metadata,
    Column("holder", Text, primary_key=True),
    # Minutes since 1970.
    Column("minute", BigInteger, nullable=False),
    Column("lent", Integer, nullable=False),
    info=audited(SaysNothing("a count of one minute, written over in the next")),
)
