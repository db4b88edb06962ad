"""``kaigong audit``: whether the ledger is as it was written."""

from __future__ import annotations

import json
import sys
from typing import Annotated, Any

import typer

from cli.command_help import command_help
from cli.connection import ledger
from config.settings import get_settings
from config.texts import translator
from rules.cases.context import ZONE
from services.cases.audit import AuditReport
from services.cases.audit.faults import Broken
from services.matters.audit import verify_everything

app = typer.Typer(no_args_is_help=True)


@app.callback()
@command_help("Verify the log that cannot be rewritten.")
def audit() -> None:
    """The commands below ``audit``."""


@app.command("verify")
@command_help(
    """Walk the hash chains; compare every row with its events, and every record and file with its hash.

    The exit code is 1, and every fault is named, when anything was altered.
    """
)
def verify_command(
    *,
    project: Annotated[
        str | None, typer.Option(metavar="CODE", help="Only this project; otherwise all.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    with ledger() as database:
        report = verify_everything(database, project)
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
        "matters": report.matters,
        "first_broken": _fault(report.first_broken) if report.first_broken else None,
        "broken_projects": list(dict.fromkeys(f.project for f in report.broken if f.project)),
        "faults": [_fault(fault) for fault in report.broken],
        "anchored": _anchored(report),
        "as_found": _as_found(report),
    }


def _anchored(report: AuditReport) -> dict[str, Any] | None:
    """Up to when everything was signed, and whether the folder of anchors has it."""
    newest = report.anchored
    if newest is None:
        return None
    at = newest.at.isoformat()
    return {"number": newest.number, "at": at, "outside": newest.outside}


def _as_found(report: AuditReport) -> dict[str, Any] | None:
    """What an upgrade sealed as found: its earlier states are not provable."""
    as_found = report.as_found
    return {"rows": as_found.rows, "since": as_found.since.isoformat()} if as_found else None


def _fault(fault: Broken) -> dict[str, Any]:
    _ = translator(get_settings().language)
    return {
        "project": fault.project,
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
        sentence = _("{projects} projects, {events} events: {broken} faults were found.")
    print(
        sentence.format(projects=report.projects, events=report.events, broken=len(report.broken))
    )
    if report.matters:
        print(_("{count} matters are among them.").format(count=report.matters))
    _show_anchored(report)
    if report.as_found is not None:
        day = report.as_found.since.astimezone(ZONE).date()
        sentence = _(
            "{rows} records were sealed as they were found on {day}: earlier states of them are not provable."
        )
        print(sentence.format(rows=report.as_found.rows, day=day))


def _show_anchored(report: AuditReport) -> None:
    _ = translator(get_settings().language)
    newest = report.anchored
    if newest is None:
        print(_("Nothing was signed yet: whoever owns the database could rewrite it whole."))
        return
    if newest.outside:
        sentence = _("Signed up to {at} (anchor {number}).")
    else:
        sentence = _("Signed up to {at} (anchor {number}), which the folder of anchors lacks.")
    at = newest.at.astimezone(ZONE)
    print(sentence.format(at=f"{at:%Y-%m-%d %H:%M}", number=newest.number))


@app.command("anchor")
@command_help(
    """Sign the heads of all logs now, into the folder of KAIGONG_ANCHOR_DIR.

    It is done each day by itself; 'kaigong audit verify' compares with what was signed.
    """
)
def anchor_command() -> None:
    from services.cases.audit.anchors import Anchors, make_anchor
    from services.timing import now

    settings = get_settings()
    with ledger() as database:
        made = make_anchor(database, Anchors.of(settings), now())
    print(settings.anchors_folder / made.name)
