"""``kaigong watch``: what the deadline watch does every few minutes, once and now."""

from __future__ import annotations

import dataclasses
import json
from typing import Annotated

import typer

from cli.command_help import command_help
from cli.connection import ledger
from config.settings import get_settings
from config.texts import translator


@command_help(
    """Bring every date onto the calendar in force, do what time does by law, and warn: once, now.

    It needs the database alone, not Prefect; repeating it changes nothing. The exit code is 1 when
    something could not be done; everything else was.
    """
)
def command(
    *, as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False
) -> None:
    from services import timing
    from services.cases.watch.deadlines import watch

    with ledger() as database:
        report = watch(database, timing.now())
    if as_json:
        print(json.dumps(dataclasses.asdict(report), ensure_ascii=False))
    else:
        print(report.summary(translator(get_settings().language)))
    if report.failed:
        raise typer.Exit(1)
