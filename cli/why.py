"""``kaigong project why``: every clock of an item with the reason for every day of it."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.connection import ledger
from config.settings import get_settings
from config.texts import translator
from models.clock import Unit
from services import timing
from services.views.values.items import DayLine
from services.views.values.plain import as_json
from services.views.why import LIMITS, ClockWhy, ItemWhy, sentences, why
from services.wording.words import word

if TYPE_CHECKING:
    from rich.console import Console


def command(
    code: Annotated[str, typer.Argument(metavar="CODE", help="Project code.")],
    item: Annotated[str, typer.Argument(metavar="ITEM", help="Code of the item.")],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Why an item is due when it is: every clock, every day counted or not, and the reason.

    With both limits, special procedures, extensions, and what new calendars moved.
    """
    translate = translator(get_settings().language)
    with ledger() as database:
        found = why(database, code, item, timing.now(), translate)
    if as_json:
        print(json.dumps(_document(found), ensure_ascii=False))
    else:
        _print(found)


def _document(found: ItemWhy) -> Any:
    return as_json(found)


def _print(found: ItemWhy) -> None:
    from rich.console import Console
    from rich.markup import escape

    _ = translator(get_settings().language)
    console = Console(highlight=False)
    name = found.name.in_language(get_settings().language)
    console.print(f"[bold]{found.project} {found.item}[/]  {escape(name)}")
    if not found.clocks:
        console.print(_("No clock of it has started."))
    for one in found.clocks:
        _print_clock(console, one)


def _print_clock(console: Console, one: ClockWhy) -> None:
    from rich.markup import escape

    _ = translator(get_settings().language)
    clock = one.clock
    subject = f" {clock.subject}" if clock.subject else ""
    title = _("{clock}, round {round}: {state}").format(
        clock=word(clock.kind, _) + subject, round=clock.round, state=word(clock.state, _)
    )
    console.print(f"\n[bold]{escape(title)}[/]")
    promised = clock.due_on if clock.promised_length is not None else None
    _print_limit(console, "promised", clock.promised_length, clock.promised_unit, promised)
    _print_limit(
        console, "statutory", clock.statutory_length, clock.statutory_unit, clock.statutory_due_on
    )
    for line in sentences(one, _):
        console.print(escape(line))
    _print_days(console, one.days)
    if one.statutory_days:
        console.print(_("By the statutory limit:"))
        _print_days(console, one.statutory_days)


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


def _print_days(console: Console, days: tuple[DayLine, ...]) -> None:
    from rich.table import Table

    _ = translator(get_settings().language)
    table = Table(_("Date"), _("Counted"), _("Why"), box=None)
    number = 0
    for day in days:
        number += day.counted
        table.add_row(day.date.isoformat(), str(number) if day.counted else "", day.reason)
    console.print(table)
