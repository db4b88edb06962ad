"""``kaigong scenario``: versions, what they change, projects that move, files between districts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.scenario_source import scenario_named
from config.settings import get_settings
from config.texts import translator

if TYPE_CHECKING:
    from models.statements import Statement
    from services.scenario_admin.migration import ProjectMigration

FAULT_FOUND = 1

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
Key = Annotated[str, typer.Argument(metavar="KEY", help="Key of a published scenario.")]
Source = Annotated[
    str,
    typer.Argument(metavar="FILE_OR_KEY", help="Scenario file, key of a scenario, or KEY@VERSION."),
]
Number = Annotated[int, typer.Option("--version", min=1, help="Version of the scenario.")]


def diff_command(before: Source, after: Source, *, as_json: AsJson = False) -> None:
    """What the second scenario says differently from the first, in words."""
    from rules.scenario_diff import differences

    old, new = scenario_named(before), scenario_named(after)
    found = differences(old, new)
    if as_json:
        print(json.dumps([_said(one) for one in found], ensure_ascii=False))
        return
    _ = translator(get_settings().language)
    print("\n".join(_sentence(one) for one in found) or _("They say the same."))


def versions_command(key: Key, *, as_json: AsJson = False) -> None:
    """The versions of a scenario: state, who published it when, from which day on it is used."""
    from cli.connection import ledger
    from services import scenarios

    with ledger() as database, database.reading() as connection:
        found = scenarios.versions(connection, key)
        if not found:
            scenarios.published(connection, key)
    rows: list[dict[str, Any]] = [
        {
            "key": one.key,
            "version": one.version,
            "state": one.state.value,
            "content_hash": one.content_hash,
            "effective_on": one.effective_on.isoformat() if one.effective_on else None,
            "published_at": one.published_at.isoformat() if one.published_at else None,
            "published_by": one.published_by,
        }
        for one in found
    ]
    if as_json:
        print(json.dumps(rows, ensure_ascii=False))
        return
    _ = translator(get_settings().language)
    for row in rows:
        when = (row["published_at"] or "")[:10]
        who = row["published_by"] or ""
        words = (str(row["version"]), _(row["state"]), when, who, row["content_hash"][:12])
        print("  ".join(word for word in words if word))


def migrate_command(
    key: Key,
    *,
    before: Annotated[int, typer.Option("--from", min=1, help="Version the projects are on.")],
    after: Annotated[int, typer.Option("--to", min=1, help="Version they move to.")],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would happen and write nothing.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Move running projects to another version: each whole or not at all, with the reasons.

    Exit code 1 when a project cannot be moved.
    """
    from cli.connection import ledger
    from cli.project import CONSOLE
    from services import timing
    from services.scenario_admin.migration import migrate_projects

    with ledger() as database:
        found = migrate_projects(
            database, key, before, after, CONSOLE, timing.now(), dry_run=dry_run
        ).projects
    if as_json:
        values = {
            "scenario": key,
            "from": before,
            "to": after,
            "dry_run": dry_run,
            "projects": [_migrated(one) for one in found],
        }
        print(json.dumps(values, ensure_ascii=False))
    else:
        _print_migrations(found, dry_run=dry_run)
    if not all(one.migrated for one in found):
        raise typer.Exit(FAULT_FOUND)


def retire_command(key: Key, *, version: Number) -> None:
    """Take a published version out of use: no new project gets it, those on it stay."""
    from cli.connection import ledger
    from cli.project import CONSOLE
    from services import timing
    from services.scenario_admin.publication import retire_version

    with ledger() as database:
        retire_version(database, key, version, CONSOLE, timing.now())
    _ = translator(get_settings().language)
    print(_("{key}, version {version}, is retired.").format(key=key, version=version))


def export_command(
    key: Key,
    *,
    version: Annotated[
        int | None, typer.Option("--version", min=1, help="Default: the newest published one.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="File to write; default: KEY.json.")
    ] = None,
) -> None:
    """Write a published version as one signed file for another district."""
    from cli.connection import ledger
    from cli.project import CONSOLE
    from services import timing
    from services.scenario_admin import transfer as scenario_transfer

    with ledger() as database, database.reading() as connection:
        content = scenario_transfer.export(connection, key, version, CONSOLE.login, timing.now())
    path = output or Path(f"{key}.json")
    scenario_transfer.write(path, content)
    _ = translator(get_settings().language)
    text = _("{file} is written. Tell the other district this fingerprint: {fingerprint}")
    print(text.format(file=path, fingerprint=scenario_transfer.own_fingerprint()))


def import_command(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A file of 'scenario export'.")],
    *,
    signer: Annotated[
        str | None, typer.Option(help="Fingerprint that the other district told you.")
    ] = None,
) -> None:
    """Take in a scenario that another district exported, as a draft; its signature is checked first."""
    from cli.connection import ledger
    from cli.project import CONSOLE
    from services import timing
    from services.scenario_admin import transfer as scenario_transfer

    received = scenario_transfer.read(file, signer)
    with ledger() as database:
        found = scenario_transfer.take_in(database, received, CONSOLE, timing.now())
    _ = translator(get_settings().language)
    text = _("{key}, version {version}, is a draft now; prove and publish it next.")
    print(text.format(key=found.key, version=found.version))


def _sentence(one: Statement) -> str:
    language = get_settings().language
    return one.message(translator(language), language)


def _said(one: Statement) -> dict[str, object]:
    language = get_settings().language
    return one.as_dict(translator(language), language)


def _migrated(one: ProjectMigration) -> dict[str, object]:
    return {
        "project": one.project,
        "migrated": one.migrated,
        "changes": [_said(change) for change in one.changes],
        "refusals": [_said(refusal) for refusal in one.refusals],
    }


def _print_migrations(found: tuple[ProjectMigration, ...], *, dry_run: bool) -> None:
    _ = translator(get_settings().language)
    if not found:
        print(_("No running project is on that version."))
    moved = _("would move") if dry_run else _("moved")
    for one in found:
        print(f"{one.project}  {moved if one.migrated else _('stays')}")
        for line in (*one.changes, *one.refusals):
            print(f"  {_sentence(line)}")
