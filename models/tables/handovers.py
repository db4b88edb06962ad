"""Hand-over lists: what was open when somebody else came to act for a project, and who signed."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from models.people.handover import HandoverCause
from models.tables.audit import Sealed, audited
from models.tables.base import metadata, one_of

#: 交接: drawn up in the transaction in which somebody else came to act; one for all projects of an act.
handover = Table(
    "handover",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("giver", ForeignKey("account.login"), nullable=False, index=True),
    Column("receiver", ForeignKey("account.login"), nullable=False, index=True),
    Column("cause", Text, nullable=False),
    Column("made_at", DateTime(timezone=True), nullable=False),
    Column("sign_by", Date, nullable=False),
    # Where it is for an absence, which has one at its beginning and one at its end.
    Column("absence", ForeignKey("absence.id"), index=True),
    Column("giver_signed_at", DateTime(timezone=True)),
    Column("giver_signed_by", ForeignKey("account.login"), index=True),
    Column("receiver_signed_at", DateTime(timezone=True)),
    Column("reservations", Text, nullable=False, server_default=""),
    # Both, and who leads, were told that it is not signed.
    Column("warned_on", Date),
    one_of("cause", HandoverCause),
    CheckConstraint("giver <> receiver", name="somebody_else"),
    CheckConstraint(
        "(giver_signed_at IS NULL) = (giver_signed_by IS NULL)", name="signed_by_somebody"
    ),
    UniqueConstraint("giver", "receiver", "cause", "made_at"),
    info=audited(Sealed(("id",), beside=("warned_on",))),
)
Index(
    "ix_handover_unsigned",
    handover.c.sign_by,
    postgresql_where=text("giver_signed_at IS NULL OR receiver_signed_at IS NULL"),
)

#: What was open in one of its projects, as it stood.
handover_line = Table(
    "handover_line",
    metadata,
    Column("project_id", ForeignKey("project.id"), nullable=False),
    Column("handover", ForeignKey("handover.id"), nullable=False, index=True),
    Column("lines", JSONB, nullable=False),
    PrimaryKeyConstraint("project_id", "handover"),
    info=audited(Sealed(("project_id", "handover"))),
)
