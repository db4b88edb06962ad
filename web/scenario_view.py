"""What the pages about a scenario's text share: the examined text, its findings and its picture."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import unified_diff
from typing import Any

from fastapi import Request
from fastapi.responses import Response

from models.definition import ItemDefinition, ScenarioDefinition, Text
from models.errors import KaigongError
from models.findings import Finding, Severity
from models.statements import Statement
from rules.scenario_drawing import TooLargeToDraw
from rules.scenario_reading.yaml_source import read_yaml
from services.scenario_admin.drafts import DraftSource, NamesAnother
from services.scenario_admin.files import catalogue_names
from services.scenario_admin.findings import Examined, examine
from services.scenario_admin.installation_check import installation
from services.wording.condition_words import condition_words, conditions_of
from services.wording.names import names_beside, names_of, names_with_codes
from web.portal import portal_of
from web.problems import plain
from web.scenario_drawing import svg
from web.viewer import Viewer

#: More findings than this nobody corrects before looking again.
SHOWN_FINDINGS = 100
SVG = "image/svg+xml"


class NothingToDraw(KaigongError):
    """source: the text makes no scenario yet; the first fault, in line {line}: {reason}"""

    field = "source"


@dataclass(frozen=True, slots=True)
class Told:
    """One finding in the reader's language."""

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
    findings: tuple[Told, ...]
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
        found: dict[int, str] = {}
        for one in self.findings:
            if one.line is not None and found.get(one.line) != Severity.ERROR.value:
                found[one.line] = one.severity.value
        return found

    def item(self, code: str) -> ItemDefinition | None:
        """An item of the definition, if there is one."""
        return self.definition.item.get(code) if self.definition else None


def text_view(
    request: Request,
    reader: Viewer,
    source: str,
    place: DraftSource | None = None,
    link: Callable[[int], str] = lambda line: f"#L{line}",
) -> TextView:
    """Examine a text and draw what it makes; ``link`` leads from a box to the line of its item."""
    with portal_of(request).database.reading() as connection:
        here = installation(connection)
    examined = examine(source, None, here)
    lines = item_lines(source) if examined.definition else {}
    drawing, not_drawn = _drawn(examined, reader, lines, link)
    names = finding_names(examined.definition, reader)
    told = [_told(one, reader.translate, names) for one in examined.findings[:SHOWN_FINDINGS]]
    return TextView(
        source=source,
        examined=examined,
        findings=tuple(told),
        more=max(0, len(examined.findings) - SHOWN_FINDINGS),
        lines=lines,
        drawing=drawing,
        not_drawn=not_drawn,
        other_name=_other_name(examined.definition, place, reader),
    )


def drawing_answer(examined: Examined, language: str) -> Response:
    """The picture of a text as a file; raises :class:`NothingToDraw`."""
    if examined.definition is None:
        first = examined.errors[0]
        raise NothingToDraw(line=first.line, reason=first)
    return Response(svg(examined.definition, language), media_type=SVG)


def _drawn(
    examined: Examined, reader: Viewer, lines: Mapping[str, int], link: Callable[[int], str]
) -> tuple[str | None, str | None]:
    if examined.definition is None:
        return None, None

    def to_line(code: str) -> str | None:
        return link(lines[code]) if code in lines else None

    try:
        return svg(examined.definition, reader.language, to_line, inline=True), None
    except TooLargeToDraw as fault:
        return None, plain(fault, reader.translate)


def finding_names(definition: ScenarioDefinition | None, reader: Viewer) -> Mapping[str, str]:
    """What findings call by code or key, with its name: of the text, or of the catalogue."""
    known = {} if definition is None else names_of(definition)
    return names_beside(reader.language, {**catalogue_names(), **known})


def _told(finding: Finding, translate: Callable[[str], str], names: Mapping[str, str]) -> Told:
    sentence, remedy = finding.parts(translate, names)
    return Told(finding.code, finding.severity, finding.line, finding.column, sentence, remedy)


def _other_name(
    definition: ScenarioDefinition | None, place: DraftSource | None, reader: Viewer
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
    return plain(fault, reader.translate)


def item_lines(source: str) -> Mapping[str, int]:
    """Item code → the line at which a text speaks of the item."""
    read = read_yaml(source)
    data: Any = read.data if isinstance(read.data, dict) else {}
    entries = data.get("items")
    if not isinstance(entries, list):
        return {}
    found: dict[str, int] = {}
    for place, entry in enumerate(entries):
        code = entry.get("use", entry.get("code")) if isinstance(entry, dict) else None
        if isinstance(code, str):
            found.setdefault(code, read.place(("items", place)).line)
    return found


def change_words(
    reader: Viewer, before: ScenarioDefinition, after: ScenarioDefinition
) -> Callable[[Statement], str]:
    """How differences between two versions are said: names for codes, conditions in words."""
    names = names_with_codes(before, after)
    for scenario in (before, after):
        for one in conditions_of(scenario):
            words = condition_words(one, scenario, reader.language, reader.translate)
            names[one] = Text(zh=words, en=words)

    def say(said: Statement) -> str:
        # A sentence that gives the name itself needs no other.
        known = {} if "name" in said.params else names
        return said.message(reader.translate, reader.language, known)

    return say


def difference(mine: str, theirs: str) -> list[tuple[str, str]]:
    """The lines in which two texts differ: sign and line, ``-`` is mine, ``+`` is theirs."""
    lines = unified_diff(mine.splitlines(), theirs.splitlines(), n=1, lineterm="")
    return [(line[:1], line[1:]) for line in list(lines)[2:]]
