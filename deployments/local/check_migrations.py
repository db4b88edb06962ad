"""``python -m deployments.local.check_migrations``: whether the migrations lead to the tables.

Runs on a throw-away embedded PostgreSQL; exit code 1 and one line per difference when they do not.
"""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from deployments.local.postgres import Postgres
from models.migrations.check import differences


def main() -> int:
    """Compares and reports; the exit code for the shell."""
    with TemporaryDirectory() as folder, Postgres(Path(folder), durable=False) as server:
        changes = differences(server.ensure_database("check"))
    for difference in changes:
        print(difference)  # noqa: T201 - the answer of a command
    return 1 if changes else 0


if __name__ == "__main__":
    sys.exit(main())
