"""Delegations in writing; in which capacity somebody who is signed in acts.

Revision ID: 0067
Revises: 0060
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0067"
down_revision = "0066"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("session", sa.Column("acting_as", sa.Text()))
    texts = postgresql.ARRAY(sa.Text())
    op.create_table(
        "delegation",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("giver", sa.Text(), nullable=False),
        sa.Column("receiver", sa.Text(), nullable=False),
        sa.Column("acts", texts, nullable=False),
        sa.Column("items", texts, nullable=False, server_default=sa.text("'{}'::text[]")),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=False),
        sa.Column("document_no", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text()),
        sa.Column("entered_by", sa.Text()),
        sa.Column(
            "entered_at",
            sa.DateTime(timezone=True),
            nullable=False,
            server_default=sa.text("now()"),
        ),
        sa.PrimaryKeyConstraint("id", name="pk_delegation"),
        sa.ForeignKeyConstraint(["giver"], ["account.login"], name="fk_delegation_giver_account"),
        sa.ForeignKeyConstraint(
            ["receiver"], ["account.login"], name="fk_delegation_receiver_account"
        ),
        sa.CheckConstraint("to_on >= from_on", name="ck_delegation_in_order"),
        sa.CheckConstraint("receiver <> giver", name="ck_delegation_somebody_else"),
        sa.CheckConstraint("cardinality(acts) > 0", name="ck_delegation_named"),
    )
    for column in ("giver", "receiver"):
        op.create_index(f"ix_delegation_{column}", "delegation", [column])
