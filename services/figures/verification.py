"""Figures counted once more, from the log alone, and held against what the database answers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from sqlalchemy import Connection, text

from models.cases.case_round import COLUMNS, CaseRound
from models.cases.states import ClockKind, ClockState
from models.people.actor import SYSTEM
from rules.figures.counting import Count, Tally
from rules.figures.definition import FigureDefinition, Span
from services import timing
from services.cases.rounds import of_log
from services.figures.query import figure_value
from services.installation.policy import context_for
from services.ledger.event_log import read_log
from services.ledger.store import load
from services.unit_of_work import Database

#: What the log alone gives whatever calendar and policy say by now.
_CERTAIN = frozenset(column.name for column in COLUMNS if column.metadata["compared"])
_PROJECTS = text("SELECT id FROM project ORDER BY id")


@dataclass(frozen=True, slots=True)
class Verified:
    """A figure as the database answers it, and as the log gives it."""

    figure: FigureDefinition
    asked: Tally
    counted: Tally

    @property
    def equal(self) -> bool:
        """Whether they are the same."""
        return self.asked == self.counted

    @property
    def certain(self) -> bool:
        """Whether a difference is a fault; else a calendar or a policy may have changed since."""
        return self.figure.columns <= _CERTAIN


def verify(
    database: Database, asked: Iterable[FigureDefinition], span: Span
) -> tuple[Verified, ...]:
    """Count figures from the log of every project; takes as long as reading all of it.

    Both are of one state of the ledger, so that people may go on acting meanwhile.
    """
    counts = [Count(definition, span) for definition in asked]
    with database.snapshot() as connection:
        answered = [figure_value(connection, SYSTEM, count.figure, span) for count in counts]
        for project in connection.execute(_PROJECTS).scalars().all():
            for round_ in _rounds(connection, project):
                for count in counts:
                    count.add(round_)
    return tuple(
        Verified(value.figure, value.tally, count.tally())
        for value, count in zip(answered, counts, strict=True)
    )


def _rounds(connection: Connection, project: int) -> Iterator[CaseRound]:
    stored = load(connection, project, history=True)
    log = [logged for logged, _ in read_log(connection, project, streamed=False)]
    rounds = of_log(connection, stored, log, context_for(SYSTEM, timing.now()))
    clocks = {
        (clock.item, clock.round): clock
        for clock in stored.facts.clocks.values()
        if clock.kind == ClockKind.DECISION and clock.state is ClockState.RUNNING
    }
    for key, round_ in rounds.items():
        clock = clocks.get(key)
        if round_.ended_on is None and clock is not None:
            # Of an open round its clock has the last days.
            yield replace(
                round_,
                promised_due_on=round_.promised_due_on or clock.due_on,
                statutory_due_on=round_.statutory_due_on or clock.statutory_due_on,
            )
        else:
            yield round_
