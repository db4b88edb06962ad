"""Every field of a scenario is documented: in the schema that editors read, field by field, and in the guide."""

from __future__ import annotations

import re
from pathlib import Path

from models.scenario_file import ScenarioFile
from services.scenario_admin.fields import EXAMPLES, PAGE, fields_page

SCHEMA = ScenarioFile.model_json_schema()
GUIDE = (Path(__file__).parent.parent.parent / "docs" / "scenarios.md").read_text(encoding="utf-8")


def definitions():
    every = {"ScenarioFile": SCHEMA, **SCHEMA["$defs"]}
    return {name: found for name, found in every.items() if "properties" in found}


def test_every_field_says_what_it_means():
    silent = [
        f"{name}.{field}"
        for name, found in definitions().items()
        for field, said in found["properties"].items()
        if not said.get("description")
    ]
    assert silent == [], "give the field a description in models/"


def test_the_page_of_the_fields_is_in_step():
    """Examples may be older than the shipped scenarios; what a field is may not."""

    def without_examples(page):
        return [line.rpartition(" | ")[0] or line for line in page.splitlines()]

    written = PAGE.read_text(encoding="utf-8")
    assert without_examples(written) == without_examples(fields_page()), "run 'make docs'"


def test_every_field_has_an_example():
    rows = [line for line in fields_page().splitlines() if line.startswith("| `")]
    assert len(rows) == sum(len(found["properties"]) for found in definitions().values())
    bare = [row.split(" | ")[0] for row in rows if row.endswith("|  |")]
    assert bare == [], "add it to EXAMPLES in services/scenario_admin/fields.py"


def test_examples_are_of_fields_that_exist():
    known = {
        (name, field) for name, found in definitions().items() for field in found["properties"]
    }
    assert set(EXAMPLES) <= known


def test_the_guide_tells_every_field():
    told = set(re.findall(r"`(?:[a-z_]+(?:\[\])?\.)*([a-z_]+)`", GUIDE))
    fields = {field for found in definitions().values() for field in found["properties"]}
    assert sorted(fields - told) == [], "document it in docs/scenarios.md"
