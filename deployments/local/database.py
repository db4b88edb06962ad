"""The database of this installation: one's own by URL, or the embedded one, started when needed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from config.settings import get_settings, set_environment
from deployments.local.postgres import Postgres
from models import migrations

DATABASE = "kaigong"


@contextmanager
def database() -> Iterator[str]:
    """Makes the database available for the length of the block and yields its URL.

    With ``KAIGONG_DATABASE_URL`` set nothing is started or changed. Otherwise the embedded server is
    started, or joined where it runs, its database is brought to the newest version, and the settings
    of this process and its children name it.
    """
    settings = get_settings()
    if settings.database_url is not None:
        yield settings.database_url
        return
    with ExitStack() as stack:
        server = stack.enter_context(Postgres(settings.data_dir))
        url = server.ensure_database(DATABASE)
        migrations.upgrade(url)
        set_environment(KAIGONG_DATABASE_URL=url)
        stack.callback(set_environment, KAIGONG_DATABASE_URL="")
        yield url
