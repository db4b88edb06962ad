"""Secrets at rest: what the database keeps sealed, with a key that is not in the database."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from functools import cached_property

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from models.errors import Unavailable


class SealedWithAnotherKey(Unavailable):
    template = "What the database keeps sealed was sealed with another key. Copy the file secret_key of this installation here, or set KAIGONG_SECRET_KEY."


@dataclass(frozen=True)
class Sealer:
    """Seals texts with a key that is made of the installation's."""

    key: str

    @cached_property
    def _fernet(self) -> Fernet:
        made = HKDF(SHA256(), length=32, salt=None, info=b"kaigong sealing")
        return Fernet(base64.urlsafe_b64encode(made.derive(self.key.encode())))

    def seal(self, text: str) -> bytes:
        """A text, so that only this installation can read it."""
        return self._fernet.encrypt(text.encode())

    def open(self, sealed: bytes) -> str:
        """The text; raises ``SealedWithAnotherKey``."""
        try:
            return self._fernet.decrypt(sealed).decode()
        except InvalidToken as error:
            raise SealedWithAnotherKey from error
