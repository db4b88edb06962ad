"""``kaigong document``: whether a document was issued here, and what it is worth today."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer

from cli.command_help import command_help
from cli.connection import ledger
from config.settings import get_settings
from config.texts import translator
from models.errors import NotFound
from rules.cases.context import ZONE
from services import timing
from services.documents.verification import VerifiedDocument, verify
from services.wording.words import word

app = typer.Typer(no_args_is_help=True)


@app.callback()
@command_help("Check official documents.")
def document() -> None:
    """The commands below ``document``."""


@app.command("verify")
@command_help(
    """Say whether a document was issued here, and what it is worth today.

    The exit code is 1 when no such document was ever issued, or when it was revoked, recalled,
    cancelled or replaced.
    """
)
def verify_command(
    code: Annotated[
        str,
        typer.Argument(
            metavar="CODE", help="The code of its QR, or the address to which the QR leads."
        ),
    ],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    token = code.rstrip("/").rsplit("/", 1)[-1]
    with ledger() as database:
        try:
            verified = verify(database, token)
        except NotFound:
            verified = None
    answer = _document(verified)
    print(json.dumps(answer, ensure_ascii=False) if as_json else _sentence(verified, token))
    if answer["state"] in {None, "revoked", "recalled", "cancelled", "replaced"}:
        raise typer.Exit(1)


def _document(verified: VerifiedDocument | None) -> dict[str, Any]:
    return {
        "genuine": verified is not None,
        "state": verified.standing.value if verified else None,
        "kind": verified.kind if verified else None,
        "number": verified.number if verified else None,
        "checked_on": timing.now().astimezone(ZONE).date().isoformat(),
    }


def _sentence(verified: VerifiedDocument | None, token: str) -> str:
    _ = translator(get_settings().language)
    if verified is None:
        return _("No document with the code {code} was ever issued here.").format(code=token)
    return _("{number} was issued here on {day}; today it is: {standing}.").format(
        number=verified.number, day=verified.issued_on, standing=word(verified.standing, _)
    )
