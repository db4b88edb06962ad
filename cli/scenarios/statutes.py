"""``kaigong statutes``: the table of statutes, with where each duty is kept."""

from __future__ import annotations

import json
from datetime import date
from typing import Annotated

import typer

from cli.command_help import command_help
from config.settings import get_settings
from config.texts import translator
from services.scenarios.statutes import StatuteLine, lines, view

Act = Annotated[str | None, typer.Option(help="Only the rows of this act, by its short name.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]


@command_help("What the law asks, row by row, and where it is kept.")
def command(*, act: Act = None, as_json: AsJson = False) -> None:
    """Print the table of statutes."""
    language = get_settings().language
    translate = translator(language)
    shown = [line for line in lines(date.today()) if act is None or line.act.name == act]  # noqa: DTZ011
    if as_json:
        print(json.dumps([view(line, translate, language) for line in shown], ensure_ascii=False))
        return
    for line in shown:
        print(_text(line, view(line, translate, language)))


def _text(line: StatuteLine, values: dict[str, object]) -> str:
    head = f"{values['id']}  {line.cited()}  [{values['mark']}]  {values['scope_name']}"
    limit = f"\n  {values['limit']}" if values["limit"] else ""
    return f"{head}\n  {values['rule']}{limit}\n  → {', '.join(line.row.places)}"
