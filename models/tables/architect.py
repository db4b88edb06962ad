"""What the architect's team of a project advised."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
)

from models.tables.base import metadata

design_opinion = Table(
    "design_opinion",
    metadata,
    Column("project_id", ForeignKey("project.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("recorded_on", Date, nullable=False),
    Column("by", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("opinion", Text, nullable=False),
    Column("adopted", Boolean, nullable=False),
    Column("saved_cost", BigInteger),
    PrimaryKeyConstraint("project_id", "number"),
    CheckConstraint("saved_cost >= 0", name="saved_cost"),
)
