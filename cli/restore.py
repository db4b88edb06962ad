"""``kaigong restore``: a backup into an empty installation."""

from __future__ import annotations

from contextlib import ExitStack
from typing import Annotated

import typer

from cli.backup import AsJson, Folder, show
from cli.command_help import command_help
from cli.days import moment_given
from config.settings import Settings, get_settings
from deployments.local.backup import Manifest, NoBase, OwnServer, is_base, restore, restore_base
from deployments.local.database import owners_url, prepare
from deployments.local.postgres import Postgres
from services.matters.audit import verify_everything
from services.unit_of_work import Database

Until = Annotated[
    str | None,
    typer.Option(
        metavar="MOMENT",
        help="Of a base backup: as everything was then, by the archive of KAIGONG_WAL_ARCHIVE.",
    ),
]


@command_help(
    """Bring a backup into an empty installation, and verify its log.

    A folder that does not verify is refused, and so is an installation with data in it.
    """
)
def command(folder: Folder, *, until: Until = None, as_json: AsJson = False) -> None:
    settings = get_settings()
    with ExitStack() as stack:
        server = Postgres.of(settings) if settings.database_url is None else None
        if is_base(folder):
            manifest = _recover(settings, server, folder, until, stack)
        elif until is not None:
            raise NoBase(value=str(folder))
        else:
            if server is not None:
                stack.enter_context(server)
            manifest = restore(settings, owners_url(settings, server), folder)
        ledger = Database(prepare(settings, server), pool_size=1)
        stack.callback(ledger.close)
        report = verify_everything(ledger)
    # What is there now: a base that was carried on holds more than it was made with.
    there = {"projects": report.projects, "events": report.events}
    manifest = manifest.model_copy(update=there)
    show(manifest, as_json=as_json)
    if not report.ok:
        raise typer.Exit(1)


def _recover(
    settings: Settings,
    server: Postgres | None,
    folder: Folder,
    until: str | None,
    stack: ExitStack,
) -> Manifest:
    """The server's own files, carried on to a moment."""
    if server is None:
        raise OwnServer(value="KAIGONG_DATABASE_URL")
    moment = moment_given("--until", until, settings.timezone) if until is not None else None
    stack.callback(server.stop)
    return restore_base(settings, server, folder, moment)
