"""``kaigong absence``: who is away, and who acts for them."""

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
@command_help("Absences of people, and who acts for them meanwhile; clocks run on.")
def absence() -> None:
    """The commands below ``absence``."""


@app.command("list")
@command_help("Who is away now or will be.")
def list_absences(*, as_json: AsJson = False) -> None:
    from services.people.absences import absences
    from services.timing import now

    with ledger() as database:
        rows = absences(database, now())
    if as_json:
        listed = [dataclasses.asdict(row) for row in rows]
        print(json.dumps(listed, ensure_ascii=False, default=str))
        return
    for row in rows:
        print(f"{row.id:>6} {row.login:<24} {row.from_at} – {row.to_at} → {row.substitute}")


add_acts(app, "absence")
