"""``kaigong project authorisations``: who acts for which enterprise, and which authorisations are missing."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Annotated

import typer

from cli.command_help import command_help
from cli.connection import ledger
from config.settings import get_settings
from config.texts import translator
from models.people.actor import SYSTEM
from services.cases.views.authorisations import (
    AuthorisationRow,
    MissingRow,
    authorisations,
    missing,
)
from services.cases.views.values.plain import as_json
from services.wording.words import act_word, word

#: More than one installation has.
ALL = 1_000_000


@command_help(
    """Who acts for which enterprise, under which authorisation and until when.

    With --missing the running projects whose steward nobody authorised yet.
    """
)
def command(
    *,
    lacking: Annotated[
        bool, typer.Option("--missing", help="The projects that lack an authorisation.")
    ] = False,
    closed: Annotated[bool, typer.Option("--all", help="Also those that are over.")] = False,
    as_document: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    with ledger() as database:
        rows: tuple[AuthorisationRow | MissingRow, ...] = (
            missing(database, SYSTEM, limit=ALL)
            if lacking
            else authorisations(database, SYSTEM, closed=closed, limit=ALL)
        )
    if as_document:
        name = "missing" if lacking else "authorisations"
        document = {name: [as_json(row) for row in rows], "total": len(rows)}
        print(json.dumps(document, ensure_ascii=False))
    else:
        _print(rows, translator(get_settings().language))


def _print(rows: Iterable[AuthorisationRow | MissingRow], translate: Callable[[str], str]) -> None:
    for row in rows:
        if isinstance(row, MissingRow):
            sentence = translate("{project} {title}: {steward}, {count} acts without one")
            params = {"steward": row.steward_name or row.steward, "count": row.acts}
        else:
            sentence = translate(
                "{project} {title}: {agent}, authorisation {number} ({state}), {acts}, until {until}"
            )
            params = {
                "agent": row.agent_name or row.agent,
                "number": row.number,
                "state": word(row.state, translate),
                "acts": " · ".join(act_word(act, translate) for act in row.acts),
                "until": row.valid_until,
            }
        print(sentence.format(project=row.project, title=row.title, **params))
