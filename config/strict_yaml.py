"""YAML in which a name stands once: the second of two is refused, not silently taken.

YAML 1.2 forbids duplicate keys; PyYAML keeps the last. In a calendar or a policy that would be a
value that somebody wrote and nobody goes by.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import yaml

_BASE: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class DuplicateKey(yaml.MarkedYAMLError):
    """A key that stands twice in one mapping; ``problem_mark`` is at the second."""

    def __init__(self, key: str, first: yaml.Mark, second: yaml.Mark) -> None:
        self.key, self.first_line = key, first.line + 1
        super().__init__(
            context_mark=first,
            problem=f"{key!r} stands twice, first in line {self.first_line}",
            problem_mark=second,
        )


class _Loader(_BASE):  # type: ignore[misc]
    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        first: dict[Any, yaml.Mark] = {}
        for key_node, _ in node.value:
            key = getattr(key_node, "value", None)
            if isinstance(key, str) and key in first:
                raise DuplicateKey(key, first[key], key_node.start_mark)
            first[key if isinstance(key, str) else id(key_node)] = key_node.start_mark
        mapping: dict[Hashable, Any] = super().construct_mapping(node, deep=deep)
        return mapping


def load(text: str) -> Any:
    """The values of a text; ``yaml.YAMLError`` when it is broken or a key stands twice."""
    return yaml.load(text, Loader=_Loader)  # noqa: S506 - a safe loader, only stricter
