"""What lists keep beside the facts: views that people saved."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    ForeignKey,
    Identity,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import JSONB

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
