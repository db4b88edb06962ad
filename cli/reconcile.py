"""``kaigong reconcile``: lifecycle runs rebuilt from the database where Prefect lost them."""

from __future__ import annotations

import asyncio
import dataclasses
import json
from typing import Annotated

import typer

from cli.command_help import command_help
from cli.connection import check_version
from cli.prefect_access import prefect_answers, use_prefect
from config.settings import get_settings
from config.texts import translator
from deployments.local.database import database
from deployments.local.postgres import Postgres
from deployments.local.prefect_server import bring_back

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]


@command_help(
    """Give every open project a lifecycle run where Prefect lost it or never had it.

    Nothing is decided by it; repeating it changes nothing.
    """
)
def command(*, as_json: AsJson = False) -> None:
    use_prefect()
    with database(create=False):
        from deployments.apply import apply
        from flows.reconcile import reconcile_database
        from services.unit_of_work import configured_database

        check_version(configured_database())
        _bring_prefect_back()
        with prefect_answers():
            done = asyncio.run(reconcile_database(configured_database(), apply))
    counts = dataclasses.asdict(done)
    if as_json:
        print(json.dumps(counts))
        return
    _ = translator(get_settings().language)
    print(
        _("{created} created, {restarted} restarted, {repaired} repaired, {well} well").format(
            **counts
        )
    )


def _bring_prefect_back() -> None:
    """Make the database of our own Prefect server again where it was dropped."""
    settings = get_settings()
    server = Postgres.of(settings)
    ours = settings.prefect_api_url is None and settings.prefect_credentials is not None
    if ours and server.exists():
        with server:
            bring_back(server)
