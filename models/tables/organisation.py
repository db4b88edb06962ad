"""Departments, enterprises and the people who sign in."""

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
    LargeBinary,
    Table,
    Text,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY

from models.actor import Role
from models.credit import CreditCause, CreditKind, CreditState
from models.tables.base import metadata, one_of

department = Table(
    "department",
    metadata,
    Column("key", Text, primary_key=True),
    Column("name_zh", Text, nullable=False),
    Column("name_en", Text, nullable=False),
)

enterprise = Table(
    "enterprise",
    metadata,
    Column("credit_code", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    CheckConstraint("length(credit_code) = 18", name="credit_code_length"),
)

account = Table(
    "account",
    metadata,
    Column("login", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("department", ForeignKey("department.key"), index=True),
    Column("enterprise", ForeignKey("enterprise.credit_code"), index=True),
    Column("password_hash", Text),
    Column("language", Text, nullable=False, server_default="zh-CN"),
    Column("channels", ARRAY(Text), nullable=False, server_default=text("'{}'::text[]")),
    Column("active", Boolean, nullable=False, server_default=text("true")),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    one_of("role", Role),
    CheckConstraint(
        "(role = 'applicant') = (enterprise IS NOT NULL)", name="applicant_has_enterprise"
    ),
    CheckConstraint(
        "role NOT IN ('handler', 'approver', 'department_head') OR department IS NOT NULL",
        name="officer_has_department",
    ),
)

api_token = Table(
    "api_token",
    metadata,
    Column("token_hash", LargeBinary, primary_key=True),
    Column("account", ForeignKey("account.login", ondelete="CASCADE"), nullable=False, index=True),
    Column("label", Text, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("expires_at", DateTime(timezone=True)),
)

#: What stands in an enterprise's credit record 信用记录, and what closed it.
credit_entry = Table(
    "credit_entry",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("enterprise", ForeignKey("enterprise.credit_code"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("project_id", ForeignKey("project.id"), nullable=False),
    Column("item", Text, nullable=False),
    Column("round", Integer, nullable=False),
    Column("entered_on", Date, nullable=False),
    Column("until", Date),
    Column("reason", Text, nullable=False),
    Column("state", Text, nullable=False),
    # The entry that a repair or a correction closes; none is closed twice.
    Column("closes", ForeignKey("credit_entry.id"), unique=True),
    Column("cause", Text, nullable=False, server_default=text("'voiding'")),
    one_of("kind", CreditKind),
    one_of("state", CreditState),
    one_of("cause", CreditCause),
    CheckConstraint("(kind = 'dishonesty') = (closes IS NULL)", name="closes_another"),
)
#: Voiding an approval enters one dishonesty, and so does the lapse of a phase; violations may be many.
Index(
    "uq_credit_entry_dishonesty",
    credit_entry.c.project_id,
    credit_entry.c.item,
    credit_entry.c.round,
    credit_entry.c.cause,
    unique=True,
    postgresql_where=(credit_entry.c.kind == "dishonesty") & (credit_entry.c.cause != "violation"),
)
Index(
    "ix_credit_entry_open",
    credit_entry.c.enterprise,
    postgresql_where=credit_entry.c.state == "open",
)
