"""Signing in: an account and its password, and a pause after too many wrong ones.

The limit holds for all portals of an installation together and outlives their restart, so it is counted
in PostgreSQL, by its clock. An attempt on an account counts before its password is looked at, in a
transaction of its own: however many come at once through however many portals, only so many are looked
at. An address counts what failed, for many people may sign in from one at the same moment. Kept is a
keyed digest of the account or the address, for some minutes.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NoReturn, TypeVar

from sqlalchemy import Connection, text

from models import plain_text
from models.errors import KaigongError, NotAuthenticated, NotFound, TooOften
from models.people.security import Origin
from models.people.security import SecurityEvent as E
from services.people.accounts import Account, authenticate
from services.people.security_log import note
from services.unit_of_work import Database


class TooManyTries(TooOften):
    template = "login: too many wrong passwords; wait {minutes} minutes and try again."
    field = "login"


class TooManyCodes(TooManyTries):
    template = "document: too many codes that are none; wait {minutes} minutes and try again."
    field = "document"


@dataclass(frozen=True, slots=True)
class Limit:
    """How many failures in how many seconds, per account and per address."""

    tries: int = 8
    seconds: float = 300.0
    remembered: int = 10_000
    """Accounts and addresses; beyond that, those that failed longest ago are forgotten."""


@dataclass(frozen=True, slots=True)
class Secret:
    """A secret that somebody gives: of which kind, whose it would be, and from where it comes."""

    kind: str
    """``account`` (a password), ``code`` (of the second factor), ``link`` (of an invitation), ``token``,
    ``document`` (the code with which a document is verified)."""
    holder: str
    address: str


LIMIT: Final = Limit()
#: Secrets that name nobody, where they are wrong.
_OF_NOBODY: Final = frozenset({"token", "document"})
Checked = TypeVar("Checked")


@dataclass(frozen=True, slots=True)
class SignIns:
    """Signing in to one installation; ``key`` makes the digests and is the same on every machine."""

    database: Database
    key: str
    limit: Limit = LIMIT

    def sign_in(self, login: str, password: str, address: str) -> Account:
        """The account that a password opens; raises as :meth:`attempt` does."""
        secret = Secret("account", plain_text.login(login), address)
        return self.attempt(secret, lambda: authenticate(self.database, login, password))

    def attempt(self, secret: Secret, check: Callable[[], Checked]) -> Checked:
        """What ``check`` answers for a secret that somebody gave, as long as not too many were wrong.

        Raises what ``check`` raises for a wrong one, and :class:`TooManyTries` while the holder of the
        secret or the address has to wait; what is refused so does not lengthen the wait.
        """
        holder = self._holder(f"{secret.kind} {secret.holder}")
        address = self._holder(f"address {secret.address}")
        with self.database.transaction() as connection:
            self._check(connection, holder, address)
            counted_at = self._count(connection, holder)
        try:
            checked = check()
        except NotAuthenticated as wrong:
            with self.database.transaction() as connection:
                self._failed(connection, secret, address, counted_at, wrong.code)
            raise
        with self.database.transaction() as connection:
            connection.execute(_FORGET, {"holder": holder, "address": address})
        return checked

    def spend(self, secret: Secret) -> None:
        """Count what costs something whether it is right or not, as a letter that somebody asks for."""
        holder = self._holder(f"{secret.kind} {secret.holder}")
        address = self._holder(f"{secret.kind} of address {secret.address}")
        with self.database.transaction() as connection:
            self._check(connection, holder, address)
            self._count(connection, holder)
            connection.execute(_ADD, self._values(holder=address, at=None))
            self._clear_away(connection)

    def refuse(self, address: str, wrong: NotAuthenticated) -> NoReturn:
        """A secret that is nobody's, as a token that there is not: it counts for the address alone.

        Raises ``wrong``, or :class:`TooManyTries` once there were too many.
        """
        self._refuse(Secret("token", "", address), self._holder(f"address {address}"), wrong)

    def refuse_code(self, address: str, wrong: NotFound) -> NoReturn:
        """A code of no document: it counts for its address, and keeps nobody there from signing in.

        Raises ``wrong``, or :class:`TooManyCodes` once there were too many.
        """
        secret = Secret("document", "", address)
        try:
            self._refuse(secret, self._holder(f"document of address {address}"), wrong)
        except TooManyTries as many:
            raise TooManyCodes(minutes=many.params["minutes"]) from many

    def _refuse(self, secret: Secret, holder: bytes, wrong: KaigongError) -> NoReturn:
        with self.database.transaction() as connection:
            self._check(connection, holder)
            self._failed(connection, secret, holder, None, wrong.code)
        raise wrong

    def _failed(
        self,
        connection: Connection,
        secret: Secret,
        address: bytes,
        at: datetime | None,
        wrong: str,
    ) -> None:
        """Count a wrong secret for its address, and log it: whose it was where there is such an account."""
        values = self._values(holder=address, at=at)
        failures = connection.execute(_ADD, values).scalar_one()
        self._clear_away(connection)
        subject = connection.execute(_KNOWN, {"login": secret.holder}).scalar()
        kind = E.TOKEN_REFUSED if secret.kind in _OF_NOBODY else E.SIGN_IN_FAILED
        origin = Origin(None, secret.address)
        note(connection, kind, origin, subject=subject, secret=secret.kind, why=wrong)
        if failures >= self.limit.tries:
            note(connection, E.MADE_TO_WAIT, origin, subject=subject, secret=secret.kind)

    def _holder(self, name: str) -> bytes:
        return hmac.digest(self.key.encode(), f"sign-in {name}".encode(), hashlib.sha256)

    def _check(self, connection: Connection, *holders: bytes) -> None:
        seconds = connection.execute(_SECONDS_LEFT, self._values(holders=list(holders))).scalar()
        if seconds is not None:
            raise TooManyTries(minutes=max(1, round(float(seconds) / 60)))

    def _count(self, connection: Connection, holder: bytes) -> datetime:
        """Count an attempt, at which moment; another may have been the last one a moment ago."""
        values = self._values(holder=holder, at=None)
        counted_at: datetime | None = connection.execute(_COUNT, values).scalar()
        if counted_at is None:
            raise TooManyTries(minutes=max(1, round(self.limit.seconds / 60)))
        return counted_at

    def _clear_away(self, connection: Connection) -> None:
        connection.execute(_CLEAR_AWAY, {"remembered": self.limit.remembered})

    def _values(self, **more: object) -> dict[str, object]:
        return {"tries": self.limit.tries, "seconds": self.limit.seconds, **more}


#: The moments that still count, the newest of them, with the present one.
_RECENT = (
    "ARRAY(SELECT at FROM unnest(kept.failed_at) at"
    " WHERE at > statement_timestamp() - make_interval(secs => :seconds) ORDER BY at)"
)
_MOMENT = "coalesce(CAST(:at AS timestamptz), statement_timestamp())"
_INSERT = (
    "INSERT INTO sign_in_attempt AS kept (holder, failed_at, forget_at) VALUES"  # noqa: S608
    f" (:holder, ARRAY[{_MOMENT}],"
    " statement_timestamp() + make_interval(secs => :seconds))"
    " ON CONFLICT (holder) DO UPDATE SET"
    f" failed_at = ({_RECENT} || {_MOMENT})[1:CAST(:tries AS integer)],"
    " forget_at = excluded.forget_at"
)
_COUNT = text(
    f"{_INSERT} WHERE cardinality({_RECENT}) < :tries RETURNING failed_at[cardinality(failed_at)]"
)
_ADD = text(f"{_INSERT} RETURNING cardinality(failed_at)")
_KNOWN = text("SELECT login FROM account WHERE login = :login")
_SECONDS_LEFT = text(
    "SELECT max(seconds_left) FROM ("
    " SELECT extract(epoch FROM min(at) - statement_timestamp()) + :seconds AS seconds_left"
    " FROM sign_in_attempt CROSS JOIN unnest(failed_at) at"
    " WHERE holder = ANY(:holders)"
    " AND at > statement_timestamp() - make_interval(secs => :seconds)"
    " GROUP BY holder HAVING count(*) >= :tries) waiting"
)
#: Who got in begins anew; what others failed from the same address stays: one right password does not
#: pay for a spray of wrong ones. Locked in one order, so that two who sign in at once do not wait for each other.
_FORGET = text(
    "WITH kept AS MATERIALIZED (SELECT holder, failed_at FROM sign_in_attempt"
    " WHERE holder IN (:holder, :address) ORDER BY holder FOR UPDATE),"
    " own AS (SELECT failed_at FROM kept WHERE holder = :holder),"
    " gone AS (DELETE FROM sign_in_attempt a USING own WHERE a.holder = :holder"
    " OR a.holder = :address AND a.failed_at <@ own.failed_at)"
    " UPDATE sign_in_attempt a SET failed_at ="
    " ARRAY(SELECT at FROM unnest(a.failed_at) at WHERE at <> ALL(own.failed_at) ORDER BY at)"
    " FROM own WHERE a.holder = :address AND NOT a.failed_at <@ own.failed_at"
)
_CLEAR_AWAY = text(
    "DELETE FROM sign_in_attempt WHERE holder IN (SELECT holder FROM sign_in_attempt"
    " WHERE forget_at <= statement_timestamp() OR forget_at <= (SELECT forget_at"
    " FROM sign_in_attempt ORDER BY forget_at DESC OFFSET :remembered LIMIT 1)"
    " FOR UPDATE SKIP LOCKED)"
)
