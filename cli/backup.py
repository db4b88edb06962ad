"""``kaigong backup``: database, files, keys, calendars and policy in one folder."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from cli.command_help import command_help
from config.settings import get_settings
from config.texts import translator
from deployments.local.backup import Manifest, OwnServer, create, create_base, verify
from deployments.local.database import database

app = typer.Typer(no_args_is_help=True)
Folder = Annotated[Path, typer.Argument(help="Folder of the backup.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]


@app.callback()
@command_help("Make a backup, and check one.")
def backup() -> None:
    """The commands below ``backup``."""


@app.command("create")
@command_help(
    """Write a backup into a new folder while everything runs.

    It holds the key that signs sessions and links: keep it where only the operator reads.
    """
)
def create_command(to: Folder, *, as_json: AsJson = False) -> None:
    from services.timing import now

    with database(create=False):
        settings = get_settings()
        manifest = create(settings, settings.owner_url or "", to, now())
    show(manifest, as_json=as_json)


@app.command("base")
@command_help(
    """Copy the embedded server's files into a new folder while everything runs.

    With the archive of KAIGONG_WAL_ARCHIVE it is restored to any moment after this one.
    """
)
def base_command(to: Folder, *, as_json: AsJson = False) -> None:
    from services.timing import now

    settings = get_settings()
    if settings.database_url is not None:
        raise OwnServer(value="KAIGONG_DATABASE_URL")
    with database(create=False):
        manifest = create_base(settings, get_settings().owner_url or "", to, now())
    show(manifest, as_json=as_json)


@app.command("verify")
@command_help(
    "Check every file of a backup against its manifest, and that its database can be read."
)
def verify_command(folder: Folder, *, as_json: AsJson = False) -> None:
    show(verify(folder), as_json=as_json)


def show(manifest: Manifest, *, as_json: bool) -> None:
    """Print what a backup holds."""
    if as_json:
        size = sum(bytes_ for _, bytes_ in manifest.files.values())
        counted = manifest.model_dump(mode="json", exclude={"files"})
        print(json.dumps({**counted, "files": len(manifest.files), "bytes": size}))
        return
    _ = translator(get_settings().language)
    sentence = _("{projects} projects, {events} events, {files} files, made at {moment}.")
    print(
        sentence.format(
            projects=manifest.projects,
            events=manifest.events,
            files=len(manifest.files),
            moment=manifest.made_at.isoformat(timespec="minutes"),
        )
    )
