"""Chapters of the demonstration beside its scenario: what only another kind of project can tell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import text

from deployments.demo.stories import Dates, Story
from models.cases.clock import ClockFacts
from services.ledger.store import load
from services.unit_of_work import Database
from services.wording.promise_words import promise_name

#: The scenario whose demonstration tells the chapters.
TOLD_WITH = "industrial-simple"


@dataclass(frozen=True, slots=True)
class Chapter:
    """One project that tells something, and what it tells."""

    key: str
    story: Story


def chapters(scenario: str, seed: int) -> tuple[Chapter, ...]:
    """The chapters that are told with the demonstration of a scenario."""
    return (Chapter("half_year", _half_year(seed)),) if scenario == TOLD_WITH else ()


def _half_year(seed: int) -> Story:
    """From land to pre-sale: the enterprise spends a quarter of the investment late in August, so that
    the steward is warned in time, and the permit comes some days after the half year is over.
    """
    handed_over, spent = date(2026, 3, 2), date(2026, 8, 31)
    return Story(
        code="2603-611102-04-01-000006",
        title="渭水之滨住宅项目",
        enterprise="91611102MA0FAKE33T",
        enterprise_name="泾北新材料有限公司",
        scenario="real-estate-presale",
        begins=handed_over,
        seed=seed,
        dates={
            "E0": Dates(handed_over, handed_over),
            "E2": Dates(spent, spent),
            "D03": Dates(date(2026, 9, 1), date(2026, 9, 7)),
        },
    )


def told(database: Database, chapter: Chapter) -> Mapping[str, Any]:
    """What became of the promises of a chapter's project, read from the ledger."""
    with database.reading() as connection:
        facts = load(connection, chapter.story.code, history=True).facts
        warned = connection.execute(_WARNED, {"id": facts.id}).all()
    rungs: dict[str, list[str]] = {}
    for subject, rung, on in warned:
        rungs.setdefault(subject, []).append(f"{rung} {on}")
    promises = [clock for clock in facts.clocks.values() if clock.of_project]
    return {
        "chapter": chapter.key,
        "code": facts.code,
        "title": facts.title,
        "promises": [
            {
                "promise": clock.subject,
                "name": promise_name(facts.scenario, clock.subject).model_dump(),
                "last_day": _day(clock.due_on),
                "kept_on": _day(clock.stopped_on),
                "kept": _kept(clock),
                "warned": rungs.get(clock.subject, []),
            }
            for clock in promises
        ],
    }


def _kept(clock: ClockFacts) -> bool | None:
    """Whether it was kept; ``None``: it still runs."""
    if clock.stopped_on is None:
        return None
    return clock.due_on is None or clock.stopped_on <= clock.due_on


def _day(day: date | None) -> str | None:
    return day.isoformat() if day is not None else None


_WARNED = text(
    "SELECT data ->> 'subject', data ->> 'rung', CAST(at AT TIME ZONE 'Asia/Shanghai' AS date)"
    " FROM case_event WHERE project_id = :id AND kind = 'WarningGiven'"
    " AND data ->> 'clock' LIKE 'promise%' ORDER BY seq"
)
