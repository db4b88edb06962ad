"""A backup of one installation: a folder that can be checked, and restored on an empty machine.

It is made while everything runs: the database as of one moment (``pg_dump``), then the files, of which
none is ever rewritten, so that whatever the database speaks of is among them. Keys and what the district
chose go with it; Prefect's database does not (``kaigong reconcile`` makes it anew).
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, ValidationError
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.pool import NullPool

from config.settings import Settings, child_environment
from deployments.local import prefect_server
from deployments.local.database import bring_up
from deployments.local.postgres import Postgres
from deployments.local.postgres_host import programs
from models import migrations
from models.errors import InvalidInput, KaigongError, Unavailable
from services.cases.filling import promises as promise_filling
from services.cases.filling.rounds import fill
from services.unit_of_work import Database

MANIFEST: Final = "manifest.json"
#: In a backup to a moment instead of the dump: the server's own files.
CLUSTER: Final = "cluster"
DUMP: Final = "kaigong.dump"
DATA: Final = "data"
#: In the data folder, but of this machine alone, or made anew by the first start.
LEFT_OUT: Final = frozenset(
    {"postgres", "prefect", "prefect_password", "logs", "up.lock", "parts.json", "parts.draft"}
)
CHUNK: Final = 1024 * 1024


class FolderNotEmpty(InvalidInput):
    template = "{field}: {value} holds something already; name a folder that is empty or not there."
    field = "folder"


class DatabaseNotEmpty(InvalidInput):
    template = "{field}: {value} has projects already; a backup is restored into an empty one only."
    field = "data_dir"


class NoBackup(KaigongError):
    template = "folder: {folder} is no whole backup: {reason}. Nothing was restored."
    field = "folder"


class ProgramFailed(Unavailable):
    template = "{program} failed: {reason}"


class Manifest(BaseModel):
    """What a backup holds, written last: a folder without it is not whole."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    program: str
    revision: str
    made_at: datetime
    projects: int
    events: int
    #: SHA-256 and size in bytes of every file, by its path in the backup.
    files: dict[str, tuple[str, int]]


class NoBase(InvalidInput):
    template = "{field}: {value} is a backup of one moment. Name one that 'kaigong backup base' made, or leave out --until."
    field = "folder"


class OwnServer(InvalidInput):
    template = "{field} names a PostgreSQL of one's own. Keep its log of changes with what that server brings; 'kaigong backup create' works here too."
    field = "KAIGONG_DATABASE_URL"


def create(settings: Settings, database_url: str, to: Path, now: datetime) -> Manifest:
    """Write a backup into a new folder. Raises ``FolderNotEmpty`` and ``ProgramFailed``."""
    options = ("--format=custom", f"--file={to / DUMP}")
    return _create(settings, database_url, to, now, lambda: _run("pg_dump", database_url, *options))


def create_base(settings: Settings, database_url: str, to: Path, now: datetime) -> Manifest:
    """Write a copy of the embedded server's files into a new folder, to be carried on with the archive.

    Raises ``OwnServer``, ``FolderNotEmpty`` and ``ProgramFailed``.
    """
    options = ("--checkpoint=fast", "--wal-method=stream", "--manifest-checksums=SHA256")
    pgdata = f"--pgdata={to / CLUSTER}"
    return _create(
        settings,
        database_url,
        to,
        now,
        lambda: _run("pg_basebackup", database_url, pgdata, *options),
    )


def _create(
    settings: Settings, database_url: str, to: Path, now: datetime, copy: Callable[[], None]
) -> Manifest:
    """A backup whose database ``copy`` takes."""
    _check_empty(to)
    to.mkdir(parents=True, exist_ok=True)
    to.chmod(0o700)
    # Counted first: the copy holds at least as much.
    counted = _counts(database_url)
    copy()
    for path in _kept(settings.data_dir):
        kept = to / DATA / path.relative_to(settings.data_dir)
        kept.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, kept)
    manifest = Manifest(
        program=version("kaigong"),
        made_at=now,
        files={name: _fingerprint(to / name) for name in _files(to)},
        **counted,
    )
    (to / MANIFEST).write_text(manifest.model_dump_json(indent=2), encoding="utf-8")
    return manifest


def verify(folder: Path) -> Manifest:
    """Check every file of a backup against its manifest, and that its dump can be read.

    Raises ``NoBackup`` naming the first thing that is wrong.
    """
    manifest = _manifest(folder)
    for link in sorted(path for path in folder.rglob("*") if path.is_symlink()):
        # It would lead out of the backup, to what the one who restores may read.
        reason = f"{link.relative_to(folder)} is a link"
        raise NoBackup(folder=str(folder), reason=reason)
    there = set(_files(folder)) - {MANIFEST}
    for name in sorted(there ^ set(manifest.files)):
        reason = f"{name} is {'not in the manifest' if name in there else 'missing'}"
        raise NoBackup(folder=str(folder), reason=reason)
    for name, expected in manifest.files.items():
        if _fingerprint(folder / name) != expected:
            raise NoBackup(folder=str(folder), reason=f"{name} was changed")
    if is_base(folder):
        _run("pg_verifybackup", None, "--quiet", str(folder / CLUSTER))
    else:
        _run("pg_restore", None, "--list", f"--file={os.devnull}", str(folder / DUMP))
    return manifest


def is_base(folder: Path) -> bool:
    """Whether a backup holds the server's files, and not a dump of one moment."""
    return (folder / CLUSTER).is_dir()


def restore_base(
    settings: Settings, server: Postgres, folder: Path, until: datetime | None
) -> Manifest:
    """Bring a base backup into an empty installation, carried on with the archive to a moment or its end.

    The server runs afterwards. Raises ``NoBackup``, ``NoBase``, ``DatabaseNotEmpty`` and ``NotReached``.
    """
    if not is_base(folder):
        raise NoBase(value=str(folder))
    manifest = verify(folder)
    if server.exists():
        raise DatabaseNotEmpty(value=str(settings.data_dir))
    server.recover(folder / CLUSTER, until)
    # Its runs are of another moment than its server's schedules: both are made anew.
    server.drop_database(prefect_server.DATABASE)
    _copy_data(folder, settings)
    return manifest


def restore(settings: Settings, database_url: str, folder: Path) -> Manifest:
    """Bring a backup into an empty installation, and its database to the newest version.

    Raises ``NoBackup`` for one that does not verify, and ``DatabaseNotEmpty``.
    """
    manifest = verify(folder)
    _check_unused(settings, database_url)
    _run("pg_restore", database_url, "--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction",
         str(folder / DUMP))  # fmt: skip
    bring_up(database_url)
    # A backup of an earlier program has no case rounds; an audit would miss them before the first start.
    with closing(Database(database_url)) as database:
        fill(database)
        promise_filling.fill(database)
    _copy_data(folder, settings)
    return manifest


def _copy_data(folder: Path, settings: Settings) -> None:
    """Files, keys and what the district chose."""
    for path in sorted((folder / DATA).rglob("*")):
        if path.is_file():
            target = settings.data_dir / path.relative_to(folder / DATA)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, target)


def _kept(data_dir: Path) -> Iterator[Path]:
    for top in sorted(data_dir.iterdir()):
        if top.name not in LEFT_OUT:
            yield from (path for path in (top, *top.rglob("*")) if path.is_file())


def _files(folder: Path) -> list[str]:
    return sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file())


def _fingerprint(path: Path) -> tuple[str, int]:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest(), path.stat().st_size


def _manifest(folder: Path) -> Manifest:
    try:
        return Manifest.model_validate(json.loads((folder / MANIFEST).read_text(encoding="utf-8")))
    except (OSError, ValueError, ValidationError) as error:
        reason = f"{MANIFEST} cannot be read ({type(error).__name__})"
        raise NoBackup(folder=str(folder), reason=reason) from error


def _check_empty(folder: Path) -> None:
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise FolderNotEmpty(value=str(folder))


def _check_unused(settings: Settings, database_url: str) -> None:
    """Refuse an installation in which somebody works already."""
    engine = create_engine(database_url, poolclass=NullPool)
    with engine.connect() as connection:
        tables = connection.scalar(_TABLES)
    if tables:
        raise DatabaseNotEmpty(value=str(settings.data_dir))


def _counts(database_url: str) -> dict[str, Any]:
    engine = create_engine(database_url, poolclass=NullPool)
    with engine.connect() as connection:
        return {
            "revision": migrations.current_revision(connection) or "-",
            "projects": connection.scalar(text("SELECT count(*) FROM project")),
            "events": connection.scalar(text("SELECT count(*) FROM case_event")),
        }


def _run(program: str, database_url: str | None, *arguments: str) -> None:
    """Run one of PostgreSQL's own programs on a database; its password is in no list of processes."""
    environment = {k: v for k, v in child_environment().items() if not k.startswith("PG")}
    command = [str(programs() / program)]
    if database_url is not None:
        url = make_url(database_url)
        environment |= {"PGPASSWORD": url.password or ""}
        host = url.query.get("host") or url.host or "localhost"
        command += ["--host", str(host), "--username", url.username or "", "--no-password"]
        command += ["--port", str(url.port)] if url.port else []
        if program != "pg_basebackup":
            command += ["--dbname", url.database or ""]
    done = subprocess.run(
        [*command, *arguments], env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        reason = (done.stderr.strip() or "no reason given").splitlines()[-1]
        raise ProgramFailed(program=program, reason=reason)


_TABLES = text("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")
