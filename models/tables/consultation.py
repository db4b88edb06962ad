"""What departments were asked about items, and what they answered."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
    false,
)

from models.consultation import ConsultationState
from models.tables.base import metadata, one_of

consultation = Table(
    "consultation",
    metadata,
    Column("project_id", ForeignKey("project.id"), nullable=False),
    Column("item", Text, nullable=False),
    Column("round", Integer, nullable=False),
    Column("department", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("asked_on", Date, nullable=False),
    Column("silence_is_consent", Boolean, nullable=False, server_default=false()),
    Column("due_on", Date),
    Column("answered_on", Date),
    Column("opinion", Text),
    Column("by", Text),
    PrimaryKeyConstraint("project_id", "item", "round", "department"),
    one_of("state", ConsultationState),
    CheckConstraint("state = 'asked' OR answered_on IS NOT NULL", name="answered"),
)
#: What a department still has to answer.
Index(
    "ix_consultation_asked",
    consultation.c.department,
    postgresql_where=consultation.c.state == "asked",
)
