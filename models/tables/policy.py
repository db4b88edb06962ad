"""The district's policies as they came into force."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, DateTime, Identity, Table, Text
from sqlalchemy.dialects.postgresql import JSONB

from models.tables.audit import Sealed, audited
from models.tables.base import metadata

#: The newest is the one in force: every machine's file has to say the same.
policy_version = Table(
    "policy_version",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("in_force_since", DateTime(timezone=True), nullable=False),
    Column("made_by", Text, nullable=False),
    # Name of the machine whose file it was.
    Column("machine", Text, nullable=False),
    Column("content", JSONB, nullable=False),
    info=audited(Sealed(("id",))),
)
