"""The log of seals: hashes of rows that no event tells, left by whoever wrote them."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Identity,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from models.tables.audit import Chained, audited
from models.tables.base import metadata

#: Append-only: a trigger refuses every change. The newest seal of a row is the one that holds.
seal = Table(
    "seal",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    # Name of the table.
    Column("relation", Text, nullable=False),
    # Key of a row → its hash; null where it was taken away.
    Column("rows", JSONB, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    # As found on the day of an upgrade: what was before cannot be proved.
    Column("found", Boolean, nullable=False, server_default=text("false")),
    Index("ix_seal_relation", "relation", "id"),
    info=audited(Chained()),
)

#: What was signed: the heads of all chains at a moment. Append-only. The copies outside of the database
#: are what counts: this is what they are written from.
anchor = Table(
    "anchor",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", DateTime(timezone=True), nullable=False),
    # The very text that was signed.
    Column("content", Text, nullable=False),
    Column("signature", LargeBinary, nullable=False),
    info=audited(Chained()),
)
