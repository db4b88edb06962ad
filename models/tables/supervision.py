"""Supervision tasks of projects. The columns are the fields of :class:`models.supervision.SupervisionFacts`."""

from __future__ import annotations

from sqlalchemy import Column, Date, ForeignKey, Index, Integer, PrimaryKeyConstraint, Table, Text

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
    PrimaryKeyConstraint("project_id", "number"),
    one_of("kind", SupervisionKind),
    one_of("cause", SupervisionCause),
    one_of("state", SupervisionState),
)
#: What a department supervises and has not done yet.
Index(
    "ix_supervision_task_open",
    supervision_task.c.department,
    postgresql_where=supervision_task.c.state == "open",
)
