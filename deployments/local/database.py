"""The database of this installation: one's own by URL, or the embedded one, started when needed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from sqlalchemy import make_url

from config.settings import Settings, get_settings, set_environment
from deployments.local.postgres import APPLICATION, READER, Postgres
from models import migrations
from models.errors import Unavailable
from models.migrations.roles import Roles

DATABASE = "kaigong"
#: Of the embedded server.
ROLES = Roles(APPLICATION, READER)


class NothingYet(Unavailable):
    template = "There is no installation in {folder} yet. Run 'kaigong up' there, name the right folder in KAIGONG_DATA_DIR, or a database of your own in KAIGONG_DATABASE_URL."


@contextmanager
def database(*, create: bool = True) -> Iterator[str]:
    """Makes the database available for the length of the block and yields the application's URL.

    With ``KAIGONG_DATABASE_URL`` set nothing is started or changed. Otherwise the embedded server is
    started, or joined where it runs, its database is brought to the newest version, and the settings
    of this process and its children name it. Without ``create`` an embedded one has to be there:
    whoever only looks makes no empty one. Raises ``NothingYet``.
    """
    settings = get_settings()
    if settings.database_url is not None:
        yield settings.database_url
        return
    if not create and not Postgres.of(settings).exists():
        raise NothingYet(folder=str(settings.data_dir))
    with ExitStack() as stack:
        server = stack.enter_context(Postgres.of(settings))
        url = prepare(settings, server)
        set_environment(KAIGONG_DATABASE_URL=url, KAIGONG_DATABASE_OWNER_URL=server.url(DATABASE))
        stack.callback(set_environment, KAIGONG_DATABASE_URL="", KAIGONG_DATABASE_OWNER_URL="")
        yield url


def prepare(settings: Settings, server: Postgres | None) -> str:
    """Bring the database to the newest version with its owner's rights; the application's URL.

    ``server`` is the embedded one, running, where the settings name no database.
    """
    if settings.database_url is not None:
        bring_up(settings.owner_url or settings.database_url, own_roles(settings))
        return settings.database_url
    assert server is not None, "started because no URL is set"  # noqa: S101
    server.ensure_roles()
    bring_up(server.ensure_database(DATABASE), ROLES)
    return server.url(DATABASE, user=APPLICATION)


def bring_up(owner_url: str, roles: Roles = Roles()) -> None:  # noqa: B008 - frozen
    """Migrate, and take over what an earlier program wrote while it served; when none is connected any more
    what it needed goes.
    """
    from services.cases.takeover import take_over
    from services.unit_of_work import Database

    migrations.upgrade(owner_url, roles=roles)
    database = Database(owner_url, pool_size=1)
    try:
        if take_over(database):
            migrations.upgrade(owner_url, roles=roles)
    finally:
        database.close()


def own_roles(settings: Settings) -> Roles:
    """The roles of a database of one's own; with one URL alone its role is the owner, and does it all."""
    if settings.owner_url in {None, settings.database_url}:
        return Roles()
    reader = settings.database_reader_url
    named = make_url(settings.database_url).username if settings.database_url else None
    return Roles(named, make_url(reader).username if reader else None)


def owners_url(settings: Settings, server: Postgres | None) -> str:
    """The owner's URL: for what the application may not do, such as restoring a backup."""
    if settings.owner_url is not None:
        return settings.owner_url
    assert server is not None, "started because no URL is set"  # noqa: S101
    return server.ensure_database(DATABASE)
