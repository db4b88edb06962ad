"""A security key in software: what a device and a browser do when a page asks them (WebAuthn level 3)."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
import secrets
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


def asked_on(page: str) -> dict[str, Any]:
    """What a page lets the browser ask a key."""
    written = re.search(r'data-security-key="([^"]+)"', page)
    assert written is not None, "the page asks no key"
    asked: dict[str, Any] = json.loads(html.unescape(written[1]))
    return asked


def to_text(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


@dataclass
class Authenticator:
    """One device, with one key; ``counts`` as hardware does, or always says zero as passkeys do."""

    origin: str
    party: str
    counts: bool = True
    count: int = 0
    flags: int = PRESENT | VERIFIED
    id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )

    def create(self, asked: dict[str, Any], **told: Any) -> str:
        """The answer to a registration, as the page sends it."""
        client = self._client("webauthn.create", asked, told)
        length = len(self.id).to_bytes(2)
        attested = bytes(16) + length + self.id + cbor2.dumps(self._public_key())
        data = self._data(ATTESTED) + attested
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        return self._answer(
            {"clientDataJSON": to_text(client), "attestationObject": to_text(attestation)}
        )

    def give(self, asked: dict[str, Any], **told: Any) -> str:
        """The answer to a question at sign-in, as the page sends it."""
        self.count += self.counts
        client = self._client("webauthn.get", asked, told)
        data = self._data(0)
        signed = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(SHA256()))
        return self._answer(
            {
                "clientDataJSON": to_text(client),
                "authenticatorData": to_text(data),
                "signature": to_text(signed),
            }
        )

    def _client(self, kind: str, asked: dict[str, Any], told: dict[str, Any]) -> bytes:
        said = {"type": kind, "challenge": asked["challenge"], "origin": self.origin} | told
        return json.dumps(said).encode()

    def _data(self, more: int) -> bytes:
        party = hashlib.sha256(self.party.encode()).digest()
        return party + bytes([self.flags | more]) + self.count.to_bytes(4)

    def _public_key(self) -> dict[int, Any]:
        point = self.key.public_key().public_numbers()
        return {1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32), -3: point.y.to_bytes(32)}

    def _answer(self, response: dict[str, str]) -> str:
        id_ = to_text(self.id)
        return json.dumps({"id": id_, "rawId": id_, "type": "public-key", "response": response})
