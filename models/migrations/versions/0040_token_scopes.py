"""What a bearer token may be used for.

Revision ID: 0040
Revises: 0039
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Tokens of before go on doing what they did: everything that their owner may."""
    op.add_column(
        "api_token",
        sa.Column(
            "scopes",
            ARRAY(sa.Text()),
            nullable=False,
            server_default=sa.text("'{read,act,administer}'::text[]"),
        ),
    )


def downgrade() -> None:
    op.drop_column("api_token", "scopes")
