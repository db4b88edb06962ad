"""``kaigong steward``: whether every running project has a steward."""

from __future__ import annotations

import dataclasses
import json
from typing import Annotated

import typer

from cli.command_help import command_help
from cli.connection import ledger
from config.settings import get_settings
from config.texts import translator
from services.people.coverage import Coverage, coverage

app = typer.Typer(no_args_is_help=True)


@app.callback()
@command_help("Project stewards and their projects.")
def steward() -> None:
    """The commands below ``steward``."""


@app.command("coverage")
@command_help(
    """How the running projects are spread over the stewards.

    The exit code is 1 when a running project has none.
    """
)
def coverage_command(
    *, as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False
) -> None:
    with ledger() as database:
        covered = coverage(database)
    if as_json:
        print(json.dumps(dataclasses.asdict(covered), ensure_ascii=False))
    else:
        _show(covered)
    if covered.without_steward:
        raise typer.Exit(1)


def _show(covered: Coverage) -> None:
    _ = translator(get_settings().language)
    sentence = _("{projects} running projects, {without} without a steward")
    print(sentence.format(projects=covered.projects, without=covered.without_steward))
    for load in covered.loads:
        print(f"  {load.steward:<24} {load.projects:>6}  {load.load:>6.1%}")
