"""``kaigong document``: whether a document was issued here, and what it is worth today."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Annotated, Any

import typer

from cli.command_help import command_help
from cli.connection import ledger
from config.settings import get_settings
from config.texts import translator
from models.errors import InvalidInput, KaigongError, NotFound
from rules.cases.context import ZONE
from services import timing
from services.documents.signed_page import Claims, check_page
from services.documents.verification import VerifiedDocument, verify, verify_file
from services.installation.signing import Signer
from services.wording.words import word

app = typer.Typer(no_args_is_help=True)
#: Of a genuine document whose worth today cannot be told without the database.
UNKNOWN = "unknown"
WORTH_NOTHING = frozenset({None, "revoked", "recalled", "cancelled", "replaced"})
FileOrCode = Annotated[
    str,
    typer.Argument(
        metavar="FILE_OR_CODE",
        help="The PDF of the document, the code of its QR, or the address to which the QR leads.",
    ),
]
Keys = Annotated[
    list[str] | None,
    typer.Option("--key", metavar="KEY", help="Public key of whoever issued it, with --offline."),
]


class NoFile(InvalidInput):
    template = "{field}: {value} is no file; with --offline name the PDF of the document."
    field = "FILE_OR_CODE"


class NoKey(InvalidInput):
    template = "{field}: this machine knows no key to check with; name the one that 'kaigong document key' prints where the document was issued."
    field = "--key"


@app.callback()
@command_help("Check official documents.")
def document() -> None:
    """The commands below ``document``."""


@app.command("key")
@command_help("Print the public key with which the documents of this installation are checked.")
def key_command() -> None:
    known = _own_keys()
    if not known:
        raise NoKey(value="—")
    print(known[0])


@app.command("verify")
@command_help(
    """Say whether a document was issued here, and what it is worth today.

    With --offline the signature in its file is checked, without a database: what the document is worth
    today is not known then. The exit code is 1 when no such document was ever issued, when its file was
    changed, or when it was revoked, recalled, cancelled or replaced.
    """
)
def verify_command(
    code: FileOrCode,
    *,
    offline: Annotated[
        bool, typer.Option("--offline", help="Check the signature of the file alone.")
    ] = False,
    key: Keys = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    answer, sentence = _offline(code, key or []) if offline else _in_the_ledger(code)
    print(json.dumps(answer, ensure_ascii=False) if as_json else sentence)
    if answer["state"] in WORTH_NOTHING:
        raise typer.Exit(1)


def _in_the_ledger(code: str) -> tuple[dict[str, Any], str]:
    """By its file where there is one of this name, else by its code."""
    path, token = Path(code), code.rstrip("/").rsplit("/", 1)[-1]
    with ledger() as database:
        try:
            if path.is_file():
                token = hashlib.sha256(path.read_bytes()).hexdigest()
                verified: VerifiedDocument | None = verify_file(database, token)
            else:
                verified = verify(database, token)
        except NotFound:
            verified = None
    kind, number = (verified.kind, verified.number) if verified else (None, None)
    state = verified.standing.value if verified else None
    return _document(kind, number, state), _sentence(verified, token, of_file=path.is_file())


def _offline(code: str, more: list[str]) -> tuple[dict[str, Any], str]:
    """By the signature in its file."""
    path, keys = Path(code), [*more, *_own_keys()]
    if not path.is_file():
        raise NoFile(value=code)
    if not keys:
        raise NoKey(value="—")
    _ = translator(get_settings().language)
    try:
        claims = check_page(path.read_bytes(), keys)
    except KaigongError as refused:
        return _document(None, None, None), refused.sentence(_)
    return _document(claims.kind, claims.number, UNKNOWN), _signed(claims)


def _own_keys() -> list[str]:
    """The keys of this installation; a machine without one makes none."""
    settings = get_settings()
    own = [Signer(settings.signing_key).public] if settings.fingerprint is not None else []
    return [*own, *settings.anchor_keys]


def _document(kind: str | None, number: str | None, state: str | None) -> dict[str, Any]:
    return {
        "genuine": state is not None,
        "state": state,
        "kind": kind,
        "number": number,
        "checked_on": timing.now().astimezone(ZONE).date().isoformat(),
    }


def _signed(claims: Claims) -> str:
    _ = translator(get_settings().language)
    return _(
        "The file is the one of {number}, issued on {day}. What it is worth today is not known without the database: look it up by the code on it."
    ).format(number=claims.number, day=claims.issued_on)


def _sentence(verified: VerifiedDocument | None, token: str, *, of_file: bool) -> str:
    _ = translator(get_settings().language)
    if verified is None and of_file:
        return _("No document was ever issued here as this file, or it was changed since.")
    if verified is None:
        return _("No document with the code {code} was ever issued here.").format(code=token)
    return _("{number} was issued here on {day}; today it is: {standing}.").format(
        number=verified.number, day=verified.issued_on, standing=word(verified.standing, _)
    )
