"""``kaigong migrate``: brings the database to the newest version."""

from __future__ import annotations

from cli.command_help import command_help
from config.settings import get_settings
from config.texts import translator
from deployments.local.database import database, prepare
from models import migrations


@command_help(
    """Bring the database of the settings to the newest version; a newest one is left alone.

    The roles of KAIGONG_DATABASE_URL and KAIGONG_DATABASE_READER_URL are given their rights. One migrating process at a time; a migration is applied whole or not at all.
    """
)
def command() -> None:
    settings = get_settings()
    _ = translator(settings.language)
    if settings.database_url is not None:
        prepare(settings, None)
    else:
        with database():
            pass
    print(_("The database is at version {version}.").format(version=migrations.head_revision()))
