"""Who accompanied which project from when until when."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY

from models.cases.choice import ChoiceState, DeclineReason
from models.cases.stewardship import Basis
from models.tables.audit import Folded, Sealed, audited
from models.tables.base import metadata, one_of

#: Derived from the log by the database, in the transaction of the act: at its end every
#: running project has exactly one steward, whose account is open, at every instant since it was registered.
steward_span = Table(
    "steward_span",
    metadata,
    Column("project_id", ForeignKey("project.id"), nullable=False),
    # Of the event that it begins with.
    Column("seq", Integer, nullable=False),
    Column("steward", ForeignKey("account.login"), nullable=False),
    Column("from_at", DateTime(timezone=True), nullable=False),
    Column("to_at", DateTime(timezone=True), nullable=False, server_default=text("'infinity'")),
    Column("basis", Text, nullable=False),
    Column("weight", Integer, nullable=False),
    PrimaryKeyConstraint("project_id", "seq"),
    CheckConstraint("from_at <= to_at", name="in_order"),
    CheckConstraint("weight > 0", name="weight"),
    one_of("basis", Basis),
    info=audited(Folded()),
)
#: What somebody who accompanies projects is prepared for, and whether enterprises may choose them.
steward_profile = Table(
    "steward_profile",
    metadata,
    Column("login", ForeignKey("account.login"), primary_key=True),
    # Kinds of project: keys of scenarios.
    Column("skills", ARRAY(Text), nullable=False, server_default=text("'{}'::text[]")),
    Column("languages", ARRAY(Text), nullable=False, server_default=text("'{}'::text[]")),
    Column("choosable", Boolean, nullable=False, server_default=text("false")),
    info=audited(Sealed(("login",))),
)
#: Whom enterprises chose to accompany their projects, and what came of it.
steward_choice = Table(
    "steward_choice",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("project_id", ForeignKey("project.id"), nullable=False, index=True),
    Column("officer", ForeignKey("account.login"), nullable=False, index=True),
    Column("asked_by", ForeignKey("account.login"), nullable=False, index=True),
    Column("asked_at", DateTime(timezone=True), nullable=False),
    Column("answer_by", Date, nullable=False),
    Column("reason", Text, nullable=False, server_default=""),
    Column("state", Text, nullable=False),
    Column("decline", Text),
    Column("answered_at", DateTime(timezone=True)),
    one_of("state", ChoiceState),
    one_of("decline", DeclineReason),
    CheckConstraint("(state = 'declined') = (decline IS NOT NULL)", name="declined_for_a_reason"),
    info=audited(Sealed(("project_id", "id"))),
)
Index(
    "uq_steward_choice_asked",
    steward_choice.c.project_id,
    unique=True,
    postgresql_where=steward_choice.c.state == "asked",
)
Index("ix_steward_span_steward_from_at", steward_span.c.steward, steward_span.c.from_at)
Index(
    "ix_steward_span_open",
    steward_span.c.steward,
    postgresql_include=["weight"],
    postgresql_where=steward_span.c.to_at == text("'infinity'"),
)
