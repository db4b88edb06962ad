"""The ledger's database for a command: by URL if set, else the embedded one, started if needed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from deployments.local.database import database
from models.errors import Unavailable
from services.unit_of_work import Database


class NotMigrated(Unavailable):
    template = (
        "The database is at version {found} and this program needs {needed}. Run 'kaigong migrate'."
    )


@contextmanager
def ledger() -> Iterator[Database]:
    """The database for the length of the block; none is made. Raises ``Unavailable``."""
    with database(create=False) as url:
        connected = Database(url, pool_size=1)
        try:
            check_version(connected)
            yield connected
        finally:
            connected.close()


def check_version(database: Database) -> None:
    """Raise ``NotMigrated``, or ``DatabaseNewer`` where a later program migrated it."""
    from models import migrations

    with database.reading() as connection:
        current, needed = migrations.current_revision(connection), migrations.head_revision()
    if current != needed:
        if current is not None:
            migrations.check_known(current)
        raise NotMigrated(found=current or "—", needed=needed)
