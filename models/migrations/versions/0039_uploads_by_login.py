"""Who uploaded a file is a login, as in the log: whoever did may attach it, and nobody else.

Revision ID: 0039
Revises: 0038
"""

from __future__ import annotations

from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None

CONSTRAINT = "fk_file_upload_account_account"


def upgrade() -> None:
    op.drop_constraint(op.f(CONSTRAINT), "file_upload")


def downgrade() -> None:
    op.execute("DELETE FROM file_upload WHERE account NOT IN (SELECT login FROM account)")
    op.create_foreign_key(op.f(CONSTRAINT), "file_upload", "account", ["account"], ["login"])
