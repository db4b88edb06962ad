"""What lists keep beside the facts: views that people saved, and names of projects to search by."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from models.tables.audit import SaysNothing, audited
from models.tables.base import metadata

ledger_view = Table(
    "ledger_view",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("account", ForeignKey("account.login"), nullable=False),
    Column("ledger", Text, nullable=False),
    Column("name", Text, nullable=False),
    # Filters, order and columns, as an address has them.
    Column("asked", JSONB, nullable=False),
    Column("saved_at", DateTime(timezone=True), nullable=False),
    UniqueConstraint("account", "ledger", "name"),
    info=audited(SaysNothing("how somebody looks at a list; nobody else sees it")),
)

#: Written by triggers, whoever writes a name.
project_name = Table(
    "project_name",
    metadata,
    Column("project_id", ForeignKey("project.id"), primary_key=True),
    # Two signs that stand beside each other in title, code or enterprise, as one number.
    Column("pairs", ARRAY(BigInteger), nullable=False),
    Index("ix_project_name_pairs", "pairs", postgresql_using="gin"),
    info=audited(SaysNothing("an index: what it finds is held against the names themselves")),
)
