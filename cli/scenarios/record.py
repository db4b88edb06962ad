"""``kaigong scenario record``: who did what with the versions of a scenario, from its first draft on."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from cli.command_help import command_help
from config.settings import get_settings
from config.texts import translator

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from services.scenarios.record import Recorded

#: Acts that are read at a time.
PAGE = 500
#: As much of a fingerprint as tells versions apart.
SHORT_HASH = 12


@command_help(
    "The record of a scenario: who drafted, proved, published and retired it, when, and its hash."
)
def record_command(
    key: Annotated[str, typer.Argument(metavar="KEY", help="Key of a scenario.")],
    *,
    version: Annotated[
        int | None, typer.Option("--version", min=1, help="Only this version of it.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    from cli.connection import ledger
    from services.scenarios.published import UnknownKey

    with ledger() as database, database.reading() as connection:
        acts = list(_acts(connection, key, version))
    if not acts:
        raise UnknownKey(value=key if version is None else f"{key}@{version}")
    if as_json:
        document = {"scenario": key, "acts": [_plain(act) for act in reversed(acts)]}
        print(json.dumps(document, ensure_ascii=False))
        return
    for act in reversed(acts):
        print(_line(act))


def _acts(connection: Connection, key: str, version: int | None) -> Iterator[Recorded]:
    """Every act, newest first."""
    from services.scenarios.record import acts_of

    before: int | None = None
    while True:
        acts = acts_of(connection, key, version, before=before, limit=PAGE)
        yield from acts
        if len(acts) < PAGE:
            return
        before = acts[-1].id


def _plain(act: Recorded) -> dict[str, object]:
    return {
        "number": act.id,
        "version": act.version,
        "act": act.act.value,
        "at": act.at.isoformat(),
        "actor": act.actor,
        "actor_name": act.actor_name,
        "reason": act.reason,
        "content_hash": act.data.get("content_hash"),
        "effective_on": act.data.get("effective_on"),
        "data": dict(act.data),
    }


def _line(act: Recorded) -> str:
    """One act on a line: time, version, act, actor and details."""
    from rules.cases.context import ZONE
    from services.wording.words import act_word

    _ = translator(get_settings().language)
    hash_ = str(act.data.get("content_hash") or "")[:SHORT_HASH]
    moved = _("{moved} moved, {stayed} stayed").format(**act.data) if "moved" in act.data else ""
    words = (
        f"{act.at.astimezone(ZONE):%Y-%m-%d %H:%M}",
        f"@{act.version}",
        act_word(act.act.value, _),
        act.actor_name or act.actor,
        str(act.data.get("effective_on") or ""),
        hash_,
        moved,
        act.reason or "",
    )
    return "  ".join(word for word in words if word)
