"""What the keys of a cut are called: districts, departments, items, people, by name. Three queries at most."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from sqlalchemy import Connection, text

from models.cases.case_round import Channel
from models.values import Text
from rules.figures.definition import Cut
from services.scenarios.published import every_newest
from services.wording.names import names_of
from services.wording.words import word

Names = Mapping[Cut, Mapping[str, Text]]


def names_of_cuts(connection: Connection, cuts: Iterable[Cut]) -> Names:
    """Cut → key → name; what nobody named is left out."""
    asked = frozenset(cuts)
    known: dict[Cut, dict[str, Text]] = {cut: {} for cut in asked}
    lists = [_LISTS[cut] for cut in sorted(asked & _LISTS.keys())]
    if lists:
        for row in connection.execute(text(" UNION ALL ".join(lists))):
            known[Cut(row.cut)][row.key] = Text(zh=row.zh, en=row.en or row.zh)
    if asked & {Cut.STAGE, Cut.ITEM, Cut.SCENARIO}:
        scenarios = every_newest(connection)
        for cut in asked & {Cut.STAGE, Cut.ITEM}:
            known[cut] = names_of(*scenarios)
        if Cut.SCENARIO in asked:
            known[Cut.SCENARIO] = {scenario.key: scenario.name for scenario in scenarios}
    return known


def name_of_key(
    names: Names, cut: Cut, key: str | None, language: str, translate: Callable[[str], str]
) -> str:
    """The name of a part; the key where nobody named it."""
    if key is None:
        return translate("not stated")
    if cut is Cut.CHANNEL:
        return word(Channel(key), translate)
    name = names.get(cut, {}).get(key)
    return key if name is None else name.in_language(language)


_LISTS = {
    # A district is told by the six digits of its project codes; of several units the newest.
    Cut.DISTRICT: "SELECT 'district' AS cut, region_code AS key, name_zh AS zh, name_en AS en FROM"
    " (SELECT DISTINCT ON (region_code) region_code, name_zh, name_en FROM unit"
    " WHERE region_code IS NOT NULL ORDER BY region_code, from_on DESC, key) u",
    Cut.DEPARTMENT: "SELECT 'department' AS cut, key, name_zh AS zh, name_en AS en FROM department",
    Cut.STEWARD: "SELECT 'steward' AS cut, login AS key, name AS zh, NULL AS en FROM account"
    " WHERE role = 'project_steward'",
}
