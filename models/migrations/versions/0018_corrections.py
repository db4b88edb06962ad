"""Items keep what their notice of corrections named: papers and fields, each with what is wrong.

Revision ID: 0018
Revises: 0017
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

#: A notice of before named papers alone, with one reason for all of them; the last one counts.
_FROM_THE_LOG = """
UPDATE item SET corrections = jsonb_build_object(
  'fields', coalesce((said.data->'fields')::jsonb, '{}'),
  'materials', CASE json_typeof(said.data->'materials') WHEN 'array' THEN (
    SELECT jsonb_object_agg(named, said.data->>'reason')
      FROM json_array_elements_text(said.data->'materials') named
  ) ELSE (said.data->'materials')::jsonb END
) FROM (
  SELECT DISTINCT ON (project_id, item) project_id, item, kind, data FROM case_event
   WHERE kind IN ('CorrectionRequested', 'ApprovalRestored') ORDER BY project_id, item, seq DESC
) said
WHERE said.project_id = item.project_id AND said.item = item.code
  AND said.kind = 'CorrectionRequested' AND said.data->>'round' = item.round::text
"""


def upgrade() -> None:
    """What was named before stands in the log."""
    nothing = sa.text("'{}'::jsonb")
    op.add_column("item", sa.Column("corrections", JSONB(), nullable=False, server_default=nothing))
    op.execute(_FROM_THE_LOG)


def downgrade() -> None:
    """The log still says what was named."""
    op.drop_column("item", "corrections")
