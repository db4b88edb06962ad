"""``kaigong scenario``: versions, what they change, projects that move, files between districts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.command_help import command_help
from cli.scenarios.source import scenario_named
from config.settings import get_settings
from config.texts import Word, translator

if TYPE_CHECKING:
    from models.statements import Statement
    from services.cases.migration import ProjectMigration

FAULT_FOUND = 1

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
Key = Annotated[str, typer.Argument(metavar="KEY", help="Key of a published scenario.")]
Source = Annotated[
    str,
    typer.Argument(metavar="FILE_OR_KEY", help="Scenario file, key of a scenario, or KEY@VERSION."),
]
Number = Annotated[int, typer.Option("--version", min=1, help="Version of the scenario.")]


@command_help("What the second scenario says differently from the first, in words.")
def diff_command(before: Source, after: Source, *, as_json: AsJson = False) -> None:
    from rules.scenarios.diff import differences

    old, new = scenario_named(before), scenario_named(after)
    statements = differences(old, new)
    if as_json:
        print(json.dumps([_plain(statement) for statement in statements], ensure_ascii=False))
        return
    _ = translator(get_settings().language)
    print("\n".join(_sentence(statement) for statement in statements) or _("They say the same."))


@command_help(
    "The versions of a scenario: state, who published it when, from which day on it is used."
)
def versions_command(key: Key, *, as_json: AsJson = False) -> None:
    from cli.connection import ledger
    from services.scenarios import published as scenarios

    with ledger() as database, database.reading() as connection:
        versions = scenarios.versions(connection, key)
        if not versions:
            scenarios.newest(connection, key)
    rows: list[dict[str, Any]] = [
        {
            "key": version.key,
            "version": version.version,
            "state": version.state.value,
            "content_hash": version.content_hash,
            "effective_on": version.effective_on.isoformat() if version.effective_on else None,
            "published_at": version.published_at.isoformat() if version.published_at else None,
            "published_by": version.published_by,
        }
        for version in versions
    ]
    if as_json:
        print(json.dumps(rows, ensure_ascii=False))
        return
    _ = translator(get_settings().language)
    for version, row in zip(versions, rows, strict=True):
        when = (row["published_at"] or "")[:10]
        who = row["published_by"] or ""
        words = (
            str(row["version"]),
            _(Word.of(version.state)),
            when,
            who,
            row["content_hash"][:12],
        )
        print("  ".join(word for word in words if word))


@command_help(
    """Move running projects to another version: each whole or not at all, with the reasons.

    Exit code 1 when a project cannot be moved.
    """
)
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
    from cli.connection import ledger
    from cli.console import CONSOLE
    from services import timing
    from services.cases.migration import migrate_projects

    with ledger() as database:
        migrations = migrate_projects(
            database, key, before, after, CONSOLE, timing.now(), dry_run=dry_run
        ).projects
    if as_json:
        values = {
            "scenario": key,
            "from": before,
            "to": after,
            "dry_run": dry_run,
            "projects": [_migrated(migration) for migration in migrations],
        }
        print(json.dumps(values, ensure_ascii=False))
    else:
        _print_migrations(migrations, dry_run=dry_run)
    if not all(migration.migrated for migration in migrations):
        raise typer.Exit(FAULT_FOUND)


@command_help("Take a published version out of use: no new project gets it, those on it stay.")
def retire_command(key: Key, *, version: Number) -> None:
    from cli.connection import ledger
    from cli.console import CONSOLE
    from services import timing
    from services.scenarios.publication import retire_version

    with ledger() as database:
        retire_version(database, key, version, CONSOLE, timing.now())
    _ = translator(get_settings().language)
    print(_("{key}, version {version}, is retired.").format(key=key, version=version))


@command_help("Write a published version as one signed file for another district.")
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
    from cli.connection import ledger
    from cli.console import CONSOLE
    from services import timing
    from services.scenarios import transfer as scenario_transfer

    with ledger() as database, database.reading() as connection:
        content = scenario_transfer.export(connection, key, version, CONSOLE.login, timing.now())
    path = output or Path(f"{key}.json")
    scenario_transfer.write(path, content)
    _ = translator(get_settings().language)
    text = _("{file} is written. Tell the other district this fingerprint: {fingerprint}")
    print(text.format(file=path, fingerprint=scenario_transfer.own_fingerprint()))


@command_help(
    "Take in a scenario that another district exported, as a draft; its signature is checked first."
)
def import_command(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A file of 'scenario export'.")],
    *,
    signer: Annotated[
        str | None, typer.Option(help="Fingerprint that the other district told you.")
    ] = None,
) -> None:
    from cli.connection import ledger
    from cli.console import CONSOLE
    from services import timing
    from services.scenarios import transfer as scenario_transfer

    received = scenario_transfer.read(file, signer)
    with ledger() as database:
        draft = scenario_transfer.take_in(database, received, CONSOLE, timing.now())
    _ = translator(get_settings().language)
    text = _("{key}, version {version}, is a draft now; prove and publish it next.")
    print(text.format(key=draft.key, version=draft.version))


def _sentence(statement: Statement) -> str:
    language = get_settings().language
    return statement.message(translator(language), language)


def _plain(statement: Statement) -> dict[str, object]:
    language = get_settings().language
    return statement.as_dict(translator(language), language)


def _migrated(migration: ProjectMigration) -> dict[str, object]:
    return {
        "project": migration.project,
        "migrated": migration.migrated,
        "changes": [_plain(change) for change in migration.changes],
        "refusals": [_plain(refusal) for refusal in migration.refusals],
    }


def _print_migrations(migrations: tuple[ProjectMigration, ...], *, dry_run: bool) -> None:
    _ = translator(get_settings().language)
    if not migrations:
        print(_("No running project is on that version."))
    moved = _("would move") if dry_run else _("moved")
    for migration in migrations:
        print(f"{migration.project}  {moved if migration.migrated else _('stays')}")
        for line in (*migration.changes, *migration.refusals):
            print(f"  {_sentence(line)}")
