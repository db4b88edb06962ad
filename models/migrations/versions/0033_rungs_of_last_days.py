"""A warning belongs to a last day and yellow is an instant; the statutory limit has rungs of its own.

Revision ID: 0033
Revises: 0032
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

from models.migrations.filling import Filling
from models.migrations.overlap import OLDER

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

ZONE = "Asia/Shanghai"
LETTER = "uq_supervision_task_letter"
OF_A_CLOCK = ("project_id", "item", "round", "clock", "subject")
#: What was warned of stands in the log, in order.
GIVEN = f"""
UPDATE clock c SET warned_for = g.last_days, warned_on = g.days FROM (
    SELECT project_id, item, data ->> 'clock' AS kind, (data ->> 'round')::int AS round,
        data ->> 'subject' AS subject,
        array_agg(coalesce(data ->> 'due_on', (at AT TIME ZONE '{ZONE}')::date::text) ORDER BY seq)
            AS last_days,
        array_agg((at AT TIME ZONE '{ZONE}')::date::text ORDER BY seq) AS days
    FROM case_event WHERE kind = 'WarningGiven' AND project_id >= :first AND project_id < :last
    GROUP BY 1, 2, 3, 4, 5
) g WHERE g.project_id = c.project_id AND g.item = c.item AND g.kind = c.kind
AND coalesce(g.round, c.round) = c.round AND g.subject = c.subject
"""  # noqa: S608 - put together from constants
#: The release before writes days and counts warnings by their number; we write instants.
IN_STEP = f"""
CREATE FUNCTION older_clock() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  given int;
BEGIN
  IF {OLDER} THEN
    NEW.yellow_at := NEW.yellow_on::timestamp AT TIME ZONE '{ZONE}';
    NEW.next_rung_at := NEW.next_rung_on::timestamp AT TIME ZONE '{ZONE}';
    given := cardinality(NEW.warned) - cardinality(NEW.warned_for);
    IF given > 0 THEN
      NEW.warned_for := NEW.warned_for || array_fill(coalesce(NEW.due_on, CURRENT_DATE)::text, ARRAY[given]);
      NEW.warned_on := NEW.warned_on || array_fill(CURRENT_DATE::text, ARRAY[given]);
    ELSIF given < 0 THEN
      NEW.warned_for := NEW.warned_for[1:cardinality(NEW.warned)];
      NEW.warned_on := NEW.warned_on[1:cardinality(NEW.warned)];
    END IF;
  ELSIF TG_OP = 'INSERT' OR (NEW.yellow_at, NEW.next_rung_at)
      IS DISTINCT FROM (OLD.yellow_at, OLD.next_rung_at) THEN
    NEW.yellow_on := (NEW.yellow_at AT TIME ZONE '{ZONE}')::date;
    NEW.next_rung_on := (NEW.next_rung_at AT TIME ZONE '{ZONE}')::date;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER older_clock BEFORE INSERT OR UPDATE ON clock FOR EACH ROW EXECUTE FUNCTION older_clock();
"""
#: Projects of which something has to be derived that the release before does not know.
MARKS = f"""
CREATE FUNCTION older_project() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO older_write (project_id) VALUES (NEW.id) ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$;
CREATE TRIGGER older_project AFTER INSERT OR UPDATE OF version, calendar, state, steward ON project
  FOR EACH ROW WHEN ({OLDER}) EXECUTE FUNCTION older_project();
"""  # noqa: S608 - put together from constants
INSTANTS = (
    f"UPDATE clock SET yellow_at = yellow_on::timestamp AT TIME ZONE '{ZONE}',"  # noqa: S608
    f" next_rung_at = next_rung_on::timestamp AT TIME ZONE '{ZONE}'"
    " WHERE project_id >= :first AND project_id < :last"
    " AND (yellow_on IS NOT NULL OR next_rung_on IS NOT NULL)"
)
#: The next deadline watch reads the clocks of these projects again.
READ_AGAIN = (
    "UPDATE project SET calendar = NULL WHERE state = 'active' AND id >= :first AND id < :last"
)
FILLINGS = (Filling((INSTANTS, GIVEN, READ_AGAIN)),)


def upgrade() -> None:
    """Rows keep what they were warned of; what is derived follows with the next look at the calendar."""
    for name in ("yellow_at", "statutory_yellow_at", "next_rung_at"):
        op.add_column("clock", sa.Column(name, sa.DateTime(timezone=True)))
    for name in ("warned_for", "warned_on"):
        column: sa.Column[Any] = sa.Column(
            name, ARRAY(sa.Text), nullable=False, server_default=sa.text("'{}'::text[]")
        )
        op.add_column("clock", column)
    where = sa.text("next_rung_at IS NOT NULL")
    op.create_index("ix_clock_next_rung_at", "clock", ["next_rung_at"], postgresql_where=where)
    op.add_column("supervision_task", sa.Column("missed_on", sa.Date()))
    op.drop_index(LETTER, "supervision_task")
    _one_letter(*OF_A_CLOCK, "missed_on")
    op.execute(IN_STEP)
    op.create_table(
        "older_write",
        sa.Column("project_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("project_id", name="pk_older_write"),
    )
    op.execute(MARKS)


def downgrade() -> None:
    """Instants become days again; only the first letter of a clock may be there."""
    op.drop_index(LETTER, "supervision_task")
    _one_letter(*OF_A_CLOCK)
    op.drop_column("supervision_task", "missed_on")
    for name in ("yellow_on", "next_rung_on"):
        op.add_column("clock", sa.Column(name, sa.Date()), if_not_exists=True)
    for name in ("older_clock", "older_project"):
        op.execute(f"DROP FUNCTION IF EXISTS {name}() CASCADE")
    op.drop_table("older_write", if_exists=True)
    op.execute(
        f"UPDATE clock SET yellow_on = (yellow_at AT TIME ZONE '{ZONE}')::date,"  # noqa: S608
        f" next_rung_on = (next_rung_at AT TIME ZONE '{ZONE}')::date"
    )
    op.drop_index("ix_clock_next_rung_at", "clock")
    for name in ("yellow_at", "statutory_yellow_at", "next_rung_at", "warned_for", "warned_on"):
        op.drop_column("clock", name)
    where = sa.text("next_rung_on IS NOT NULL")
    op.create_index(
        "ix_clock_next_rung_on",
        "clock",
        ["next_rung_on"],
        postgresql_where=where,
        if_not_exists=True,
    )


def _one_letter(*columns: str) -> None:
    where = sa.text("kind = 'letter'")
    op.create_index(LETTER, "supervision_task", list(columns), unique=True, postgresql_where=where)
