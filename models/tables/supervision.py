"""Supervision tasks of projects. The columns are the fields of :class:`models.supervision.SupervisionFacts`."""

from __future__ import annotations

from sqlalchemy import (
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
    text,
)

from models.states import ClockKind
from models.supervision import SupervisionCause, SupervisionKind, SupervisionState
from models.tables.base import metadata, one_of

supervision_task = Table(
    "supervision_task",
    metadata,
    Column("project_id", ForeignKey("project.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("kind", Text, nullable=False),
    Column("cause", Text, nullable=False),
    Column("item", Text, nullable=False),
    Column("round", Integer, nullable=False),
    Column("department", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("opened_on", Date, nullable=False),
    Column("due_on", Date),
    Column("reason", Text),
    Column("closed_on", Date),
    Column("closed_by", Text),
    Column("note", Text),
    Column("clock", Text),
    Column("subject", Text, nullable=False, server_default=text("''")),
    Column("until", Date),
    PrimaryKeyConstraint("project_id", "number"),
    one_of("kind", SupervisionKind),
    one_of("cause", SupervisionCause),
    one_of("state", SupervisionState),
    one_of("clock", ClockKind),
)
#: What a department supervises and has not done yet.
Index(
    "ix_supervision_task_open",
    supervision_task.c.department,
    postgresql_where=supervision_task.c.state == "open",
)
#: A letter for each clock, once.
Index(
    "uq_supervision_task_letter",
    supervision_task.c.project_id,
    supervision_task.c.item,
    supervision_task.c.round,
    supervision_task.c.clock,
    supervision_task.c.subject,
    unique=True,
    postgresql_where=supervision_task.c.kind == "letter",
)
