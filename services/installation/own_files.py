"""Reading an installation's own files; faults name the place.

The faults of each file have a sentence of their own; all of them take ``file``, ``where``, ``reason``.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from config.own_files import read
from config.strict_yaml import DuplicateKey
from models.errors import KaigongError
from models.findings import Finding, FindingKind, Severity
from rules.scenarios.reading.schema_faults import known_fields

UNKNOWN = FindingKind(
    "unknown_field",
    Severity.ERROR,
    "There is no such field; the most similar ones here are {known}.",
    "Write the one that is meant, or leave it out.",
)
#: Fields that are named, the most similar first.
NAMED = 3

Model = TypeVar("Model", bound=BaseModel)


def content(path: Path, fault: type[KaigongError], *, may_be_empty: bool = False) -> dict[str, Any]:
    """The mapping that a file holds; raises ``fault`` where it holds none."""
    try:
        document = read(path)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f"line {mark.line + 1}" if mark else "file"
        reason = error.problem if isinstance(error, DuplicateKey) else "no YAML in UTF-8"
        raise fault(file=path.name, where=where, reason=reason) from error
    if document is None and may_be_empty:
        return {}
    if not isinstance(document, dict):
        raise fault(file=path.name, where="file", reason="no mapping")
    return document


def checked(
    model: type[Model], document: Mapping[str, Any], path: Path, fault: type[KaigongError]
) -> Model:
    """The document as a model; raises ``fault`` with the place of the first invalid value."""
    try:
        return model.model_validate(document)
    except ValidationError as error:
        faults = error.errors()
        # A name with a typo is missing as well: the typo is the fault.
        first = min(faults, key=lambda detail: detail["type"] != "extra_forbidden")
        where = ".".join(str(part) for part in first["loc"]) or "file"
        reason: object = first["msg"]
        if first["type"] == "extra_forbidden":
            known = known_fields(model, first["loc"])[:NAMED]
            reason = Finding(UNKNOWN, first["loc"], {"known": known})
        raise fault(file=path.name, where=where, reason=reason) from error
