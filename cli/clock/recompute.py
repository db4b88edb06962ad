"""``kaigong clock recompute``; a module of its own because the other commands need no database."""

from __future__ import annotations

import json
from typing import Any

import typer

from cli.connection import ledger
from config.settings import get_settings
from config.texts import translator
from models.people.actor import Actor, Role
from rules.cases.calendar_effect import MovedDate
from services import timing
from services.cases.calendar_change import ProjectMoved, Recomputed, recompute
from services.installation.policy import context_for
from services.wording.words import moved_word

#: Whoever sits at the console of the machine; the list of calendars says so.
CONSOLE = Actor("console", Role.ADMINISTRATOR)


def run(*, dry_run: bool, this_machine: bool, every: bool, as_json: bool) -> None:
    """Count anew and print what moved; exit code 1 when a project could not be read."""
    context = context_for(CONSOLE, timing.now())
    with ledger() as database:
        done = recompute(database, context, dry_run=dry_run, own=this_machine, every=every)
    if as_json:
        print(json.dumps({"dry_run": dry_run, **_document(done)}, ensure_ascii=False))
    else:
        _print(done, dry_run=dry_run)
        if every and not dry_run:
            print(translator(get_settings().language)("The policy of this machine is in force."))
    if done.failed:
        raise typer.Exit(1)


def _document(done: Recomputed) -> dict[str, Any]:
    return {
        "calendar": done.calendar,
        "outdated_notices": done.outdated,
        "moved": done.moved,
        "unchanged_projects": done.unchanged,
        "projects": [_project(project) for project in done.projects],
        "failed": done.failed,
    }


def _project(project: ProjectMoved) -> dict[str, Any]:
    return {
        "code": project.code,
        "calendar_before": project.before,
        "moved": [moved.document() for moved in project.effect.moved],
        "confirmed": [clock.item for clock in project.effect.provisional if not clock.provisional],
    }


def _print(done: Recomputed, *, dry_run: bool) -> None:
    _ = translator(get_settings().language)
    print(_("Calendar in force: {calendar}").format(calendar=done.calendar))
    if done.outdated:
        sentence = _("The notices of this machine ({outdated}) are older than those in force.")
        print(sentence.format(outdated=done.outdated))
    for project in done.projects:
        for moved in project.effect.moved:
            print(f"{project.code}  {_sentence(moved)}")
    template = "{count} days would move." if dry_run else "{count} days moved."
    print(_(template).format(count=done.moved))
    for line in done.failed:
        print(line)


def _sentence(moved: MovedDate) -> str:
    _ = translator(get_settings().language)
    because = ", ".join(change.after.date.isoformat() for change in moved.because) or "—"
    return _(
        "{item} {clock}: {before} → {after} ({days} natural days), because of {because}"
    ).format(
        item=moved.item,
        clock=moved_word(moved.clock, moved.limit, _),
        before=moved.before,
        after=moved.after,
        days=f"{moved.days:+d}",
        because=because,
    )
