"""The ledger's database for a command: one's own by URL, else the embedded one, started when needed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from deployments.local.database import database
from models.errors import Unavailable
from services.unit_of_work import Database


class NotMigrated(Unavailable):
    """The database is at version {found} and this program needs {needed}. Run 'kaigong migrate'."""


@contextmanager
def ledger() -> Iterator[Database]:
    """The database for the length of the block; ``Unavailable`` where it cannot be used."""
    with database() as url:
        found = Database(url, pool_size=1)
        try:
            _check_version(found)
            yield found
        finally:
            found.close()


def _check_version(found: Database) -> None:
    from models import migrations

    with found.reading() as connection:
        current, needed = migrations.current_revision(connection), migrations.head_revision()
    if current != needed:
        raise NotMigrated(found=current or "—", needed=needed)
