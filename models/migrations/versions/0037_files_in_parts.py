"""Files are kept in parts; who sent them, and whether they belong to something, is known.

Of what is there nobody knows whether something names it: it stays.

Revision ID: 0037
Revises: 0036
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from models.migrations.filling import Filling
from models.migrations.overlap import OLDER

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

PART = 256 * 1024
INTO_PARTS = f"""
INSERT INTO stored_file_part (sha256, place, content)
  SELECT f.sha256, n, substring(f.content FROM n * {PART} + 1 FOR {PART})
  FROM stored_file f, generate_series(0, greatest(octet_length(f.content) - 1, 0) / {PART}) n
  WHERE f.ctid >= CAST(:first AS tid) AND f.ctid < CAST(:last AS tid) AND f.content IS NOT NULL
    AND NOT EXISTS (SELECT FROM stored_file_part p WHERE p.sha256 = f.sha256)
  ON CONFLICT DO NOTHING
"""  # noqa: S608 - our own number
FILLINGS = (Filling((INTO_PARTS,), "stored_file", "pages", waits=False),)
#: The release before writes and reads files whole, and what it keeps is named by something.
IN_STEP = f"""
CREATE FUNCTION older_file() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE stored_file SET attached = true WHERE sha256 = NEW.sha256 AND NOT attached;
  NEW.attached := true;
  RETURN NEW;
END $$;
CREATE TRIGGER older_file BEFORE INSERT ON stored_file
  FOR EACH ROW WHEN ({OLDER}) EXECUTE FUNCTION older_file();
CREATE FUNCTION older_file_into_parts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO stored_file_part (sha256, place, content)
    SELECT NEW.sha256, n, substring(NEW.content FROM n * {PART} + 1 FOR {PART})
    FROM generate_series(0, greatest(octet_length(NEW.content) - 1, 0) / {PART}) n;
  RETURN NULL;
END $$;
CREATE TRIGGER older_file_into_parts AFTER INSERT ON stored_file
  FOR EACH ROW WHEN (NEW.content IS NOT NULL) EXECUTE FUNCTION older_file_into_parts();
CREATE FUNCTION older_file_from_parts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE stored_file SET content = (SELECT string_agg(content, ''::bytea ORDER BY place)
    FROM stored_file_part WHERE sha256 = NEW.sha256) WHERE sha256 = NEW.sha256;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER older_file_from_parts AFTER INSERT ON stored_file
  DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW WHEN (NEW.content IS NULL) EXECUTE FUNCTION older_file_from_parts();
"""  # noqa: S608 - our own number


def upgrade() -> None:
    """Cut what is kept into parts."""
    op.create_table(
        "stored_file_part",
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["sha256"],
            ["stored_file.sha256"],
            name="fk_stored_file_part_sha256_stored_file",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("sha256", "place", name="pk_stored_file_part"),
    )
    # Papers are packed already: packing them again takes time and saves nothing.
    op.execute("ALTER TABLE stored_file_part ALTER COLUMN content SET STORAGE EXTERNAL")
    op.create_table(
        "file_upload",
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column(
            "uploaded_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["account"], ["account.login"], name="fk_file_upload_account_account"
        ),
        sa.ForeignKeyConstraint(
            ["sha256"],
            ["stored_file.sha256"],
            name="fk_file_upload_sha256_stored_file",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("account", "sha256", name="pk_file_upload"),
    )
    op.create_index("ix_file_upload_sha256", "file_upload", ["sha256"])
    op.add_column(
        "stored_file",
        sa.Column("attached", sa.Boolean(), server_default=sa.true(), nullable=False),
    )
    op.alter_column("stored_file", "attached", server_default=sa.false())
    op.create_index(
        "ix_stored_file_created_at",
        "stored_file",
        ["created_at"],
        postgresql_where=sa.text("NOT attached"),
    )
    op.alter_column("stored_file", "content", nullable=True)
    op.execute(IN_STEP)


def downgrade() -> None:
    """Put the parts together again."""
    op.alter_column("stored_file", "size", type_=sa.Integer())
    for name in ("older_file", "older_file_into_parts", "older_file_from_parts"):
        op.execute(f"DROP FUNCTION IF EXISTS {name}() CASCADE")
    op.add_column("stored_file", sa.Column("content", sa.LargeBinary()), if_not_exists=True)
    op.execute(
        "UPDATE stored_file f SET content = (SELECT string_agg(p.content, ''::bytea ORDER BY p.place)"
        " FROM stored_file_part p WHERE p.sha256 = f.sha256)"
    )
    op.alter_column("stored_file", "content", nullable=False)
    op.drop_index("ix_stored_file_created_at", "stored_file")
    op.drop_column("stored_file", "attached")
    op.drop_table("file_upload")
    op.drop_table("stored_file_part")
