"""The second factor: codes of an authenticator app (TOTP, RFC 6238), and recovery codes for a lost phone.

Security keys stand beside them (:mod:`services.people.security_keys`): either is a second factor.

A code counts once, for the step of thirty seconds that it is of or the one beside it, by the clock of the
database. Recovery codes are kept as fingerprints and count once each.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import pyotp
from sqlalchemy import Connection, text

from models.errors import NotAuthenticated
from models.people.actor import Role
from models.people.security import CONSOLE, Origin
from models.people.security import SecurityEvent as E
from services.installation.sealing import Sealer
from services.people.accounts import Account
from services.people.security_log import note
from services.unit_of_work import Database

ISSUER: Final = "Kaigong 开工"
STEP_SECONDS: Final = 30
RECOVERY_CODES: Final = 10
#: Letters and figures that nobody takes for each other, in four groups of six: 120 bits of chance, so that a
#: fingerprint without salt is enough (OWASP ASVS 5, 6.5.2).
_SIGNS: Final = "abcdefghijkmnpqrstuvwxyz23456789"
#: Whose accounts decide, publish or see everything: they need one where the installation asks for it.
NEEDED_BY: Final = frozenset(
    {
        *(Role.HANDLER, Role.APPROVER, Role.DEPARTMENT_HEAD, Role.GOVERNMENT_HEAD),
        *(Role.WINDOW_CLERK, Role.ADMINISTRATOR, Role.LEADER),
    }
)


class Need(StrEnum):
    """What comes between a right password and being signed in."""

    NOTHING = "nothing"
    CODE = "code"
    #: No factor is set up yet, and the role needs one.
    ENROLMENT = "enrolment"


class WrongCode(NotAuthenticated):
    template = "otp: the code is not right or was used before; give the one that your app shows now, or a recovery code."
    field = "otp"


class SecondFactorMissing(NotAuthenticated):
    template = "otp: this account needs a second factor; sign in to the portal once and set it up, then give its code here."
    field = "otp"


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What an app needs to make codes; shown until the first code is given."""

    secret: str
    address: str
    """``otpauth://`` address, for a QR code."""


@dataclass(frozen=True, slots=True)
class SecondFactors:
    """The second factors of one installation."""

    database: Database
    sealer: Sealer
    required: bool
    """Whether the roles of :data:`NEEDED_BY` need one."""

    def need(self, account: Account) -> Need:
        """What an account has to give after its password."""
        with self.database.reading() as connection:
            confirmed = connection.execute(_CONFIRMED, {"login": account.login}).scalar()
        if confirmed:
            return Need.CODE
        needs_one = self.required and account.role in NEEDED_BY
        return Need.ENROLMENT if needs_one else Need.NOTHING

    def has_app(self, login: str) -> bool:
        """Whether an app gives codes for the account."""
        with self.database.reading() as connection:
            return bool(connection.execute(_HAS_APP, {"login": login}).scalar_one())

    def prepare(self, login: str) -> Enrolment:
        """A secret for an app; the same again until its first code is given."""
        fresh = self.sealer.seal(pyotp.random_base32())
        with self.database.transaction() as connection:
            connection.execute(_BEGIN, {"login": login, "secret": fresh})
            row = connection.execute(_FACTOR, {"login": login, "seconds": STEP_SECONDS}).one()
        secret = self.sealer.open(bytes(row.secret))
        address = pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name=ISSUER)
        return Enrolment(secret, address)

    def confirm(self, login: str, code: str, address: str = "-") -> tuple[str, ...]:
        """The first code of an app: from here on the account needs one. Answers the recovery codes.

        Raises ``WrongCode``.
        """
        with self.database.transaction() as connection:
            self._check_app(connection, login, code, confirmed=False)
            connection.execute(_CONFIRM, {"login": login})
            connection.execute(_NO_RECOVERY, {"login": login})
            codes = first_recovery_codes(connection, login)
            note(connection, E.FACTOR_SET_UP, Origin(login, address), subject=login)
        return codes

    def check(self, login: str, code: str, address: str = "-") -> None:
        """Take the code of the app, or a recovery code. Raises ``WrongCode``."""
        with self.database.transaction() as connection:
            used = {"login": login, "hash": _fingerprint(code)}
            if connection.execute(_USE_RECOVERY, used).rowcount:
                note(connection, E.RECOVERY_CODE_USED, Origin(login, address), subject=login)
                return
            self._check_app(connection, login, code, confirmed=True)

    def forget(self, login: str, origin: Origin = CONSOLE) -> None:
        """Take app, keys and recovery codes away: a lost phone, by the administrator."""
        with self.database.transaction() as connection:
            connection.execute(_FORGET, {"login": login})
            connection.execute(_NO_KEYS, {"login": login})
            connection.execute(_NO_RECOVERY, {"login": login})
            note(connection, E.FACTOR_TAKEN_AWAY, origin, subject=login)

    def _check_app(self, connection: Connection, login: str, code: str, *, confirmed: bool) -> None:
        row = connection.execute(_FACTOR, {"login": login, "seconds": STEP_SECONDS}).one_or_none()
        if row is None or row.confirmed is not confirmed:
            raise WrongCode
        step = _step_of(self.sealer.open(bytes(row.secret)), code, int(row.step))
        if step is None or step <= row.last_step:
            raise WrongCode
        connection.execute(_USED, {"login": login, "step": step})


def _step_of(secret: str, code: str, now: int) -> int | None:
    """The step that a code belongs to, of this one and its neighbours."""
    plain = "".join(code.split())
    app = pyotp.TOTP(secret, interval=STEP_SECONDS)
    steps: Sequence[int] = (now, now - 1, now + 1)
    fitting = (s for s in steps if secrets.compare_digest(app.generate_otp(s), plain))
    return next(fitting, None) if plain.isascii() else None


def first_recovery_codes(connection: Connection, login: str) -> tuple[str, ...]:
    """Recovery codes of an account that has none; nothing where there are some already."""
    if connection.execute(_HAS_RECOVERY, {"login": login}).scalar_one():
        return ()
    codes = tuple(_recovery_code() for _ in range(RECOVERY_CODES))
    rows = [{"login": login, "hash": _fingerprint(code)} for code in codes]
    connection.execute(_RECOVERY, rows)
    return codes


def _recovery_code() -> str:
    groups = ("".join(secrets.choice(_SIGNS) for _ in range(6)) for _ in range(4))
    return "-".join(groups)


def _fingerprint(code: str) -> bytes:
    return hashlib.sha256("".join(code.split()).lower().encode()).digest()


_CONFIRMED = text(
    "SELECT true FROM second_factor WHERE account = :login AND confirmed_at IS NOT NULL"
    " UNION ALL SELECT true FROM security_key WHERE account = :login LIMIT 1"
)
_BEGIN = text(
    "INSERT INTO second_factor (account, secret) VALUES (:login, :secret) ON CONFLICT DO NOTHING"
)
_FACTOR = text(
    "SELECT secret, last_step, confirmed_at IS NOT NULL AS confirmed,"
    " floor(extract(epoch FROM statement_timestamp()) / :seconds) AS step"
    " FROM second_factor WHERE account = :login FOR UPDATE"
)
_CONFIRM = text(
    "UPDATE second_factor SET confirmed_at = statement_timestamp() WHERE account = :login"
)
_USED = text("UPDATE second_factor SET last_step = :step WHERE account = :login")
_FORGET = text("DELETE FROM second_factor WHERE account = :login")
_HAS_APP = text(
    "SELECT EXISTS (SELECT FROM second_factor WHERE account = :login AND confirmed_at IS NOT NULL)"
)
_NO_KEYS = text("DELETE FROM security_key WHERE account = :login")
_HAS_RECOVERY = text("SELECT EXISTS (SELECT FROM recovery_code WHERE account = :login)")
_RECOVERY = text("INSERT INTO recovery_code (account, code_hash) VALUES (:login, :hash)")
_USE_RECOVERY = text("DELETE FROM recovery_code WHERE account = :login AND code_hash = :hash")
_NO_RECOVERY = text("DELETE FROM recovery_code WHERE account = :login")
