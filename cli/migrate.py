"""``kaigong migrate``: brings the database to the newest version."""

from __future__ import annotations

from config.settings import get_settings
from config.texts import translator
from deployments.local.database import database
from models import migrations


def command() -> None:
    """Bring the database of the settings to the newest version; a newest one is left alone.

    One migrating process at a time; a migration is applied whole or not at all.
    """
    _ = translator(get_settings().language)
    with database() as url:
        migrations.upgrade(url)
    print(_("The database is at version {version}.").format(version=migrations.head_revision()))
