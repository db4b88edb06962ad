"""``kaigong unit``: the units of the organisation."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.command_help import command_help
from cli.connection import ledger
from cli.people.organisation_acts import add_acts
from config.settings import get_settings
from config.texts import translator

if TYPE_CHECKING:
    from services.people.units.book import BookFault

app = typer.Typer(no_args_is_help=True)

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]


@app.callback()
@command_help("Units of the organisation: places, offices, departments, stations.")
def unit() -> None:
    """The commands below ``unit``."""


@app.command("list")
@command_help("Every unit with what is above it, those that ended too.")
def list_units(*, as_json: AsJson = False) -> None:
    from services.people.organisation import units_of

    with ledger() as database, database.reading() as connection:
        units = units_of(connection).values()
    if as_json:
        print(json.dumps([unit.model_dump(mode="json") for unit in units], ensure_ascii=False))
        return
    for each in units:
        until = f" – {each.to_on} → {each.successor or '—'}" if each.to_on else ""
        print(f"{each.key:<32} {each.kind:<28} {each.name_zh}  {each.parent or '—'}{until}")


@app.command("import")
@command_help(
    """Units, posts and absences from an XLSX workbook: all of them, or none when one row is wrong.

    Sheets units 单位, posts 任职, absences 离岗; their columns are the fields, in English or Chinese. With
    --dry-run nothing is written, and each row says what would become of it.
    """
)
def import_book(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="XLSX workbook.")],
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Write nothing.")] = False,
    as_json: AsJson = False,
) -> None:
    from services.people.units.importing import (
        OrganisationNotImported,
        import_organisation,
        preview,
    )
    from services.timing import now

    with ledger() as database:
        try:
            done_now = (preview if dry_run else import_organisation)(database, file, now())
        except OrganisationNotImported as refused:
            _print_faults(refused.faults)
            raise
    if as_json:
        print(json.dumps(asdict(done_now), ensure_ascii=False))
        return
    for line in done_now.lines:
        print(f"{line.sheet} {line.row}: {line.change} {line.key}")
    for key in done_now.left_out:
        print(f"units: not in the file {key}")


def _print_faults(faults: Iterable[BookFault]) -> None:
    _ = translator(get_settings().language)
    sentence = _("Sheet {sheet}, row {row}, column {column}: {message}")
    for fault in faults:
        place = {"sheet": fault.sheet, "row": fault.row, "column": fault.column}
        print(sentence.format(**place, message=fault.error.sentence(_)), file=sys.stderr)


@app.command()
@command_help(
    """Whether the organisation holds together today; each fault is one sentence, and the exit code 1.

    A place without a steward, a person without a post, a post of a closed account, a broken tree.
    """
)
def check(*, as_json: AsJson = False) -> None:
    from services.people.units.checking import organisation_faults
    from services.timing import now

    with ledger() as database:
        faults = organisation_faults(database, now())
    _ = translator(get_settings().language)
    sentences = [fault.sentence(_) for fault in faults]
    if as_json:
        print(json.dumps({"ok": not faults, "faults": sentences}, ensure_ascii=False))
    else:
        print("\n".join(sentences) or _("The organisation holds together."))
    if faults:
        raise typer.Exit(1)


add_acts(app, "unit")
