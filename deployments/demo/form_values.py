"""What the people of a demonstration fill in: by the name of the field, else something of its type."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from models.scenarios.definition import ItemDefinition
from models.scenarios.forms import FormValue
from rules.cases.instruments.forms import example

#: The same in every form of a project: whoever was named once is named again.
KNOWN: Mapping[str, FormValue] = {
    "contractor": "渭城建工集团有限公司",
    "contractor_code": "91611102MA0FAKE41M",
    "supervisor": "秦汉工程监理有限公司",
    "supervisor_code": "91611102MA0FAKE33T",
    # The parcel, its control indicators, and a design within them.
    "site": "沣西新城统一路以北、康定路以东",
    "parcel": "FX3-12-05",
    "land_area": 33340,
    "other_done": "区域雷电灾害风险评估、地震安全性评价",
    "far_min": 1,
    "far_max": 2.5,
    "coefficient_min": 40,
    "green_max": 20,
    "investment_min": 350,
    "tax_min": 20,
    "energy_max": 0.35,
    "far": 1.6,
    "coefficient": 48,
    "green": 12,
    "investment": 420,
    "tax": 26,
    "energy": 0.18,
    # What the utilities have to bring.
    "power_expected": 1600,
    "water_expected": 120,
    "power": 1600,
    "water": 120,
    "sewage": 96,
    "gas": 80,
    "heat": 900,
    "telecom": "千兆光纤两路、5G覆盖",
    "point": "厂区北侧统一路",
}


def filled_in(definition: ItemDefinition, on: date) -> dict[str, FormValue]:
    """The form of an item, filled in on a day."""
    known = {key: KNOWN[key] for key in definition.field if key in KNOWN}
    return example(definition, on) | known
