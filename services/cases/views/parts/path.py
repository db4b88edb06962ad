"""The path of a project as it is drawn: its longest chain from left to right, beside it what runs meanwhile."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from models.cases.states import ItemState
from rules.cases.context import Context
from rules.cases.path import ProjectPath, Waypoint, project_path
from services.cases.views.project_reading import Reading
from services.cases.views.values.items import ItemRow
from services.cases.views.values.project import ProjectPage

#: Columns that fit side by side on a desk; what is over is folded into one of them.
COLUMNS = 8
#: Lines of what runs beside the chain; the rest is counted.
LINES = 3
#: Columns that a line takes at least, to hold its words.
LEAST = 3


@dataclass(frozen=True, slots=True)
class PathStep:
    """One item on the path, on the day it was decided or will be at the earliest."""

    item: ItemRow
    on: date
    done: bool
    current: bool
    """Whether it is the first of the chain that is not done."""
    slack: int
    after_works: bool
    """Whether it waits for the completion of the works, so that its day is not known."""
    provisional: bool
    """Whether a calendar that is not published yet may move the day."""


@dataclass(frozen=True, slots=True)
class SideStep:
    """An item that runs beside the chain: over which columns it stands, counted from 1."""

    step: PathStep
    first: int
    columns: int


@dataclass(frozen=True, slots=True)
class PathRow:
    """The path of a project, folded to the columns that fit."""

    passed: tuple[PathStep, ...]
    """Done ones that are folded into the first column."""
    steps: tuple[PathStep, ...]
    to_come: tuple[PathStep, ...]
    """Later ones that are folded into the column before the last."""
    goal: PathStep | None
    """The end of the chain; ``None`` where nothing is needed."""
    beside: tuple[SideStep, ...]
    more_beside: int

    @property
    def columns(self) -> int:
        """How many columns it takes."""
        folded = bool(self.passed) + bool(self.to_come)
        return folded + len(self.steps) + (self.goal is not None)

    @property
    def _chain(self) -> tuple[PathStep, ...]:
        """What is not folded away as done."""
        return (*self.steps, *self.to_come, *([self.goal] if self.goal else ()))

    @property
    def known_until(self) -> PathStep | None:
        """The last step to come whose day can be told."""
        known = [step for step in self._chain if not step.done and not step.after_works]
        return known[-1] if known else None

    def holds_up(self, item: str) -> bool:
        """Whether a day that an item takes longer is a day more for the project."""
        return any(step.item.code == item and not step.done for step in self._chain)


def path_row(reading: Reading, page: ProjectPage) -> PathRow:
    """The path of a project already read; of items not seen in full it shows the outline."""
    context = reading.context
    path = project_path(reading.facts, context)
    rows = {item.code: item for item in page.items}
    current = next((code for code in path.chain if not path.points[code].done), None)
    steps = {
        code: _step(point, rows[code], code == current, context)
        for code, point in path.points.items()
        if code in rows
    }
    passed, shown, to_come, goal = _folded([steps[code] for code in path.chain if code in steps])
    columns = _columns(passed, shown, to_come, goal)
    beside = [step for code, step in steps.items() if code not in path.chain and _runs(step)]
    beside.sort(key=lambda step: (step.item.due_on or date.max, step.slack))
    last = max(columns.values(), default=1)
    lines = (_beside(step, columns, path, last) for step in beside[:LINES])
    return PathRow(passed, shown, to_come, goal, tuple(lines), len(beside[LINES:]))


def _step(point: Waypoint, row: ItemRow, current: bool, context: Context) -> PathStep:
    open_ = not point.done and context.calendar.is_provisional(context.today, point.on)
    return PathStep(row, point.on, point.done, current, point.slack, point.after_works, open_)


def _runs(step: PathStep) -> bool:
    return not step.done and step.item.state is not ItemState.WAITING


def _folded(
    chain: list[PathStep],
) -> tuple[tuple[PathStep, ...], tuple[PathStep, ...], tuple[PathStep, ...], PathStep | None]:
    """Done ones before the last, what is shown, what comes later, and the goal."""
    if not chain:
        return (), (), (), None
    *way, goal = chain
    if len(chain) <= COLUMNS:
        return (), tuple(way), (), goal
    done = sum(1 for step in way if step.done)
    folded = max(min(done - 1, len(chain) - COLUMNS + 1), 0)
    shown = way[folded:]
    room = COLUMNS - 1 - bool(folded)
    if len(shown) <= room:
        return tuple(way[:folded]), tuple(shown), (), goal
    return tuple(way[:folded]), tuple(shown[: room - 1]), tuple(shown[room - 1 :]), goal


def _columns(
    passed: Iterable[PathStep],
    shown: Iterable[PathStep],
    to_come: Iterable[PathStep],
    goal: PathStep | None,
) -> Mapping[str, int]:
    """Item code → its column, counted from 1; folded ones stand in one."""
    groups = [[*passed], *([step] for step in shown), [*to_come], [goal] if goal else []]
    taken = [group for group in groups if group]
    return {step.item.code: at for at, group in enumerate(taken, start=1) for step in group}


def _beside(step: PathStep, column: Mapping[str, int], path: ProjectPath, last: int) -> SideStep:
    """From behind the column of what it builds on to before that of what waits for it."""
    code, earlier = step.item.code, path.earlier
    after = max((column.get(b, 0) for b in earlier[code]), default=0)
    joins = min((at for other, at in column.items() if code in earlier[other]), default=last + 1)
    columns = min(max(joins - after - 1, LEAST), last)
    return SideStep(step, min(after + 1, last - columns + 1), columns)
