"""``kaigong scenario record``: who did what with the versions of a scenario, from its first draft on."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from config.settings import get_settings
from config.texts import translator

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from services.scenario_admin.record import Recorded

#: Acts that are read at a time.
PAGE = 500
#: As much of a fingerprint as tells versions apart.
SHORT_HASH = 12


def record_command(
    key: Annotated[str, typer.Argument(metavar="KEY", help="Key of a scenario.")],
    *,
    version: Annotated[
        int | None, typer.Option("--version", min=1, help="Only this version of it.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """The record of a scenario: who drafted, proved, published and retired it, when, and its hash."""
    from cli.connection import ledger
    from services.scenarios import UnknownKey

    with ledger() as database, database.reading() as connection:
        acts = list(_acts(connection, key, version))
    if not acts:
        raise UnknownKey(value=key if version is None else f"{key}@{version}")
    if as_json:
        document = {"scenario": key, "acts": [_plain(one) for one in reversed(acts)]}
        print(json.dumps(document, ensure_ascii=False))
        return
    for one in reversed(acts):
        print(_line(one))


def _acts(connection: Connection, key: str, version: int | None) -> Iterator[Recorded]:
    """Every act, newest first."""
    from services.scenario_admin.record import acts_of

    before: int | None = None
    while True:
        found = acts_of(connection, key, version, before=before, limit=PAGE)
        yield from found
        if len(found) < PAGE:
            return
        before = found[-1].id


def _plain(one: Recorded) -> dict[str, object]:
    return {
        "number": one.id,
        "version": one.version,
        "act": one.act.value,
        "at": one.at.isoformat(),
        "actor": one.actor,
        "actor_name": one.actor_name,
        "reason": one.reason,
        "content_hash": one.data.get("content_hash"),
        "effective_on": one.data.get("effective_on"),
        "data": dict(one.data),
    }


def _line(one: Recorded) -> str:
    """One act on a line: when, which version, what, who, and what it says beside."""
    from rules.context import ZONE
    from services.wording.words import act_word

    _ = translator(get_settings().language)
    hash_ = str(one.data.get("content_hash") or "")[:SHORT_HASH]
    moved = _("{moved} moved, {stayed} stayed").format(**one.data) if "moved" in one.data else ""
    words = (
        f"{one.at.astimezone(ZONE):%Y-%m-%d %H:%M}",
        f"@{one.version}",
        act_word(one.act.value, _),
        one.actor_name or one.actor,
        str(one.data.get("effective_on") or ""),
        hash_,
        moved,
        one.reason or "",
    )
    return "  ".join(word for word in words if word)
