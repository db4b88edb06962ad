"""``kaigong project why``: every clock of an item with the reason for every day of it."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.command_help import command_help
from cli.connection import ledger
from config.settings import get_settings
from config.texts import translator
from models.clock.values import Unit
from models.people.actor import SYSTEM
from services import timing
from services.cases.views.values.items import DayRow
from services.cases.views.values.plain import as_json
from services.cases.views.why import (
    LIMITS,
    ClockWhy,
    ItemWhy,
    PromisesWhy,
    sentences,
    why,
    why_promises,
)
from services.wording.words import clock_word, word

if TYPE_CHECKING:
    from rich.console import Console


@command_help(
    """Why an item is due when it is: every clock, every day counted or not, and the reason.

    With both limits, special procedures, extensions, and what new calendars moved. Without an item:
    what the scenario promises to the project, counted in the same way.
    """
)
def command(
    code: Annotated[str, typer.Argument(metavar="CODE", help="Project code.")],
    item: Annotated[
        str | None,
        typer.Argument(metavar="ITEM", help="Code of the item; without one: what was promised."),
    ] = None,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    translate = translator(get_settings().language)
    with ledger() as database:
        now = timing.now()
        explanation: ItemWhy | PromisesWhy = (
            why_promises(database, code, now, translate, viewer=SYSTEM)
            if item is None
            else why(database, code, item, now, translate, viewer=SYSTEM)
        )
    if as_json:
        print(json.dumps(_document(explanation), ensure_ascii=False))
    else:
        _print(explanation)


def _document(explanation: ItemWhy | PromisesWhy) -> Any:
    return as_json(explanation)


def _print(explanation: ItemWhy | PromisesWhy) -> None:
    from rich.console import Console
    from rich.markup import escape

    _ = translator(get_settings().language)
    console = Console(highlight=False)
    if isinstance(explanation, ItemWhy):
        name = explanation.name.in_language(get_settings().language)
        console.print(f"[bold]{explanation.project} {explanation.item}[/]  {escape(name)}")
    else:
        console.print(f"[bold]{explanation.project}[/]  {_('Promises')}")
    if not explanation.clocks:
        console.print(_("No clock of it has started."))
    for clock in explanation.clocks:
        _print_clock(console, clock)


def _print_clock(console: Console, explained: ClockWhy) -> None:
    from rich.markup import escape

    _ = translator(get_settings().language)
    clock = explained.clock
    subject = f" {clock.subject}" if clock.subject else ""
    title = _("{clock}, round {round}: {state}").format(
        clock=clock_word(clock.kind, _) + subject, round=clock.round, state=word(clock.state, _)
    )
    if clock.of_project:
        title = _("{clock}: {state}").format(
            clock=clock_word(clock.kind, _) + subject, state=word(clock.state, _)
        )
    console.print(f"\n[bold]{escape(title)}[/]")
    promised = clock.due_on if clock.promised_length is not None else None
    _print_limit(console, "promised", clock.promised_length, clock.promised_unit, promised)
    _print_limit(
        console, "statutory", clock.statutory_length, clock.statutory_unit, clock.statutory_due_on
    )
    for line in sentences(explained, _):
        console.print(escape(line))
    _print_days(console, explained.days)
    if explained.statutory_days:
        console.print(_("By the statutory limit:"))
        _print_days(console, explained.statutory_days)


def _print_limit(
    console: Console, which: str, length: int | None, unit: Unit, due_on: date | None
) -> None:
    if length is None:
        return
    _ = translator(get_settings().language)
    console.print(
        _("{limit}: {length} {unit}, last day {due}").format(
            limit=_(LIMITS[which]), length=length, unit=word(unit, _), due=due_on or "—"
        )
    )


def _print_days(console: Console, days: tuple[DayRow, ...]) -> None:
    from rich.table import Table

    _ = translator(get_settings().language)
    table = Table(_("Date"), _("Counted"), _("Why"), box=None)
    number = 0
    for day in days:
        number += day.counted
        table.add_row(day.date.isoformat(), str(number) if day.counted else "", day.reason)
    console.print(table)
