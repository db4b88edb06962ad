"""What an installation's own files say, or the fault that names the place.

The faults of each file have a sentence of their own; all of them take ``file``, ``where``, ``reason``.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from config.own_files import read
from models.errors import KaigongError

Model = TypeVar("Model", bound=BaseModel)


def content(path: Path, fault: type[KaigongError], *, may_be_empty: bool = False) -> dict[str, Any]:
    """The mapping that a file holds; raises ``fault`` where it holds none."""
    try:
        found = read(path)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f"line {mark.line + 1}" if mark else "file"
        raise fault(file=path.name, where=where, reason="no YAML in UTF-8") from error
    if found is None and may_be_empty:
        return {}
    if not isinstance(found, dict):
        raise fault(file=path.name, where="file", reason="no mapping")
    return found


def checked(
    model: type[Model], said: Mapping[str, Any], path: Path, fault: type[KaigongError]
) -> Model:
    """What the file says, as values; raises ``fault`` with the place of the first that is wrong."""
    try:
        return model.model_validate(said)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "file"
        raise fault(file=path.name, where=where, reason=first["msg"]) from error
