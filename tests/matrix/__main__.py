"""``python -m tests.matrix``: every cell through HTTP, over a database of its own."""

from __future__ import annotations

import logging
import os
import sys
import tempfile
from pathlib import Path

import structlog

from deployments.local.database import ROLES
from deployments.local.postgres import Postgres
from models import migrations
from tests.matrix.cells import every
from tests.matrix.world import World
from tests.support.portal import open_town


def main() -> int:
    """Try every cell; 1 when one was wrong."""
    # What is refused is logged, thousands of times: the figures are what is asked for here.
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    for name in [name for name in os.environ if name.startswith(("KAIGONG_", "PREFECT_"))]:
        del os.environ[name]
    with tempfile.TemporaryDirectory() as folder, Postgres(Path(folder), durable=False) as server:
        server.ensure_roles()
        url = server.ensure_database("matrix")
        migrations.upgrade(url, roles=ROLES)
        with open_town(url, Path(folder)) as town:
            world = World(town)
            tried, wrong = 0, []
            for cell in every(world):
                tried += 1
                found = cell.wrong(world)
                if found:
                    wrong.append(found)
                    print(found, file=sys.stderr, flush=True)
    print(f"{tried} cells tried, {len(wrong)} wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
