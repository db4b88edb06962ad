"""``kaigong competence``: who answers for which item in which district."""

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
@command_help(
    "Who answers for which item in which district, where it is not who the catalogue names."
)
def competence() -> None:
    """The commands below ``competence``."""


@app.command("list")
@command_help("Every choice of a district, those that are over too.")
def list_competences(*, as_json: AsJson = False) -> None:
    from services.people.powers.competences import competences

    with ledger() as database, database.reading() as connection:
        rows = competences(connection)
    if as_json:
        listed = [dataclasses.asdict(row) for row in rows]
        print(json.dumps(listed, ensure_ascii=False, default=str))
        return
    for row in rows:
        until = f" – {row.to_on}" if row.to_on else ""
        print(f"{row.id:>6} {row.item:<8} {row.place:<24} {row.unit:<32} {row.from_on}{until}")


add_acts(app, "competence")
