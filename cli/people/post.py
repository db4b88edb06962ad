"""``kaigong post``: what people are over units."""

from __future__ import annotations

import dataclasses
import json
from typing import Annotated

import typer

from cli.command_help import command_help
from cli.connection import ledger
from cli.people.organisation_acts import add_acts
from cli.people.unit import AsJson

app = typer.Typer(no_args_is_help=True)


@app.callback()
@command_help("Posts of people over units: stewards of places, commissioners of parks, liaisons.")
def post() -> None:
    """The commands below ``post``."""


@app.command("list")
@command_help("Every post, or those of one person; those that are over too.")
def list_posts(
    login: Annotated[str | None, typer.Argument(help="Whose.")] = None, *, as_json: AsJson = False
) -> None:
    from services.people.posts import posts

    with ledger() as database:
        held = posts(database, login)
    if as_json:
        rows = [dataclasses.asdict(each) for each in held]
        print(json.dumps(rows, ensure_ascii=False, default=str))
        return
    for each in held:
        until = f" – {each.to_on}" if each.to_on else ""
        print(
            f"{each.id:>6} {each.login:<24} {each.post:<28} {each.unit or '*'}  {each.from_on}{until}"
        )


add_acts(app, "post")
