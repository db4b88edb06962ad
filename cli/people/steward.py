"""``kaigong steward``: whether every running project has a steward."""

from __future__ import annotations

import dataclasses
import json
from typing import Annotated

import typer

from cli.command_help import command_help
from cli.connection import ledger
from cli.people.organisation_acts import add_acts
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


@app.command()
@command_help(
    """The fewest moves that level the loads of a place's stewards; nothing is moved without --approve.

    What the enterprise chose, what a park's commissioner has and what was moved lately stays.
    """
)
def balance(
    place: Annotated[str, typer.Argument(help="Key of the place.")],
    *,
    approve: Annotated[bool, typer.Option("--approve", help="Move them.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    from models.people.actor import SYSTEM
    from services.cases.handover.rebalancing import move_projects, rebalancing
    from services.timing import now

    with ledger() as database:
        proposal = rebalancing(database, place, now())
        if approve:
            move_projects(database, proposal.moves, SYSTEM, now())
    if as_json:
        moves = [dataclasses.asdict(move) for move in proposal.moves]
        spread = {"before": float(proposal.before), "after": float(proposal.after)}
        more = {"target": float(proposal.target), "least": proposal.least, "moved": approve}
        print(json.dumps({"moves": moves, "spread": spread, **more}, ensure_ascii=False))
        return
    _ = translator(get_settings().language)
    sentence = _("{count} moves bring the spread from {before} to {after}; {target} was asked for.")
    spread_of = {"before": float(proposal.before), "after": float(proposal.after)}
    print(sentence.format(count=len(proposal.moves), target=float(proposal.target), **spread_of))
    if not proposal.least:
        print(_("It is not proved that fewer would not do."))
    for move in proposal.moves:
        print(f"  {move.project}  {move.giver} → {move.receiver}  {move.weight}")


add_acts(app, "steward")


def _show(covered: Coverage) -> None:
    _ = translator(get_settings().language)
    sentence = _("{projects} running projects, {without} without a steward")
    print(sentence.format(projects=covered.projects, without=covered.without_steward))
    for load in covered.loads:
        print(f"  {load.steward:<24} {load.projects:>6}  {load.load:>6.1%}")
