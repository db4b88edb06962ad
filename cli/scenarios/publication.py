"""``kaigong scenario publish``, ``approve``, ``decline``: what the operator of the machine may do.

Whoever commands the console answers for the installation: a file is published at once, and the
record says that the console did it. ``--request`` leaves the approval to an administrator instead.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from cli.command_help import command_help
from cli.days import day_given
from cli.scenarios.source import finding_line, version_named
from config.settings import get_settings
from config.texts import translator
from services.scenarios.scenario_files import read_file

FAULT_FOUND, WRONG_INPUT = 1, 2

Source = Annotated[
    str, typer.Argument(metavar="FILE", help="Scenario file, YAML; or KEY@VERSION of a draft.")
]
Key = Annotated[str, typer.Argument(metavar="KEY", help="Key of a scenario.")]
Number = Annotated[int, typer.Option("--version", min=1, help="Version of the scenario.")]


@command_help(
    """Publish a scenario file; refuses what validate refuses. A published version never changes.

    A draft of the database is named as KEY@VERSION.
    """
)
def publish_command(
    file: Source,
    *,
    effective_on: Annotated[
        str | None,
        typer.Option(metavar="DATE", help="First day on which projects are registered on it."),
    ] = None,
    request: Annotated[
        bool, typer.Option("--request", help="Ask an administrator of the portal to approve it.")
    ] = False,
) -> None:
    first = day_given("--effective-on", effective_on) if effective_on else None
    named = version_named(file)
    if named is None:
        _check(Path(file))
    key, version = _publish(file, named, first, request=request)
    _ = translator(get_settings().language)
    text = _("{key}, version {version}, is published.")
    if request:
        text = _("{key}, version {version}, waits for the approval of an administrator.")
    print(text.format(key=key, version=version))


@command_help("Publish a version whose publication was asked for.")
def approve_command(key: Key, *, version: Number) -> None:
    from cli.connection import ledger
    from cli.console import CONSOLE
    from services import timing
    from services.scenarios.publication import approve_publication

    with ledger() as database:
        approve_publication(database, key, version, CONSOLE, timing.now())
    _ = translator(get_settings().language)
    print(_("{key}, version {version}, is published.").format(key=key, version=version))


@command_help("Refuse a publication that was asked for; the version can be changed again.")
def decline_command(
    key: Key,
    *,
    version: Number,
    reason: Annotated[str, typer.Option(help="Why; whoever asked reads it.")],
) -> None:
    from cli.connection import ledger
    from cli.console import CONSOLE
    from services import timing
    from services.scenarios.publication import decline_publication

    with ledger() as database:
        decline_publication(database, key, version, CONSOLE, timing.now(), reason)
    _ = translator(get_settings().language)
    print(_("{key}, version {version}, is not published.").format(key=key, version=version))


def _check(file: Path) -> None:
    """Print all errors of a file that must not be published and exit."""
    reading = read_file(file)
    if not reading.publishable:
        for finding in reading.errors:
            typer.echo(finding_line(file, finding), err=True)
        raise typer.Exit(FAULT_FOUND if reading.readable else WRONG_INPUT)


def _publish(
    file: str, named: tuple[str, int] | None, first: date | None, *, request: bool
) -> tuple[str, int]:
    """Publish or request publication; returns key and version."""
    from cli.connection import ledger
    from cli.console import CONSOLE
    from services import timing
    from services.scenarios import publication
    from services.scenarios.scenario_files import publish_file

    now = timing.now()
    with ledger() as database:
        if named is None and not request:
            with database.transaction() as connection:
                path = Path(file)
                done = publish_file(connection, path, CONSOLE, now, effective_on=first).definition
            return done.key, done.version
        if named is None:
            named = publication.take_file(database, Path(file), CONSOLE, now)
        act = publication.request_proven if request else publication.publish_at_once
        act(database, *named, CONSOLE, now, effective_on=first)
    return named
