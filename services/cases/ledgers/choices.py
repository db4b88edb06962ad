"""The lists of values that filters offer: what their reader may ask for by name. One query for all of them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, text

from config.texts import Word
from models.people.organisation import PLACES
from models.scenarios.definition import Text
from rules.figures.catalogue import DEFINITIONS
from rules.ledgers.definition import LedgerDefinition
from services.ledgers.source import NOT_STATED
from services.ledgers.views import SavedView
from services.people.viewer import Viewer
from services.people.visibility import OFFICERS, scope
from services.scenarios.published import definition

#: A value and its name.
Listed = tuple[str, Text | Word | str]


@dataclass(frozen=True, slots=True)
class Offered:
    """What a page of a ledger offers beside its lines."""

    choices: Mapping[str, tuple[Listed, ...]]
    """Filter → its values; empty where its reader has nothing to choose among."""
    views: tuple[SavedView, ...]


def offered(connection: Connection, ledger: LedgerDefinition, viewer: Viewer) -> Offered:
    """What the viewer may choose among, and the views that they keep."""
    asked = {each.listed for each in ledger.filters if each.listed}
    known: dict[str, list[Listed]] = {name: [] for name in asked}
    if "figures" in asked:
        known["figures"] = [(figure.key, figure.name) for figure in DEFINITIONS]
    lists = [_LISTS[name] for name in sorted(asked & _LISTS.keys()) if _may_choose(name, viewer)]
    values = {
        "today": viewer.today,
        "places": sorted(PLACES),
        "login": viewer.account.login,
        "ledger": ledger.key,
    }
    views: list[SavedView] = []
    for row in connection.execute(text(" UNION ALL ".join((_VIEWS, *lists)) + _ORDER), values):
        if row.list == "views":
            views.append(SavedView(int(row.key), row.zh, json.loads(row.en)))
        else:
            known[row.list].append((row.key, _name(connection, row)))
    if known.get("stewards"):
        known["stewards"].insert(0, (NOT_STATED, Word("without a steward", "")))
    of = {each.key: tuple(known[each.listed]) for each in ledger.filters if each.listed}
    return Offered(of, tuple(views))


def _may_choose(name: str, viewer: Viewer) -> bool:
    """Stewards are for whoever sees the projects of all, departments for whoever is of none."""
    if name == "stewards":
        return scope(viewer.actor)[0] == "true"
    return name != "departments" or viewer.actor.role not in OFFICERS


def _name(connection: Connection, row: Row[Any]) -> Text | str:
    if row.list == "scenarios":
        return definition(connection, int(row.en)).name
    return row.zh if row.en is None else Text(zh=row.zh, en=row.en)


_ORDER = " ORDER BY 1, 3"
_VIEWS = (
    "SELECT 'views' AS list, CAST(id AS text) AS key, name AS zh, CAST(asked AS text) AS en"
    " FROM ledger_view WHERE account = :login AND ledger = :ledger"
)
_LISTS = {
    "stewards": "SELECT 'stewards' AS list, login AS key, name AS zh, NULL AS en FROM account"
    " WHERE role = 'project_steward' AND active",
    "departments": "SELECT 'departments' AS list, key, name_zh AS zh, name_en AS en FROM department",
    "places": "SELECT 'places' AS list, key, name_zh AS zh, coalesce(name_en, name_zh) AS en FROM unit"
    " WHERE kind = ANY(:places) AND from_on <= :today AND (to_on IS NULL OR to_on > :today)",
    # Named by its definition, which a process keeps.
    "scenarios": "SELECT 'scenarios' AS list, key, key AS zh, CAST(max(id) AS text) AS en"
    " FROM scenario_version WHERE state IN ('published', 'retired') GROUP BY key",
}
