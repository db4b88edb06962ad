"""``kaigong load``: what an installation starts with."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.command_help import command_help
from config.settings import get_settings
from config.texts import translator
from deployments.local.database import database

Demo = Annotated[bool, typer.Option("--demo", help="Load the demonstration data once.")]


@command_help(
    """Publish the shipped scenarios that are not published yet; what is published never changes.

    Repeating it changes nothing.
    """
)
def command(*, demo: Demo = False) -> None:
    with database():
        from deployments.local.first_data import load
        from services.unit_of_work import configured_database

        published = load(configured_database(), demo=demo)
    _ = translator(get_settings().language)
    print(_("{count} scenarios are published.").format(count=published))
