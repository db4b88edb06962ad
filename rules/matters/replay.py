"""The fold of a matter's events: what the log says stands now. An audit holds it against the rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from models.cases.outcome import Event
from models.matters.definition import KindDefinition
from models.matters.facts import LOGGED, PARTS, ROW, MatterFacts, MatterRow
from rules.cases.replay import Difference
from rules.matters import clocks
from rules.matters.context import MatterContext
from rules.matters.draft import standing


class FoldedMatter:
    """A matter as its events tell it."""

    def __init__(self) -> None:
        self.row: dict[str, Any] = {}
        self.kind: tuple[str, int] = ("", 0)
        """Key and version of the kind that it follows."""
        self.rows: dict[str, dict[Any, Any]] = {part.name: {} for part in PARTS}

    def fold(self, event: Event) -> None:
        """Take an event over."""
        if "kind_version" in event.data:
            version: Any = event.data["kind_version"]
            self.kind = (str(event.data["kind"]), int(version))
        changed: Any = event.data.get("matter", {})
        self.row |= changed
        for part in PARTS:
            lines: Any = event.data.get(str(part.log), ())
            for line in lines:
                row = part.folded(self.rows[part.name], line)
                self.rows[part.name][part.key_of(row)] = row

    def facts(self, id_: int, kind: KindDefinition, version: int) -> MatterFacts:
        """The facts that follow; look-up columns are derived by whoever compares."""
        row: MatterRow = ROW.read({**self.row, "version": version})
        return MatterFacts(id_, kind, row, self.rows["entries"], self.rows["clocks"])


def folded(events: Iterable[Event]) -> FoldedMatter:
    """What events say, in order."""
    matter = FoldedMatter()
    for event in events:
        matter.fold(event)
    return matter


def differences(
    stored: MatterFacts, log: FoldedMatter, context: MatterContext
) -> Iterator[Difference]:
    """Where the rows say something else than the log."""
    after = log.facts(stored.id, stored.kind, stored.row.version)
    yield from _of_row(LOGGED, stored.row, after.row)
    for part in PARTS:
        yield from _of_part(
            part.label, stored.of(part), _dated(stored.kind, after.of(part), context)
        )
    for name, value in standing(stored.clocks.values()).items():
        if getattr(stored.row, name) != value:
            yield Difference("matter", "", name, getattr(stored.row, name), value)
    kind = stored.kind
    if log.kind != (kind.key, kind.version):
        yield Difference("matter", "", "kind", f"{kind.key} {kind.version}", str(log.kind))


def _of_row(
    names: Iterable[str], row: Any, log: Any, key: str = "", part: str = "matter"
) -> Iterator[Difference]:
    for name in names:
        here, there = getattr(row, name), getattr(log, name)
        if here != there:
            yield Difference(part, key, name, str(here), str(there))


def _of_part(label: str, rows: Mapping[Any, Any], log: Mapping[Any, Any]) -> Iterator[Difference]:
    for key in sorted(rows.keys() | log.keys(), key=str):
        here, there = rows.get(key), log.get(key)
        if here is None or there is None:
            present = ("there", "missing")
            yield Difference(label, str(key), "row", present[here is None], present[there is None])
            continue
        yield from _of_row(here.__dataclass_fields__, here, there, str(key), label)


def _dated(
    kind: KindDefinition, rows: Mapping[Any, Any], context: MatterContext
) -> Mapping[Any, Any]:
    """Clocks with every date that follows from their histories; other rows as they are."""
    return {
        key: clocks.counted(kind, row, context.act) if hasattr(row, "history") else row
        for key, row in rows.items()
    }
