"""``kaigong reconcile``: lifecycle runs rebuilt from the database where Prefect lost them."""

from __future__ import annotations

import asyncio
import dataclasses
import json
from typing import Annotated

import typer

from cli.prefect_access import use_prefect
from config.settings import get_settings
from config.texts import translator
from deployments.local.database import database

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]


def command(*, as_json: AsJson = False) -> None:
    """Give every open project a lifecycle run where Prefect lost it or never had it.

    Nothing is decided by it; repeating it changes nothing.
    """
    use_prefect()
    with database():
        from deployments.apply import apply
        from flows.reconcile import reconcile_database
        from services.unit_of_work import configured_database

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
