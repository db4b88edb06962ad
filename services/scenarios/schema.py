"""The JSON Schema of scenario files, from their definition: editors complete and check with it."""

from __future__ import annotations

import json

from config.scenario_files import SCHEMA
from models.scenarios.file import ScenarioFile


def schema_text() -> str:
    """The schema file stored with the scenarios; ``make docs`` writes it."""
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **ScenarioFile.model_json_schema(),
    }
    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"


if __name__ == "__main__":
    SCHEMA.write_text(schema_text(), encoding="utf-8")
