"""Authorisations are suspended while the agent's account is closed.

Revision ID: 0056
Revises: 0055
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0056"
down_revision = "0055"
branch_labels = None
depends_on = None

TABLE = "agency_authorisation"
BEFORE = ("signed", "active", "revoked", "expired", "ended", "superseded")
INDEXES = {"agent": "agent", "until": "valid_until"}


def upgrade() -> None:
    _one_of((*BEFORE, "suspended"))
    _indexes("('signed', 'active', 'suspended')")


def downgrade() -> None:
    """What was suspended ended."""
    op.execute(f"UPDATE {TABLE} SET state = 'ended' WHERE state = 'suspended'")  # noqa: S608
    _one_of(BEFORE)
    _indexes("('signed', 'active')")


def _one_of(values: tuple[str, ...]) -> None:
    # The migration that made the table named its check twice over.
    for name in (f"ck_{TABLE}_state", f"ck_{TABLE}_ck_{TABLE}_state"):
        op.execute(f"ALTER TABLE {TABLE} DROP CONSTRAINT IF EXISTS {name}")
    op.create_check_constraint("state", TABLE, f"state IN {values}")


def _indexes(states: str) -> None:
    for name, column in INDEXES.items():
        op.drop_index(f"ix_{TABLE}_{name}", TABLE)
        op.create_index(
            f"ix_{TABLE}_{name}",
            TABLE,
            [column],
            postgresql_where=sa.text(f"state IN {states}"),
        )
