"""What happens in each demonstration project: its people's pace, and the incidents they meet."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from models.scenarios.definition import ItemDefinition, ItemMode, MaterialClass, ScenarioDefinition
from models.scenarios.forms import FormValue
from models.values import AttributeValue
from rules.cases.instruments.completeness import deferrable

#: Scenario → what is known of the parcels of its projects: assessments that were done regionally.
STATED: Mapping[str, Mapping[str, AttributeValue]] = {
    "industrial-simple": {"energy_assessed": True, "water_soil_assessed": True}
}


@dataclass(frozen=True, slots=True)
class Dates:
    """The real dates of one item: applied and accepted, decided (or happened, for a milestone)."""

    applied: date
    decided: date


@dataclass(frozen=True, slots=True)
class Story:
    """One project and how its people behave; everything random comes from ``seed``."""

    code: str
    title: str
    enterprise: str
    enterprise_name: str
    scenario: str
    begins: date
    seed: int
    attributes: Mapping[str, AttributeValue] = field(default_factory=dict)
    sheet: Mapping[str, FormValue] = field(default_factory=dict)
    """Fields of forms that are not as in every other project."""
    corrected: frozenset[str] = frozenset()
    """Items that are first applied for with a core paper missing."""
    cured: frozenset[str] = frozenset()
    """Items with a deferred paper that is made good in time."""
    lapsed: frozenset[str] = frozenset()
    """Items with a deferred paper that never comes: voided, then done again."""
    false: frozenset[str] = frozenset()
    """Items granted on a commitment that turns out false: revoked, then done again with the paper."""
    at_once: frozenset[str] = frozenset()
    """Items granted on the signed commitment in the moment of the application, by a published list."""
    rectified: frozenset[str] = frozenset()
    """Parts of a joint acceptance that fail at first, are put right and looked at again."""
    silent: frozenset[str] = frozenset()
    """Items about which a consulted department says nothing, where silence is consent."""
    overdue: frozenset[str] = frozenset()
    """Items that are decided after their promised limit."""
    represented: bool = False
    """Whether an agent hands in and applies for the enterprise, under its written authorisation."""
    dates: Mapping[str, Dates] = field(default_factory=dict)
    """Items whose dates are history: they happen on these days."""

    @property
    def particulars(self) -> dict[str, AttributeValue]:
        """What is registered of the project: what its land sheet will say, and its own attributes."""
        return {**STATED.get(self.scenario, {}), **self.attributes}

    def lag(self, item: str, round_: int, what: str, longest: int) -> int:
        """Working days before an act, from 0 to ``longest``."""
        pace = random.Random(f"{self.seed}/{item}/{round_}/{what}")  # noqa: S311 - a story
        return pace.randint(0, longest)


#: Science and Technology Talent Centre, airport new city: its dates as published.
TALENT_CENTRE = {
    "E0": Dates(date(2023, 2, 14), date(2023, 2, 14)),
    # Filed on 9 March, as published; it is done with its receipt.
    "A01": Dates(date(2023, 3, 9), date(2023, 3, 9)),
    "A09": Dates(date(2023, 3, 14), date(2023, 3, 15)),
    "A07": Dates(date(2023, 3, 16), date(2023, 3, 17)),
    "B02": Dates(date(2023, 5, 19), date(2023, 5, 26)),
    "C05": Dates(date(2023, 6, 21), date(2023, 6, 27)),
    # Built in eighteen months from July 2023; the day itself and the acceptance's own dates were not published.
    "W0": Dates(date(2023, 7, 1), date(2023, 7, 1)),
    "W1": Dates(date(2024, 12, 31), date(2024, 12, 31)),
    "D01": Dates(date(2025, 1, 6), date(2025, 1, 13)),
}

_ENTERPRISES = (
    ("91611102MA0FAKE175", "秦创科技成果转化有限公司"),
    ("91611102MA0FAKE250", "沣河智能装备有限公司"),
    ("91611102MA0FAKE33T", "泾北新材料有限公司"),
    ("91611102MA0FAKE41M", "渭滨生物医药有限公司"),
    ("91611102MA0FAKE5XD", "空港精密制造有限公司"),
)
_TITLES = ("智能制造产业园", "新材料中试基地", "生物医药标准厂房", "精密部件生产线", "储能设备厂房")


def stories(scenario: str, count: int, seed: int) -> tuple[Story, ...]:
    """``count`` projects: the first meets every incident, the second is history, others are calm."""
    made = (_eventful(scenario, seed), _talent_centre(scenario, seed))
    others = (_calm(scenario, seed, number) for number in range(2, count))
    return (*made, *others)[:count]


def own_stories(definition: ScenarioDefinition, count: int, seed: int) -> tuple[Story, ...]:
    """Projects of a scenario for which nobody wrote a story: the first one is corrected once, and makes
    good what was deferred; the others are calm.
    """
    tales = [
        replace(
            _calm(definition.key, seed, number),
            title=f"{definition.name.zh}{number + 1}号",
            attributes=_attributes(definition),
        )
        for number in range(count)
    ]
    applied = [item for item in definition.items if item.mode is ItemMode.APPLICATION]
    corrected = frozenset([item.code for item in applied if _papers(item) > 1][:1])
    cured = frozenset([item.code for item in applied if deferrable(item)][:1])
    return (replace(tales[0], corrected=corrected, cured=cured), *tales[1:])


def _papers(item: ItemDefinition) -> int:
    """Papers without which an application is corrected."""
    return sum(requirement.material_class is MaterialClass.CORE for requirement in item.materials)


def _attributes(definition: ScenarioDefinition) -> dict[str, AttributeValue]:
    """A value for each attribute that has none of its own accord."""
    plain: dict[str, AttributeValue] = {"boolean": False, "integer": 1, "decimal": 1.0}
    return {
        attribute.key: attribute.choices[0] if attribute.choices else plain[attribute.type]
        for attribute in definition.attributes
        if attribute.default is None
    }


def in_flight(scenario: str, today: date) -> tuple[Story, ...]:
    """Projects for an installation to begin with: begun some weeks ago, each at another point."""
    begun = (("2605", 120), ("2607", 75), ("2609", 40), ("2610", 21), ("2611", 6))
    return tuple(
        Story(
            code=f"{month}-611102-04-01-{number:06d}",
            title=_TITLES[number % len(_TITLES)],
            enterprise=_ENTERPRISES[number % len(_ENTERPRISES)][0],
            enterprise_name=_ENTERPRISES[number % len(_ENTERPRISES)][1],
            scenario=scenario,
            begins=today - timedelta(days=days),
            seed=number,
            attributes={
                "phased_permit": number % 2 == 1,
                "four_certificates": number == len(begun),
            },
            corrected=frozenset({"A07"}) if number % 2 == 0 else frozenset(),
            cured=frozenset({"C05", "C05M"}) if number == 1 else frozenset(),
            lapsed=frozenset({"A07", "C05F"}) if number in {2, 4} else frozenset(),
            overdue=frozenset({"B02", "C01"}) if number in {3, 4} else frozenset(),
        )
        for number, (month, days) in enumerate(begun, start=1)
    )


def _eventful(scenario: str, seed: int) -> Story:
    return Story(
        code="2601-611102-04-01-000001",
        title="沣河智能装备总部工厂",
        enterprise=_ENTERPRISES[1][0],
        enterprise_name=_ENTERPRISES[1][1],
        scenario=scenario,
        begins=date(2026, 1, 12),
        seed=seed,
        corrected=frozenset({"A07"}),
        cured=frozenset({"C05", "C05M"}),
        lapsed=frozenset({"A07", "B02"}),
        rectified=frozenset({"D13"}),
        silent=frozenset({"B01"}),
        overdue=frozenset({"B02"}),
        represented=True,
    )


def _talent_centre(scenario: str, seed: int) -> Story:
    known = TALENT_CENTRE if scenario == "industrial-simple" else {}
    return Story(
        code="2302-611102-04-01-000028",
        title="科技人才成果转化中心",
        enterprise=_ENTERPRISES[0][0],
        enterprise_name=_ENTERPRISES[0][1],
        scenario=scenario,
        begins=date(2023, 2, 14),
        seed=seed + 1,
        dates=known,
    )


#: The project of which one commitment is granted on at once and kept, and another turns out false: it
#: needs a table on water and soil, and a road opened.
COMMITS_ITSELF = 2
_ON_COMMITMENT: dict[str, AttributeValue] = {
    "outside_pipes": "road",
    "water_soil_assessed": False,
    "water_soil_table": True,
}


def _calm(scenario: str, seed: int, number: int) -> Story:
    code, name = _ENTERPRISES[number % len(_ENTERPRISES)]
    phased: dict[str, AttributeValue] = {}
    commits = scenario == "industrial-simple" and number == COMMITS_ITSELF
    if scenario == "industrial-simple" and number % 2 == 0:
        phased = {"phased_permit": True}
    return Story(
        code=f"2602-611102-04-01-{number:06d}",
        title=_TITLES[number % len(_TITLES)] + f"{number}号",
        enterprise=code,
        enterprise_name=name,
        scenario=scenario,
        begins=date(2026, 2, 2),
        seed=seed + number,
        attributes=phased | _ON_COMMITMENT if commits else phased,
        sheet={"water_soil_done": False} if commits else {},
        at_once=frozenset({"A13T"}) if commits else frozenset(),
        false=frozenset({"C07"}) if commits else frozenset(),
    )
