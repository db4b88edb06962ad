"""``kaigong project correct``: particulars that were registered wrongly are put right."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from cli.scenario_guide import attributes_given
from config.settings import get_settings
from config.texts import translator
from models import commands as c

FAULT_FOUND = 1


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
    """Correct attributes of a project: the items and papers that it needs follow from them.

    Exit code 1 when something under way stands in the way.
    """
    from cli.connection import ledger
    from cli.project import CONSOLE
    from services import timing
    from services.acts import perform
    from services.attribute_correction import try_correction
    from services.store import load
    from services.views.values.plain import as_json as plain

    language, now = get_settings().language, timing.now()
    _ = translator(language)
    with ledger() as database:
        with database.reading() as connection:
            scenario = load(connection, code).facts.scenario
        asked = c.CorrectAttributes(attributes=attributes_given(scenario, values), reason=reason)
        found = try_correction(database, code, asked, CONSOLE, now, _, language)
        if found.possible and not dry_run:
            perform(database, code, asked, CONSOLE, now)
    if as_json:
        print(json.dumps({**plain(found), "dry_run": dry_run}, ensure_ascii=False))
    else:
        print("\n".join((*found.corrected, *found.changes, *found.refusals)))
        done = _("would be corrected") if dry_run else _("is corrected")
        print(f"{found.project}  {done if found.possible else _('not corrected')}")
    if not found.possible:
        raise typer.Exit(FAULT_FOUND)
