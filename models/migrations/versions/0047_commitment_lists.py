"""Lists of items that are granted on commitment at once, and by which one a grant was given.

Revision ID: 0047
Revises: 0046
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "commitment_list",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("department", sa.Text(), nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("published_by", sa.Text(), nullable=False),
        sa.Column("published_on", sa.Date(), nullable=False),
        sa.Column("withdrawn_by", sa.Text(), nullable=True),
        sa.Column("withdrawn_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "(withdrawn_by IS NULL) = (withdrawn_on IS NULL)",
            name=op.f("ck_commitment_list_withdrawn_by_somebody"),
        ),
        sa.ForeignKeyConstraint(
            ["department"],
            ["department.key"],
            name=op.f("fk_commitment_list_department_department"),
        ),
        sa.ForeignKeyConstraint(
            ["published_by"],
            ["account.login"],
            name=op.f("fk_commitment_list_published_by_account"),
        ),
        sa.ForeignKeyConstraint(
            ["withdrawn_by"],
            ["account.login"],
            name=op.f("fk_commitment_list_withdrawn_by_account"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commitment_list")),
    )
    for column in ("published_by", "withdrawn_by"):
        op.create_index(op.f(f"ix_commitment_list_{column}"), "commitment_list", [column])
    op.create_index(
        "uq_commitment_list_in_force",
        "commitment_list",
        ["department", "item"],
        unique=True,
        postgresql_where=sa.text("withdrawn_on IS NULL"),
    )
    op.add_column("commitment", sa.Column("list_number", sa.Text(), nullable=True))
    op.add_column("commitment", sa.Column("list_officer", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("commitment", "list_officer")
    op.drop_column("commitment", "list_number")
    op.drop_table("commitment_list")
