"""The installation's signature: Ed25519, with a key made of the one that is not in the database."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


@dataclass(frozen=True)
class Signer:
    """Signs texts; what it signed is checked with its public key, and with earlier ones."""

    key: str
    """The installation's key (``Settings.signing_key``)."""
    earlier: Collection[str] = ()
    """Public keys of before the installation's key was changed, in hexadecimal digits."""

    @cached_property
    def _private(self) -> Ed25519PrivateKey:
        made = HKDF(SHA256(), length=32, salt=None, info=b"kaigong anchors")
        return Ed25519PrivateKey.from_private_bytes(made.derive(self.key.encode()))

    @cached_property
    def public(self) -> str:
        """The public key, in hexadecimal digits."""
        return self._private.public_key().public_bytes_raw().hex()

    def sign(self, text: str) -> bytes:
        """The signature of a text."""
        return self._private.sign(text.encode())

    def signed(self, text: str, signature: bytes) -> bool:
        """Whether this installation signed a text, with its key of today or an earlier one."""
        return any(checks(key, text, signature) for key in (self.public, *self.earlier))


def checks(public: str, text: str, signature: bytes) -> bool:
    """Whether the holder of a public key, in hexadecimal digits, signed a text."""
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public)).verify(signature, text.encode())
    except (InvalidSignature, ValueError):
        return False
    return True
