"""Looks at every part of an installation and starts none: what is up, what is not, and what to do."""

from __future__ import annotations

import platform
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from importlib.metadata import version
from pathlib import Path

import httpx
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from config.settings import Settings
from deployments.local.database import DATABASE
from deployments.local.parts import reachable
from deployments.local.postgres import ROOM_MB, Postgres
from deployments.local.prefect_client import POOL, connected, live_workers, server_version
from models import migrations
from rules.calendar import missing_notices
from rules.calendar_notice import InvalidNotice
from rules.context import ZONE
from services.calendars.versions import outdated_projects
from services.policy import PolicyNotValid
from services.policy_in_force import policy_in_force
from services.working_calendar import calendar_folders, check_notices

TIMEOUT_SECONDS = 5.0


class State(StrEnum):
    """How a part is."""

    UP = "up"
    #: Not needed, or not needed yet.
    NOTE = "note"
    DOWN = "down"


@dataclass(frozen=True, slots=True)
class Finding:
    """One part: how it is, in a few words, and what to do where it is not up.

    ``detail`` and ``remedy`` are sentences to translate, filled with ``values``.
    """

    part: str
    state: State
    detail: str
    remedy: str = ""
    values: tuple[tuple[str, object], ...] = ()

    def sentence(self, text_of: str, translate: Callable[[str], str]) -> str:
        """The detail or the remedy in the language of ``translate``."""
        return translate(text_of).format(**dict(self.values)) if text_of else ""


def examine(settings: Settings, today: date) -> Iterator[Finding]:
    """Every part, in the order in which they need each other."""
    yield _python()
    yield _disk(settings)
    yield from _database(settings)
    yield from _prefect(settings)
    yield _portal(settings)
    yield _calendar(today)
    if settings.clock_file is not None:
        yield _rehearsal(settings.clock_file)
    yield _browser()


def _finding(
    part: str, state: State, detail: str, remedy: str = "", /, **values: object
) -> Finding:
    return Finding(part, state, detail, remedy, tuple(values.items()))


def _python() -> Finding:
    found = platform.python_version()
    return _finding("Python", State.UP, "{version}", version=found)


def _disk(settings: Settings) -> Finding:
    folder = settings.data_dir
    existing = next(path for path in (folder, *folder.parents) if path.exists())
    free = shutil.disk_usage(existing).free // 1_000_000
    return _finding(
        "disk",
        State.UP if free >= ROOM_MB else State.DOWN,
        "{free} MB free in {folder}",
        "" if free >= ROOM_MB else "Free some space, or choose another folder with --data-dir.",
        free=free,
        folder=folder,
    )


def _database(settings: Settings) -> Iterator[Finding]:
    url = settings.database_url
    if url is None:
        server = Postgres(settings.data_dir)
        if not server.running():
            yield _finding(
                "PostgreSQL", State.DOWN, "the embedded one is not running", "Run 'kaigong up'."
            )
            return
        url = server.url(DATABASE)
    engine = create_engine(url, poolclass=NullPool, connect_args={"connect_timeout": 5})
    try:
        with engine.connect() as connection:
            yield from _inside(connection)
    except SQLAlchemyError as error:
        reason = str(getattr(error, "orig", error)).strip().splitlines()[-1]
        yield _finding(
            "PostgreSQL",
            State.DOWN,
            "no answer: {reason}",
            "Start it, or correct KAIGONG_DATABASE_URL.",
            reason=reason,
        )


def _inside(connection: Connection) -> Iterator[Finding]:
    found = str(connection.scalar(text("SHOW server_version")))
    yield _finding("PostgreSQL", State.UP, "version {version}", version=found)
    has = connection.scalar(text("SELECT count(*) FROM pg_extension WHERE extname = 'pg_trgm'"))
    yield _finding(
        "pg_trgm",
        State.UP if has else State.DOWN,
        "installed" if has else "the extension is missing",
        "" if has else "Run CREATE EXTENSION pg_trgm in the database, as its owner.",
    )
    at, head = migrations.current_revision(connection), migrations.head_revision()
    yield _finding(
        "migrations",
        State.UP if at == head else State.DOWN,
        "in step" if at == head else "the database is at {at}, the program at {head}",
        "" if at == head else "Run 'kaigong migrate', or start 'kaigong up'.",
        at=at or "-",
        head=head,
    )
    if at == head:
        yield _deadlines(outdated_projects(connection))
        yield _policy(connection)


def _policy(connection: Connection) -> Finding:
    """Whether this machine's policy.yaml chooses what is in force."""
    try:
        found = policy_in_force(connection)
    except PolicyNotValid as fault:
        remedy = "Correct the file; until then the policy that was read before is used here."
        return _finding("policy", State.DOWN, fault.template(), remedy, **fault.params)
    if found is None:
        return _finding("policy", State.UP, "the first deadline watch brings this one into force")
    since = found.since.astimezone(ZONE).date()
    if not found.differences:
        return _finding("policy", State.UP, "the one in force since {since}", since=since)
    return _finding(
        "policy",
        State.DOWN,
        "not the one in force since {since}, from {machine} (here ≠ in force): {differences}",
        "Put policy.yaml right here, or bring it into force with 'kaigong clock recompute --all'.",
        differences=", ".join(found.differences),
        since=since,
        machine=found.machine,
    )


def _deadlines(outdated: int) -> Finding:
    """Whether every open clock is counted on the calendar in force."""
    if not outdated:
        return _finding("deadlines", State.UP, "all counted on the calendar in force")
    return _finding(
        "deadlines",
        State.NOTE,
        "{count} projects are counted on an older calendar",
        "The deadline watch counts them anew within minutes; 'kaigong clock recompute' does at once.",
        count=outdated,
    )


def _prefect(settings: Settings) -> Iterator[Finding]:
    with connected(settings) as client:
        try:
            yield _prefect_version(server_version(client))
            yield _workers(live_workers(client))
        except (httpx.HTTPError, ValueError) as error:
            yield _finding(
                "Prefect server",
                State.DOWN,
                "{url} does not answer: {reason}",
                "Run 'kaigong up', or correct PREFECT_API_URL and PREFECT_API_AUTH_STRING. "
                "Approvals go on without it.",
                url=settings.prefect_url,
                reason=str(error) or type(error).__name__,
            )


def _prefect_version(found: str) -> Finding:
    installed = version("prefect")
    same = found.split("+", maxsplit=1)[0] == installed
    return _finding(
        "Prefect server",
        State.UP if same else State.NOTE,
        "version {found}" if same else "version {found}, but {installed} is installed here",
        "" if same else "Bring the server and this installation to the same version.",
        found=found,
        installed=installed,
    )


def _workers(alive: tuple[str, ...]) -> Finding:
    if alive:
        return _finding("worker", State.UP, "{names}", names=", ".join(alive))
    return _finding(
        "worker",
        State.DOWN,
        "no worker polls the pool {pool}",
        "Run 'kaigong up', or 'kaigong worker' on a machine of the fleet.",
        pool=POOL,
    )


def _portal(settings: Settings) -> Finding:
    url = f"http://{reachable(settings.host)}:{settings.port}"
    try:
        answer = httpx.get(f"{url}/readyz", timeout=TIMEOUT_SECONDS, trust_env=False)
        reason = None if answer.is_success else f"HTTP {answer.status_code}"
    except httpx.HTTPError as error:
        reason = str(error) or type(error).__name__
    if reason is None:
        return _finding("portal", State.UP, "{url}", url=url)
    return _finding(
        "portal",
        State.DOWN,
        "{url} does not answer: {reason}",
        "Run 'kaigong up'.",
        url=url,
        reason=reason,
    )


def _calendar(today: date) -> Finding:
    """Whether the official notices of the years that deadlines reach into are there, and right."""
    folder = calendar_folders()[-1]
    try:
        calendar = check_notices()
    except InvalidNotice as fault:
        remedy = "Correct the file in {folder}; the README beside the shipped ones has the format."
        values = fault.params | {"folder": folder}
        return _finding("calendar", State.DOWN, fault.template(), remedy, **values)
    missing = missing_notices(calendar, today)
    if not missing:
        newest = max(calendar.official)
        return _finding("calendar", State.UP, "official notices up to {newest}", newest=newest)
    return _finding(
        "calendar",
        State.NOTE,
        "no official notice for {year}; deadlines there are provisional",
        "Add {folder}/{year}.yaml from the notice of the State Council.",
        year=missing[0],
        folder=folder,
    )


def _rehearsal(clock_file: Path) -> Finding:
    return _finding(
        "clock",
        State.NOTE,
        "a rehearsal: the file {file} tells the time",
        "Unset KAIGONG_CLOCK_FILE where real approvals run.",
        file=clock_file,
    )


def _browser() -> Finding:
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if path := shutil.which(name):
            return _finding("Chromium", State.UP, "{path}", path=path)
    return _finding(
        "Chromium", State.NOTE, "not installed", "Only the browser tests need it: 'make test'."
    )
