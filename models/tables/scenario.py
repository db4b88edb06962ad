"""Versions of scenarios; a published one never changes."""

from __future__ import annotations

from sqlalchemy import Column, Date, DateTime, Identity, Integer, Table, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB

from models.tables.base import metadata, one_of

scenario_version = Table(
    "scenario_version",
    metadata,
    Column("id", Integer, Identity(), primary_key=True),
    Column("key", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("content_hash", Text, nullable=False),
    Column("definition", JSONB, nullable=False),
    Column("source", Text, nullable=False),
    Column("effective_on", Date),
    Column("published_at", DateTime(timezone=True)),
    Column("published_by", Text),
    UniqueConstraint("key", "version"),
    one_of("state", ("draft", "validated", "published", "retired")),
)
