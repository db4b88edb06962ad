"""Proposals for a new scenario from the shipped ones, and default stage names by kind."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Final

from config.scenario_files import scenario_paths
from models.scenarios.definition import StageKind, Text
from models.scenarios.file import CatalogueItem
from rules.scenarios.editing import Proposals, values_of
from services.scenarios.scenario_files import catalogue

#: Kind → name of a stage that has none yet, and the department that leads it [D].
STAGES: Final[Mapping[StageKind, tuple[Text, str]]] = {
    StageKind.LAND: (Text(zh="立项用地规划许可", en="Filing and land"), "admin_approval_bureau"),
    StageKind.PLANNING: (
        Text(zh="工程建设许可", en="Planning permit"),
        "natural_resources_planning_bureau",
    ),
    StageKind.CONSTRUCTION_PERMIT: (
        Text(zh="施工许可", en="Construction permit"),
        "housing_construction_bureau",
    ),
    StageKind.UTILITY_HOOKUPS: (
        Text(zh="市政公用联合报装", en="Utility hookups"),
        "admin_approval_bureau",
    ),
    StageKind.JOINT_ACCEPTANCE: (
        Text(zh="竣工联合验收", en="Joint acceptance"),
        "housing_construction_bureau",
    ),
    StageKind.GENERIC: (Text(zh="其他事项", en="Other items"), "admin_approval_bureau"),
}
_BY_LETTER: Final = {
    "A": StageKind.LAND,
    "B": StageKind.PLANNING,
    "C": StageKind.CONSTRUCTION_PERMIT,
    "D": StageKind.JOINT_ACCEPTANCE,
    "U": StageKind.UTILITY_HOOKUPS,
}


@cache
def proposals() -> Proposals:
    """The shipped scenarios as examples, read once."""
    texts = [path.read_text(encoding="utf-8") for path in scenario_paths()]
    entries = {item.code: item.model_dump_json(by_alias=True) for item in catalogue().items}
    order = {
        code: tuple(str(rule.follows) for rule in rules)
        for code, rules in catalogue().order.items()
    }
    wholes = {
        item.code: rule.part_of
        for item in catalogue().items
        for rule in item.order
        if rule.part_of is not None
    }
    return Proposals([values_of(text) for text in texts], entries, _sources(), order, wholes)


def _sources() -> Mapping[str, tuple[str, ...]]:
    """Item code → the items whose documents it takes papers from."""
    known = catalogue()
    issued: dict[str, list[str]] = {}
    for item in known.items:
        if item.document is not None:
            issued.setdefault(item.document, []).append(item.code)
    sources = {}
    for item in known.items:
        kinds = (
            known.material[requirement.material].from_document for requirement in item.materials
        )
        codes = (code for kind in kinds if kind is not None for code in issued.get(kind, ()))
        sources[item.code] = tuple(dict.fromkeys(code for code in codes if code != item.code))
    return sources


def kind_of(code: str) -> StageKind:
    """The kind of stage that an item of the catalogue belongs to."""
    kind = proposals().kind(code)
    return StageKind(kind) if kind else _BY_LETTER.get(code[0], StageKind.GENERIC)


@cache
def by_kind() -> Mapping[StageKind, tuple[CatalogueItem, ...]]:
    """The items of the catalogue by the kind of stage that they belong to."""
    kinds = {item.code: kind_of(item.code) for item in catalogue().items}
    return {
        kind: tuple(item for item in catalogue().items if kinds[item.code] is kind)
        for kind in STAGES
    }
