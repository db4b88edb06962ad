"""The security log is sealed like what else no event tells; what is there already is sealed as found.

Revision ID: 0068
Revises: 0061
"""

from __future__ import annotations

from alembic import op

from models.tables.audit import hash_sql, key_sql, seal_of
from models.tables.security import security_event

revision = "0068"
down_revision = "0067"
branch_labels = None
depends_on = None

BATCH = 1000


def upgrade() -> None:
    how = seal_of(security_event)
    assert how is not None  # noqa: S101
    op.execute("SET LOCAL timezone = 'UTC'")
    op.execute(
        "INSERT INTO seal (relation, rows, found) SELECT 'security_event',"  # noqa: S608
        " jsonb_object_agg(key, hash), true FROM"
        f" (SELECT {key_sql(how)} AS key, {hash_sql(how)} AS hash, row_number() OVER () / {BATCH} AS batch"
        " FROM security_event t) rows GROUP BY batch ORDER BY batch"
    )


def downgrade() -> None:
    """Seals are never taken away."""
