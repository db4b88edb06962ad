"""Versions of scenarios and what was done with them; a published version never changes."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Identity,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from models.tables.audit import Sealed, audited
from models.tables.base import metadata, one_of

#: A trigger refuses every change of a published or retired version but its retirement.
scenario_version = Table(
    "scenario_version",
    metadata,
    Column("id", Integer, Identity(), primary_key=True),
    Column("key", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("state", Text, nullable=False),
    # Empty while the text of a draft makes no definition: people stop in the middle of their work.
    Column("content_hash", Text),
    Column("definition", JSONB),
    Column("source", Text, nullable=False),
    Column("effective_on", Date),
    Column("published_at", DateTime(timezone=True)),
    Column("published_by", Text),
    Column("changed_at", DateTime(timezone=True)),
    Column("changed_by", Text),
    Column("requested_at", DateTime(timezone=True)),
    Column("requested_by", Text),
    # Fingerprint of the district whose file this is, until its text is changed here.
    Column("imported_from", Text),
    UniqueConstraint("key", "version"),
    one_of("state", ("draft", "validated", "requested", "published", "retired")),
    CheckConstraint(
        "state = 'draft' OR (definition IS NOT NULL AND content_hash IS NOT NULL)",
        name="defined",
    ),
    info=audited(Sealed(("key", "version"))),
)

#: What was done with versions, by whom and why. Append-only: a trigger refuses every change.
scenario_act = Table(
    "scenario_act",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("key", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("act", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("actor", Text, nullable=False),
    Column("reason", Text),
    Column("data", JSONB, nullable=False, server_default=text("'{}'")),
    Index(None, "key", "version", "id"),
    info=audited(Sealed(("id",))),
)
