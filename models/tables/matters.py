"""Matters 事件: kinds with their versions, the matters, their log; parts are made from their declarations."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import JSONB

from models.matters.facts import PARTS, ROW, MatterRow
from models.tables.audit import Chained, Folded, Sealed, audited
from models.tables.base import metadata, one_of
from models.tables.parts import columns_of, part_table

#: Versions of kinds; columns and states are those of versions of scenarios. A trigger refuses every
#: change of a published one but its retirement.
matter_kind = Table(
    "matter_kind",
    metadata,
    Column("id", Integer, Identity(), primary_key=True),
    Column("key", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("state", Text, nullable=False),
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
    UniqueConstraint("key", "version"),
    one_of("state", ("draft", "validated", "requested", "published", "retired")),
    CheckConstraint(
        "state = 'draft' OR (definition IS NOT NULL AND content_hash IS NOT NULL)",
        name="defined",
    ),
    info=audited(Sealed(("key", "version"))),
)

#: Columns that acts change; what the filing said is told by the log too.
_CHANGES = (
    *(name for name in ROW.names if name != "number"),
    *("kind_id", "event_count", "event_hash", "calendar"),
)

#: One matter: its facts, and the head of its chain.
matter = Table(
    "matter",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("kind_id", ForeignKey("matter_kind.id"), nullable=False, index=True),
    *columns_of(MatterRow, ROW),
    Column("event_count", Integer, nullable=False),
    Column("event_hash", LargeBinary, nullable=False),
    # Version of the calendar that the dates of its clocks were made with.
    Column("calendar", Text),
    UniqueConstraint("number"),
    # Its log tells all of it; its seal says that it was there at all.
    info=audited(Folded(), Sealed(("number",), beside=_CHANGES)),
)
Index("ix_matter_unit", matter.c.unit, matter.c.due_on)
Index("ix_matter_handler", matter.c.handler, matter.c.due_on)
Index("ix_matter_office", matter.c.office, matter.c.due_on)
Index("ix_matter_filer", matter.c.filer)
Index("ix_matter_enterprise", matter.c.enterprise)
Index("ix_matter_kind_filed", matter.c.kind_id, matter.c.filed_on)

#: Append-only: a trigger refuses update, delete and truncate. Columns are those of ``case_event``.
matter_event = Table(
    "matter_event",
    metadata,
    Column("matter_id", ForeignKey("matter.id"), nullable=False),
    Column("seq", Integer, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("kind", Text, nullable=False),
    Column("item", Text),
    Column("actor", Text, nullable=False),
    Column("role", Text, nullable=False),
    # JSON, not JSONB: the text that was hashed is kept as it was.
    Column("data", JSON, nullable=False),
    Column("command_key", Text),
    Column("hash", LargeBinary, nullable=False),
    PrimaryKeyConstraint("matter_id", "seq"),
    info=audited(Chained()),
)
#: A repeated request finds the act it repeats.
Index(
    "uq_matter_event_command_key",
    matter_event.c.matter_id,
    matter_event.c.command_key,
    unique=True,
    postgresql_where=matter_event.c.command_key.is_not(None),
)
#: A repeated filing finds its matter, whoever sends it again.
Index(
    "uq_matter_event_filing_key",
    matter_event.c.actor,
    matter_event.c.command_key,
    unique=True,
    postgresql_where=(matter_event.c.seq == 1) & matter_event.c.command_key.is_not(None),
)

MATTER_PARTS = {part.name: part_table(part) for part in PARTS}
