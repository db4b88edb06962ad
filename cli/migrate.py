"""``kaigong migrate``: brings the database to the newest version."""

from __future__ import annotations

from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from cli.command_help import command_help
from config.settings import get_settings
from config.texts import translator
from deployments.local.database import database, prepare
from models import migrations
from models.migrations import overlap


@command_help(
    """Bring the database of the settings to the newest version; a newest one is left alone.

    The roles of KAIGONG_DATABASE_URL and KAIGONG_DATABASE_READER_URL are given their rights. One migrating process at a time; a migration is applied whole or not at all. The release before serves meanwhile: what it needs goes when this is run again after it was stopped.
    """
)
def command() -> None:
    settings = get_settings()
    _ = translator(settings.language)
    if settings.database_url is not None:
        prepare(settings, None)
    with database() as url:
        older = _older_connections(url)
    print(_("The database is at version {version}.").format(version=migrations.head_revision()))
    if older:
        print(
            _(
                "An earlier program is still connected ({count} connections) and goes on serving. Stop it where everybody goes to this one, then run 'kaigong migrate' again."
            ).format(count=older)
        )


def _older_connections(url: str) -> int:
    """Connections of an earlier program whose needs are still met."""
    engine = create_engine(url, poolclass=NullPool)
    with engine.connect() as connection:
        return overlap.older_connections(connection) if overlap.lasts(connection) else 0
