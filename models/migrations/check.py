"""``python -m models.migrations.check URL``: migrate an empty database and compare it with the tables.

Exit code 1 with one line per difference when a table was changed without a migration.
"""

from __future__ import annotations

import sys

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from models.migrations import upgrade
from models.tables import metadata


def differences(url: str) -> list[str]:
    """What a new migration would have to change, after the existing ones were applied."""
    upgrade(url)
    with create_engine(url, poolclass=NullPool).connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )
        return [str(difference) for difference in compare_metadata(context, metadata)]


def main() -> int:
    """Print the differences; 1 when there are any."""
    changes = differences(sys.argv[1])
    for difference in changes:
        sys.stdout.write(f"{difference}\n")
    return 1 if changes else 0


if __name__ == "__main__":
    raise SystemExit(main())
