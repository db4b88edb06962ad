"""The database of the ledger: the one place where a transaction begins and ends.

Every use case opens exactly one transaction. A violated constraint becomes the domain's own error
here, by the constraint's name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from time import monotonic
from typing import Any, Final

import psycopg2
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DisconnectionError, IntegrityError, OperationalError

from config.settings import get_settings
from models.errors import InvalidInput, KaigongError, Unavailable

#: Seconds in the pool after which a connection is asked whether it still lives.
RESTED_SECONDS: Final = 5.0


class ProjectCodeTaken(KaigongError):
    """code: a project with the code {value} is registered already; look it up, or correct the code."""

    field = "code"


class UnknownEnterprise(KaigongError):
    """enterprise: no enterprise with the credit code {value} is known; register it with its name first."""

    field = "enterprise"


class UnknownSteward(KaigongError):
    """steward: {value} is not the login of a project steward; choose one from the list."""

    field = "steward"


class LoginTaken(KaigongError):
    """login: an account {value} exists already; choose another."""

    field = "login"


class UnknownDepartment(KaigongError):
    """department: {value} is no department; choose one from the list of departments."""

    field = "department"


class AlreadyDone(KaigongError):
    """command: the same act was done at the same moment by another request; look again."""

    field = "command"


class NumberTaken(KaigongError):
    """number: another document has the number {value}; leave the number out, or give the right one."""

    field = "number"


#: PostgreSQL's own words on the value at fault: ``Key (code)=(…) already exists.``
_VALUE = re.compile(r"\)=\((.*?)\)(?: |$)")

CONSTRAINTS: Mapping[str, type[KaigongError]] = {
    "uq_project_code": ProjectCodeTaken,
    "fk_project_enterprise_enterprise": UnknownEnterprise,
    "fk_account_enterprise_enterprise": UnknownEnterprise,
    "fk_project_steward_account": UnknownSteward,
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
            connect_args={"application_name": "kaigong", "connect_timeout": 10},
        )
        event.listen(self.engine, "checkin", _note_rest)
        event.listen(self.engine, "checkout", _check_rested)

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """One transaction: committed when the block ends, rolled back when it raises."""
        try:
            with self.engine.begin() as connection:
                yield connection
        except IntegrityError as error:
            domain_error = _domain_error(error)
            if domain_error is None:
                raise
            raise domain_error from error
        except OperationalError as error:
            if error.connection_invalidated or "connection" in str(error.orig):
                raise _unreachable(error) from error
            raise

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection to read with; nothing it does is kept."""
        try:
            with self.engine.connect() as connection:
                yield connection
        except OperationalError as error:
            raise _unreachable(error) from error

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """A connection that sees the database as it is at this moment, however long it reads."""
        with self.reading() as connection:
            yield connection.execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            )

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()


def _note_rest(_raw: Any, record: Any) -> None:
    """A connection goes back to the pool."""
    record.info["rests_since"] = monotonic()


def _check_rested(raw: Any, record: Any, _proxy: Any) -> None:
    """A connection that rested for a while may be dead: it is asked before it is used.

    Asking each time would cost every act a round trip.
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
            reason="KAIGONG_DATABASE_URL is not set.",
            remedy="Start everything with 'kaigong up', or name a database of your own.",
        )
    return open_database(settings.database_url, settings.database_pool_size)


def _domain_error(error: IntegrityError) -> KaigongError | None:
    """The domain's own error; ``None`` where no constraint was violated (the log is append-only)."""
    diagnostics = getattr(error.orig, "diag", None)
    name = getattr(diagnostics, "constraint_name", None)
    if name is None:
        return None
    detail = getattr(diagnostics, "message_detail", None) or str(error.orig)
    found = CONSTRAINTS.get(name)
    if found is not None:
        value = _VALUE.search(detail)
        return found(value=value[1] if value else "—")
    return InvalidInput(field=name, value=detail, remedy="Correct it and try again.")


def _unreachable(error: OperationalError) -> Unavailable:
    reason = str(error.orig).strip().splitlines()[0]
    return Unavailable(
        part="PostgreSQL", reason=reason, remedy="Check that it runs; 'kaigong doctor' says more."
    )
