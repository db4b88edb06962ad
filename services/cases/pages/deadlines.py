"""Why the deadlines of an item are what they are, in words."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from sqlalchemy import Connection

from models.scenarios.definition import ScenarioDefinition, Text
from services.cases.views.parts.clocks import decision_clock
from services.cases.views.project_reading import Reading
from services.cases.views.timeline import day
from services.cases.views.values.items import ClockRow, DayRow
from services.cases.views.why import ClockWhy, promises_of, sentences, why_of
from services.people.viewer import Viewer
from services.wording.names import subject_name


@dataclass(frozen=True, slots=True)
class ExplainedClock:
    """One clock with the reason for every day of it, in the viewer's language."""

    clock: ClockRow
    subject: Text | None
    """The department that is asked, or the paper that is owed."""
    sentences: tuple[str, ...]
    """What happened to it beside its days."""
    days: tuple[DayRow, ...]
    statutory_days: tuple[DayRow, ...]


def explained_clocks(
    connection: Connection, reading: Reading, item: str, viewer: Viewer
) -> tuple[ExplainedClock, ...]:
    """Every clock of the current round: the one that counts now (or counted last) comes first."""
    facts = reading.facts.items[item]
    main = decision_clock(reading.clocks, facts)
    first = (main.kind, main.subject) if main is not None else None
    clocks = why_of(connection, reading, item, viewer.translate).clocks
    own = [why for why in clocks if why.clock.round == facts.round]
    own.sort(key=lambda why: (why.clock.kind, why.clock.subject) != first)
    return tuple(_in_words(why, reading.facts.scenario, viewer) for why in own)


def explained_promises(
    connection: Connection, reading: Reading, viewer: Viewer
) -> tuple[ExplainedClock, ...]:
    """Every promise that is made to the project, with the reason for every day of it."""
    clocks = promises_of(connection, reading, viewer.translate)
    return tuple(_in_words(why, reading.facts.scenario, viewer) for why in clocks)


def _in_words(why: ClockWhy, scenario: ScenarioDefinition, viewer: Viewer) -> ExplainedClock:
    write_day = partial(day, language=viewer.language)
    return ExplainedClock(
        clock=why.clock,
        subject=subject_name(scenario, why.clock.subject) if why.clock.subject else None,
        sentences=sentences(why, viewer.translate, write_day),
        days=why.days,
        statutory_days=why.statutory_days,
    )
