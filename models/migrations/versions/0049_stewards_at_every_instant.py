"""Who accompanied each project from when until when, and that each running one has exactly one.

The spans are derived from the log by the database itself, in the transaction that wrote the log: no
writer can forget them. At its end a running project without a steward, a gap, an overlap, or a
steward whose account is closed is refused.

Revision ID: 0049
Revises: 0048
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from models.migrations.filling import Filling
from models.migrations.overlap import LET_PASS

revision = "0049"
down_revision = "0048"
branch_labels = None
depends_on = None

#: Follows a change of the project's row: the span under way ends with the newest event, the next begins.
KEEP = """
CREATE FUNCTION keep_steward_spans() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  newest timestamptz := COALESCE(
    (SELECT at FROM case_event WHERE project_id = NEW.id ORDER BY seq DESC LIMIT 1), now());
  assigned record;
BEGIN
  UPDATE steward_span SET to_at = greatest(newest, from_at)
    WHERE project_id = NEW.id AND to_at = 'infinity';
  IF NEW.state = 'active' AND NEW.steward IS NOT NULL THEN
    SELECT seq, data INTO assigned FROM case_event
      WHERE project_id = NEW.id AND kind = 'StewardAssigned' ORDER BY seq DESC LIMIT 1;
    INSERT INTO steward_span (project_id, seq, steward, from_at, basis, weight)
      VALUES (NEW.id, greatest(assigned.seq, -- a change without an event is found by the audit
          (SELECT max(seq) + 1 FROM steward_span WHERE project_id = NEW.id), 0), NEW.steward,
        greatest(newest, (SELECT max(to_at) FROM steward_span WHERE project_id = NEW.id)),
        COALESCE(assigned.data ->> 'basis', 'appointed'),
        COALESCE(CAST(assigned.data ->> 'weight' AS int), 10));
  END IF;
  RETURN NULL;
END $$
"""
#: At the end of the transaction, for each project whose row or spans it touched.
CHECK = f"""
CREATE FUNCTION check_steward_spans() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  touched bigint := CASE TG_TABLE_NAME WHEN 'project' THEN (to_jsonb(NEW) ->> 'id')::bigint
    ELSE (COALESCE(to_jsonb(NEW), to_jsonb(OLD)) ->> 'project_id')::bigint END;
  p record;
BEGIN
{LET_PASS}  SELECT code, state, steward, NULL::boolean AS active INTO p FROM project WHERE id = touched;
  IF NOT FOUND THEN
    RETURN NULL;
  END IF;
  -- Whoever closes the account meanwhile waits, or is waited for.
  p.active := (SELECT active FROM account WHERE login = p.steward FOR SHARE);
  IF (p.state = 'active') <> EXISTS (SELECT FROM steward_span s WHERE s.project_id = touched
      AND s.to_at = 'infinity' AND s.steward = p.steward AND p.active) THEN
    RAISE EXCEPTION 'project % (%) and its steward % do not fit', p.code, p.state, p.steward
      USING ERRCODE = 'check_violation', CONSTRAINT = 'steward_at_every_instant',
        TABLE = 'project', DETAIL = format('Key (code)=(%s) has no steward.', p.code);
  END IF;
  IF (SELECT count(*) FROM unnest((SELECT range_agg(tstzrange(from_at, to_at))
      FROM steward_span WHERE project_id = touched))) > 1 THEN
    RAISE EXCEPTION 'project % is without a steward for a while', p.code
      USING ERRCODE = 'check_violation', CONSTRAINT = 'steward_at_every_instant',
        TABLE = 'project', DETAIL = format('Key (code)=(%s) has a gap.', p.code);
  END IF;
  RETURN NULL;
END $$
"""  # noqa: S608 - put together from constants
#: Nobody who is still the steward of a running project leaves.
STAYS = f"""
CREATE FUNCTION check_steward_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
{LET_PASS}  IF EXISTS (SELECT FROM steward_span s JOIN account a ON a.login = s.steward
      WHERE s.steward = NEW.login AND s.to_at = 'infinity' AND NOT a.active) THEN
    RAISE EXCEPTION 'account % is closed and still the steward of running projects', NEW.login
      USING ERRCODE = 'check_violation', CONSTRAINT = 'steward_is_there', TABLE = 'account',
        DETAIL = format('Key (login)=(%s) is still a steward.', NEW.login);
  END IF;
  RETURN NULL;
END $$
"""
TRIGGERS = """
CREATE TRIGGER keep_steward_spans_of_new AFTER INSERT ON project
  FOR EACH ROW WHEN (NEW.steward IS NOT NULL) EXECUTE FUNCTION keep_steward_spans();
CREATE TRIGGER keep_steward_spans AFTER UPDATE OF steward, state ON project
  FOR EACH ROW WHEN (OLD.steward IS DISTINCT FROM NEW.steward OR OLD.state IS DISTINCT FROM NEW.state)
  EXECUTE FUNCTION keep_steward_spans();
CREATE CONSTRAINT TRIGGER steward_at_every_instant_of_new AFTER INSERT ON project
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION check_steward_spans();
CREATE CONSTRAINT TRIGGER steward_at_every_instant AFTER UPDATE OF steward, state ON project
  DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW WHEN (OLD.steward IS DISTINCT FROM NEW.steward OR OLD.state IS DISTINCT FROM NEW.state)
  EXECUTE FUNCTION check_steward_spans();
CREATE CONSTRAINT TRIGGER steward_at_every_instant AFTER INSERT OR UPDATE OR DELETE ON steward_span
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION check_steward_spans();
CREATE CONSTRAINT TRIGGER steward_is_there AFTER UPDATE OF active ON account
  DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW WHEN (OLD.active AND NOT NEW.active) EXECUTE FUNCTION check_steward_stays();
"""
#: What the logs tell of before: one span for each assignment, to the next one or the project's end.
FILL = """
INSERT INTO steward_span (project_id, seq, steward, from_at, to_at, basis, weight)
SELECT s.project_id, s.seq, s.steward, s.from_at,
  greatest(s.from_at, COALESCE(s.next_at, CASE WHEN s.state <> 'active' THEN s.newest END, 'infinity')),
  'appointed', 10
FROM (
  SELECT e.project_id, e.seq, e.steward, p.state,
    max(e.at) OVER (PARTITION BY e.project_id ORDER BY e.seq) AS from_at,
    lead(e.at) OVER (PARTITION BY e.project_id ORDER BY e.seq) AS next_at,
    (SELECT max(x.at) FROM case_event x WHERE x.project_id = e.project_id
      AND x.kind = 'ProjectClosed') AS newest
  FROM (
    SELECT project_id, seq, at, data ->> 'steward' AS steward,
      lag(data ->> 'steward') OVER (PARTITION BY project_id ORDER BY seq) AS before
    FROM case_event WHERE kind = 'StewardAssigned' AND project_id >= :first AND project_id < :last
  ) e JOIN project p ON p.id = e.project_id
  WHERE e.before IS DISTINCT FROM e.steward
) s
"""
#: What the triggers derived meanwhile is told by the log as well.
ANEW = "DELETE FROM steward_span WHERE project_id >= :first AND project_id < :last"
FILLINGS = (Filling((ANEW, FILL)),)


def upgrade() -> None:
    op.create_table(
        "steward_span",
        sa.Column("project_id", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("steward", sa.Text(), nullable=False),
        sa.Column("from_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "to_at",
            sa.DateTime(timezone=True),
            nullable=False,
            server_default=sa.text("'infinity'"),
        ),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("weight", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name="fk_steward_span_project_id_project"
        ),
        sa.ForeignKeyConstraint(
            ["steward"], ["account.login"], name="fk_steward_span_steward_account"
        ),
        sa.PrimaryKeyConstraint("project_id", "seq", name="pk_steward_span"),
        sa.CheckConstraint("from_at <= to_at", name="ck_steward_span_in_order"),
        sa.CheckConstraint("weight > 0", name="ck_steward_span_weight"),
        sa.CheckConstraint(BASES, name="ck_steward_span_basis"),
    )
    # Ranges of one number each: what a plain btree_gist would say, without an extension.
    op.execute(
        "ALTER TABLE steward_span ADD CONSTRAINT ex_steward_span_alone EXCLUDE USING gist"
        " (int8range(project_id, project_id, '[]') WITH &&, tstzrange(from_at, to_at) WITH &&)"
        " DEFERRABLE INITIALLY DEFERRED"
    )
    op.create_index("ix_steward_span_steward_from_at", "steward_span", ["steward", "from_at"])
    op.create_index(
        "ix_steward_span_open",
        "steward_span",
        ["steward"],
        postgresql_where=sa.text("to_at = 'infinity'"),
    )
    for statement in (KEEP, CHECK, STAYS, TRIGGERS):
        op.execute(statement)


BASES = "basis IN ('rule', 'chosen', 'commissioner', 'appointed', 'last_resort', 'rebalanced')"
