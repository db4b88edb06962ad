"""Writes the pages of ``docs/`` that are generated from the code: ``make docs``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic import AliasChoices, SecretStr

from config.settings import PREFIX, Settings

SETTINGS_PAGE = Path(__file__).parent.parent / "docs" / "settings.md"
HEAD = """\
# Settings

Every setting is an environment variable; all have a default that works on one machine.
This page is written from `config/settings.py` by `make docs`.

| variable | default | meaning |
| --- | --- | --- |
"""


def settings_page() -> str:
    """The Markdown page of all settings."""
    rows = []
    for name, field in Settings.model_fields.items():
        default = "computed" if field.default_factory else _shown(field.default)
        rows.append(f"| `{variable(name)}` | {default} | {field.description} |\n")
    return HEAD + "".join(rows)


def variable(name: str) -> str:
    """The environment variable of one setting."""
    alias = Settings.model_fields[name].validation_alias
    if isinstance(alias, AliasChoices):
        return str(alias.choices[0])
    return f"{PREFIX}{name.upper()}"


def _shown(default: Any) -> str:
    if default is None or default == () or isinstance(default, SecretStr):
        return "unset"
    return f"`{default}`"


if __name__ == "__main__":
    SETTINGS_PAGE.write_text(settings_page(), encoding="utf-8")
