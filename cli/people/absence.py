"""``kaigong absence``: who is away, and who acts for them."""

from __future__ import annotations

import dataclasses
import json
from typing import Annotated

import typer

from cli.command_help import command_help
from cli.connection import ledger
from cli.people.days import instant
from cli.people.unit import AsJson, done
from models.people.organisation import AbsenceKind, NewAbsence

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


@app.command()
@command_help("Write down that somebody will be away; a circle of substitutes is refused.")
def add(
    login: Annotated[str, typer.Argument(help="Who is away.")],
    *,
    from_at: Annotated[str, typer.Option("--from", metavar="MOMENT", help="From when.")],
    to_at: Annotated[str, typer.Option("--to", metavar="MOMENT", help="Until when.")],
    substitute: Annotated[str, typer.Option(help="Who acts for them.")],
    kind: Annotated[AbsenceKind, typer.Option(help="Why.")] = AbsenceKind.LEAVE,
) -> None:
    from services.people.absences import record_absence
    from services.timing import now

    times = {"from_at": instant("from_at", from_at), "to_at": instant("to_at", to_at)}
    wanted = NewAbsence(login=login, substitute=substitute, kind=kind, **times)
    with ledger() as database:
        number = record_absence(database, wanted, now())
    done("{substitute} acts for {login}, number {number}.", **_names(wanted), number=number)


@app.command()
@command_help("Somebody is back, or does not go: from now on they act themselves.")
def end(number: Annotated[int, typer.Argument(help="Number of the absence.")]) -> None:
    from services.people.absences import end_absence
    from services.timing import now

    with ledger() as database:
        end_absence(database, number, now())
    done("Absence {number} is over.", number=number)


def _names(wanted: NewAbsence) -> dict[str, str]:
    return {"login": wanted.login, "substitute": wanted.substitute}
