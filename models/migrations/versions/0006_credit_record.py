"""The credit record of enterprises: what a voided approval leaves behind, and what lifts it.

Revision ID: 0006
Revises: 0005
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table; approvals voided before are not held against anybody."""
    op.create_table(
        "credit_entry",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("enterprise", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("project_id", sa.BigInteger(), nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("entered_on", sa.Date(), nullable=False),
        sa.Column("until", sa.Date()),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("closes", sa.BigInteger()),
        sa.PrimaryKeyConstraint("id", name="pk_credit_entry"),
        sa.UniqueConstraint("closes", name="uq_credit_entry_closes"),
        sa.ForeignKeyConstraint(
            ["enterprise"], ["enterprise.credit_code"], name="fk_credit_entry_enterprise_enterprise"
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name="fk_credit_entry_project_id_project"
        ),
        sa.ForeignKeyConstraint(
            ["closes"], ["credit_entry.id"], name="fk_credit_entry_closes_credit_entry"
        ),
        sa.CheckConstraint(
            "kind IN ('dishonesty', 'repair', 'correction')", name=op.f("ck_credit_entry_kind")
        ),
        sa.CheckConstraint(
            "state IN ('open', 'repaired', 'corrected', 'closed')",
            name=op.f("ck_credit_entry_state"),
        ),
        sa.CheckConstraint(
            "(kind = 'dishonesty') = (closes IS NULL)",
            name=op.f("ck_credit_entry_closes_another"),
        ),
    )
    op.create_index(
        "uq_credit_entry_dishonesty",
        "credit_entry",
        ["project_id", "item", "round"],
        unique=True,
        postgresql_where=sa.text("kind = 'dishonesty'"),
    )
    op.create_index(
        "ix_credit_entry_open",
        "credit_entry",
        ["enterprise"],
        postgresql_where=sa.text("state = 'open'"),
    )


def downgrade() -> None:
    """Forget the record."""
    op.drop_table("credit_entry")
