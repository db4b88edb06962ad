"""Security keys and passkeys (WebAuthn level 3): a second factor that answers to this portal's address alone.

A key signs what only this portal can have asked, in this session, once: the challenge carries the session
and a seal of the installation, and the one that was answered last is kept with the key. A key whose counter
goes back was copied and opens nothing. The list of keys is the account's own; who made a device is not asked
(no attestation).
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, NoReturn
from urllib.parse import urlsplit

import orjson
from sqlalchemy import Connection, Row, text

from models import plain_text
from models.errors import Conflict, InvalidInput, NotAuthenticated, NotFound
from models.people.security import Origin
from models.people.security import SecurityEvent as E
from services.people.second_factor import ISSUER, first_recovery_codes
from services.people.security_log import note, record
from services.unit_of_work import Database

if TYPE_CHECKING:
    from webauthn.helpers.structs import PublicKeyCredentialDescriptor

MOST_KEYS: Final = 10
NAME_LENGTH: Final = 60
#: Seconds in which a question has to be answered: people look for their key.
ANSWERED_WITHIN: Final = 600
#: Characters of an answer; the longest ones bring a chain of certificates.
ANSWER_LENGTH: Final = 50_000
_SEAL: Final = 32
_LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1", "0.0.0.0", "::"})  # noqa: S104 - names


class KeyNotRight(NotAuthenticated):
    template = "security key: its answer is not right, is too old or was used before; ask the key once more, or give a code."
    field = "credential"


class KeyWasCopied(NotAuthenticated):
    template = "security key: its counter went back, so there is a copy of it somewhere; sign in with a code, and remove this key."
    field = "credential"


class KeyNotTaken(InvalidInput):
    template = "security key: what the device sent cannot be taken; ask it once more, or take another device."
    field = "credential"


class LastFactor(Conflict):
    template = (
        "security key: it is the only second factor of this account; register another one first."
    )
    field = "key"


class TooManyKeys(Conflict):
    template = "security key: an account has at most {most}; remove one that is no longer used."
    field = "key"


@dataclass(frozen=True, slots=True)
class RelyingParty:
    """For which address keys are made."""

    id: str
    """Host of the portal: a key made for it answers to no other."""
    origin: str
    """Address of the portal's pages as the browser writes it."""


def relying_party(public_url: str) -> RelyingParty | None:
    """Where keys may be used; ``None`` where browsers offer none: without TLS, or by a bare number.

    A portal on this machine alone is reached by ``http://localhost``.
    """
    parts = urlsplit(public_url)
    host, port = (parts.hostname or "").encode("idna").decode(), parts.port
    if host in _LOOPBACK:
        host = "localhost"
    elif parts.scheme != "https" or _is_number(host):
        return None
    usual = {"https": 443, "http": 80}.get(parts.scheme)
    shown = "" if port in {None, usual} else f":{port}"
    return RelyingParty(host, f"{parts.scheme}://{host}{shown}")


def _is_number(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


@dataclass(frozen=True, slots=True)
class SecurityKey:
    """A key as its owner sees it."""

    id: str
    name: str
    added_at: datetime
    used_at: datetime | None


@dataclass(frozen=True, slots=True)
class SecurityKeys:
    """The security keys of one installation; ``secret`` seals what they are asked."""

    database: Database
    secret: str
    party: RelyingParty | None
    """Nobody can use one where there is none."""

    @property
    def here(self) -> RelyingParty:
        """The address that keys answer to. Raises ``NotFound`` where browsers offer none."""
        if self.party is None:
            remedy = "Security keys need a portal with TLS under a name: KAIGONG_PORTAL_URL."
            raise NotFound(field="page", value="security keys", remedy=remedy)
        return self.party

    def of(self, login: str) -> tuple[SecurityKey, ...]:
        """The keys of an account, the oldest first."""
        with self.database.reading() as connection:
            rows = connection.execute(_OF, {"login": login})
            return tuple(SecurityKey(r.id, r.name, r.added_at, r.used_at) for r in rows)

    def registration(self, login: str, holder: str) -> str:
        """What the browser asks a device that is to become a key of the account, as JSON."""
        from webauthn import generate_registration_options, options_to_json
        from webauthn.helpers.structs import (
            AuthenticatorSelectionCriteria,
            ResidentKeyRequirement,
            UserVerificationRequirement,
        )

        party, rows = self.here, self._asked(login)
        options = generate_registration_options(
            rp_id=party.id,
            rp_name=ISSUER,
            user_id=_user_handle(self.secret, login),
            user_name=login,
            challenge=self._challenge("add", holder, int(rows[0].now)),
            timeout=ANSWERED_WITHIN * 1000,
            exclude_credentials=_descriptors(rows),
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.DISCOURAGED,
                user_verification=UserVerificationRequirement.PREFERRED,
            ),
        )
        return options_to_json(options)

    def question(self, login: str, holder: str) -> str | None:
        """What the browser asks a key of the account, as JSON; ``None`` where it has none."""
        rows = self._asked(login)
        if self.party is None or rows[0].credential_id is None:
            return None
        from webauthn import generate_authentication_options, options_to_json

        options = generate_authentication_options(
            rp_id=self.here.id,
            challenge=self._challenge("give", holder, int(rows[0].now)),
            timeout=ANSWERED_WITHIN * 1000,
            allow_credentials=_descriptors(rows),
        )
        return options_to_json(options)

    def add(
        self, login: str, holder: str, name: str, answer: str, address: str = "-"
    ) -> tuple[str, ...]:
        """Take a device as a key. Answers recovery codes where the account has none yet.

        Raises ``KeyNotTaken``, ``TooManyKeys`` and ``InvalidInput`` for a name.
        """
        party, named = self.here, _name(name)
        with self.database.transaction() as connection:
            connection.execute(_LOCK, {"login": login})
            count, now = connection.execute(_COUNT, {"login": login}).one()
            if count >= MOST_KEYS:
                raise TooManyKeys(most=MOST_KEYS)
            values = self._registered(party, answer, holder, int(now))
            values |= {"login": login, "name": named}
            if not connection.execute(_ADD, values).rowcount:
                raise KeyNotTaken
            note(connection, E.KEY_ADDED, Origin(login, address), subject=login, key=named)
            return first_recovery_codes(connection, login)

    def check(self, login: str, holder: str, answer: str, address: str = "-") -> None:
        """Take the answer of a key. Raises ``KeyNotRight`` and ``KeyWasCopied``."""
        with self.database.transaction() as connection:
            copied = self._check(connection, login, holder, answer)
        if copied is not None:
            record(self.database, E.KEY_REFUSED, Origin(login, address), subject=login, key=copied)
            raise KeyWasCopied

    def rename(self, login: str, key: str, name: str, address: str = "-") -> None:
        """Call a key something else. Raises ``NotFound``, and ``InvalidInput`` for the name."""
        named = _name(name)
        with self.database.transaction() as connection:
            values = {"login": login, "key": key, "name": named}
            before = connection.execute(_RENAME, values).scalar_one_or_none()
            if before is None:
                _no_such(key)
            note(
                connection,
                E.KEY_RENAMED,
                Origin(login, address),
                subject=login,
                key=named,
                before=before,
            )

    def remove(self, login: str, key: str, address: str = "-") -> None:
        """Take a key away. Raises ``NotFound``, and ``LastFactor`` for the only factor there is."""
        with self.database.transaction() as connection:
            connection.execute(_LOCK, {"login": login})
            removed = connection.execute(_REMOVE, {"login": login, "key": key}).scalar_one_or_none()
            if removed is None:
                _no_such(key)
            if not connection.execute(_FACTORS, {"login": login}).scalar_one():
                raise LastFactor
            note(connection, E.KEY_REMOVED, Origin(login, address), subject=login, key=removed)

    def _check(self, connection: Connection, login: str, holder: str, answer: str) -> str | None:
        """Name of the key where it was copied; its answer is taken otherwise."""
        sent = _read(answer)
        asked = _asked_in(sent)
        values = {"login": login, "id": _raw_id(sent)}
        key = connection.execute(_KEY, values).one_or_none()
        if key is None or bytes(key.last_challenge) == asked:
            raise KeyNotRight
        self._check_challenge("give", holder, asked, int(key.now))
        count = self._signed(sent, asked, bytes(key.public_key))
        if (count or key.sign_count) and count <= key.sign_count:
            return str(key.name)
        connection.execute(_USED, {**values, "count": count, "challenge": asked})
        return None

    def _signed(self, sent: dict[str, Any], asked: bytes, public_key: bytes) -> int:
        """The counter of a key that signed what it was asked."""
        from webauthn import verify_authentication_response

        party = self.here
        try:
            verified = verify_authentication_response(
                credential=sent,
                expected_challenge=asked,
                expected_rp_id=party.id,
                expected_origin=party.origin,
                credential_public_key=public_key,
                credential_current_sign_count=0,
            )
        # Bytes from outside, read by three libraries: whatever they say of them is a wrong answer.
        except Exception as error:
            raise KeyNotRight from error
        return verified.new_sign_count

    def _registered(
        self, party: RelyingParty, answer: str, holder: str, now: int
    ) -> dict[str, Any]:
        """What is kept of a device that answered rightly."""
        from webauthn import verify_registration_response

        try:
            sent = _read(answer)
            asked = _asked_in(sent)
            self._check_challenge("add", holder, asked, now)
            verified = verify_registration_response(
                credential=sent,
                expected_challenge=asked,
                expected_rp_id=party.id,
                expected_origin=party.origin,
            )
        # As above.
        except Exception as error:
            raise KeyNotTaken from error
        return {
            "id": verified.credential_id,
            "public_key": verified.credential_public_key,
            "count": verified.sign_count,
            "challenge": asked,
        }

    def _asked(self, login: str) -> Sequence[Row[Any]]:
        """One row for each key, with the moment; one without a key where there is none."""
        with self.database.reading() as connection:
            return connection.execute(_ASKED, {"login": login}).all()

    def _challenge(self, purpose: str, holder: str, now: int) -> bytes:
        fresh = now.to_bytes(8) + secrets.token_bytes(24)
        return fresh + self._seal(purpose, holder, fresh)

    def _check_challenge(self, purpose: str, holder: str, challenge: bytes, now: int) -> None:
        """Refuse what this portal did not ask in this session a moment ago."""
        fresh, seal = challenge[:_SEAL], challenge[_SEAL:]
        if not hmac.compare_digest(seal, self._seal(purpose, holder, fresh)):
            raise KeyNotRight
        if not 0 <= now - int.from_bytes(fresh[:8]) <= ANSWERED_WITHIN:
            raise KeyNotRight

    def _seal(self, purpose: str, holder: str, fresh: bytes) -> bytes:
        sealed = f"security key:{purpose}:{holder}:".encode() + fresh
        return hmac.new(self.secret.encode(), sealed, hashlib.sha256).digest()


def _read(answer: str) -> dict[str, Any]:
    try:
        sent = orjson.loads(answer[:ANSWER_LENGTH])
    except orjson.JSONDecodeError as error:
        raise KeyNotRight from error
    if not isinstance(sent, dict):
        raise KeyNotRight
    return sent


def _asked_in(sent: dict[str, Any]) -> bytes:
    """The challenge that an answer says it is to."""
    from webauthn.helpers import base64url_to_bytes

    try:
        client = orjson.loads(base64url_to_bytes(sent["response"]["clientDataJSON"]))
        return base64url_to_bytes(client["challenge"])
    # As above.
    except Exception as error:
        raise KeyNotRight from error


def _raw_id(sent: dict[str, Any]) -> bytes:
    from webauthn.helpers import base64url_to_bytes

    try:
        return base64url_to_bytes(sent["rawId"])
    # As above.
    except Exception as error:
        raise KeyNotRight from error


def _name(typed: str) -> str:
    named = plain_text.line(typed)
    if not named or len(named) > NAME_LENGTH:
        remedy = "Give the key a name of up to 60 characters, such as where you keep it."
        raise InvalidInput(field="name", value=named[:NAME_LENGTH] or "–", remedy=remedy)
    return named


def _no_such(key: str) -> NoReturn:
    raise NotFound(field="key", value=key[:20], remedy="Look at the list of your keys again.")


def _user_handle(secret: str, login: str) -> bytes:
    """An account to devices: the same for all of its keys, and nobody's name."""
    return hmac.new(secret.encode(), f"security key user:{login}".encode(), hashlib.sha256).digest()


def _descriptors(rows: Sequence[Row[Any]]) -> list[PublicKeyCredentialDescriptor]:
    from webauthn.helpers.structs import PublicKeyCredentialDescriptor

    ids = (row.credential_id for row in rows if row.credential_id is not None)
    return [PublicKeyCredentialDescriptor(id=bytes(id_)) for id_ in ids]


_ID = "left(encode(sha256(k.credential_id), 'hex'), 16)"
_NOW = "floor(extract(epoch FROM statement_timestamp()))"
_OF = text(
    f"SELECT {_ID} AS id, k.name, k.added_at, k.used_at FROM security_key k"  # noqa: S608
    " WHERE k.account = :login ORDER BY k.added_at, k.credential_id"
)
_ASKED = text(
    f"SELECT {_NOW} AS now, k.credential_id FROM (SELECT) one"  # noqa: S608
    " LEFT JOIN security_key k ON k.account = :login ORDER BY k.added_at, k.credential_id"
)
#: Whoever adds or removes a key of an account waits for whoever does just now.
_LOCK = text("SELECT login FROM account WHERE login = :login FOR NO KEY UPDATE")
_COUNT = text(f"SELECT count(*), {_NOW} FROM security_key k WHERE k.account = :login")  # noqa: S608
_ADD = text(
    "INSERT INTO security_key (credential_id, account, name, public_key, sign_count, last_challenge)"
    " VALUES (:id, :login, :name, :public_key, :count, :challenge) ON CONFLICT DO NOTHING"
)
_KEY = text(
    f"SELECT k.name, k.public_key, k.sign_count, k.last_challenge, {_NOW} AS now"  # noqa: S608
    " FROM security_key k WHERE k.account = :login AND k.credential_id = :id FOR UPDATE"
)
_USED = text(
    "UPDATE security_key SET sign_count = :count, last_challenge = :challenge,"
    " used_at = statement_timestamp() WHERE account = :login AND credential_id = :id"
)
_RENAME = text(
    f"UPDATE security_key k SET name = :name FROM security_key o WHERE o.credential_id = k.credential_id"  # noqa: S608
    f" AND k.account = :login AND {_ID} = :key RETURNING o.name"
)
_REMOVE = text(
    f"DELETE FROM security_key k WHERE k.account = :login AND {_ID} = :key RETURNING k.name"  # noqa: S608
)
_FACTORS = text(
    "SELECT EXISTS (SELECT FROM security_key WHERE account = :login) OR EXISTS"
    " (SELECT FROM second_factor WHERE account = :login AND confirmed_at IS NOT NULL)"
)
