"""Accounts of a demonstration, whose password is public, exist in a demonstration alone.

Revision ID: 0046
Revises: 0045
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None

#: All of them were written with one and the same hash, together with this one's.
FIRST = (
    "SELECT password_hash FROM account"
    " WHERE login = 'enterprise' AND enterprise = '91611102MA0FAKE175'"
)


def upgrade() -> None:
    """Where the demonstration was loaded before, the installation is one."""
    op.add_column(
        "account",
        sa.Column("demonstration", sa.Boolean(), server_default=sa.text("false"), nullable=False),
    )
    op.create_table(
        "installation",
        sa.Column("one", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("demonstration_since", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("one", name="pk_installation"),
        sa.CheckConstraint("one", name=op.f("ck_installation_one")),
    )
    op.execute(
        f"INSERT INTO installation (demonstration_since) SELECT now() WHERE EXISTS ({FIRST})"
    )
    op.execute(f"UPDATE account SET demonstration = true WHERE password_hash IN ({FIRST})")  # noqa: S608
    op.execute(
        """
        CREATE FUNCTION only_in_a_demonstration() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          IF NEW.demonstration AND NOT EXISTS (SELECT FROM installation) THEN
            RAISE EXCEPTION 'account % is of a demonstration, and this installation is none', NEW.login
              USING ERRCODE = 'check_violation';
          END IF;
          RETURN NEW;
        END $$
        """
    )
    op.execute(
        "CREATE TRIGGER account_demonstration BEFORE INSERT OR UPDATE OF demonstration ON account"
        " FOR EACH ROW EXECUTE FUNCTION only_in_a_demonstration()"
    )


def downgrade() -> None:
    """Nobody knows any more which accounts are public."""
    op.execute("DROP TRIGGER account_demonstration ON account")
    op.execute("DROP FUNCTION only_in_a_demonstration()")
    op.drop_table("installation")
    op.drop_column("account", "demonstration")
