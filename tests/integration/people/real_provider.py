"""A real OpenID provider on a port of this machine, which insists on PKCE."""

from __future__ import annotations

import base64
import hashlib
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Thread
from urllib.parse import parse_qs, urlsplit

import flask
import httpx
import werkzeug.serving

from tests.support.run.waiting import PATIENCE_SECONDS

with warnings.catch_warnings(record=True):
    # Authlib, which the mock leans on, tells of its own deprecations whatever the filters say.
    from oidc_provider_mock import User, app

CLIENT, SECRET = "kaigong", "a secret of the client's own"


@dataclass
class RealProvider:
    """The provider, and what it saw."""

    issuer: str = ""
    challenges: dict[str, str] = field(default_factory=dict)
    """Code → the challenge of the request that it was given for."""
    proven: list[str] = field(default_factory=list)
    """Codes that were exchanged with the verifier of their challenge."""

    def sign_in(self, address: str, subject: str) -> str:
        """A person signs in at the provider; answers where their browser is sent."""
        asked = parse_qs(urlsplit(address).query)
        answer = httpx.post(
            address, data={"sub": subject}, timeout=PATIENCE_SECONDS, trust_env=False
        )
        back = answer.headers["location"]
        code = parse_qs(urlsplit(back).query)["code"][0]
        self.challenges[code] = asked["code_challenge"][0]
        assert asked["code_challenge_method"] == ["S256"]
        return back

    def check_verifier(self) -> flask.Response | None:
        """Refuse a code whose verifier is not the one of its challenge."""
        if flask.request.path != "/oauth2/token":
            return None
        code = flask.request.form["code"]
        verifier = flask.request.form.get("code_verifier", "")
        digest = hashlib.sha256(verifier.encode()).digest()
        found = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if self.challenges.get(code) != found:
            return flask.Response('{"error": "invalid_grant"}', 400)
        self.proven.append(code)
        return None


@contextmanager
def real_provider(*people: User) -> Iterator[RealProvider]:
    """The provider with its people, inside the block."""
    provider = RealProvider()
    made = app(require_nonce=True, user_claims=people)
    made.before_request(provider.check_verifier)
    server = werkzeug.serving.make_server("127.0.0.1", 0, made, threaded=True)
    provider.issuer = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, args=(0.1,))
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
