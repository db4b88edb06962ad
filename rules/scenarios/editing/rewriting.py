"""Changing values in a YAML text while everything else in it stays as it is, to the letter.

A library that loads and writes a file anew lays all of it out again and moves comments with the entry
before them. Here the text between two places is replaced, and nothing else: comments, order, blank
lines and quotes of the rest are those that the author chose. The new text is read again and has to
mean what was wanted.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

import yaml

from config.texts import Word
from models.errors import KaigongError
from rules.scenarios.editing.merging import same
from rules.scenarios.editing.yaml_writing import entry_lines, field_lines, is_short, on_one_line
from rules.scenarios.reading.yaml_source import read_yaml

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
#: What tells the entries of a list apart.
_NAMES = ("use", "code", "key", "material")


class TextNotSound(KaigongError):
    template = (
        "source: line {line} of the text has to be corrected before a form can change it: {reason}"
    )
    field = "source"


class TextNotChanged(KaigongError):
    template = "source: the form cannot make this change in the text as it is laid out; change the text itself."
    field = "source"


@dataclass(frozen=True, slots=True)
class _Change:
    """A range of the text and its replacement."""

    start: int
    end: int
    text: str


def values_of(text: str) -> dict[str, Any]:
    """The values of a text that forms can change; raises :class:`TextNotSound`."""
    source = read_yaml(text)
    if source.findings:
        first = source.findings[0]
        raise TextNotSound(line=first.line, reason=first)
    if not isinstance(source.data, dict):
        raise TextNotSound(line=1, reason=Word("it is no mapping of fields."))
    return source.data


def rewritten(text: str, wanted: Mapping[str, Any]) -> str:
    """The text with the fewest changes that make its values equal ``wanted``.

    Raises :class:`TextNotSound` for a text with faults of its own, :class:`TextNotChanged` where the
    change cannot be made.
    """
    have = values_of(text)
    root = yaml.compose(text, Loader=_LOADER)
    changed, at = "", 0
    changes = _Patch(text).value(root, have, wanted)
    for change in sorted(changes, key=lambda change: (change.start, change.end)):
        changed += text[at : change.start] + change.text
        at = change.end
    changed += text[at:]
    result = read_yaml(changed)
    if result.findings or not same(result.data, wanted):
        raise TextNotChanged
    return changed


class _Patch:
    """Finds the changes that make one value of a text into another."""

    def __init__(self, text: str) -> None:
        self._text = text

    def value(self, node: Any, have: Any, want: Any) -> Iterator[_Change]:
        """The changes within a value."""
        if same(have, want):
            return
        if isinstance(node, yaml.MappingNode) and isinstance(want, Mapping) and have.keys() & want:
            yield from self._mapping(node, have, want)
        elif self._is_block_list(node) and isinstance(want, list) and want:
            yield from self._list(node, have, want)
        else:
            yield _Change(node.start_mark.index, self._end(node), on_one_line(want))

    # --- mappings -------------------------------------------------------------------------------

    def _mapping(self, node: Any, have: Any, want: Mapping[str, Any]) -> Iterator[_Change]:
        fields = [(key.value, key, value) for key, value in node.value]
        names = [name for name, _, _ in fields]
        if node.flow_style and (set(names) != set(want) or not self._keeps_line(node, have, want)):
            yield self._reformatted(node, fields, have, want)
            return
        lead = self._leading_removals(fields, want)
        if lead:
            first, next_kept = fields[0][1], fields[lead][1]
            yield _Change(first.start_mark.index, next_kept.start_mark.index, "")
        for name, key, value in fields[lead:]:
            if name not in want:
                start = self._line_start(key.start_mark.index)
                yield _Change(start, self._line_end(self._field_end(key, value)), "")
            elif self._needs_new_layout(node, value, have[name], want[name], key):
                start, end = self._colon(key), self._field_end(key, value)
                yield _Change(start, end, self._value_after_colon(name, want[name], key))
            else:
                yield from self.value(value, have[name], want[name])
        for name in want:
            if name not in names:
                yield self._added_field(fields, name, want)

    def _keeps_line(self, node: Any, have: Any, want: Mapping[str, Any]) -> bool:
        """Whether a mapping within one line still has room there."""
        grown = len(on_one_line(want)) - len(on_one_line(have))
        return grown <= 0 or is_short(want, node.start_mark.column)

    def _needs_new_layout(self, node: Any, value: Any, have: Any, want: Any, key: Any) -> bool:
        """Whether the new value of a field in a block mapping does not fit where the old one was."""
        if node.flow_style or same(have, want):
            return False
        if self._is_block(value):
            kind = list if isinstance(value, yaml.SequenceNode) else dict
            return not (isinstance(want, kind) and want)
        return len(list(field_lines(key.value, want, key.start_mark.column))) > 1

    def _reformatted(
        self, node: Any, fields: Sequence[tuple[str, Any, Any]], have: Any, want: Mapping[str, Any]
    ) -> _Change:
        """A one-line mapping with other fields; unchanged fields keep their exact text."""
        start, end = node.start_mark.index, node.end_mark.index
        column = node.start_mark.column
        kept = {
            name: self._text[key.start_mark.index : self._end(value)]
            for name, key, value in fields
            if name in want and same(have[name], want[name])
        }
        if self._stands_alone(node) and not is_short(want, column):
            lines = [
                line
                for name, value in want.items()
                for line in (
                    [" " * column + kept[name]]
                    if name in kept
                    else field_lines(name, value, column)
                )
            ]
            return _Change(start, end, "\n".join(lines).lstrip())
        parts = [kept.get(name) or f"{name}: {on_one_line(value)}" for name, value in want.items()]
        return _Change(start, end, "{" + ", ".join(parts) + "}")

    def _stands_alone(self, node: Any) -> bool:
        """Whether a mapping is an entry of a list, one line of its own."""
        line = self._text[self._line_start(node.start_mark.index) : node.start_mark.index]
        return line.strip() == "-" and node.start_mark.line == node.end_mark.line

    def _leading_removals(
        self, fields: Sequence[tuple[str, Any, Any]], want: Mapping[str, Any]
    ) -> int:
        """Number of fields removed at the start of a list entry, whose dash passes to the next field."""
        first = fields[0][1].start_mark.index
        if not self._text[self._line_start(first) : first].strip():
            return 0
        return next(place for place, (name, _, _) in enumerate(fields) if name in want)

    def _added_field(
        self, fields: Sequence[tuple[str, Any, Any]], name: str, want: Mapping[str, Any]
    ) -> _Change:
        """A new field of a block mapping, after its predecessor in ``want``."""
        column = fields[0][1].start_mark.column
        lines = "\n".join(field_lines(name, want[name], column)) + "\n"
        order = list(want)
        earlier = [f for f in fields if f[0] in order and order.index(f[0]) < order.index(name)]
        if not earlier:
            first = fields[0][1].start_mark.index
            line = self._line_start(first)
            if self._text[line:first].strip():
                return _Change(first, first, lines.lstrip() + " " * column)
            return _Change(line, line, lines)
        _, key, value = earlier[-1]
        return self._after_line(self._field_end(key, value), lines)

    def _value_after_colon(self, name: str, value: Any, key: Any) -> str:
        """Text after the colon of a field whose value changes its kind."""
        lines = "\n".join(field_lines(name, value, key.start_mark.column))
        return lines.lstrip()[len(name) + 1 :]

    # --- lists ----------------------------------------------------------------------------------

    def _list(self, node: Any, have: list[Any], want: list[Any]) -> Iterator[_Change]:
        names = [_name(entry) for entry in have], [_name(entry) for entry in want]
        column = self._dash(node.value[0]) - self._line_start(self._dash(node.value[0]))
        for how, a, b, c, d in SequenceMatcher(None, *names, autojunk=False).get_opcodes():
            pairs = min(b - a, d - c) if how in {"equal", "replace"} else 0
            for step in range(pairs):
                yield from self.value(node.value[a + step], have[a + step], want[c + step])
            for gone in range(a + pairs, b):
                yield self._without_entry(node.value[gone])
            for new in range(c + pairs, d):
                lines = "\n".join(entry_lines(want[new], column)) + "\n"
                yield self._new_entry(node, b - 1, lines)

    def _new_entry(self, node: Any, after: int, lines: str) -> _Change:
        if after < 0:
            start = self._line_start(self._dash(node.value[0]))
            return _Change(start, start, lines)
        return self._after_line(self._end(node.value[after]), lines)

    def _without_entry(self, node: Any) -> _Change:
        return _Change(self._line_start(self._dash(node)), self._line_end(self._end(node)), "")

    def _dash(self, node: Any) -> int:
        return self._text.rindex("-", 0, node.start_mark.index)

    # --- places ---------------------------------------------------------------------------------

    def _after_line(self, place: int, lines: str) -> _Change:
        end = self._line_end(place)
        if end and self._text[end - 1] != "\n":
            return _Change(end, end, "\n" + lines.removesuffix("\n"))
        return _Change(end, end, lines)

    def _line_start(self, place: int) -> int:
        return self._text.rfind("\n", 0, place) + 1

    def _line_end(self, place: int) -> int:
        """Where the next line begins."""
        end = self._text.find("\n", place)
        return len(self._text) if end < 0 else end + 1

    def _colon(self, key: Any) -> int:
        return self._text.index(":", key.end_mark.index) + 1

    def _field_end(self, key: Any, value: Any) -> int:
        return (
            max(self._colon(key), self._end(value)) if self._is_written(value) else self._colon(key)
        )

    def _is_written(self, node: Any) -> bool:
        return not isinstance(node, yaml.ScalarNode) or node.start_mark.index < node.end_mark.index

    def _is_block(self, node: Any) -> bool:
        return isinstance(node, yaml.CollectionNode) and not node.flow_style and bool(node.value)

    def _is_block_list(self, node: Any) -> bool:
        return isinstance(node, yaml.SequenceNode) and self._is_block(node)

    def _end(self, node: Any) -> int:
        """Where a value ends, without the blank lines and comments that the parser counts in."""
        if self._is_block(node):
            if isinstance(node, yaml.SequenceNode):
                return self._end(node.value[-1])
            key, value = node.value[-1]
            return self._field_end(key, value)
        start, end = int(node.start_mark.index), int(node.end_mark.index)
        if isinstance(node, yaml.ScalarNode) and node.style in {"|", ">"}:
            return start + len(self._text[start:end].rstrip())
        return end


def _name(entry: Any) -> str:
    """Identity of a list entry: its first naming field, else its whole value."""
    if isinstance(entry, Mapping):
        return next(
            (f"{name} {entry[name]}" for name in _NAMES if name in entry), json.dumps(entry)
        )
    return json.dumps(entry)
