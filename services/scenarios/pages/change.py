"""The page of a change that a form would make to the text of a scenario."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from models.findings import Path
from rules.scenarios.diff import differences
from rules.scenarios.editing.changes import Values
from services.people.viewer import Viewer
from services.scenarios.drafts import DraftSource
from services.scenarios.findings import examine
from services.scenarios.installation_check import installation
from services.scenarios.pages.change_words import change_words, difference
from services.scenarios.pages.choices import scenario_name
from services.scenarios.pages.text_view import (
    FindingRow,
    TextView,
    finding_names,
    finding_row,
    text_view,
)
from services.scenarios.published import Version
from services.unit_of_work import Database

__all__ = ["ChangePage", "FindingRow", "Path", "change_page", "findings_of"]


@dataclass(frozen=True)
class ChangePage:
    """What a form would change, to be looked at before it is saved."""

    version: Version
    view: TextView
    """The text as it would be."""
    name: Any
    changes: Sequence[tuple[str, str]]
    """The lines that differ: sign and line."""
    in_words: tuple[str, ...]
    """What the change says; empty where one of the texts is not sound."""
    fresh: tuple[FindingRow, ...]
    """Findings that the change brings about."""
    solved: int
    """Findings that the change settles."""
    seen_hash: str


def change_page(
    database: Database, viewer: Viewer, kept: DraftSource, values: Values, text: str
) -> ChangePage:
    """From the kept text, which says ``values``, to a new one."""
    before = text_view(database, viewer, kept.source)
    after = text_view(database, viewer, text, kept)
    known = {(finding.code, finding.sentence) for finding in before.findings}
    return ChangePage(
        version=kept.version,
        view=after,
        name=scenario_name(values),
        changes=difference(kept.source, text),
        in_words=_in_words(before, after, viewer),
        fresh=tuple(
            finding for finding in after.findings if (finding.code, finding.sentence) not in known
        ),
        solved=len(known - {(finding.code, finding.sentence) for finding in after.findings}),
        seen_hash=kept.seen_hash,
    )


def _in_words(before: TextView, after: TextView, viewer: Viewer) -> tuple[str, ...]:
    old, new = before.definition, after.definition
    if old is None or new is None or before.examined.errors or after.examined.errors:
        return ()
    say = change_words(viewer, old, new)
    return tuple(say(change) for change in differences(old, new))


def findings_of(
    database: Database, viewer: Viewer, source: str, field: Path
) -> Mapping[int, tuple[FindingRow, ...]]:
    """What is to be told about each entry of a list in a text, by its place there."""
    with database.reading() as connection:
        references = installation(connection)
    examined = examine(source, None, references)
    names = finding_names(examined.definition, viewer)
    rows: dict[int, tuple[FindingRow, ...]] = {}
    for finding in examined.findings:
        at = finding.path[len(field)] if len(finding.path) > len(field) else None
        if finding.path[: len(field)] == field and isinstance(at, int):
            rows[at] = (*rows.get(at, ()), finding_row(finding, viewer.translate, names))
    return rows
