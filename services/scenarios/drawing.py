"""The picture of a scenario as SVG: self-contained, without styles or scripts, in one language."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

import config
from config.texts import translator
from models.clock.values import Unit
from models.scenarios.definition import (
    ExemptionDefinition,
    ItemDefinition,
    ItemMode,
    NamedPromise,
    PromiseDefinition,
    ScenarioDefinition,
    StageDefinition,
    StageKind,
)
from models.scenarios.promises import parts_of
from rules.scenarios.drawing import Arrow, Box, Drawing, Point, draw
from services.wording.condition_words import condition_words
from services.wording.names import department_name
from services.wording.promise_words import promise_text
from services.wording.words import word

#: Address of what a box stands for, by item code; ``None``: a box leads nowhere.
Link = Callable[[str], str | None]

TEMPLATES = Path(config.__file__).parent / "templates"

_PADDING = 9.0
_NAME_SIZE, _SMALL_SIZE = 12.5, 10.5
_NAME_LINES = 2
#: Letters of other than middling width, in heights of a letter.
_WIDTHS = (("iljtfr.,:;'|()[] ", 0.34), ("mwMW", 0.88), ("ABCDEFGHIJKLNOPQRSTUVXYZ", 0.7))


@dataclass(frozen=True, slots=True)
class _Face:
    """The text on a box."""

    box: Box
    days: str
    mark: str
    name: list[str]
    department: str
    parts: list[tuple[str, str]]
    label: str
    """Tooltip and accessible label: the whole box in one sentence."""
    href: str | None


@dataclass(frozen=True, slots=True)
class _Bar:
    """A promise: from where to where on the picture, and what it says."""

    start: float
    end: float
    text: str
    written: str | None
    """Its condition as the text writes it."""


@dataclass(slots=True)
class _Legend:
    """The conditions in the order of their marks."""

    marks: dict[str, str] = field(default_factory=dict)

    def mark(self, condition: str | None) -> str:
        """The mark of a condition: a diamond with its number."""
        if condition is None:
            return ""
        return self.marks.setdefault(condition, f"◇{len(self.marks) + 1}")


def svg(
    scenario: ScenarioDefinition, language: str, link: Link | None = None, *, inline: bool = False
) -> str:
    """The picture of a scenario; ``inline`` leaves out what only a file of its own needs.

    Raises :class:`rules.scenarios.drawing.TooLargeToDraw`.
    """
    drawing = draw(scenario)
    translate = translator(language)
    legend = _Legend()
    writer = _Writer(scenario, language, translate, legend)
    faces = [writer.face(box, link) for box in drawing.boxes]
    bars = [writer.bar(promise, drawing) for promise in scenario.all_promises]
    conditions = [
        (mark, condition_words(text, scenario, language, translate), text)
        for text, mark in legend.marks.items()
    ]
    return (
        _engine()
        .get_template("scenario_drawing.svg")
        .render(
            _=translate,
            lang=language,
            inline=inline,
            drawing=drawing,
            scenario=scenario,
            name=scenario.name.in_language(language),
            faces=faces,
            bands=[writer.band(band.stage) for band in drawing.bands],
            arrows=sorted(drawing.arrows, key=lambda arrow: (arrow.back, arrow.critical)),
            path_of=_path,
            bars=bars,
            conditions=conditions,
            critical=_critical(drawing),
            utilities=StageKind.UTILITY_HOOKUPS,
            modes=ItemMode,
        )
    )


@cache
def _engine() -> Environment:
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


class _Writer:
    """Writes the texts of boxes and bands in one language."""

    def __init__(
        self,
        scenario: ScenarioDefinition,
        language: str,
        translate: Callable[[str], str],
        legend: _Legend,
    ) -> None:
        self._scenario, self._language = scenario, language
        self._translate, self._legend = translate, legend

    def face(self, box: Box, link: Link | None) -> _Face:
        """The text on a box."""
        item = box.item
        width = box.width - 2 * _PADDING
        department = department_name(self._scenario, item.department).in_language(self._language)
        name = item.name.in_language(self._language)
        return _Face(
            box=box,
            days=self.days(item),
            mark=self._mark(item),
            name=wrapped(name, width / _NAME_SIZE, _NAME_LINES),
            department=wrapped(department, width / _SMALL_SIZE, 1)[0],
            parts=[self._part(part, width) for part in box.parts],
            label=self._label(item, name, department),
            href=link(item.code) if link else None,
        )

    def days(self, item: ItemDefinition) -> str:
        """The limit in a few words; in brackets when it does not count toward the promise."""
        if item.mode is ItemMode.MILESTONE:
            return self._translate("milestone")
        limit = item.promised or item.statutory
        if limit is None:
            return ""
        if limit.days == 0:
            text = self._translate("the same day")
        elif limit.unit is Unit.WORKING_DAY:
            text = self._translate("{days} w.d.").format(days=limit.days)
        else:
            text = f"{limit.days} {word(limit.unit, self._translate)}"
        return text if item.counted and item.promised else f"({text})"

    def bar(self, promise: PromiseDefinition, drawing: Drawing) -> _Bar:
        """A promise over the boxes whose time it limits; one without events over all of them."""
        text = promise_text(self._scenario, promise, self._translate, self._language)
        if isinstance(promise, NamedPromise):
            text = f"{promise.name.in_language(self._language)} · {text}"
        mark = self._legend.mark(promise.when)
        left, right = (
            promise.items or (parts_of(event)[:1] if event else ())
            for event in (promise.start, promise.end)
        )
        at = {code: box for box in drawing.boxes for code in _codes(box)}
        begins = [at[code].x for code in left if code in at]
        ends = [at[code].x + at[code].width for code in right if code in at]
        start = min(begins, default=_PADDING)
        end = max(ends, default=drawing.width - _PADDING)
        return _Bar(start, max(end, start), f"{text} {mark}".rstrip(), promise.when)

    def band(self, stage: StageDefinition | None) -> tuple[str, str]:
        """The name of a stage and its lead department."""
        if stage is None:
            return self._translate("Items of an unknown stage"), ""
        lead = department_name(self._scenario, stage.lead).in_language(self._language)
        led = self._translate("led by {department}").format(department=lead)
        rule = stage.merge_into
        if rule is not None:
            into = self._scenario.stage.get(rule.stage)
            name = into.name.in_language(self._language) if into else rule.stage
            text = self._translate("as one with {stage} if {mark}")
            led += " · " + text.format(stage=name, mark=self._legend.mark(rule.when))
        return stage.name.in_language(self._language), led

    def _mark(self, item: ItemDefinition) -> str:
        """The number of its condition, and that every project is exempt from it, or on which one."""
        marks = [self._legend.mark(item.when)]
        if item.exempt is not None:
            marks.append(self._translate("exempt") + self._legend.mark(item.exempt.when))
        return " ".join(mark for mark in marks if mark)

    def _part(self, part: ItemDefinition, width: float) -> tuple[str, str]:
        mark = self._mark(part)
        room = width - measure(part.code + mark) * _SMALL_SIZE - 8
        name = wrapped(part.name.in_language(self._language), room / _SMALL_SIZE, 1)[0]
        return f"{part.code}{mark}", name

    def _exempt(self, rule: ExemptionDefinition) -> str:
        if rule.when is None:
            return self._translate("every project is exempt ({basis})").format(basis=rule.basis)
        words = condition_words(rule.when, self._scenario, self._language, self._translate)
        sentence = self._translate("exempt if {condition} ({basis})")
        return sentence.format(condition=words, basis=rule.basis)

    def _label(self, item: ItemDefinition, name: str, department: str) -> str:
        parts = [f"{item.code} {name}", self.days(item), department]
        if item.after:
            after = self._translate("after {items}").format(items=", ".join(item.after))
            parts.append(after)
        if item.when is not None:
            words = condition_words(item.when, self._scenario, self._language, self._translate)
            parts.append(self._translate("only if {condition}").format(condition=words))
        if item.exempt is not None:
            parts.append(self._exempt(item.exempt))
        return " · ".join(part for part in parts if part)


def _codes(box: Box) -> tuple[str, ...]:
    """What stands in a box: its item, and the parts of it."""
    return (box.item.code, *(part.code for part in box.parts))


def _critical(drawing: Drawing) -> list[str]:
    """The items of the critical path, from left to right."""
    on_path = [box for box in drawing.boxes if box.critical]
    return [box.item.code for box in sorted(on_path, key=lambda box: box.column)]


def _path(arrow: Arrow) -> str:
    """The route of an arrow as the path of an SVG: bends between columns, straight lines in them."""
    first, *rest = arrow.route
    text, before = f"M{first.x:g} {first.y:g}", first
    for number, point in enumerate(rest):
        text += f"L{point.x:g} {point.y:g}" if number % 2 else _bend(before, point)
        before = point
    return text


def _bend(start: Point, end: Point) -> str:
    if start.y == end.y and start.x < end.x:
        return f"L{end.x:g} {end.y:g}"
    middle = (start.x + end.x) / 2
    if start.x > end.x:
        # Backward: out to the left of the source, in from the right of the target.
        return (
            f"C{start.x - 40:g} {start.y - 60:g} {end.x + 40:g} {end.y - 60:g} {end.x:g} {end.y:g}"
        )
    return f"C{middle:g} {start.y:g} {middle:g} {end.y:g} {end.x:g} {end.y:g}"


def measure(text: str) -> float:
    """Approximate width of a text, in multiples of its font size."""
    return sum(_width(letter) for letter in text)


def _width(letter: str) -> float:
    if _is_wide(letter):
        return 1.0
    return next((width for letters, width in _WIDTHS if letter in letters), 0.58)


def _is_wide(letter: str) -> bool:
    return unicodedata.east_asian_width(letter) in "WF"


def wrapped(text: str, width: float, lines: int) -> list[str]:
    """A text in at most so many lines; what does not fit ends in an ellipsis."""
    rows: list[str] = []
    line = ""
    for piece in _pieces(text):
        full = line and measure((line + piece).rstrip()) > width
        if full and len(rows) + 1 < lines:
            rows.append(line.strip())
            line = piece.lstrip()
        else:
            line += piece
    rows.append(line.strip())
    return [_cut(row, width) for row in rows]


def _pieces(text: str) -> list[str]:
    """Where a line may break: after each Chinese letter, after each word of other languages."""
    pieces: list[str] = []
    for before, letter in pairwise(f" {text}"):
        if not pieces or letter == " " or _is_wide(letter) or _is_wide(before):
            pieces.append(letter)
        else:
            pieces[-1] += letter
    return pieces


def _cut(line: str, width: float) -> str:
    if measure(line) <= width:
        return line
    while line and measure(line + "…") > width:
        line = line[:-1]
    return line.rstrip() + "…"
