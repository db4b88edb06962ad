"""The installation's signature in the PDF of a document: who has the file can check it without us.

It stands in one line behind the end of the PDF, which readers pass over: what the document is, the
fingerprint of everything before the line, and the Ed25519 signature of both. It says that the file is
the one that was issued; what the document is worth today only the database knows.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Collection
from datetime import date
from typing import Final

from pydantic import BaseModel, ConfigDict, ValidationError

from models.errors import KaigongError
from services.installation.signing import Signer, checks

MARK: Final = b"\n%kaigong-document "
#: What the signature is of; a signature of anything else of ours is none of a document.
PURPOSE: Final = "kaigong document\n"
#: Readers look for the end of a PDF in its last kilobyte.
LONGEST: Final = 1000


class NotSigned(KaigongError):
    template = "file: it carries no signature of Kaigong. It is from before version 0.2.0, was saved anew by another program, or is no document of ours: verify it without --offline, or by the code on it."
    field = "file"


class NotAsSigned(KaigongError):
    template = "file: it is not what was signed: the file was changed, or the signature belongs to another one."
    field = "file"


class UnknownKey(KaigongError):
    template = "file: none of the known keys signed it. Name the public key of whoever issued it with --key; they get it by 'kaigong document key'."
    field = "file"


class Claims(BaseModel):
    """What a signature says of its document."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: str
    number: str
    issued_on: date
    sha256: str
    """Of the file up to the signature, in hexadecimal digits."""


def sign_page(content: bytes, kind: str, number: str, issued_on: date, signer: Signer) -> bytes:
    """The file with its signature; the same file has the same signature every time."""
    claims = Claims(kind=kind, number=number, issued_on=issued_on, sha256=_fingerprint(content))
    statement = claims.model_dump_json()
    return content + MARK + _line(statement.encode(), signer.sign(PURPOSE + statement))


def check_page(content: bytes, keys: Collection[str]) -> Claims:
    """What the signature of a file says of it, where one of these public keys made it.

    Raises ``NotSigned``, ``NotAsSigned`` and ``UnknownKey``.
    """
    page, mark, line = content.rpartition(MARK)
    if not mark or len(line) > LONGEST:
        raise NotSigned
    try:
        statement, signature = (base64.b64decode(part, validate=True) for part in line.split())
        claims = Claims.model_validate_json(statement)
    except (ValueError, binascii.Error, ValidationError) as error:
        raise NotAsSigned from error
    # Written in one way only: whatever else is read as the same is not what was signed.
    if line != _line(statement, signature) or claims.sha256 != _fingerprint(page):
        raise NotAsSigned
    if not any(checks(key, PURPOSE + statement.decode(), signature) for key in keys):
        raise UnknownKey
    return claims


def _line(statement: bytes, signature: bytes) -> bytes:
    return base64.b64encode(statement) + b" " + base64.b64encode(signature) + b"\n"


def _fingerprint(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
