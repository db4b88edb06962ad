"""``kaigong project correct``: particulars that were registered wrongly are put right."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from cli.attributes import attributes_given
from cli.command_help import command_help
from config.settings import get_settings
from config.texts import translator
from models.cases import commands as c

FAULT_FOUND = 1


@command_help(
    """Correct attributes of a project: the items and papers that it needs follow from them.

    Exit code 1 when something under way stands in the way.
    """
)
def command(
    code: Annotated[str, typer.Argument(metavar="CODE", help="Project code.")],
    *,
    values: Annotated[
        list[str],
        typer.Option("--set", metavar="ATTRIBUTE=VALUE", help="The right value; may be repeated."),
    ],
    reason: Annotated[str, typer.Option(help="What was wrong; the enterprise reads it.")],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would change and write nothing.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    from cli.connection import ledger
    from cli.console import CONSOLE
    from services import timing
    from services.cases.acts import execute
    from services.cases.attribute_correction import try_correction
    from services.cases.views.values.plain import as_json as plain
    from services.ledger.store import load

    language, now = get_settings().language, timing.now()
    _ = translator(language)
    with ledger() as database:
        with database.reading() as connection:
            scenario = load(connection, code).facts.scenario
        correction = c.CorrectAttributes(
            attributes=attributes_given(scenario, values), reason=reason
        )
        trial = try_correction(database, code, correction, CONSOLE, now, _, language)
        if trial.possible and not dry_run:
            execute(database, code, correction, CONSOLE, now)
    if as_json:
        print(json.dumps({**plain(trial), "dry_run": dry_run}, ensure_ascii=False))
    else:
        print("\n".join((*trial.corrected, *trial.changes, *trial.refusals)))
        done = _("would be corrected") if dry_run else _("is corrected")
        print(f"{trial.project}  {done if trial.possible else _('not corrected')}")
    if not trial.possible:
        raise typer.Exit(FAULT_FOUND)
