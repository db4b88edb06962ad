"""``kaigong delegation``: which acts somebody delegated to another, in writing."""

from __future__ import annotations

import dataclasses
import json

import typer

from cli.command_help import command_help
from cli.connection import ledger
from cli.people.organisation_acts import add_acts
from cli.people.unit import AsJson

app = typer.Typer(no_args_is_help=True)


@app.callback()
@command_help("Delegations in writing: which acts, from when until when, by which document.")
def delegation() -> None:
    """The commands below ``delegation``."""


@app.command("list")
@command_help("Every delegation, the newest first, those that are over too.")
def list_delegations(*, as_json: AsJson = False) -> None:
    from services.people.powers.delegations import delegations

    with ledger() as database, database.reading() as connection:
        rows = delegations(connection)
    if as_json:
        listed = [dataclasses.asdict(row) for row in rows]
        print(json.dumps(listed, ensure_ascii=False, default=str))
        return
    for row in rows:
        acts = " ".join(row.acts)
        print(f"{row.id:>6} {row.giver} → {row.receiver} {row.from_on} – {row.to_on} {acts}")


add_acts(app, "delegation")
