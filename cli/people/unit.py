"""``kaigong unit``: the units of the organisation."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from pydantic import ValidationError

from cli.command_help import command_help
from cli.connection import ledger
from config.settings import get_settings
from config.texts import translator
from models.errors import InvalidInput
from models.people.organisation import Unit, UnitKind

if TYPE_CHECKING:
    from services.people.units.book import BookFault

app = typer.Typer(no_args_is_help=True)

Key = Annotated[str, typer.Argument(help="Key of the unit.")]
Kind = Annotated[UnitKind, typer.Option(help="What it is.")]
Day = Annotated[str, typer.Option("--from", metavar="DATE", help="First day.")]
Parent = Annotated[str | None, typer.Option(help="Key of the unit above it.")]
Department = Annotated[str | None, typer.Option(help="Key of the department that it is.")]
Region = Annotated[str | None, typer.Option(help="Six digits of its project codes.")]
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


@app.command()
@command_help("A new unit, in force from a day on.")
def add(
    key: Key,
    *,
    kind: Kind,
    name: Annotated[str, typer.Option(help="Its Chinese name.")],
    from_on: Day,
    name_en: Annotated[str | None, typer.Option(help="Its English name.")] = None,
    parent: Parent = None,
    department: Department = None,
    region: Region = None,
) -> None:
    from services.people.organisation import add_unit

    values = {"key": key, "kind": kind, "name_zh": name, "name_en": name_en, "parent": parent}
    wanted = _unit({**values, "department": department, "region_code": region, "from_on": from_on})
    with ledger() as database:
        add_unit(database, wanted)
    done("{key} is a unit from {on} on.", key=key, on=wanted.from_on)


@app.command()
@command_help("Other values for a unit: what is not given stays.")
def change(
    key: Key,
    *,
    name: Annotated[str | None, typer.Option(help="Its Chinese name.")] = None,
    name_en: Annotated[str | None, typer.Option(help="Its English name.")] = None,
    parent: Parent = None,
    department: Department = None,
    region: Region = None,
) -> None:
    from services.people.organisation import change_unit

    values = {"name_zh": name, "name_en": name_en, "parent": parent}
    asked = {**values, "department": department, "region_code": region}
    changes = {field: value for field, value in asked.items() if value is not None}
    with ledger() as database:
        try:
            change_unit(database, key, changes)
        except ValidationError as error:
            raise not_valid(error) from error
    done("{key} was changed.", key=key)


@app.command()
@command_help(
    """End a unit on a day; its successor is asked for in its place from then on.

    Its projects and the posts over it go on in the successor: nothing is moved, no clock stands still.
    """
)
def end(
    key: Key,
    *,
    on: Annotated[str, typer.Option(metavar="DATE", help="First day without it.")],
    successor: Annotated[str | None, typer.Option(help="Key of who takes over.")] = None,
) -> None:
    from services.people.organisation import change_unit

    with ledger() as database:
        try:
            change_unit(database, key, {"to_on": on, "successor": successor})
        except ValidationError as error:
            raise not_valid(error) from error
    done("{key} ends on {on}.", key=key, on=on)


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


def _unit(values: dict[str, object]) -> Unit:
    try:
        return Unit.model_validate(values)
    except ValidationError as error:
        raise not_valid(error) from error


def not_valid(error: ValidationError) -> InvalidInput:
    """The first fault of what was given, as one sentence."""
    fault = error.errors()[0]
    field = str(fault["loc"][-1]) if fault["loc"] else "unit"
    return InvalidInput(field=field, value=fault["input"], remedy=f"{fault['msg']}.")


def done(sentence: str, **values: object) -> None:
    """Say what was done, in the language of the installation."""
    print(translator(get_settings().language)(sentence).format(**values))
