"""Transfer of a scenario between districts as one signed file, verified before use.

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
from typing import Annotated, BinaryIO, Final, Literal

import orjson
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from sqlalchemy import Connection

from config.settings import get_settings
from config.texts import Word
from models.errors import Conflict, KaigongError
from models.people.actor import Actor
from models.scenarios.definition import ScenarioDefinition
from models.scenarios.life import ScenarioAct
from rules.scenarios.reading import named
from services.scenarios import published as scenarios
from services.scenarios import versions
from services.scenarios.drafts import next_number
from services.scenarios.published import Version
from services.scenarios.record import check_administrator, record
from services.scenarios.versions import Draft
from services.unit_of_work import Database

#: A resolved scenario with its source takes a few hundred kilobytes at most.
MAX_BYTES: Final = 4_000_000
_PURPOSE: Final = b"kaigong scenario export"


class NoTransferFile(KaigongError):
    template = "file: {value} is no exported scenario: {reason}. Ask for the file that the other district exported."
    field = "file"


class NotWritten(KaigongError):
    template = "output: {value} cannot be written: {reason}. Give another path with --output."
    field = "output"


class SignatureWrong(KaigongError):
    template = "file: the signature of {value} is wrong: the file was changed after it was exported. Ask for it again."
    field = "file"


class SignerUnknown(KaigongError):
    template = "signer: {value} was signed by {signer}; ask the district for its fingerprint and give it with --signer when it is the same."
    field = "signer"


class AlreadyHere(Conflict):
    template = (
        "file: version {version} of {scenario} says the same already; there is nothing to take in."
    )
    field = "file"


class Content(BaseModel):
    """The signed content."""

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
    """A verified transfer file."""

    content: Content
    signer: str
    """Fingerprint of the key that signed it."""


def own_fingerprint() -> str:
    """The fingerprint by which other districts know files of this installation."""
    return _fingerprint(_public_bytes(_own_key()))


def export(
    connection: Connection, key: str, version: int | None, exported_by: str, now: datetime
) -> bytes:
    """A version as one signed file; the newest published one without ``version``."""
    if version is None:
        number, scenario = scenarios.newest(connection, key)
    else:
        number = scenarios.version_of(connection, key, version).id
        scenario = scenarios.draft_of(connection, number)
    content = Content(
        scenario=scenario,
        content_hash=scenario.content_hash,
        source=scenarios.source_of(connection, number),
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
        reason = Word(fault.strerror or type(fault).__name__)
        raise NotWritten(value=str(path), reason=reason) from fault


def read(path: Path, signer: str | None = None) -> Received:
    """A transfer file of this machine; see :func:`received`. Raises :class:`NoTransferFile`."""
    try:
        with path.open("rb") as file:
            return received(file, path.name, signer)
    except OSError as fault:
        reason = Word(fault.strerror or type(fault).__name__)
        raise NoTransferFile(value=str(path), reason=reason) from fault


def received(file: BinaryIO, name: str, signer: str | None = None) -> Received:
    """A transfer file whose signature is right and whose signer is trusted.

    Trusted are this installation itself and the fingerprint ``signer``. Raises
    :class:`NoTransferFile`, :class:`SignatureWrong` or :class:`SignerUnknown`.
    """
    transfer = _parsed(file, name)
    try:
        public = base64.b64decode(transfer.public_key, validate=True)
        signature = base64.b64decode(transfer.signature, validate=True)
        Ed25519PublicKey.from_public_bytes(public).verify(signature, transfer.content.encode())
    except (InvalidSignature, binascii.Error, ValueError) as fault:
        raise SignatureWrong(value=name) from fault
    fingerprint = _fingerprint(public)
    if fingerprint not in (own_fingerprint(), (signer or "").strip().lower()):
        raise SignerUnknown(value=name, signer=fingerprint)
    try:
        content = Content.model_validate_json(transfer.content)
    except ValidationError as fault:
        raise NoTransferFile(value=name, reason=_first_fault(fault)) from fault
    if content.scenario.content_hash != content.content_hash:
        reason = "its fingerprint does not fit; it comes from another version of the program"
        raise NoTransferFile(value=name, reason=Word(reason))
    return Received(content, fingerprint)


def take_in(database: Database, received: Received, actor: Actor, now: datetime) -> Version:
    """Store the scenario as a draft; validating and publishing it are separate acts.

    It keeps its number where that is free here, else it gets the next one: its content stays what
    the other district signed. Raises :class:`AlreadyHere`.
    """
    check_administrator(actor)
    scenario = received.content.scenario
    with database.transaction() as connection:
        number = _free_number(connection, scenario)
        kept = scenario.model_copy(update={"version": number})
        source = named(received.content.source, scenario.key, number)
        draft = Draft(scenario.key, number, source, kept, imported_from=received.signer)
        versions.save_draft(connection, draft, actor, now)
        data = {
            "signer": received.signer,
            "content_hash": scenario.content_hash,
            "exported_by": received.content.exported_by,
            "exported_at": received.content.exported_at,
            "version_there": scenario.version,
        }
        record(connection, scenario.key, number, ScenarioAct.IMPORT, actor, now, data=data)
        return scenarios.version_of(connection, scenario.key, number)


def _free_number(connection: Connection, scenario: ScenarioDefinition) -> int:
    following = next_number(connection, scenario.key)
    existing = scenarios.versions(connection, scenario.key)
    for version in existing:
        if version.content_hash == scenario.content_hash:
            raise AlreadyHere(scenario=scenario.key, version=version.version)
    taken = scenario.version in {version.version for version in existing}
    return following if taken else scenario.version


def _parsed(file: BinaryIO, name: str) -> Transfer:
    raw = file.read(MAX_BYTES + 1)
    if len(raw) > MAX_BYTES:
        raise NoTransferFile(value=name, reason=f"it has more than {MAX_BYTES} bytes")
    try:
        return Transfer.model_validate_json(raw)
    except ValidationError as fault:
        raise NoTransferFile(value=name, reason=_first_fault(fault)) from fault


def _first_fault(fault: ValidationError) -> str:
    first = fault.errors(include_url=False)[0]
    place = ".".join(str(part) for part in first["loc"])
    return f"{place}: {first['msg']}" if place else str(first["msg"])


def _own_key() -> Ed25519PrivateKey:
    """The installation's signing key, derived from its secret without revealing it."""
    secret = get_settings().signing_key.encode()
    seed = hmac.new(secret, _PURPOSE, hashlib.sha256).digest()
    return Ed25519PrivateKey.from_private_bytes(seed)


def _public_bytes(private: Ed25519PrivateKey) -> bytes:
    return private.public_key().public_bytes_raw()


def _fingerprint(public: bytes) -> str:
    """The first 16 bytes of the key's SHA-256, in groups of four for reading aloud."""
    digest = hashlib.sha256(public).hexdigest()[:32]
    return "-".join(digest[start : start + 4] for start in range(0, len(digest), 4))
