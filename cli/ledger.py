"""``kaigong ledger``: every ledger by its definition, its lines, and all of them as a file."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.command_help import command_help
from cli.connection import ledger
from cli.console import CONSOLE
from config.settings import get_settings
from config.texts import translator
from models.errors import InvalidInput

if TYPE_CHECKING:
    from services.ledgers.question import Question

app = typer.Typer(no_args_is_help=True)

Key = Annotated[str, typer.Argument(help="Key of the ledger.")]
Filters = Annotated[
    list[str] | None,
    typer.Option("--filter", metavar="NAME=VALUE", help="A filter, the order or the columns."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]


@app.command("list")
@command_help("Key, name, filters and orders of every ledger.")
def list_command(*, as_json: AsJson = False) -> None:
    from rules.ledgers.definition import as_data
    from services.cases.ledgers.registry import LEDGERS
    from services.ledgers.cells import name_of

    if as_json:
        print(json.dumps([as_data(each) for each in LEDGERS.values()], ensure_ascii=False))
        return
    language = get_settings().language
    for each in LEDGERS.values():
        name = name_of(each.name, language, translator(language))
        print(f"{each.key:<14} {name}  {' '.join(each.parameters)}")


@app.command()
@command_help("The lines of a ledger, a page of them.")
def show(
    key: Key,
    *,
    filters: Filters = None,
    limit: Annotated[int, typer.Option(min=1, max=500, help="Lines at most.")] = 50,
    after: Annotated[str, typer.Option(help="The `next` of the page before.")] = "",
    as_json: AsJson = False,
) -> None:
    from services.cases.ledgers.registry import source_of
    from services.ledgers.cells import at, for_program, plain

    asked = _asked(key, [*(filters or ()), f"limit={limit}", f"after={after}"])
    with ledger() as database, database.reading() as connection:
        page = source_of(asked.definition).page(connection, asked)
    columns = asked.definition.plain
    if as_json:
        lines = [{c.key: for_program(at(line, c)) for c in columns} for line in page.lines]
        document = {"ledger": key, "total": page.total, "lines": lines, "next": page.next}
        print(json.dumps(document, ensure_ascii=False))
        return
    language = get_settings().language
    _ = translator(language)
    for line in page.lines:
        values = (plain(at(line, column), language, _) for column in columns)
        print("  ".join("–" if value is None else str(value) for value in values))
    if page.next is not None:
        print(_("It goes on: --after {place}").format(place=page.next))


@app.command()
@command_help("Write all lines of a ledger to a file: .xlsx or .csv.")
def export(
    key: Key,
    file: Annotated[Path, typer.Argument(help="Where to; a file that is there is replaced.")],
    *,
    filters: Filters = None,
) -> None:
    from services.cases.ledgers.registry import source_of
    from services.ledgers.export import FileFormat, Reader, write

    if file.suffix.removeprefix(".") not in set(FileFormat):
        remedy = "Give a name that ends in .xlsx or .csv."
        raise InvalidInput(field="file", value=str(file), remedy=remedy)
    asked = _asked(key, filters or [])
    language = get_settings().language
    reader = Reader(language, translator(language))
    kind = FileFormat(file.suffix.removeprefix("."))
    with ledger() as database, database.snapshot() as connection, file.open("wb") as target:
        count = write(connection, source_of(asked.definition), asked, reader, kind, target)
    print(translator(language)("{count} lines were written.").format(count=count))


def _asked(key: str, filters: list[str]) -> Question:
    from services.cases.ledgers.registry import ledger_of
    from services.ledgers.question import question

    given = {}
    for each in filters:
        name, equals, value = each.partition("=")
        if not equals:
            remedy = "Give it as NAME=VALUE."
            raise InvalidInput(field="--filter", value=each, remedy=remedy)
        given[name] = value
    return question(ledger_of(key), given, CONSOLE, _now())


def _now() -> datetime:
    from services.timing import now

    return now()
