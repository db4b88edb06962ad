"""Signing in by another provider 统一身份认证: OpenID Connect, authorization code with PKCE, state and nonce.

What the provider says is believed only when it comes from its own token endpoint, is signed with one of
the keys that it publishes, is for us, of now, and answers the question that this browser asked.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import time
from dataclasses import asdict, dataclass
from typing import Any, Final
from urllib.parse import urlencode

import httpx
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from sqlalchemy import text

from config.logs import get_logger
from models.errors import NotAuthenticated, Unavailable
from models.people.security import Origin
from models.people.security import SecurityEvent as E
from services.people.accounts import ACCOUNT_COLUMNS, Account, account_of_row
from services.people.security_log import note
from services.unit_of_work import Database

log = get_logger()

#: Signed with the provider's private key: a shared secret, or no signature, proves nothing.
ALGORITHMS: Final = (
    "RS256",
    "RS384",
    "RS512",
    "PS256",
    "PS384",
    "PS512",
    "ES256",
    "ES384",
    "EdDSA",
)
#: Clocks of two machines differ.
LEEWAY_SECONDS: Final = 60
TIMEOUT_SECONDS: Final = 10.0


class ProviderNotReached(Unavailable):
    template = "The identity provider does not answer as it should. Sign in with your password, or try again in a few minutes."


class NotProven(NotAuthenticated):
    template = "login: the identity provider's answer does not prove who you are ({why}); sign in again from the sign-in page."
    field = "login"


class NobodysIdentity(NotAuthenticated):
    template = "login: the identity provider knows you, and nobody here has an account of that name; ask the administrator to invite you."
    field = "login"


@dataclass(frozen=True, slots=True)
class Question:
    """What one browser asked the provider; it keeps it until the answer comes."""

    state: str
    nonce: str
    verifier: str
    back: str
    asked_at: int
    again: bool
    """Whether the person has to prove themselves anew, although the provider still knows them."""

    def text(self) -> str:
        """The question as it is kept, sealed."""
        return json.dumps(asdict(self))

    @classmethod
    def of(cls, kept: str) -> Question:
        """The question that was kept."""
        return cls(**json.loads(kept))


@dataclass(frozen=True, slots=True)
class Identity:
    """Who somebody is to the provider."""

    issuer: str
    subject: str
    login: str | None
    """What the provider calls them, where that is the login of an account here."""


@dataclass(frozen=True, slots=True)
class IdentityProvider:
    """One provider, as the installation's settings name it."""

    issuer: str
    client_id: str
    client_secret: str | None
    login_claim: str
    return_address: str

    def ask(self, back: str, *, again: bool = False) -> tuple[str, Question]:
        """The provider's address to which a browser is sent, and what it has to remember."""
        question = Question(
            state=secrets.token_urlsafe(32),
            nonce=secrets.token_urlsafe(32),
            verifier=secrets.token_urlsafe(32),
            back=back,
            asked_at=int(time.time()),
            again=again,
        )
        challenge = hashlib.sha256(question.verifier.encode()).digest()
        asked = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": self.return_address,
            "scope": "openid profile email",
            "state": question.state,
            "nonce": question.nonce,
            "code_challenge": base64.urlsafe_b64encode(challenge).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
        }
        if again:
            asked |= {"prompt": "login", "max_age": "0"}
        address = str(self._described()["authorization_endpoint"])
        return f"{address}{'&' if '?' in address else '?'}{urlencode(asked)}", question

    def answered(self, question: Question, state: str, code: str) -> Identity:
        """Who came back with an answer to a question. Raises ``NotProven`` and ``ProviderNotReached``."""
        if not secrets.compare_digest(question.state.encode(), state.encode()):
            raise NotProven(why="state")
        claims = self._claims(self._id_token(question, code))
        if not secrets.compare_digest(question.nonce, str(claims.get("nonce", ""))):
            raise NotProven(why="nonce")
        if question.again and _seconds(claims) < question.asked_at - LEEWAY_SECONDS:
            raise NotProven(why="auth_time")
        return Identity(self.issuer, str(claims["sub"]), self._login(claims))

    def _id_token(self, question: Question, code: str) -> str:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.return_address,
            "client_id": self.client_id,
            "code_verifier": question.verifier,
        }
        own = (self.client_id, self.client_secret) if self.client_secret else None
        address = str(self._described()["token_endpoint"])
        try:
            answer = httpx.post(
                address, data=form, auth=own, timeout=TIMEOUT_SECONDS, trust_env=False
            )
        except httpx.HTTPError as error:
            raise ProviderNotReached from error
        if not answer.is_success:
            log.warning("identity_provider_refused", status=answer.status_code)
            raise NotProven(why="code")
        return str(_json(answer).get("id_token", ""))

    def _claims(self, id_token: str) -> dict[str, Any]:
        """What an ID token says, once its signature, issuer, audience and time were checked."""
        keys: Any = _get(str(self._described()["jwks_uri"]))
        wanted = jwt.JWTClaimsRegistry(
            leeway=LEEWAY_SECONDS,
            iss={"essential": True, "value": self.issuer},
            aud={"essential": True, "value": self.client_id},
            exp={"essential": True},
            iat={"essential": True},
            sub={"essential": True},
        )
        try:
            token = jwt.decode(id_token, KeySet.import_key_set(keys), algorithms=list(ALGORITHMS))
            wanted.validate(token.claims)
        except (JoseError, ValueError, KeyError) as error:
            log.warning("id_token_not_valid", reason=type(error).__name__)
            raise NotProven(why=type(error).__name__) from error
        claims = dict(token.claims)
        if claims.get("azp", self.client_id) != self.client_id:
            raise NotProven(why="azp")
        return claims

    def _described(self) -> dict[str, Any]:
        """What the provider says of itself; it has to call itself what the settings call it."""
        document = _get(f"{self.issuer.rstrip('/')}/.well-known/openid-configuration")
        wanted = ("authorization_endpoint", "token_endpoint", "jwks_uri")
        if document.get("issuer") != self.issuer or not all(document.get(name) for name in wanted):
            log.error(
                "identity_provider_differs", issuer=document.get("issuer"), expected=self.issuer
            )
            raise ProviderNotReached
        return document

    def _login(self, claims: dict[str, Any]) -> str | None:
        """The login that the provider vouches for; an address for mail only when it is verified."""
        if self.login_claim == "email" and claims.get("email_verified") is not True:
            return None
        named = claims.get(self.login_claim)
        return str(named).strip().lower()[:64] if named else None


def account_of(database: Database, who: Identity, address: str) -> Account:
    """The account of an identity: the one that it is linked with, else the one of its login, from now on.

    Raises ``NobodysIdentity``.
    """
    values = {"issuer": who.issuer, "subject": who.subject, "login": who.login}
    with database.transaction() as connection:
        row = connection.execute(_LINKED, values).one_or_none()
        if row is None:
            if connection.execute(_LINK, values).one_or_none() is None:
                raise NobodysIdentity
            row = connection.execute(_LINKED, values).one()
            origin = Origin(row.login, address)
            note(connection, E.IDENTITY_LINKED, origin, subject=row.login, issuer=who.issuer)
        if not row.active:
            raise NobodysIdentity
        return account_of_row(row)


def _get(address: str) -> dict[str, Any]:
    try:
        answer = httpx.get(address, timeout=TIMEOUT_SECONDS, trust_env=False)
    except httpx.HTTPError as error:
        raise ProviderNotReached from error
    if not answer.is_success:
        raise ProviderNotReached
    return _json(answer)


def _json(answer: httpx.Response) -> dict[str, Any]:
    try:
        document = answer.json()
    except ValueError as error:
        raise ProviderNotReached from error
    if not isinstance(document, dict):
        raise ProviderNotReached
    return document


def _seconds(claims: dict[str, Any]) -> float:
    signed_in = claims.get("auth_time")
    return float(signed_in) if isinstance(signed_in, int | float) else 0.0


_LINKED = text(
    f"SELECT {ACCOUNT_COLUMNS}, a.active FROM account_identity i JOIN account a ON a.login = i.account"  # noqa: S608
    " WHERE i.issuer = :issuer AND i.subject = :subject"
)
#: An account is one person's: it has one identity of a provider, the first that had its login.
_LINK = text(
    "INSERT INTO account_identity (issuer, subject, account)"
    " SELECT :issuer, :subject, a.login FROM account a WHERE a.login = :login AND a.active"
    " ON CONFLICT DO NOTHING RETURNING account"
)
