"""``kaigong project``: the ledger of projects, and projects out of a table."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from cli.cases import authorisations, why
from cli.cases import correction as project_correction
from cli.command_help import command_help
from cli.connection import ledger
from cli.console import CONSOLE
from config.settings import get_settings
from config.texts import translator
from models.cases.states import Light
from models.people.actor import SYSTEM
from models.scenarios.definition import Text
from rules.cases.context import ZONE
from services import timing
from services.cases.ledgers.deficiencies import LedgerRow, deficiency_ledger
from services.cases.project_import import NotImported, import_projects
from services.cases.views.ledger import projects
from services.cases.views.lists.project_query import ProjectQuery
from services.cases.views.project_page import project_page
from services.cases.views.values.lists import ProjectRow
from services.cases.views.values.plain import as_json
from services.cases.views.values.project import ProjectPage
from services.unit_of_work import Database
from services.wording.words import word

app = typer.Typer(no_args_is_help=True)

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
COLOURS = {Light.RED: "red", Light.YELLOW: "yellow", Light.GREEN: "green"}
PAGE = 500


@app.command("import")
@command_help(
    """Register the projects of a table: all of them, or none when one is wrong.

    Columns, in English or Chinese: code 项目代码, title 项目名称, enterprise 统一社会信用代码,
    enterprise_name 建设单位 (for a new enterprise), scenario 审批场景, steward 项目管家 (a login).
    Every other column is an attribute of the scenario, by its key.
    """
)
def import_command(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="CSV or XLSX; the first row names the columns.")
    ],
    *,
    as_json: AsJson = False,
) -> None:
    with ledger() as database:
        try:
            receipts = import_projects(database, file, CONSOLE, timing.now())
        except NotImported as refused:
            _print_faults(refused, as_json=as_json)
            raise
    codes = [receipt.project for receipt in receipts]
    if as_json:
        print(json.dumps({"ok": True, "imported": codes, "faults": []}))
    else:
        _ = translator(get_settings().language)
        print(_("{count} projects registered.").format(count=len(codes)))


def _print_faults(refused: NotImported, *, as_json: bool) -> None:
    _ = translator(get_settings().language)
    faults = [
        {
            "row": fault.row,
            "column": fault.column,
            "code": fault.error.code,
            "message": fault.error.sentence(_),
        }
        for fault in refused.faults
    ]
    if as_json:
        document = {"ok": False, "imported": [], "faults": faults}
        print(json.dumps(document, ensure_ascii=False))
        return
    sentence = _("Row {row}, column {column}: {message}")
    for fault in faults:
        print(sentence.format(**fault), file=sys.stderr)


@app.command()
@command_help("One project: its stages and items, what each waits for, deficiencies and documents.")
def show(
    code: Annotated[str, typer.Argument(metavar="CODE", help="Project code.")],
    *,
    as_json: AsJson = False,
) -> None:
    with ledger() as database:
        page = project_page(database, code, timing.now(), viewer=SYSTEM)
    if as_json:
        print(json.dumps(document_of(page), ensure_ascii=False))
    else:
        _print_page(page)


app.command("why")(why.command)
app.command("correct")(project_correction.command)
app.command("authorisations")(authorisations.command)


@app.command("list")
@command_help("The projects with their lights and what they wait for, the most urgent first.")
def list_command(
    *,
    steward: Annotated[
        str | None, typer.Option(metavar="LOGIN", help="Only the projects of this steward.")
    ] = None,
    level: Annotated[Light | None, typer.Option(help="Only projects with this light.")] = None,
    as_json: AsJson = False,
) -> None:
    today = timing.now().astimezone(ZONE).date()
    with ledger() as database:
        rows = list(_all(database, steward, level, today))
    if as_json:
        document = {"projects": [document_of(row) for row in rows], "total": len(rows)}
        print(json.dumps(document, ensure_ascii=False))
    else:
        _print_rows(rows)


@app.command()
@command_help(
    "The deficiency ledger: deferred papers with their lights, what falls due first on top."
)
def deficiencies(
    *,
    closed: Annotated[
        bool, typer.Option("--all", help="Also those that are closed out, or were not made good.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    today = timing.now().astimezone(ZONE).date()
    with ledger() as database:
        lines = deficiency_ledger(database, today, viewer=SYSTEM, closed=closed)
    if as_json:
        document = {"deficiencies": [document_of(line) for line in lines], "total": len(lines)}
        print(json.dumps(document, ensure_ascii=False))
    else:
        _print_deficiencies(lines)


def document_of(view: ProjectPage | ProjectRow | LedgerRow) -> Any:
    """A view as a JSON document of the command line."""
    return as_json(view)


def _all(
    database: Database, steward: str | None, level: Light | None, today: date
) -> Iterator[ProjectRow]:
    after: str | None = None
    while True:
        query = ProjectQuery(steward=steward, level=level, after=after, page_size=PAGE)
        listing = projects(database, query, today, viewer=SYSTEM)
        yield from listing.projects
        after = listing.next
        if after is None:
            return


# --- on a terminal ------------------------------------------------------------------------------


def _name(text: Text | None) -> str:
    return text.in_language(get_settings().language) if text else ""


def _lamp(light: Light) -> str:
    _ = translator(get_settings().language)
    return f"[{COLOURS[light]}]●[/] {word(light, _)}"


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


def _print_rows(rows: list[ProjectRow]) -> None:
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    _ = translator(get_settings().language)
    titles = ("Light", "Project", "Title", "Steward", "State", "Waits for", "Due")
    table = Table(*(_(title) for title in titles), box=None)
    table.columns[1].no_wrap = True
    for row in rows:
        first = row.waiting[0] if row.waiting else None
        table.add_row(
            _lamp(row.light),
            row.code,
            escape(row.title),
            escape(row.steward_name or ""),
            word(row.state, _),
            f"{word(first.waits_for, _)}: {escape(_name(first.name))}" if first else "",
            _day(row.next_due_on),
        )
    console = Console()
    console.print(table)
    console.print(_("{count} projects").format(count=len(rows)))


def _print_deficiencies(lines: tuple[LedgerRow, ...]) -> None:
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    _ = translator(get_settings().language)
    titles = ("Light", "Project", "Item", "Paper", "Answers for it", "State", "Due")
    table = Table(*(_(title) for title in titles), box=None)
    table.columns[1].no_wrap = True
    for line in lines:
        table.add_row(
            _lamp(line.light),
            line.project,
            line.item,
            escape(_name(line.material_name)),
            escape(line.owner_name or line.owner or ""),
            word(line.state, _),
            _day(line.due_on),
        )
    console = Console()
    console.print(table)
    console.print(_("{count} deferred papers").format(count=len(lines)))


def _counted(page: ProjectPage) -> str:
    _ = translator(get_settings().language)
    if page.counted.promised is None:
        return _("{days} working days").format(days=page.counted.days)
    return _("{days} of {promised} working days promised").format(
        days=page.counted.days, promised=page.counted.promised
    )


def _print_page(page: ProjectPage) -> None:
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    _ = translator(get_settings().language)
    console = Console()
    console.print(f"{_lamp(page.light)}  [bold]{page.code}[/]  {escape(page.title)}")
    facts = (
        ("Enterprise", page.enterprise_name),
        ("Steward", page.steward_name or page.steward or "—"),
        ("Scenario", f"{_name(page.scenario_name)} ({page.scenario} {page.scenario_version})"),
        ("Registered on", _day(page.registered_on)),
        ("State", word(page.state, _)),
        ("Counted so far", _counted(page)),
    )
    for title, value in facts:
        console.print(f"{_(title)}: {escape(value)}", highlight=False)
    titles = ("Item", "Name of the item", "State", "Waits for", "Due")
    for stage in page.stages:
        table = Table(*(_(title) for title in titles), box=None, title_justify="left")
        table.title = f"{escape(_name(stage.name))}: {word(stage.state, _)}"
        for item in stage.items:
            table.add_row(
                item.code,
                escape(_name(item.name)),
                word(item.state, _),
                word(item.waits_for, _),
                _day(item.due_on),
            )
        console.print(table)
    for exempt in page.exempt:
        exemption = f"{exempt.item} {_name(exempt.name)}: {exempt.basis}"
        console.print(f"{_('Exempt')}: {escape(exemption)}", highlight=False)
    for entry in page.deficiencies:
        owed = f"{entry.item} {_name(entry.material_name)}"
        console.print(
            f"{_('Deficiency')}: {escape(owed)}: {word(entry.state, _)} {_day(entry.due_on)}"
        )
    for document in page.documents:
        named = f"{_name(document.name)} {document.number}"
        console.print(f"{_('Document')}: {escape(named)}: {word(document.state, _)}")
