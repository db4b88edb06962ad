"""``kaigong figures``: what the case rounds of a period come to."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.command_help import command_help
from cli.connection import ledger
from cli.console import CONSOLE
from cli.days import day_given
from config.settings import get_settings
from config.texts import translator
from models.clock.values import ZONE
from models.errors import InvalidInput
from rules.figures.catalogue import DEFINITIONS, FIGURES
from rules.figures.counting import Tally
from rules.figures.definition import Cut, FigureDefinition, FigureUnit, Span

if TYPE_CHECKING:
    from services.figures.names import Names
    from services.figures.query import FigureValue
    from services.figures.verification import Verified

app = typer.Typer(invoke_without_command=True)

AsOf = Annotated[
    str | None, typer.Option("--as-of", metavar="DATE", help="Last day of what was known; today.")
]
Since = Annotated[
    str | None,
    typer.Option("--from", metavar="DATE", help="First day of the period; 1 January."),
]
Until = Annotated[
    str | None,
    typer.Option(
        "--to", metavar="DATE", help="Day after the last one of the period; the day after --as-of."
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]


@app.callback()
@command_help("Figures over the case rounds of a period; every one of them, without a command.")
def figures(
    context: typer.Context,
    *,
    as_of: AsOf = None,
    since: Since = None,
    until: Until = None,
    cut: Annotated[
        list[Cut] | None,
        typer.Option(help="By what they are taken apart; given twice, by both together."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    if context.invoked_subcommand is not None:
        return
    from services.figures.names import names_of_cuts
    from services.figures.query import figures as ask

    span, cuts = _span(as_of, since, until), tuple(dict.fromkeys(cut or ()))
    with ledger() as database:
        values = ask(database, CONSOLE, DEFINITIONS, span, cuts)
        with database.reading() as connection:
            names = names_of_cuts(connection, cuts)
    if as_json:
        documents = [_document(value, cuts, names) for value in values]
        _print_json({**_days(span), "figures": documents})
    else:
        _show_values(values, span, cuts, names)


@app.command("list")
@command_help("Key, name, unit and cuts of every figure.")
def list_command(*, as_json: AsJson = False) -> None:
    if as_json:
        _print_json([{**_head(f), "cuts": list(f.cut_by)} for f in DEFINITIONS])
        return
    _ = translator(get_settings().language)
    for figure in DEFINITIONS:
        print(f"{figure.key:<24} {_(figure.name)}")


@app.command()
@command_help("What a figure counts, what it must not count, and where that comes from.")
def show(
    key: Annotated[str, typer.Argument(help="Key of the figure.")], *, as_json: AsJson = False
) -> None:
    if key not in FIGURES:
        raise InvalidInput(
            field="key", value=key, remedy="Give a key that 'kaigong figures list' prints."
        )
    figure = FIGURES[key]
    _ = translator(get_settings().language)
    words = {"formula": _(figure.formula), "excludes": _(figure.excludes)}
    if as_json:
        more = {"source": figure.source, "moment": figure.moment.day, "cuts": list(figure.cut_by)}
        _print_json({**_head(figure), **words, **more})
        return
    print(f"{figure.key}  {_(figure.name)}")
    print(_("Counts: {formula}").format(formula=words["formula"]))
    print(_("Must not count: {excludes}").format(excludes=words["excludes"]))
    print(_("Source: {source}").format(source=figure.source))


@app.command()
@command_help(
    """Count every figure once more from the log of every project.

    The exit code is 1 when the log gives something else; a figure of last days and counted days may
    differ where a calendar changed since, which is said and is no fault.
    """
)
def verify(
    *, as_of: AsOf = None, since: Since = None, until: Until = None, as_json: AsJson = False
) -> None:
    from services.figures.verification import verify as count

    span = _span(as_of, since, until)
    with ledger() as database:
        verified = count(database, DEFINITIONS, span)
    fault = any(result.certain and not result.equal for result in verified)
    if as_json:
        listed = [_verified_document(result) for result in verified]
        _print_json({**_days(span), "ok": not fault, "figures": listed})
    else:
        _show_verified(verified, span)
    if fault:
        raise typer.Exit(1)


@app.command()
@command_help(
    """Write the case rounds of projects that have none from their logs; what is there stays.

    Figures themselves are kept nowhere: they are counted when they are asked for.
    """
)
def rebuild(*, as_json: AsJson = False) -> None:
    from services.cases.filling.rounds import fill

    with ledger() as database:
        filled = fill(database)
    if as_json:
        _print_json({"projects": filled})
        return
    _ = translator(get_settings().language)
    print(_("Case rounds of {count} projects were written.").format(count=filled))


def _span(as_of: str | None, since: str | None, until: str | None) -> Span:
    """The period that was asked for, no longer than what was known."""
    from services.timing import now

    today = now().astimezone(ZONE).date()
    known = today if as_of is None else day_given("--as-of", as_of)
    if known > today:
        raise InvalidInput(
            field="--as-of", value=known.isoformat(), remedy="Give today or a day before it."
        )
    day_after = known + timedelta(days=1)
    end = day_after if until is None else min(day_given("--to", until), day_after)
    last = end - timedelta(days=1)
    first = date(last.year, 1, 1) if since is None else day_given("--from", since)
    if first >= end:
        field, value = ("--to", until) if since is None else ("--from", since)
        remedy = "The first day lies before --to and not after --as-of; give such a period."
        raise InvalidInput(field=field, value=value or "—", remedy=remedy)
    return Span(first, end, known, today)


def _document(value: FigureValue, cuts: Sequence[Cut], names: Names) -> dict[str, Any]:
    figure = value.figure
    parts = [
        {**_part(part.keys, cuts, names), **_numbers(figure, part.tally)} for part in value.parts
    ]
    return {**_head(figure), **_numbers(figure, value.tally), "cuts": parts}


def _part(keys: Sequence[str | None], cuts: Sequence[Cut], names: Names) -> dict[str, Any]:
    """By one cut its name and key; by several a list of each."""
    called = _called(keys, cuts, names)
    if len(cuts) == 1:
        return {"cut": cuts[0], "key": keys[0], "name": called[0]}
    return {"cut": [*cuts], "key": [*keys], "name": called}


def _called(keys: Sequence[str | None], cuts: Sequence[Cut], names: Names) -> list[str]:
    from services.figures.names import name_of_key

    language = get_settings().language
    _ = translator(language)
    return [name_of_key(names, cut, key, language, _) for cut, key in zip(cuts, keys, strict=True)]


def _verified_document(result: Verified) -> dict[str, Any]:
    return {
        "key": result.figure.key,
        "equal": result.equal,
        "certain": result.certain,
        "asked": _numbers(result.figure, result.asked),
        "counted": _numbers(result.figure, result.counted),
    }


def _show_values(
    values: Sequence[FigureValue], span: Span, cuts: Sequence[Cut], names: Names
) -> None:
    _ = translator(get_settings().language)
    _print_span(span, _)
    for value in values:
        print(_line(_(value.figure.name), value.figure, value.tally, _))
        for part in value.parts:
            called = " · ".join(_called(part.keys, cuts, names))
            print("  " + _line(called, value.figure, part.tally, _))


def _show_verified(verified: Sequence[Verified], span: Span) -> None:
    _ = translator(get_settings().language)
    _print_span(span, _)
    for result in verified:
        print(_line(_(result.figure.name), result.figure, result.asked, _))
        if not result.equal:
            print("  " + _line(_("from the log"), result.figure, result.counted, _))
            if not result.certain:
                print("  " + _("A calendar or a policy may have changed since: this is no fault."))


def _head(figure: FigureDefinition) -> dict[str, Any]:
    _ = translator(get_settings().language)
    return {"key": figure.key, "name": _(figure.name), "unit": figure.unit}


def _days(span: Span) -> dict[str, Any]:
    period = {"from": span.since.isoformat(), "to": span.until.isoformat()}
    return {"as_of": span.as_of.isoformat(), "period": period}


def _numbers(figure: FigureDefinition, tally: Tally) -> dict[str, str | None]:
    numbers = {
        "value": tally.value(figure.unit),
        "numerator": str(tally.numerator),
        "denominator": str(tally.denominator),
    }
    if figure.unit is FigureUnit.WORKING_DAY:
        decile = None if tally.ninth_decile is None else str(tally.ninth_decile)
        return {**numbers, "mean": tally.mean, "ninth_decile": decile}
    return numbers


def _line(name: str, figure: FigureDefinition, tally: Tally, _: Callable[[str], str]) -> str:
    value = tally.value(figure.unit)
    if value is None:
        return f"{name}  —  " + _("no rounds in this period")
    if figure.unit is FigureUnit.CASE:
        return f"{name}  {value}"
    if figure.unit is not FigureUnit.WORKING_DAY:
        sign = " %" if figure.unit is FigureUnit.PERCENT else ""
        return f"{name}  {value}{sign}  {tally.numerator}/{tally.denominator}"
    sentence = _("{value} working days; mean {mean}, ninth decile {decile}, {count} rounds")
    numbers = {"mean": tally.mean, "decile": tally.ninth_decile, "count": tally.denominator}
    return f"{name}  " + sentence.format(value=value, **numbers)


def _print_span(span: Span, _: Callable[[str], str]) -> None:
    last = span.until - timedelta(days=1)
    sentence = _("{first} to {last}, as known on {as_of}")
    print(sentence.format(first=span.since, last=last, as_of=span.as_of))


def _print_json(document: dict[str, Any] | Sequence[dict[str, Any]]) -> None:
    print(json.dumps(document, ensure_ascii=False))
