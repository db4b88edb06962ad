"""The database of the ledger: the one place where a transaction begins and ends.

Every use case opens exactly one transaction. A violated constraint becomes the domain's own error
here, by the constraint's name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from threading import BoundedSemaphore, Lock
from time import monotonic
from typing import Any, Final
from weakref import WeakValueDictionary

import orjson
import psycopg2
from psycopg2 import errors
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DisconnectionError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolExhausted

from config.settings import get_settings
from config.texts import Word
from models.errors import Conflict, InvalidInput, KaigongError, Unavailable
from models.program import application_name

#: Seconds in the pool after which a connection is asked whether it still lives.
RESTED_SECONDS: Final = 5.0
#: In a connection's notes: its transaction has still to begin.
_TO_BEGIN: Final = "to_begin"


#: How long a statement waits for a row that somebody else holds, and how long a transaction may idle.
LOCK_SECONDS: Final = 8
IDLE_SECONDS: Final = 120
#: How long somebody waits for a connection, or for their turn in a project.
WAIT_SECONDS: Final = 8.0
#: Acts of one process on one project at the same moment; more wait outside of the pool of connections.
AT_ONCE: Final = 6


class Busy(Unavailable):
    """Nothing is broken; the same request a little later finds its place."""

    template = "More is asked just now than can be answered. Nothing was changed; try again in a few seconds."


class ProjectBusy(Busy):
    template = "Somebody else is writing in this project just now, and it takes long. Nothing was changed; try again in a few seconds."


class ProjectCodeTaken(Conflict):
    template = "code: a project with the code {value} is registered already; look it up, or correct the code."
    field = "code"


class UnknownEnterprise(KaigongError):
    template = "enterprise: no enterprise with the credit code {value} is known; register it with its name first."
    field = "enterprise"


class UnknownSteward(KaigongError):
    template = "steward: {value} is not the login of a project steward; choose one from the list."
    field = "steward"


class WithoutSteward(Conflict):
    template = "steward: project {value} would be without a steward on duty; name one for it in the same act."
    field = "steward"


class CompetenceTwice(Conflict):
    template = "item: another unit answers for this item in this place on some of these days already; end that first, or choose other days."
    field = "item"


class StewardOfProjects(Conflict):
    template = "login: {value} is still the steward of running projects; hand them over first, or at once with --at-once."
    field = "login"


class LoginTaken(Conflict):
    template = "login: an account {value} exists already; choose another."
    field = "login"


class UnknownDepartment(KaigongError):
    template = "department: {value} is no department; choose one from the list of departments."
    field = "department"


class AlreadyDone(Conflict):
    template = "command: the same act was done at the same moment by another request; look again."
    field = "command"


class NumberTaken(KaigongError):
    template = "number: another document has the number {value}; leave the number out, or give the right one."
    field = "number"


#: PostgreSQL's own words on the value at fault: ``Key (code)=(…) already exists.``
_VALUE = re.compile(r"\)=\((.*?)\)(?: |$)")

CONSTRAINTS: Mapping[str, type[KaigongError]] = {
    "uq_project_code": ProjectCodeTaken,
    "fk_project_enterprise_enterprise": UnknownEnterprise,
    "fk_account_enterprise_enterprise": UnknownEnterprise,
    "fk_project_steward_account": UnknownSteward,
    "steward_at_every_instant": WithoutSteward,
    "ex_steward_span_alone": WithoutSteward,
    "ex_competence_one_unit": CompetenceTwice,
    "steward_is_there": StewardOfProjects,
    "pk_account": LoginTaken,
    "fk_account_department_department": UnknownDepartment,
    "uq_case_event_command_key": AlreadyDone,
    "pk_case_event": AlreadyDone,
    "uq_official_document_number": NumberTaken,
}


class Database:
    """A pool of connections to one PostgreSQL database."""

    def __init__(self, url: str, *, pool_size: int = 10) -> None:
        self.engine: Engine = create_engine(
            url,
            pool_size=pool_size,
            max_overflow=pool_size,
            pool_timeout=WAIT_SECONDS,
            connect_args={
                "application_name": application_name(),
                "connect_timeout": 10,
                # Moments are hashed as the database writes them: in UTC, wherever it stands.
                "options": f"-c TimeZone=UTC -c lock_timeout={LOCK_SECONDS}s"
                f" -c idle_in_transaction_session_timeout={IDLE_SECONDS}s",
            },
            json_deserializer=orjson.loads,
        )
        self._turns: WeakValueDictionary[object, _Turn] = WeakValueDictionary()
        self._turns_lock = Lock()
        event.listen(self.engine, "before_cursor_execute", _begin_with, retval=True)
        event.listen(self.engine, "checkin", _note_rest)
        event.listen(self.engine, "checkout", _check_rested)

    @contextmanager
    def turn(self, project: object) -> Iterator[None]:
        """A turn to act on one project, taken before a connection is: where its row is held, those who
        wait for it leave connections to everybody else. Raises ``ProjectBusy``.
        """
        with self._turns_lock:
            turn = self._turns.get(project)
            if turn is None:
                turn = self._turns[project] = _Turn()
        if not turn.places.acquire(timeout=WAIT_SECONDS):
            raise ProjectBusy
        try:
            yield
        finally:
            turn.places.release()

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """One transaction: committed when the block ends, rolled back when it raises."""
        try:
            with self.engine.connect() as connection, _begun(connection):
                yield connection
        except (IntegrityError, psycopg2.IntegrityError) as error:
            domain_error = _domain_error(error)
            if domain_error is None:
                raise
            raise domain_error from error
        except (PoolExhausted, errors.LockNotAvailable) as error:
            raise (Busy if isinstance(error, PoolExhausted) else ProjectBusy) from error
        except psycopg2.OperationalError as error:
            raise _unreachable(error) from error
        except OperationalError as error:
            if isinstance(error.orig, errors.LockNotAvailable):
                raise ProjectBusy from error
            if error.connection_invalidated or "connection" in str(error.orig):
                raise _unreachable(error) from error
            raise

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection to read with; nothing it does is kept."""
        try:
            with self.engine.connect() as connection:
                yield connection
        except PoolExhausted as error:
            raise Busy from error
        except OperationalError as error:
            raise _unreachable(error) from error

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """A connection in one snapshot of the database."""
        with self.reading() as connection:
            yield connection.execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            )

    def close(self) -> None:
        """Close all connections of the pool."""
        self.engine.dispose()


class _Turn:
    """The places for acts on one project; forgotten when nobody holds it."""

    def __init__(self) -> None:
        self.places = BoundedSemaphore(AT_ONCE)


@contextmanager
def _begun(connection: Connection) -> Iterator[None]:
    """A transaction that begins with its first statement, in one message to the server.

    The driver would send BEGIN by itself and wait for the answer: of the round trips of an act, one
    in five.
    """
    raw: Any = connection.connection.driver_connection
    raw.autocommit = True
    connection.info[_TO_BEGIN] = True
    try:
        yield
    except BaseException:
        _undo(connection, raw)
        raise
    try:
        _end(connection, raw, "COMMIT")
    except psycopg2.Error as error:
        if raw.closed:
            connection.invalidate(error)
        raise


def _begin_with(
    connection: Connection,
    cursor: Any,
    statement: str,
    parameters: Any,
    _context: Any,
    executemany: bool,
) -> tuple[str, Any]:
    """The first statement of a transaction takes its BEGIN along."""
    if not connection.info.pop(_TO_BEGIN, False):
        return statement, parameters
    if executemany:
        cursor.execute("BEGIN")
        return statement, parameters
    return f"BEGIN; {statement}", parameters


def _undo(connection: Connection, raw: Any) -> None:
    """Roll back; a connection that cannot is given up."""
    if connection.invalidated:
        return
    if raw.closed:
        connection.invalidate()
        return
    try:
        _end(connection, raw, "ROLLBACK")
    except psycopg2.Error as error:
        connection.invalidate(error)


def _end(connection: Connection, raw: Any, command: str) -> None:
    if not connection.info.pop(_TO_BEGIN, False):
        with raw.cursor() as cursor:
            cursor.execute(command)
    raw.autocommit = False


def _note_rest(_raw: Any, record: Any) -> None:
    """Note the time when a connection returns to the pool."""
    record.info["rests_since"] = monotonic()


def _check_rested(raw: Any, record: Any, _proxy: Any) -> None:
    """Ping a connection that was idle for a while: it may be dead.

    Pinging each time would cost every act a round trip.
    """
    since = record.info.get("rests_since")
    if since is None or monotonic() - since < RESTED_SECONDS:
        return
    try:
        with raw.cursor() as cursor:
            cursor.execute("SELECT 1")
        raw.rollback()
    except psycopg2.Error as error:
        raise DisconnectionError from error


@cache
def open_database(url: str, pool_size: int = 10) -> Database:
    """The database at a URL; one pool per process and URL."""
    return Database(url, pool_size=pool_size)


def configured_database() -> Database:
    """The database that the settings name (``KAIGONG_DATABASE_URL``)."""
    settings = get_settings()
    if settings.database_url is None:
        raise Unavailable(
            part="PostgreSQL",
            reason=Word("KAIGONG_DATABASE_URL is not set."),
            remedy="Start everything with 'kaigong up', or name a database of your own.",
        )
    return open_database(settings.database_url, settings.database_pool_size)


def _domain_error(error: IntegrityError | psycopg2.IntegrityError) -> KaigongError | None:
    """The domain's own error; ``None`` where no constraint was violated (the log is append-only)."""
    cause = getattr(error, "orig", error)
    diagnostics = getattr(cause, "diag", None)
    name = getattr(diagnostics, "constraint_name", None)
    if name is None:
        return None
    detail = getattr(diagnostics, "message_detail", None) or str(cause)
    error_class = CONSTRAINTS.get(name)
    if error_class is not None:
        value = _VALUE.search(detail)
        return error_class(value=value[1] if value else "—")
    return InvalidInput(field=name, value=detail, remedy="Correct it and try again.")


def _unreachable(error: OperationalError | psycopg2.OperationalError) -> Unavailable:
    reason = str(getattr(error, "orig", error)).strip().splitlines()[0]
    return Unavailable(
        part="PostgreSQL", reason=reason, remedy="Check that it runs; 'kaigong doctor' says more."
    )
