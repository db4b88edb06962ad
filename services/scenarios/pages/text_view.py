"""A text of a scenario as the editor shows it: examined, with its findings and its picture."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from models.errors import KaigongError
from models.findings import Finding, Severity
from models.scenarios.definition import ItemDefinition, ScenarioDefinition
from rules.scenarios.drawing import TooLargeToDraw
from rules.scenarios.reading.yaml_source import read_yaml
from services.people.viewer import Viewer
from services.scenarios.drafts import DraftSource, NamesAnother
from services.scenarios.drawing import svg
from services.scenarios.findings import Examined, examine
from services.scenarios.installation_check import installation
from services.scenarios.scenario_files import catalogue_names
from services.unit_of_work import Database
from services.wording.names import names_beside, names_of
from services.wording.refusal_words import plain

#: More findings than this nobody corrects before looking again.
SHOWN_FINDINGS = 100


@dataclass(frozen=True, slots=True)
class FindingRow:
    """One finding in the viewer's language."""

    code: str
    severity: Severity
    line: int | None
    column: int | None
    sentence: str
    remedy: str


@dataclass(frozen=True)
class TextView:
    """A text with everything that can be told about it."""

    source: str
    examined: Examined
    findings: tuple[FindingRow, ...]
    more: int
    """Findings that are not shown."""
    lines: Mapping[str, int]
    """Item code → the line at which the text speaks of it."""
    drawing: str | None
    not_drawn: str | None
    """Why there is no picture of a text that makes a scenario."""
    other_name: str | None
    """That the text calls itself something else than its place."""

    @property
    def definition(self) -> ScenarioDefinition | None:
        """What the text makes, sound or not."""
        return self.examined.definition

    @property
    def marked(self) -> Mapping[int, str]:
        """Line → the gravest severity of a finding there."""
        severities: dict[int, str] = {}
        for finding in self.findings:
            if finding.line is not None and severities.get(finding.line) != Severity.ERROR.value:
                severities[finding.line] = finding.severity.value
        return severities

    def item(self, code: str) -> ItemDefinition | None:
        """An item of the definition, if there is one."""
        return self.definition.item.get(code) if self.definition else None


def text_view(
    database: Database,
    viewer: Viewer,
    source: str,
    place: DraftSource | None = None,
    link: Callable[[int], str] = lambda line: f"#L{line}",
) -> TextView:
    """Examine a text and draw what it makes; ``link`` leads from a box to the line of its item."""
    with database.reading() as connection:
        references = installation(connection)
    examined = examine(source, None, references)
    lines = item_lines(source) if examined.definition else {}
    drawing, not_drawn = _drawn(examined, viewer, lines, link)
    names = finding_names(examined.definition, viewer)
    rows = [
        finding_row(finding, viewer.translate, names)
        for finding in examined.findings[:SHOWN_FINDINGS]
    ]
    return TextView(
        source=source,
        examined=examined,
        findings=tuple(rows),
        more=max(0, len(examined.findings) - SHOWN_FINDINGS),
        lines=lines,
        drawing=drawing,
        not_drawn=not_drawn,
        other_name=_other_name(examined.definition, place, viewer),
    )


def _drawn(
    examined: Examined, viewer: Viewer, lines: Mapping[str, int], link: Callable[[int], str]
) -> tuple[str | None, str | None]:
    if examined.definition is None:
        return None, None

    def to_line(code: str) -> str | None:
        return link(lines[code]) if code in lines else None

    try:
        return svg(examined.definition, viewer.language, to_line, inline=True), None
    except TooLargeToDraw as fault:
        return None, plain(fault, viewer.translate)


def finding_names(definition: ScenarioDefinition | None, viewer: Viewer) -> Mapping[str, str]:
    """What findings call by code or key, with its name: of the text, or of the catalogue."""
    known = {} if definition is None else names_of(definition)
    return names_beside(viewer.language, {**catalogue_names(), **known})


def finding_row(
    finding: Finding, translate: Callable[[str], str], names: Mapping[str, str]
) -> FindingRow:
    """A finding in words."""
    sentence, remedy = finding.parts(translate, names)
    return FindingRow(
        finding.code, finding.severity, finding.line, finding.column, sentence, remedy
    )


def _other_name(
    definition: ScenarioDefinition | None, place: DraftSource | None, viewer: Viewer
) -> str | None:
    """That a text under one address names another scenario or version."""
    if definition is None or place is None:
        return None
    key, version = place.version.key, place.version.version
    if (definition.key, definition.version) == (key, version):
        return None
    fault: KaigongError = NamesAnother(
        scenario=key, version=version, found=definition.key, found_version=definition.version
    )
    return plain(fault, viewer.translate)


def item_lines(source: str) -> Mapping[str, int]:
    """Item code → the line at which a text speaks of the item."""
    read = read_yaml(source)
    data: Any = read.data if isinstance(read.data, dict) else {}
    entries = data.get("items")
    if not isinstance(entries, list):
        return {}
    lines: dict[str, int] = {}
    for place, entry in enumerate(entries):
        code = entry.get("use", entry.get("code")) if isinstance(entry, dict) else None
        if isinstance(code, str):
            lines.setdefault(code, read.place(("items", place)).line)
    return lines
