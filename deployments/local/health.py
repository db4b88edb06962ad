"""Looks at every part of an installation and starts none: what is up, what is not, and what to do."""

from __future__ import annotations

import platform
import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from importlib.metadata import version
from pathlib import Path

import httpx
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from config.settings import Settings
from deployments.local import prefect_server
from deployments.local.database import DATABASE
from deployments.local.findings import Finding, State, finding
from deployments.local.postgres import APPLICATION, ROOM_MB, Postgres
from deployments.local.prefect_client import (
    POOL,
    Paused,
    connected,
    live_workers,
    paused_parts,
    server_version,
)
from deployments.local.process_table import reachable
from deployments.local.waiting import held_locks, left_undone, overlap_lasts
from models import migrations
from rules.cases.context import ZONE
from rules.clock.calendar import missing_notices
from rules.clock.calendar_notice import InvalidNotice
from services.cases.watch.clock_behind import ahead_of
from services.clock.calendar_versions import outdated_projects
from services.clock.working_calendar import calendar_folders, check_notices
from services.documents.characters import rare_fonts
from services.installation.demonstration import demonstration_since, public_accounts
from services.installation.heartbeat import LastWatch, last_watch
from services.installation.policy import PolicyNotValid
from services.installation.policy_in_force import policy_in_force
from services.timing import now

TIMEOUT_SECONDS = 5.0
#: A night may be left out, not two.
ANCHOR_WITHIN = timedelta(hours=50)
#: What PostgreSQL says where somebody has all its connections.
NO_CONNECTION_LEFT = ("too many clients", "connection slots", "too many connections")
NO_ANSWER = "Start it, or correct KAIGONG_DATABASE_URL."
ALL_TAKEN = "It runs, and all its connections are taken: find out by whom in pg_stat_activity, as its owner, and end those, or raise max_connections."


def examine(settings: Settings, today: date) -> Iterator[Finding]:
    """Every part, in the order in which they need each other."""
    yield _python()
    yield _disk(settings)
    yield from database_findings(settings)
    yield from _prefect(settings)
    yield _portal(settings)
    yield _address(settings)
    yield _calendar(today)
    if settings.clock_file is not None:
        yield _rehearsal(settings.clock_file)
    yield _characters(settings.rare_fonts)
    yield _browser()


def _python() -> Finding:
    running_version = platform.python_version()
    return finding("Python", State.UP, "{version}", version=running_version)


def _disk(settings: Settings) -> Finding:
    folder = settings.data_dir
    existing = next(path for path in (folder, *folder.parents) if path.exists())
    free = shutil.disk_usage(existing).free // 1_000_000
    return finding(
        "disk",
        State.UP if free >= ROOM_MB else State.DOWN,
        "{free} MB free in {folder}",
        "" if free >= ROOM_MB else "Free some space, or choose another folder with --data-dir.",
        free=free,
        folder=folder,
    )


def database_findings(settings: Settings) -> Iterator[Finding]:
    """PostgreSQL, and what stands in the database."""
    url = settings.database_url
    if url is None:
        server = Postgres.of(settings)
        if not server.running():
            yield finding(
                "PostgreSQL", State.DOWN, "the embedded one is not running", "Run 'kaigong up'."
            )
            return
        url = server.url(DATABASE, user=APPLICATION)
    engine = create_engine(url, poolclass=NullPool, connect_args={"connect_timeout": 5})
    try:
        with engine.connect() as connection:
            yield from _inside(connection)
    except SQLAlchemyError as error:
        reason = str(getattr(error, "orig", error)).strip().splitlines()[-1]
        yield finding(
            "PostgreSQL",
            State.DOWN,
            "no answer: {reason}",
            ALL_TAKEN if any(word in reason for word in NO_CONNECTION_LEFT) else NO_ANSWER,
            reason=reason,
        )


def _inside(connection: Connection) -> Iterator[Finding]:
    server_version = str(connection.scalar(text("SHOW server_version")))
    yield finding("PostgreSQL", State.UP, "version {version}", version=server_version)
    has = connection.scalar(text("SELECT count(*) FROM pg_extension WHERE extname = 'pg_trgm'"))
    yield finding(
        "pg_trgm",
        State.UP if has else State.DOWN,
        "installed" if has else "the extension is missing",
        "" if has else "Run CREATE EXTENSION pg_trgm in the database, as its owner.",
    )
    yield from held_locks(connection)
    at, head = migrations.current_revision(connection), migrations.head_revision()
    yield finding(
        "migrations",
        State.UP if at == head else State.DOWN,
        "in step" if at == head else "the database is at {at}, the program at {head}",
        "" if at == head else "Run 'kaigong migrate', or start 'kaigong up'.",
        at=at or "-",
        head=head,
    )
    if at == head:
        yield from overlap_lasts(connection)
        yield from _clock(connection)
        yield _roles(connection)
        yield _anchor(connection)
        yield from _archive(connection)
        yield _deadlines(outdated_projects(connection))
        yield _policy(connection)
        yield _watch(last_watch(connection))
        yield from left_undone(connection)
        yield _demonstration(demonstration_since(connection), public_accounts(connection))


def _clock(connection: Connection) -> Iterator[Finding]:
    """Whether the clock was set back behind what happened."""
    newest = ahead_of(connection, now())
    if newest is not None:
        yield finding(
            "clock",
            State.DOWN,
            "it stands behind the log, whose newest event is of {newest}",
            "Set it right. Acts of people are taken and stamped; what time does by itself pauses until then.",
            newest=f"{newest.astimezone(ZONE):%Y-%m-%d %H:%M}",
        )


def _roles(connection: Connection) -> Finding:
    """Whether the role that we work with could rewrite what happened."""
    role, may_rewrite = connection.execute(_MAY_REWRITE).one()
    if not may_rewrite:
        return finding("rights", State.UP, "the role {role} adds to the log only", role=role)
    return finding(
        "rights",
        State.NOTE,
        "the role {role} may change tables and rewrite the log",
        "Name a role of its own for the application in KAIGONG_DATABASE_URL and this one in "
        "KAIGONG_DATABASE_OWNER_URL, then run 'kaigong migrate'.",
        role=role,
    )


#: Whoever owns a table gives themselves every right on it.
_MAY_REWRITE = text(
    "SELECT current_user, has_table_privilege('case_event', 'UPDATE, DELETE, TRUNCATE')"
    " OR (SELECT pg_has_role(current_user, c.relowner, 'MEMBER') FROM pg_class c"
    " WHERE c.oid = 'case_event'::regclass)"
)


def _anchor(connection: Connection) -> Finding:
    """Whether the heads of all logs were signed of late."""
    at = connection.execute(_NEWEST_ANCHOR).scalar_one_or_none()
    if at is None:
        return finding(
            "anchor",
            State.NOTE,
            "nothing was signed yet",
            "The flow anchor-ledger signs each night; 'kaigong audit anchor' does at once.",
        )
    since = f"{at.astimezone(ZONE):%Y-%m-%d %H:%M}"
    if datetime.now(UTC) - at < ANCHOR_WITHIN:
        return finding("anchor", State.UP, "everything was signed up to {since}", since=since)
    return finding(
        "anchor",
        State.DOWN,
        "nothing was signed since {since}",
        "Look at the runs of anchor-ledger on the Prefect server; 'kaigong audit anchor' says what fails.",
        since=since,
    )


_NEWEST_ANCHOR = text("SELECT max(at) FROM anchor")


def _archive(connection: Connection) -> Iterator[Finding]:
    """Whether the log of changes is still copied aside, where it is to be."""
    if connection.scalar(text("SHOW archive_mode")) == "off":
        return
    done, failed = connection.execute(_ARCHIVED).one()
    if failed is None or (done is not None and done > failed):
        since = f"{done.astimezone(ZONE):%Y-%m-%d %H:%M}" if done else "-"
        yield finding(
            "archive", State.UP, "the log of changes was copied last: {since}", since=since
        )
        return
    yield finding(
        "archive",
        State.DOWN,
        "the log of changes is not copied since {since}; it stays in the data folder, which fills",
        "See that the folder of KAIGONG_WAL_ARCHIVE is there, has room and can be written; the log of PostgreSQL says more.",
        since=f"{failed.astimezone(ZONE):%Y-%m-%d %H:%M}",
    )


_ARCHIVED = text("SELECT last_archived_time, last_failed_time FROM pg_stat_archiver")


def _watch(last: LastWatch | None) -> Finding:
    """Whether the deadline watch still goes round."""
    if last is None:
        return finding(
            "deadline watch",
            State.NOTE,
            "none has come to its end yet",
            "The first comes within five minutes of 'kaigong up', or of 'kaigong deploy' and 'kaigong worker'.",
        )
    since, minutes = last.done_at.astimezone(ZONE), last.seconds // 60
    values = {"since": f"{since:%Y-%m-%d %H:%M}", "minutes": minutes, "machine": last.machine}
    if not last.stands_still:
        detail = "the last one came to its end {minutes} minutes ago, on {machine}"
        return finding("deadline watch", State.UP, detail, **values)
    return finding(
        "deadline watch",
        State.DOWN,
        "it stands still since {since}, {minutes} minutes ago: nobody is warned, nothing ends by itself",
        "Take its schedule up again with 'kaigong deploy', and see that a worker runs.",
        **values,
    )


def _policy(connection: Connection) -> Finding:
    """Whether this machine's policy.yaml chooses what is in force."""
    try:
        policy = policy_in_force(connection)
    except PolicyNotValid as fault:
        remedy = "Correct the file; until then the policy that was read before is used here."
        return finding("policy", State.DOWN, fault.template, remedy, **fault.params)
    if policy is None:
        return finding("policy", State.UP, "the first deadline watch brings this one into force")
    since = policy.since.astimezone(ZONE).date()
    if not policy.differences:
        return finding("policy", State.UP, "the one in force since {since}", since=since)
    return finding(
        "policy",
        State.DOWN,
        "not the one in force since {since}, from {machine} (here ≠ in force): {differences}",
        "Put policy.yaml right here, or bring it into force with 'kaigong clock recompute --all'.",
        differences=", ".join(policy.differences),
        since=since,
        machine=policy.machine,
    )


def _demonstration(since: datetime | None, public: int) -> Finding:
    """Whether accounts are here that everybody can open."""
    if since is None and not public:
        return finding("demonstration", State.UP, "none: no account has a public password")
    return finding(
        "demonstration",
        State.NOTE if since is not None else State.DOWN,
        "a demonstration: {count} accounts have a password that everybody knows",
        "Real approvals need a data folder or a database of their own.",
        count=public,
    )


def _deadlines(outdated: int) -> Finding:
    """Whether every open clock is counted on the calendar in force."""
    if not outdated:
        return finding("deadlines", State.UP, "all counted on the calendar in force")
    return finding(
        "deadlines",
        State.NOTE,
        "{count} projects are counted on an older calendar",
        "The deadline watch counts them anew within minutes; 'kaigong clock recompute' does at once.",
        count=outdated,
    )


def _prefect(settings: Settings) -> Iterator[Finding]:
    if settings.prefect_api_url is None and settings.prefect_credentials is None:
        # Whoever answers on its port is somebody else's.
        yield finding(
            "Prefect server", State.DOWN, "it was never started here", "Run 'kaigong up'."
        )
        return
    if settings.prefect_api_url is None and _prefect_database_gone(settings):
        yield finding(
            "Prefect server",
            State.DOWN,
            "its database was dropped",
            "'kaigong up' makes it again within seconds; 'kaigong reconcile' does too.",
        )
        return
    with connected(settings) as client:
        try:
            yield _prefect_version(server_version(client))
            yield _workers(live_workers(client))
            yield from _schedules(paused_parts(client))
        except (httpx.HTTPError, ValueError) as error:
            if _is_refusal(error) and settings.prefect_api_url is None:
                yield finding(
                    "Prefect server",
                    State.DOWN,
                    "at {url} answers the one of another installation",
                    "Stop that one, or choose another port with KAIGONG_PREFECT_PORT.",
                    url=settings.prefect_url,
                )
                return
            yield finding(
                "Prefect server",
                State.DOWN,
                "{url} does not answer: {reason}",
                "Run 'kaigong up', or correct PREFECT_API_URL and PREFECT_API_AUTH_STRING. "
                "Approvals go on without it.",
                url=settings.prefect_url,
                reason=str(error) or type(error).__name__,
            )


def _prefect_database_gone(settings: Settings) -> bool:
    """Whether the embedded server runs without the database of our own Prefect server."""
    server = Postgres.of(settings)
    return server.exists() and server.running() and not server.has_database(prefect_server.DATABASE)


def _is_refusal(error: Exception) -> bool:
    return isinstance(error, httpx.HTTPStatusError) and error.response.status_code in {401, 403}


def _prefect_version(server_version: str) -> Finding:
    installed = version("prefect")
    same = server_version.split("+", maxsplit=1)[0] == installed
    return finding(
        "Prefect server",
        State.UP if same else State.NOTE,
        "version {found}" if same else "version {found}, but {installed} is installed here",
        "" if same else "Bring the server and this installation to the same version.",
        found=server_version,
        installed=installed,
    )


def _workers(alive: tuple[str, ...]) -> Finding:
    if alive:
        return finding("worker", State.UP, "{names}", names=", ".join(alive))
    return finding(
        "worker",
        State.DOWN,
        "no worker polls the pool {pool}",
        "Run 'kaigong up', or 'kaigong worker' on a machine of the fleet.",
        pool=POOL,
    )


def _schedules(paused: tuple[Paused, ...]) -> Iterator[Finding]:
    """Schedules that somebody switched off, and the pool: nothing runs by them."""
    for part in paused:
        yield finding(
            "work pool" if part.is_pool else "schedule",
            State.DOWN,
            "{name} stands still since {since}",
            "Take it up again with 'kaigong deploy'.",
            name=part.name,
            since=f"{part.since.astimezone(ZONE):%Y-%m-%d %H:%M}",
        )
    if not paused:
        yield finding("schedule", State.UP, "none is switched off")


def _portal(settings: Settings) -> Finding:
    url = f"http://{reachable(settings.host)}:{settings.port}"
    try:
        answer = httpx.get(f"{url}/readyz", timeout=TIMEOUT_SECONDS, trust_env=False)
        reason = None if answer.is_success else f"HTTP {answer.status_code}"
        whose = answer.json().get("installation") if answer.is_success else None
    except (httpx.HTTPError, ValueError) as error:
        reason = str(error) or type(error).__name__
    if reason is None and whose != settings.fingerprint:
        return finding(
            "portal",
            State.DOWN,
            "at {url} answers the one of another installation",
            "Stop that one, or choose another port with KAIGONG_PORT.",
            url=url,
        )
    if reason is None:
        return finding("portal", State.UP, "{url}", url=url)
    return finding(
        "portal",
        State.DOWN,
        "{url} does not answer: {reason}",
        "Run 'kaigong up'.",
        url=url,
        reason=reason,
    )


def _address(settings: Settings) -> Finding:
    """Whether the code on a certificate leads whoever holds it to the portal."""
    if settings.reachable_from_outside:
        return finding("address", State.UP, "{url}", url=settings.public_url)
    return finding(
        "address",
        State.NOTE,
        "documents carry {url}, which other machines cannot open",
        "Set KAIGONG_PORTAL_URL before documents are issued.",
        url=settings.public_url,
    )


def _calendar(today: date) -> Finding:
    """Whether the official notices of the years that deadlines reach into are there, and right."""
    folder = calendar_folders()[-1]
    try:
        calendar = check_notices()
    except InvalidNotice as fault:
        remedy = "Correct the file in {folder}; the README beside the shipped ones has the format."
        values = fault.params | {"folder": folder}
        return finding("calendar", State.DOWN, fault.template, remedy, **values)
    missing = missing_notices(calendar, today)
    if not missing:
        newest = max(calendar.official)
        return finding("calendar", State.UP, "official notices up to {newest}", newest=newest)
    return finding(
        "calendar",
        State.NOTE,
        "no official notice for {year}; deadlines there are provisional",
        "Add {folder}/{year}.yaml from the notice of the State Council.",
        year=missing[0],
        folder=folder,
    )


def _rehearsal(clock_file: Path) -> Finding:
    return finding(
        "clock",
        State.NOTE,
        "a rehearsal: the file {file} tells the time",
        "Unset KAIGONG_CLOCK_FILE where real approvals run.",
        file=clock_file,
    )


def _characters(folder: Path | None) -> Finding:
    """Whether rare characters of names and places can be printed on documents."""
    if folder is None:
        return finding(
            "rare characters",
            State.NOTE,
            "a name with a character beyond the font of the documents is refused where it is typed",
            "Set KAIGONG_RARE_FONTS to a folder with a font that has them, as BabelStone Han.",
        )
    fonts = rare_fonts(folder)
    if not fonts.characters or fonts.unreadable:
        return finding(
            "rare characters",
            State.DOWN,
            "{folder} holds no font with rare characters, or a file that is none: {files}",
            "Put a font file (.ttf, .otf, .ttc) with the extensions B and later into it, and start again.",
            folder=folder,
            files=", ".join(fonts.unreadable) or "–",
        )
    return finding(
        "rare characters", State.UP, "{count} print beside the usual ones", count=fonts.characters
    )


def _browser() -> Finding:
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if path := shutil.which(name):
            return finding("Chromium", State.UP, "{path}", path=path)
    return finding(
        "Chromium", State.NOTE, "not installed", "Only the browser tests need it: 'make test'."
    )
