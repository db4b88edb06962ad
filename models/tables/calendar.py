"""The calendars that clocks were read on, and the warnings that a holiday notice is missing."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    Identity,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
)
from sqlalchemy.dialects.postgresql import JSONB

from models.tables.audit import Sealed, audited
from models.tables.base import metadata

#: Calendars as they came into force; the newest is the one in force. ``content`` rebuilds it, so
#: that a move of dates can be explained day by day for ever.
calendar_version = Table(
    "calendar_version",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("version", Text, nullable=False, index=True),
    Column("in_force_since", DateTime(timezone=True), nullable=False),
    Column("made_by", Text, nullable=False),
    Column("content", JSONB, nullable=False),
    info=audited(Sealed(("id",))),
)

#: A warning that the holiday notice of a year is missing: the row is the claim.
calendar_warning = Table(
    "calendar_warning",
    metadata,
    Column("year", Integer, nullable=False),
    Column("rung", Integer, nullable=False),
    Column("given_at", DateTime(timezone=True), nullable=False),
    PrimaryKeyConstraint("year", "rung"),
    info=audited(Sealed(("year", "rung"))),
)
