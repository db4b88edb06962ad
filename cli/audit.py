"""``kaigong audit``: whether the ledger is as it was written."""

from __future__ import annotations

import json
import sys
from typing import Annotated, Any

import typer

from cli.connection import ledger
from config.settings import get_settings
from config.texts import translator
from services.audit import AuditReport, Broken, verify

app = typer.Typer(no_args_is_help=True)


@app.callback()
def audit() -> None:
    """Verify the log that cannot be rewritten."""


@app.command("verify")
def verify_command(
    *,
    project: Annotated[
        str | None, typer.Option(metavar="CODE", help="Only this project; otherwise all.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Walk the hash chains, and compare every row with what its events say.

    The exit code is 1, and the first fault is named, when anything was altered.
    """
    with ledger() as database:
        report = verify(database, project)
    if as_json:
        print(json.dumps(_document(report), ensure_ascii=False))
    else:
        _show(report)
    if not report.ok:
        raise typer.Exit(1)


def _document(report: AuditReport) -> dict[str, Any]:
    return {
        "ok": report.ok,
        "events": report.events,
        "projects": report.projects,
        "first_broken": _fault(report.first_broken) if report.first_broken else None,
        "broken_projects": [fault.params["project"] for fault in report.broken],
    }


def _fault(fault: Broken) -> dict[str, Any]:
    _ = translator(get_settings().language)
    return {
        "project": fault.params["project"],
        "seq": fault.seq,
        "code": fault.code,
        "message": fault.sentence(_),
    }


def _show(report: AuditReport) -> None:
    _ = translator(get_settings().language)
    for fault in report.broken:
        print(fault.sentence(_), file=sys.stderr)
    if report.ok:
        sentence = _("{projects} projects, {events} events: everything is as it was written.")
    else:
        sentence = _("{projects} projects, {events} events: {broken} projects were altered.")
    print(
        sentence.format(projects=report.projects, events=report.events, broken=len(report.broken))
    )
