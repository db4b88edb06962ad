"""``kaigong clock``: one deadline with the reason for every day, and the working days of a span."""

from __future__ import annotations

import json
import re
from datetime import date
from typing import Annotated

import typer

from cli.command_help import command_help
from cli.days import day_given
from config.settings import get_settings
from config.texts import translator
from models.clock.values import (
    ClockEvent,
    ClockExtended,
    ClockResumed,
    ClockStarted,
    ClockSuspended,
    ClockTerms,
    ClockView,
    CountingMode,
    DayCount,
    Limit,
    Unit,
)
from models.errors import InvalidInput
from rules.clock import describe, explain, project_clock
from rules.clock.calendar import WorkingCalendar
from services.clock.working_calendar import working_calendar
from services.installation.policy import policy

app = typer.Typer(no_args_is_help=True)

_WHOLE = re.compile(r"[0-9]{1,9}")

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]


@app.command()
@command_help("Last day of a limit, and why: every day counted or not.")
def deadline(
    start: Annotated[str, typer.Option(metavar="DATE", help="Day the clock starts, YYYY-MM-DD.")],
    length: Annotated[str, typer.Option(metavar="N", help="Length of the limit, in its unit.")],
    unit: Annotated[Unit, typer.Option(help="What the limit is counted in.")] = Unit.WORKING_DAY,
    mode: Annotated[
        CountingMode,
        typer.Option(help="deadline: the first day is not counted; notice: it is."),
    ] = CountingMode.DEADLINE,
    suspend: Annotated[
        list[str] | None,
        typer.Option(metavar="FROM:TO", help="Suspension; leave TO out while it is open."),
    ] = None,
    extend: Annotated[
        list[str] | None, typer.Option(metavar="N", help="Extension, in the limit's unit.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    first = day_given("--start", start)
    extensions = [Limit(_whole("--extend", value), unit) for value in extend or ()]
    events = _events(first, suspend or (), extensions)
    terms = ClockTerms(promised=Limit(_whole("--length", length), unit), mode=mode)
    calendar = working_calendar()
    choices = policy().clock
    view = project_clock(terms, events, calendar, choices)
    days = explain(terms, events, calendar, choices)
    if as_json:
        _print_json(_deadline_document(view, days))
    else:
        _print_deadline(view, days)


@app.command("working-days")
@command_help("Working days after --from, up to and including --to.")
def working_days(
    after: Annotated[
        str, typer.Option("--from", metavar="DATE", help="Day before the first one counted.")
    ],
    until: Annotated[str, typer.Option("--to", metavar="DATE", help="Last day counted.")],
    as_json: AsJson = False,
) -> None:
    first, last = day_given("--from", after), day_given("--to", until)
    if last < first:
        raise InvalidInput(
            field="--to", value=until, remedy="The last day is not before the first; swap the two."
        )
    calendar = working_calendar()
    days = calendar.working_days(first, last)
    provisional = calendar.is_provisional(first, last)
    if as_json:
        iso_days = [day.isoformat() for day in days]
        _print_json(
            {
                "from": first.isoformat(),
                "to": last.isoformat(),
                "working_days": len(days),
                "days": iso_days,
                "provisional": provisional,
                "calendar": calendar.version,
            }
        )
    else:
        _print_working_days(calendar, days, provisional)


@app.command()
@command_help(
    """Count every open clock anew on the calendar in force: whose day moves, by how much, and why.

    The deadline watch does the same by itself whenever a notice was added or corrected.
    """
)
def recompute(
    *,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only list what would move; nothing is written.")
    ] = False,
    this_machine: Annotated[
        bool,
        typer.Option(
            "--this-machine",
            help="Use the notices of this machine even when newer ones were in force.",
        ),
    ] = False,
    every: Annotated[
        bool,
        typer.Option(
            "--all", help="Every open project: the policy of this machine comes into force."
        ),
    ] = False,
    as_json: AsJson = False,
) -> None:
    from cli.clock.recompute import run

    run(dry_run=dry_run, this_machine=this_machine, every=every, as_json=as_json)


def _events(
    start: date, suspended: list[str] | tuple[()], extensions: list[Limit]
) -> list[ClockEvent]:
    events: list[ClockEvent] = []
    for index, text in enumerate(suspended):
        began, ended = _suspension(text, start)
        events.append(ClockSuspended(began, ref=str(index)))
        if ended is not None:
            events.append(ClockResumed(ended, ref=str(index)))
    # On one day a suspension begins before another ends: the two overlap, nothing is counted twice.
    events.sort(key=lambda event: (event.on, isinstance(event, ClockResumed)))
    return [ClockStarted(start), *(ClockExtended(start, by) for by in extensions), *events]


def _suspension(text: str, start: date) -> tuple[date, date | None]:
    began, colon, ended = text.partition(":")
    if not colon:
        raise InvalidInput(
            field="--suspend", value=text, remedy="Write it FROM:TO, or FROM: while open."
        )
    first = day_given("--suspend", began)
    last = day_given("--suspend", ended) if ended else None
    if first < start:
        raise InvalidInput(
            field="--suspend", value=text, remedy="A suspension does not begin before the start."
        )
    if last is not None and last < first:
        raise InvalidInput(
            field="--suspend", value=text, remedy="TO is not before FROM; swap the two."
        )
    return first, last


def _whole(field: str, text: str) -> int:
    if not _WHOLE.fullmatch(text):
        raise InvalidInput(field=field, value=text or "—", remedy="Give a whole number, 0 or more.")
    return int(text)


def _deadline_document(view: ClockView, days: tuple[DayCount, ...]) -> dict[str, object]:
    _ = translator(get_settings().language)
    return {
        "due_on": view.due_on.isoformat() if view.due_on else None,
        "provisional": view.provisional,
        "suspended": view.suspended,
        "counted_days": sum(day.counted for day in days),
        "calendar": view.calendar_version,
        "days": [
            {
                "date": day.date.isoformat(),
                "counted": day.counted,
                "reason": describe(day, _),
                "code": day.reason.value,
                "provisional": day.provisional,
            }
            for day in days
        ],
    }


def _print_json(document: dict[str, object]) -> None:
    print(json.dumps(document, ensure_ascii=False))


def _weekday(day: date) -> str:
    from babel.dates import format_date

    return format_date(day, "EEE", locale=get_settings().language.replace("-", "_"))


def _print_deadline(view: ClockView, days: tuple[DayCount, ...]) -> None:
    from rich.console import Console
    from rich.table import Table

    _ = translator(get_settings().language)
    table = Table(_("Date"), "", _("Counted"), _("Why"))
    number = 0
    for day in days:
        number += day.counted
        mark = str(number) if day.counted else ""
        table.add_row(day.date.isoformat(), _weekday(day.date), mark, describe(day, _))
    console = Console()
    console.print(table)
    if view.due_on is None:
        sentence = _("Paused after {counted} counted days: the last day is known when it resumes.")
    else:
        sentence = _("Last day: {due} ({weekday}), {counted} days counted.")
    due = view.due_on.isoformat() if view.due_on else ""
    weekday = _weekday(view.due_on) if view.due_on else ""
    console.print(sentence.format(due=due, weekday=weekday, counted=number))
    _print_provisional(view.provisional)


def _print_working_days(
    calendar: WorkingCalendar, days: tuple[date, ...], provisional: bool
) -> None:
    _ = translator(get_settings().language)
    for day in days:
        holiday = calendar.day(day).name
        note = _("Make-up working day for {name}").format(name=_(holiday)) if holiday else ""
        print(f"{day.isoformat()}  {_weekday(day)}  {note}".rstrip())
    print(_("{count} working days").format(count=len(days)))
    _print_provisional(provisional)


def _print_provisional(provisional: bool) -> None:
    if provisional:
        _ = translator(get_settings().language)
        print(_("Provisional: a year in it has no official holiday notice yet."))
