"""The security log: append-only; what is younger than six months cannot be removed (a trigger)."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, DateTime, Identity, Index, Table, Text, func, text
from sqlalchemy.dialects.postgresql import JSONB

from models.people.security import SecurityEvent
from models.tables.audit import Sealed, audited
from models.tables.base import metadata, one_of

#: Logins are no foreign keys: an entry is of the day on which it was written.
security_event = Table(
    "security_event",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("kind", Text, nullable=False),
    # Who did it; empty where nobody is signed in.
    Column("actor", Text),
    # Whose account it is about.
    Column("subject", Text),
    Column("address", Text, nullable=False),
    Column("detail", JSONB, nullable=False, server_default=text("'{}'::jsonb")),
    one_of("kind", SecurityEvent),
    Index("ix_security_event_at", "at"),
    Index("ix_security_event_actor", "actor", "id"),
    Index("ix_security_event_subject", "subject", "id"),
    info=audited(Sealed(("id",))),
)
