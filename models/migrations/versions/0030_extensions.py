"""The head of the people's government has an account of their own, and is asked for extensions.

Revision ID: 0030
Revises: 0029
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

ROLES = (
    "'applicant', 'window_clerk', 'handler', 'approver', 'department_head', 'project_steward',"
    " 'administrator', 'leader'"
)


def upgrade() -> None:
    """Nobody was asked before."""
    _roles(f"{ROLES}, 'government_head', 'system'")
    op.add_column("item", sa.Column("extension_asked_on", sa.Date()))
    op.create_index(
        "ix_item_extension_asked",
        "item",
        ["state"],
        postgresql_where=sa.text("extension_asked_on IS NOT NULL"),
    )


def downgrade() -> None:
    """Accounts of that role have to be gone; the log still says what was asked for."""
    op.drop_index("ix_item_extension_asked", table_name="item")
    op.drop_column("item", "extension_asked_on")
    _roles(f"{ROLES}, 'system'")


def _roles(roles: str) -> None:
    op.drop_constraint("ck_account_role", "account")
    op.create_check_constraint("role", "account", f"role IN ({roles})")
