"""``kaigong scenario``: list, prove and publish scenarios; more commands stand in ``cli.scenario_*``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from cli.command_help import command_help
from cli.scenarios.drawing import draw_command
from cli.scenarios.guides import guide_command
from cli.scenarios.publication import approve_command, decline_command, publish_command
from cli.scenarios.record import record_command
from cli.scenarios.rehearsal import replay_command, simulate_command
from cli.scenarios.source import finding_line
from cli.scenarios.versions import (
    diff_command,
    export_command,
    import_command,
    migrate_command,
    retire_command,
    versions_command,
)
from config.settings import get_settings
from config.texts import translator
from rules.scenarios.reading import ScenarioReading
from rules.scenarios.verifier import CriticalPath, longest_path
from services.scenarios.scenario_files import read_file, shipped

app = typer.Typer(no_args_is_help=True)

FAULT_FOUND, WRONG_INPUT = 1, 2
#: Findings that are printed; whoever wants every one of a spoilt file takes the JSON document.
SHOWN = 200

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
ScenarioPath = Annotated[Path, typer.Argument(metavar="FILE", help="Scenario file, YAML.")]


@app.command("list")
@command_help("The shipped scenarios: key, name, version, promised days, stages and items.")
def list_scenarios(*, as_json: AsJson = False) -> None:
    language = get_settings().language
    definitions = [
        reading.definition for reading in shipped().values() if reading.definition is not None
    ]
    rows: list[dict[str, Any]] = [
        {
            "key": scenario.key,
            "name": scenario.name.in_language(language),
            "version": scenario.version,
            "promised_days": scenario.promised_days,
            "stages": [stage.key for stage in scenario.stages],
            "items": [item.code for item in scenario.items],
        }
        for scenario in definitions
    ]
    if as_json:
        print(json.dumps(rows, ensure_ascii=False))
        return
    _ = translator(language)
    table = Table(box=None)
    for heading in ("key", "name", "version", "promised days", "stages", "items"):
        table.add_column(_(heading))
    for row in rows:
        promised = "–" if row["promised_days"] is None else str(row["promised_days"])
        counts = str(len(row["stages"])), str(len(row["items"]))
        table.add_row(row["key"], row["name"], str(row["version"]), promised, *counts)
    Console().print(table)


@app.command()
@command_help(
    """Prove a scenario file: every fault with its line, the critical path against the promise.

    Exit code 1 when it must not be published, 2 when the file cannot be read.
    """
)
def validate(
    file: ScenarioPath,
    *,
    installed: Annotated[
        bool,
        typer.Option("--installed", help="Also look whether its departments have officers here."),
    ] = False,
    as_json: AsJson = False,
) -> None:
    reading = _read_installed(file) if installed else read_file(file)
    path = _critical_path(reading)
    if as_json:
        print(json.dumps(_document(reading, path), ensure_ascii=False))
    else:
        _print_findings(file, reading, path)
    if not reading.readable:
        if as_json:
            typer.echo(finding_line(file, reading.errors[0]), err=True)
        raise typer.Exit(WRONG_INPUT)
    if not reading.publishable:
        raise typer.Exit(FAULT_FOUND)


app.command("draw")(draw_command)
app.command("publish")(publish_command)
app.command("approve")(approve_command)
app.command("decline")(decline_command)
app.command("simulate")(simulate_command)
app.command("replay")(replay_command)
app.command("guide")(guide_command)
app.command("diff")(diff_command)
app.command("versions")(versions_command)
app.command("record")(record_command)
app.command("migrate")(migrate_command)
app.command("retire")(retire_command)
app.command("export")(export_command)
app.command("import")(import_command)


def _read_installed(file: Path) -> ScenarioReading:
    from cli.connection import ledger

    with ledger() as database, database.reading() as connection:
        return read_file(file, connection)


def _critical_path(reading: ScenarioReading) -> CriticalPath | None:
    if reading.definition is None:
        return None
    return longest_path(reading.definition, reading.findings)


def _document(reading: ScenarioReading, path: CriticalPath | None) -> dict[str, object]:
    _ = translator(get_settings().language)
    days = reading.definition.promised_days if reading.definition else None
    kept = path is not None and (days is None or path.days <= days)
    return {
        "ok": reading.publishable,
        "errors": [finding.as_dict(_) for finding in reading.errors],
        "warnings": [finding.as_dict(_) for finding in reading.warnings],
        "critical_path": {
            "days": path.days if path else None,
            "items": list(path.items) if path else [],
        },
        "promise": {"days": days, "kept": kept},
    }


def _print_findings(file: Path, reading: ScenarioReading, path: CriticalPath | None) -> None:
    _ = translator(get_settings().language)
    for finding in reading.findings[:SHOWN]:
        typer.echo(finding_line(file, finding), err=not reading.readable)
    if not reading.readable:
        return
    if len(reading.findings) > SHOWN:
        more = _("{count} more findings; correct these first.")
        print(more.format(count=len(reading.findings) - SHOWN))
    if path is not None:
        text = _("Critical path: {days} counted working days: {path}")
        print(text.format(days=path.days, path=path.text()))
    if reading.publishable:
        count = len(reading.warnings)
        print(_("It may be published; {count} warnings.").format(count=count))
    else:
        count = len(reading.errors)
        print(_("It must not be published: {count} errors.").format(count=count))
