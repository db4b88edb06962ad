"""A scenario from one district to another: one signed file, checked before anything in it is believed.

The file holds the resolved definition with its source, who exported it, and an Ed25519 signature over
all of that. The signing key follows from the installation's own secret; its fingerprint is what two
districts tell each other once.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated, Final, Literal

import orjson
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from sqlalchemy import Connection, text

from config.settings import get_settings
from models.definition import ScenarioDefinition
from models.errors import KaigongError
from services import scenarios
from services.accounts import know_departments
from services.scenarios import Version

#: A resolved scenario with its source takes a few hundred kilobytes at most.
MAX_BYTES: Final = 4_000_000
_PURPOSE: Final = b"kaigong scenario export"


class NoTransferFile(KaigongError):
    """file: {value} is no exported scenario: {reason}. Ask for the file that 'kaigong scenario export' wrote."""

    field = "file"


class NotWritten(KaigongError):
    """output: {value} cannot be written: {reason}. Give another path with --output."""

    field = "output"


class SignatureWrong(KaigongError):
    """file: the signature of {value} is wrong: the file was changed after it was exported. Ask for it again."""

    field = "file"


class SignerUnknown(KaigongError):
    """signer: {value} was signed by {signer}; ask the district for its fingerprint and give it with --signer when it is the same."""

    field = "signer"


class Content(BaseModel):
    """What is signed."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal["kaigong-scenario/1"] = "kaigong-scenario/1"
    scenario: ScenarioDefinition
    content_hash: str
    source: Annotated[str, Field(max_length=2_000_000)]
    exported_at: datetime
    exported_by: Annotated[str, Field(max_length=64)]


class Transfer(BaseModel):
    """The file: the content, the key that signed it and the signature, both in base64."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    content: str
    """JSON, exactly as it was signed."""
    public_key: Annotated[str, Field(max_length=100)]
    signature: Annotated[str, Field(max_length=200)]


@dataclass(frozen=True, slots=True)
class Received:
    """A file that may be believed."""

    content: Content
    signer: str
    """Fingerprint of the key that signed it."""


def own_fingerprint() -> str:
    """The fingerprint by which other districts know files of this installation."""
    return _fingerprint(_public_bytes(_own_key()))


def export(
    connection: Connection, key: str, version: int | None, exported_by: str, now: datetime
) -> bytes:
    """A published version as one signed file; the newest one without ``version``."""
    if version is None:
        number, scenario = scenarios.published(connection, key)
    else:
        number = scenarios.version_of(connection, key, version).id
        scenario = scenarios.draft_of(connection, number)
    row = connection.execute(_SOURCE, {"id": number}).one()
    content = Content(
        scenario=scenario,
        content_hash=scenario.content_hash,
        source=row.source,
        exported_at=now,
        exported_by=exported_by,
    )
    signed = content.model_dump_json(by_alias=True)
    private = _own_key()
    document = Transfer(
        content=signed,
        public_key=base64.b64encode(_public_bytes(private)).decode(),
        signature=base64.b64encode(private.sign(signed.encode())).decode(),
    )
    return orjson.dumps(document.model_dump(), option=orjson.OPT_INDENT_2)


def write(path: Path, content: bytes) -> None:
    """Write a transfer file. Raises :class:`NotWritten`."""
    try:
        path.write_bytes(content)
    except OSError as fault:
        reason = fault.strerror or type(fault).__name__
        raise NotWritten(value=str(path), reason=reason) from fault


def read(path: Path, signer: str | None = None) -> Received:
    """A transfer file whose signature is right and whose signer is trusted.

    Trusted are this installation itself and the fingerprint ``signer``. Raises
    :class:`NoTransferFile`, :class:`SignatureWrong` or :class:`SignerUnknown`.
    """
    transfer = _parsed(path)
    try:
        public = base64.b64decode(transfer.public_key, validate=True)
        signature = base64.b64decode(transfer.signature, validate=True)
        Ed25519PublicKey.from_public_bytes(public).verify(signature, transfer.content.encode())
    except (InvalidSignature, binascii.Error, ValueError) as fault:
        raise SignatureWrong(value=path.name) from fault
    found = _fingerprint(public)
    if found not in (own_fingerprint(), (signer or "").strip().lower()):
        raise SignerUnknown(value=path.name, signer=found)
    try:
        content = Content.model_validate_json(transfer.content)
    except ValidationError as fault:
        raise NoTransferFile(value=path.name, reason=_first(fault)) from fault
    if content.scenario.content_hash != content.content_hash:
        reason = "its fingerprint does not fit; it comes from another version of the program"
        raise NoTransferFile(value=path.name, reason=reason)
    return Received(content, found)


def take_in(connection: Connection, received: Received) -> Version:
    """Keep the scenario as a validated version; publishing it is an act of its own.

    Raises :class:`services.scenarios.VersionTaken` when the number is used up here and
    :class:`services.scenarios.VersionNotSound` when the verifier refuses it.
    """
    scenario = received.content.scenario
    know_departments(connection, scenario.departments)
    scenarios.save_draft(connection, scenario, received.content.source)
    return scenarios.validate(connection, scenario.key, scenario.version)


def _parsed(path: Path) -> Transfer:
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
        if len(raw) > MAX_BYTES:
            raise NoTransferFile(value=path.name, reason=f"it has more than {MAX_BYTES} bytes")
        return Transfer.model_validate_json(raw)
    except OSError as fault:
        reason = fault.strerror or type(fault).__name__
        raise NoTransferFile(value=str(path), reason=reason) from fault
    except ValidationError as fault:
        raise NoTransferFile(value=path.name, reason=_first(fault)) from fault


def _first(fault: ValidationError) -> str:
    found = fault.errors(include_url=False)[0]
    place = ".".join(str(part) for part in found["loc"])
    return f"{place}: {found['msg']}" if place else str(found["msg"])


def _own_key() -> Ed25519PrivateKey:
    """The installation's signing key: another use of its secret, which it gives nothing away of."""
    secret = get_settings().signing_key.encode()
    seed = hmac.new(secret, _PURPOSE, hashlib.sha256).digest()
    return Ed25519PrivateKey.from_private_bytes(seed)


def _public_bytes(private: Ed25519PrivateKey) -> bytes:
    return private.public_key().public_bytes_raw()


def _fingerprint(public: bytes) -> str:
    """The first 16 bytes of the key's SHA-256, in groups of four, so that it can be read out."""
    digest = hashlib.sha256(public).hexdigest()[:32]
    return "-".join(digest[start : start + 4] for start in range(0, len(digest), 4))


_SOURCE = text("SELECT source FROM scenario_version WHERE id = :id")
