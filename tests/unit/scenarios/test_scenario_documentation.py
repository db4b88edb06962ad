"""Every field of a scenario is documented: in the schema that editors read, field by field, and in the guide."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from pydantic import TypeAdapter

from models.scenarios.file import ScenarioFile
from models.values import Value
from services.scenarios.fields import PAGE, declared_examples, fields_page
from tests.support.places import ROOT

SCHEMA = ScenarioFile.model_json_schema()
GUIDE = (ROOT / "docs" / "scenarios.md").read_text(encoding="utf-8")


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
    assert bare == [], "give it examples=[…] in models/scenarios, or use it in a shipped scenario"


def values(kind: type[Value] = Value) -> Iterator[type[Value]]:
    """Every class of the language."""
    yield kind
    for one in kind.__subclasses__():
        yield from values(one)


def test_every_example_can_be_written():
    kinds = {kind.__name__: kind for kind in values()}
    examples = declared_examples(SCHEMA)
    assert examples
    for (name, field), example in examples.items():
        fields = {info.alias or key: info for key, info in kinds[name].model_fields.items()}
        declared = fields[field].rebuild_annotation()
        TypeAdapter(declared).validate_json(json.dumps(example))


def test_the_guide_tells_every_field():
    told = set(re.findall(r"`(?:[a-z_]+(?:\[\])?\.)*([a-z_]+)`", GUIDE))
    fields = {field for found in definitions().values() for field in found["properties"]}
    assert sorted(fields - told) == [], "document it in docs/scenarios.md"
