"""Ledgers: views that people keep, and the deficiency ledger by index however long it is.

Revision ID: 0063
Revises: 0057
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0063"
down_revision = "0062"
branch_labels = None
depends_on = None

OPEN = "state IN ('open', 'submitted')"
LINE = ["project_id", "item", "round", "material"]


def upgrade() -> None:
    op.drop_index("ix_deficiency_open_due_on", "deficiency")
    op.create_index(
        "ix_deficiency_open_due_on",
        "deficiency",
        ["due_on", *LINE],
        postgresql_where=sa.text(OPEN),
    )
    op.create_index("ix_deficiency_opened_on", "deficiency", ["opened_on", *LINE])
    op.create_table(
        "ledger_view",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("ledger", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("asked", JSONB(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account"], ["account.login"], name=op.f("fk_ledger_view_account_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_view")),
        sa.UniqueConstraint(
            "account", "ledger", "name", name=op.f("uq_ledger_view_account_ledger_name")
        ),
    )


def downgrade() -> None:
    op.drop_table("ledger_view")
    op.drop_index("ix_deficiency_opened_on", "deficiency")
    op.drop_index("ix_deficiency_open_due_on", "deficiency")
    op.create_index(
        "ix_deficiency_open_due_on", "deficiency", ["due_on"], postgresql_where=sa.text(OPEN)
    )
