"""Who accompanied which project from when until when."""

from __future__ import annotations

from sqlalchemy import (
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
    text,
)

from models.cases.stewardship import Basis
from models.tables.audit import Folded, audited
from models.tables.base import metadata, one_of

#: Derived from the log by the database, in the transaction of the act: at its end every
#: running project has exactly one steward, whose account is open, at every instant since it was registered.
steward_span = Table(
    "steward_span",
    metadata,
    Column("project_id", ForeignKey("project.id"), nullable=False),
    # Of the event that it begins with.
    Column("seq", Integer, nullable=False),
    Column("steward", ForeignKey("account.login"), nullable=False),
    Column("from_at", DateTime(timezone=True), nullable=False),
    Column("to_at", DateTime(timezone=True), nullable=False, server_default=text("'infinity'")),
    Column("basis", Text, nullable=False),
    Column("weight", Integer, nullable=False),
    PrimaryKeyConstraint("project_id", "seq"),
    CheckConstraint("from_at <= to_at", name="in_order"),
    CheckConstraint("weight > 0", name="weight"),
    one_of("basis", Basis),
    info=audited(Folded()),
)
Index("ix_steward_span_steward_from_at", steward_span.c.steward, steward_span.c.from_at)
Index(
    "ix_steward_span_open",
    steward_span.c.steward,
    postgresql_where=steward_span.c.to_at == text("'infinity'"),
)
