"""``kaigong restore``: a backup into an empty installation."""

from __future__ import annotations

from contextlib import ExitStack

import typer

from cli.backup import AsJson, Folder, show
from cli.command_help import command_help
from config.settings import get_settings
from deployments.local.backup import restore
from deployments.local.database import owners_url, prepare
from deployments.local.postgres import Postgres
from services.cases.audit import verify
from services.unit_of_work import Database


@command_help(
    """Bring a backup into an empty installation, and verify its log.

    A folder that does not verify is refused, and so is an installation with data in it.
    """
)
def command(folder: Folder, *, as_json: AsJson = False) -> None:
    settings = get_settings()
    with ExitStack() as stack:
        server = None
        if settings.database_url is None:
            server = stack.enter_context(Postgres(settings.data_dir))
        manifest = restore(settings, owners_url(settings, server), folder)
        ledger = Database(prepare(settings, server), pool_size=1)
        stack.callback(ledger.close)
        report = verify(ledger)
    show(manifest, as_json=as_json)
    if not report.ok:
        raise typer.Exit(1)
