"""The event loop of the simulation: each working day's due actions in order.

Days are whole working days, counted from the first one of the calendar that is used. The order
within a day is the order in which things were put on it, so a run repeats itself exactly.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from rules.rehearsal.network import Mode, Network, Node
from rules.rehearsal.paces import Table

#: Working days to ask for corrections; silence beyond them accepts (Licensing Law art. 32).
WINDOW: Final = 5
#: Random numbers that an item has: apply, intake, corrected?, correct, intake again, decision.
DRAWS: Final = 6
NEVER: Final = -1


class Step(NamedTuple):
    """One act of a simulated project, for the trace."""

    day: int
    """Working day, as a position in the calendar of the run."""
    act: str
    item: str


@dataclass(slots=True)
class Case:
    """One simulated project: prerequisites left and days of each item."""

    network: Network
    draws: list[float]
    registered: int
    waits: list[int]
    opened: list[int]
    received: list[int]
    accepted: list[int]
    decided: list[int]
    parts_open: list[int]
    due_for_decision: set[int] = field(default_factory=set)
    """Joint items due for decision whose parts are not all decided."""
    corrected: set[int] = field(default_factory=set)
    left: int = 0
    completed: int = NEVER

    @classmethod
    def new(cls, network: Network, pace: random.Random, registered: int) -> Case:
        """A project before its first day; random numbers belong to items, not to the order."""
        count = len(network.nodes)
        return cls(
            network=network,
            draws=[pace.random() for _ in range(count * DRAWS)],
            registered=registered,
            waits=[node.waits for node in network.nodes],
            opened=[NEVER] * count,
            received=[NEVER] * count,
            accepted=[NEVER] * count,
            decided=[NEVER] * count,
            parts_open=[len(node.parts) for node in network.nodes],
            left=len(network.needed),
        )


@dataclass(slots=True)
class Desk:
    """A department's capacity: a number of acts per day, in due order."""

    capacity: int
    day: int = 0
    used: int = 0
    acts: int = 0
    waited: int = 0
    """Total working days that acts waited for capacity."""

    def free_on(self, day: int) -> int:
        """First working day on which an act due on ``day`` can be done."""
        if day > self.day:
            return day
        return self.day if self.used < self.capacity else self.day + 1

    def take(self, day: int) -> int:
        """Do an act due on ``day``; returns the day on which it is done."""
        free = self.free_on(day)
        if free > self.day:
            self.day, self.used = free, 0
        self.used += 1
        self.acts += 1
        self.waited += free - day
        return free


Action = Callable[["Run", Case, int, int], None]


class Run:
    """The simulation's agenda: a list of actions for each working day."""

    def __init__(
        self, desks: list[Desk], trace: list[Step] | None = None, until: int | None = None
    ) -> None:
        self.desks = desks
        self._until = until
        """Last day of the run; later actions are dropped."""
        self._days: list[list[tuple[Action, Case, int]]] = []
        self._trace = trace

    def expect(self, case: Case) -> None:
        """Schedule the registration of a project."""
        self.put(case.registered, _register, case, 0)

    def run(self) -> None:
        """Process the days until no action is left."""
        day = 0
        while day < len(self._days):
            todo = self._days[day]
            # What falls due on the day itself is appended while the day goes on.
            for action, case, position in todo:
                action(self, case, position, day)
            self._days[day] = []
            day += 1

    def put(self, day: int, action: Action, case: Case, position: int) -> None:
        """Schedule an action on a day."""
        if self._until is not None and day > self._until:
            return
        days = self._days
        while len(days) <= day:
            days.append([])
        days[day].append((action, case, position))

    def note(self, day: int, act: str, node: Node) -> None:
        """Append an act to the trace, if there is one."""
        if self._trace is not None:
            self._trace.append(Step(day, act, node.code))


def _pick(table: Table, draw: float) -> float:
    return table[int(draw * len(table))]


def _register(run: Run, case: Case, _: int, day: int) -> None:
    for position in case.network.needed:
        _open_if_ready(run, case, position, day)


def _open_if_ready(run: Run, case: Case, position: int, day: int) -> None:
    node = case.network.nodes[position]
    if case.waits[position] or case.opened[position] != NEVER:
        return
    if node.whole >= 0 and not _under_examination(case, node.whole):
        return
    case.opened[position] = day
    draws, first = case.draws, position * DRAWS
    if node.mode is Mode.APPLICATION:
        run.put(day + int(_pick(node.pace.apply, draws[first])), _apply, case, position)
    elif node.mode is Mode.MILESTONE:
        run.put(day + int(_pick(node.pace.record, draws[first])), _record, case, position)
    else:
        _examine(run, case, position, day, since=day)


def _under_examination(case: Case, position: int) -> bool:
    return case.accepted[position] != NEVER and case.decided[position] == NEVER


def _record(run: Run, case: Case, position: int, day: int) -> None:
    run.note(day, "record_milestone", case.network.nodes[position])
    _finish(run, case, position, day)


def _apply(run: Run, case: Case, position: int, day: int) -> None:
    node = case.network.nodes[position]
    run.note(day, "submit_application", node)
    if node.at_once and case.draws[position * DRAWS + 2] >= node.pace.correction:
        case.received[position] = day
        if node.files:
            _file(run, case, position, day)
        else:
            _examine(run, case, position, day, since=day)
        return
    _receive(run, case, position, day, draw=1)


def _file(run: Run, case: Case, position: int, day: int) -> None:
    """Filed: nobody looks at it, nobody decides."""
    case.received[position] = case.accepted[position] = day
    _finish(run, case, position, day)


def _receive(run: Run, case: Case, position: int, day: int, draw: int) -> None:
    case.received[position] = day
    pace = case.network.nodes[position].pace
    lag = int(_pick(pace.intake, case.draws[position * DRAWS + draw]))
    run.put(day + min(lag, WINDOW + 1), _process_receipt, case, position)


def _process_receipt(run: Run, case: Case, position: int, day: int) -> None:
    """Accept, request corrections, or stay silent until the application is deemed accepted."""
    node = case.network.nodes[position]
    desk, received = run.desks[node.department], case.received[position]
    if desk.free_on(day) > received + WINDOW:
        run.put(max(day, received + WINDOW + 1), _deem_accepted, case, position)
        return
    done = desk.take(day)
    draw = case.draws[position * DRAWS + 2]
    faulty = draw < node.pace.correction and position not in case.corrected
    action = _request_correction if faulty else _accept
    if done == day:
        action(run, case, position, day)
    else:
        run.put(done, action, case, position)


def _request_correction(run: Run, case: Case, position: int, day: int) -> None:
    node = case.network.nodes[position]
    run.note(day, "request_correction", node)
    case.corrected.add(position)
    lag = int(_pick(node.pace.correct, case.draws[position * DRAWS + 3]))
    run.put(day + lag, _supply, case, position)


def _supply(run: Run, case: Case, position: int, day: int) -> None:
    node = case.network.nodes[position]
    run.note(day, "supply_correction", node)
    if node.files:
        _file(run, case, position, day)
        return
    _receive(run, case, position, day, draw=4)


def _accept(run: Run, case: Case, position: int, day: int) -> None:
    """Accepted today; after a correction as of the day on which it was complete (art. 32(5))."""
    run.note(day, "accept_application", case.network.nodes[position])
    since = case.received[position] if position in case.corrected else day
    _examine(run, case, position, day, since=since)


def _deem_accepted(run: Run, case: Case, position: int, day: int) -> None:
    """Deemed accepted as of the day of receipt, so the days since then have elapsed."""
    run.note(day, "deem_accepted", case.network.nodes[position])
    _examine(run, case, position, day, since=case.received[position])


def _examine(run: Run, case: Case, position: int, day: int, since: int) -> None:
    node = case.network.nodes[position]
    case.accepted[position] = since
    share = _pick(node.pace.share, case.draws[position * DRAWS + 5])
    takes = int(share * node.limit + 0.5)
    run.put(max(day, since + takes), _decide_if_ready, case, position)
    for part in node.parts:
        _open_if_ready(run, case, part, day)


def _decide_if_ready(run: Run, case: Case, position: int, day: int) -> None:
    """Decide an item; a joint item waits until its parts are decided."""
    if case.parts_open[position]:
        case.due_for_decision.add(position)
        return
    done = run.desks[case.network.nodes[position].department].take(day)
    if done == day:
        _approve(run, case, position, day)
    else:
        run.put(done, _approve, case, position)


def _approve(run: Run, case: Case, position: int, day: int) -> None:
    run.note(day, "approve_item", case.network.nodes[position])
    _finish(run, case, position, day)


def _finish(run: Run, case: Case, position: int, day: int) -> None:
    case.decided[position] = day
    node = case.network.nodes[position]
    for released in node.releases:
        case.waits[released] -= 1
        _open_if_ready(run, case, released, day)
    if node.whole >= 0:
        case.parts_open[node.whole] -= 1
        if not case.parts_open[node.whole] and node.whole in case.due_for_decision:
            case.due_for_decision.remove(node.whole)
            _decide_if_ready(run, case, node.whole, day)
    case.left -= 1
    if case.left == 0:
        case.completed = day
