"""What leaves the transaction: wake-ups for the lifecycle flow, notices and their receipts, warnings."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    func,
)
from sqlalchemy.dialects.postgresql import JSONB

from models.tables.audit import Chained, SaysNothing, Sealed, audited
from models.tables.base import metadata, one_of

#: Outbox of the lifecycle flow: one row per project that has a version no run has evaluated yet.
#: It stays until a run records that it evaluated that version, so a wake-up cannot be lost.
wake_up = Table(
    "wake_up",
    metadata,
    Column("project_id", ForeignKey("project.id"), primary_key=True, autoincrement=False),
    Column("version", Integer, nullable=False),
    Column("requested_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("not_before", DateTime(timezone=True), nullable=False, server_default=func.now()),
    info=audited(SaysNothing("work to be done, deleted when it is")),
)

Index("ix_wake_up_not_before", wake_up.c.not_before)

#: Outbox of messages: written with the act, expanded to one delivery per person and channel.
notice = Table(
    "notice",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    # Empty where it is about no project: a warning about the calendar.
    Column("project_id", ForeignKey("project.id")),
    # The matter that it is about, where it is about one.
    Column("matter_id", ForeignKey("matter.id")),
    Column("seq", Integer),
    Column("audience", Text, nullable=False),
    Column("template", Text, nullable=False),
    Column("item", Text),
    Column("params", JSONB, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("expanded_at", DateTime(timezone=True)),
    # The same act cannot tell the same people the same thing twice.
    UniqueConstraint("project_id", "seq", "audience", "template"),
    UniqueConstraint("matter_id", "seq", "audience", "template"),
    # What an act told is hashed in its event; the rest is sealed.
    info=audited(
        Chained(),
        Sealed(
            ("project_id", "id"),
            beside=("expanded_at",),
            elsewhere="t.project_id IS NOT NULL OR t.matter_id IS NOT NULL",
        ),
    ),
)
Index("ix_notice_pending", notice.c.id, postgresql_where=notice.c.expanded_at.is_(None))

#: One attempt-able delivery of a notice to one person on one channel, with its receipt.
delivery = Table(
    "delivery",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("notice_id", ForeignKey("notice.id"), nullable=False),
    # Empty for the installation's own alert channels, which belong to nobody.
    Column("account", ForeignKey("account.login")),
    # ``portal``, or which of the person's channels: its kind and place, never its address.
    Column("channel", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("next_attempt_at", DateTime(timezone=True)),
    # Whoever sends it now has it until then, by the database's clock.
    Column("claimed_until", DateTime(timezone=True)),
    Column("sent_at", DateTime(timezone=True)),
    Column("read_at", DateTime(timezone=True)),
    Column("detail", Text),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    UniqueConstraint("notice_id", "account", "channel"),
    one_of("state", ("pending", "sent", "failed")),
    Index("ix_delivery_account_created_at", "account", "created_at"),
    # How often it was tried, and what the last refusal said, is no receipt.
    info=audited(
        Sealed(("id",), beside=("attempts", "next_attempt_at", "claimed_until", "detail"))
    ),
)
Index("ix_delivery_due", delivery.c.next_attempt_at, postgresql_where=delivery.c.state == "pending")
#: An alert reaches each of the installation's channels once.
Index(
    "uq_delivery_alert",
    delivery.c.notice_id,
    delivery.c.channel,
    unique=True,
    postgresql_where=delivery.c.account.is_(None),
)
#: What a person has not read yet.
Index(
    "ix_delivery_unread",
    delivery.c.account,
    postgresql_where=(delivery.c.channel == "portal") & delivery.c.read_at.is_(None),
)
