"""``kaigong doctor``: which part is up, which is not, and what to do."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from rich.console import Console
from rich.table import Table

from cli.command_help import command_help
from config.settings import get_settings
from config.texts import Word, translator
from deployments.local.findings import Finding, State
from deployments.local.health import examine

MARKS = {State.UP: "[green]✓[/]", State.NOTE: "[yellow]![/]", State.DOWN: "[red]✗[/]"}
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]


@command_help(
    """Look at every part and say which is up, which is not, and what to do.

    Nothing is started or changed. The exit code is 1 when a part is down.
    """
)
def command(*, as_json: AsJson = False) -> None:
    settings = get_settings()
    today = datetime.now(ZoneInfo(settings.timezone)).date()
    findings = list(examine(settings, today))
    healthy = all(finding.state is not State.DOWN for finding in findings)
    if as_json:
        parts = [_document(finding) for finding in findings]
        print(json.dumps({"ok": healthy, "parts": parts}, ensure_ascii=False))
    else:
        _show(findings)
    if not healthy:
        raise typer.Exit(1)


def _document(finding: Finding) -> dict[str, str]:
    _ = translator(get_settings().language)
    return {
        "part": finding.part,
        "state": finding.state,
        "detail": finding.sentence(finding.detail, _),
        "remedy": finding.sentence(finding.remedy, _),
    }


def _show(findings: list[Finding]) -> None:
    _ = translator(get_settings().language)
    table = Table(box=None, show_header=False, pad_edge=False)
    for finding in findings:
        detail = finding.sentence(finding.detail, _)
        remedy = finding.sentence(finding.remedy, _)
        table.add_row(MARKS[finding.state], _(Word(finding.part)), f"{detail}\n{remedy}".strip())
    Console().print(table)
