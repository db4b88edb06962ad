"""A project says which tables hold rows of it, so that an act looks into no others.

Revision ID: 0017
Revises: 0016
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

TABLES = {
    "consultations": "consultation",
    "deficiencies": "deficiency",
    "lines": "utility_line",
    "rectifications": "rectification",
    "site_visits": "site_visit",
    "supervision": "supervision_task",
    "voidings": "voiding",
}


def upgrade() -> None:
    """Each project there is names what it has."""
    op.add_column(
        "project",
        sa.Column(
            "parts", sa.ARRAY(sa.Text()), nullable=False, server_default=sa.text("'{}'::text[]")
        ),
    )
    for part, table in TABLES.items():
        op.execute(
            f"UPDATE project p SET parts = array_append(parts, '{part}')"  # noqa: S608 - our names
            f" WHERE EXISTS (SELECT 1 FROM {table} t WHERE t.project_id = p.id)"
        )


def downgrade() -> None:
    """Every act looks into every table again."""
    op.drop_column("project", "parts")
