"""Observed paces: from the events of past projects to tables of durations."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final, NamedTuple

from models.scenarios.definition import ScenarioDefinition
from rules.clock.calendar import WorkingCalendar
from rules.rehearsal.paces import WITHOUT_LIMIT, ItemPace, Paces, Table, working_days

#: Fewer observations than these say too little; the usual pace stands [D].
ENOUGH: Final = 5


class PastEvent(NamedTuple):
    """An event of a past project, with its day in Beijing time."""

    project: int
    item: str
    kind: str
    on: date


@dataclass(slots=True)
class _Observations:
    apply: list[float] = field(default_factory=list)
    intake: list[float] = field(default_factory=list)
    correct: list[float] = field(default_factory=list)
    share: list[float] = field(default_factory=list)
    record: list[float] = field(default_factory=list)
    accepted: int = 0
    corrected: int = 0


def paces_from_history(
    events: Iterable[PastEvent],
    scenario: ScenarioDefinition,
    calendar: WorkingCalendar,
    usual: ItemPace | None = None,
) -> Paces:
    """Observed durations in past projects, per item of ``scenario``.

    ``events`` are in the order in which they happened, project by project. A step with fewer than
    :data:`ENOUGH` observations keeps the usual pace. Special procedures are part of what was observed.
    """
    seen = {item.code: _Observations() for item in scenario.items}
    last: dict[tuple[int, str], PastEvent] = {}
    accepted: dict[tuple[int, str], date] = {}
    for event in events:
        if event.item not in seen:
            continue
        key = (event.project, event.item)
        before = last.get(key)
        if before is not None:
            lag = max(0, calendar.working_days_between(before.on, event.on))
            _observe(seen[event.item], before.kind, event.kind, lag)
        if event.kind in _EXAMINATION:
            accepted[key] = event.on
        elif event.kind == "ItemApproved" and key in accepted:
            days = max(0, calendar.working_days_between(accepted.pop(key), event.on))
            terms = scenario.item[event.item]
            limit = working_days(terms.promised) or working_days(terms.statutory)
            seen[event.item].share.append(days / (limit or WITHOUT_LIMIT))
        last[key] = event
    usual_pace = usual or ItemPace()
    return Paces(
        usual_pace,
        {
            code: _pace(samples, usual_pace)
            for code, samples in seen.items()
            if _has_enough(samples)
        },
    )


_EXAMINATION = frozenset({"ApplicationAccepted", "ApplicationDeemedAccepted", "ExaminationStarted"})
#: Pairs of events that follow one another → the step that lies between them.
_STEPS: Mapping[tuple[str, str], str] = {
    ("ItemOpened", "ApplicationSubmitted"): "apply",
    ("ItemOpened", "MilestoneRecorded"): "record",
    ("ApplicationSubmitted", "ApplicationAccepted"): "intake",
    ("ApplicationSubmitted", "ApplicationDeemedAccepted"): "intake",
    ("ApplicationSubmitted", "CorrectionRequested"): "intake",
    ("CorrectionRequested", "CorrectionSupplied"): "correct",
    ("CorrectionSupplied", "ApplicationAccepted"): "intake",
    ("CorrectionSupplied", "ApplicationDeemedAccepted"): "intake",
}
#: The events that :func:`paces_from_history` reads.
KINDS: Final = frozenset(
    {kind for pair in _STEPS for kind in pair} | _EXAMINATION | {"ItemApproved"}
)


def _observe(seen: _Observations, before: str, kind: str, lag: int) -> None:
    step = _STEPS.get((before, kind))
    if step is not None:
        getattr(seen, step).append(lag)
    if kind == "CorrectionRequested":
        seen.corrected += 1
    elif kind in ("ApplicationAccepted", "ApplicationDeemedAccepted"):
        seen.accepted += 1


def _has_enough(seen: _Observations) -> bool:
    return any(
        len(samples) >= ENOUGH
        for samples in (seen.apply, seen.intake, seen.correct, seen.share, seen.record)
    )


def _pace(seen: _Observations, usual: ItemPace) -> ItemPace:
    def table(samples: list[float], otherwise: Table) -> Table:
        return tuple(sorted(samples)) if len(samples) >= ENOUGH else otherwise

    enough = seen.accepted >= ENOUGH
    return ItemPace(
        apply=table(seen.apply, usual.apply),
        intake=table(seen.intake, usual.intake),
        correct=table(seen.correct, usual.correct),
        share=table(seen.share, usual.share),
        record=table(seen.record, usual.record),
        correction=seen.corrected / seen.accepted if enough else usual.correction,
    )
