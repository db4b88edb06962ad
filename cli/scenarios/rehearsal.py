"""``kaigong scenario simulate`` and ``replay``: how projects would fare, and how past ones would have."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from cli.command_help import command_help
from cli.days import day_given
from cli.scenarios.source import scenario_named
from config.settings import get_settings
from config.texts import translator
from models.errors import KaigongError
from models.scenarios.definition import ScenarioDefinition
from models.scenarios.promises import WHOLE
from rules.cases.context import ZONE
from rules.rehearsal import Forecast, Options, Paces, Percentiles, simulate
from services import timing
from services.clock.working_calendar import working_calendar
from services.rehearsal.forecast import forecast_view
from services.wording.promise_words import promise_name

#: So many items stand in the table for people; ``--json`` has all of them.
SHOWN = 8


class WrongCapacity(KaigongError):
    template = "--capacity: {value} is not valid; write DEPARTMENT=ACTS with a whole number. Departments: {known}."
    field = "capacity"


@command_help(
    "Rehearse a scenario: forecast, share within the promise, costliest item, bottleneck."
)
def simulate_command(
    scenario: Annotated[
        str,
        typer.Argument(
            metavar="FILE_OR_KEY", help="Scenario file, key of a scenario, or KEY@VERSION."
        ),
    ],
    *,
    projects: Annotated[
        int, typer.Option(min=1, max=100_000, help="How many projects come.")
    ] = 1000,
    seed: Annotated[int, typer.Option(help="The same seed gives the same forecast.")] = 1,
    begins: Annotated[
        str | None, typer.Option(metavar="DATE", help="Day of the first project; default: today.")
    ] = None,
    over: Annotated[
        int, typer.Option(min=1, max=5000, help="Working days over which the projects come.")
    ] = 250,
    capacity: Annotated[
        list[str] | None,
        typer.Option(
            metavar="DEPARTMENT=ACTS",
            help="Acts that a department manages in a working day; without it, enough.",
        ),
    ] = None,
    history: Annotated[
        bool, typer.Option(help="Take the paces of past projects from the database.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    definition = scenario_named(scenario)
    first = day_given("--begins", begins) if begins else timing.now().astimezone(ZONE).date()
    options = Options(
        begins=first,
        over=over,
        capacities=_capacities(definition, capacity or []),
        paces=_observed(definition) if history else Paces(),
    )
    forecast = simulate(definition, working_calendar(), projects, seed, options)
    if as_json:
        print(
            json.dumps(
                forecast_view(definition, forecast, get_settings().language), ensure_ascii=False
            )
        )
    else:
        _print(definition, forecast)


@command_help(
    "Replay past projects through a scenario: what would have been different. Nothing is written."
)
def replay_command(
    scenario: Annotated[
        str,
        typer.Argument(
            metavar="FILE_OR_KEY", help="Scenario file, key of a scenario, or KEY@VERSION."
        ),
    ],
    *,
    projects: Annotated[
        list[str] | None,
        typer.Option(
            "--projects",
            "--project",
            metavar="CODE",
            help="A project to replay, given once for each; default: all of this scenario.",
        ),
    ] = None,
    since: Annotated[
        str | None, typer.Option(metavar="DATE", help="Only projects registered from this day on.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    from cli.connection import ledger
    from services.rehearsal.past_projects import replay_projects, replay_view

    definition = scenario_named(scenario)
    first = day_given("--since", since) if since else None
    today = timing.now().astimezone(ZONE).date()
    with ledger() as database, database.reading() as connection:
        replay = replay_projects(
            connection, definition, today, projects=projects or (), since=first
        )
    language = get_settings().language
    view = replay_view(replay, translator(language), language)
    if as_json:
        print(json.dumps(view, ensure_ascii=False))
    else:
        _print_replay(view, translator(language))


def _print_replay(view: dict[str, Any], translate: Callable[[str], str]) -> None:
    for project in view["projects"]:
        print(f"{project['code']}  {project['title']}")
        for difference in project["differences"] or [
            {"message": translate("Nothing would change.")}
        ]:
            print(f"  {difference['message']}")
    for left_out in view["left_out"]:
        print(f"{left_out['project']}  {left_out['reason']}")
    total = view["sum"]
    counts = translate("{projects} projects replayed; something would change for {changed}.")
    print(counts.format(**total))
    if not view["projects"]:
        return
    for when, heading in (("then", "As it was"), ("now", "As it would have been")):
        text = translate(
            "{when}: {mean_days} counted working days on average, {kept} of {promised} promises kept,"
            " {late} items late, {warnings} warnings."
        )
        values = {**total[when], "warnings": sum(total[when]["warnings"].values())}
        print(text.format(when=translate(heading), **values))


def _capacities(scenario: ScenarioDefinition, given: list[str]) -> Mapping[str, int]:
    """``DEPARTMENT=ACTS`` as people write it, for departments of this scenario."""
    capacities = {}
    known = sorted({item.department for item in scenario.items})
    for text in given:
        department, _, acts = text.partition("=")
        if department not in known or not acts.isascii() or not acts.isdigit() or not int(acts):
            raise WrongCapacity(value=text or "—", known=known)
        capacities[department] = int(acts)
    return capacities


def _observed(scenario: ScenarioDefinition) -> Paces:
    from cli.connection import ledger
    from services.rehearsal.past_projects import observed_paces

    with ledger() as database, database.reading() as connection:
        return observed_paces(connection, scenario, working_calendar())


def _print(scenario: ScenarioDefinition, forecast: Forecast) -> None:
    language = get_settings().language
    _ = translator(language)
    counts = _("{projects} projects simulated, {completed} of them completed.")
    print(counts.format(projects=forecast.projects, completed=forecast.completed))
    print(_days(_("Counted working days: {p50} (half), {p80} (80%), {p95} (95%)"), forecast, _))
    if forecast.within_promise is not None:
        share = f"{forecast.within_promise:.1%}"
        text = _("Within the promise of {days} working days: {share}")
        print(text.format(days=forecast.promised_days, share=share))
    for promise in forecast.promises:
        if promise.promise == WHOLE or promise.kept is None:
            continue
        text = _("Promise {name}: kept by {share}; {p50} days (half), {p80} (80%), {p95} (95%)")
        p50, p80, p95 = promise.days
        name = promise_name(scenario, promise.promise).in_language(language)
        print(text.format(name=name, share=f"{promise.kept:.1%}", p50=p50, p80=p80, p95=p95))
    if forecast.costliest_item is not None:
        code = forecast.costliest_item
        name = scenario.item[code].name.in_language(language)
        print(_("Costliest item: {item} {name}").format(item=code, name=name))
    if forecast.bottleneck is not None:
        name = scenario.department[forecast.bottleneck].name.in_language(language)
        print(_("Bottleneck: {name}").format(name=name))
    Console().print(_items(scenario, forecast, _))


def _days(text: str, forecast: Forecast, translate: Callable[[str], str]) -> str:
    calendar = translate("Natural days to the end: {p50} (half), {p80} (80%), {p95} (95%)")
    return f"{_filled(text, forecast.counted_days)}\n{_filled(calendar, forecast.calendar_days)}"


def _filled(text: str, days: Percentiles) -> str:
    return text.format(p50=days.p50, p80=days.p80, p95=days.p95)


def _items(
    scenario: ScenarioDefinition, forecast: Forecast, translate: Callable[[str], str]
) -> Table:
    language = get_settings().language
    table = Table(box=None)
    for heading in ("item", "name", "counted days", "on the longest path", "late"):
        table.add_column(translate(heading))
    ranked = sorted(forecast.items, key=lambda item: item.path_days, reverse=True)
    for item_forecast in ranked[:SHOWN]:
        if item_forecast.path_days:
            name = scenario.item[item_forecast.item].name.in_language(language)
            shares = f"{item_forecast.on_path:.0%}", f"{item_forecast.late:.0%}"
            table.add_row(item_forecast.item, name, f"{item_forecast.path_days:.2f}", *shares)
    return table
