"""What the people of a demonstration fill in: by the name of the field, else something of its type."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from models.definition import ItemDefinition
from models.form import FormValue
from rules.forms import example

#: The same in every form of a project: whoever was named once is named again.
KNOWN: Mapping[str, FormValue] = {
    "contractor": "渭城建工集团有限公司",
    "contractor_code": "91611102MA0FAKE41M",
    "supervisor": "秦汉工程监理有限公司",
    "supervisor_code": "91611102MA0FAKE33T",
}


def filled_in(definition: ItemDefinition, on: date) -> dict[str, FormValue]:
    """The form of an item, filled in on a day."""
    known = {key: KNOWN[key] for key in definition.field if key in KNOWN}
    return example(definition, on) | known
