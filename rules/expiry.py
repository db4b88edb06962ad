"""What the law does when a clock has ended, or its last day has come, and nobody did anything."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from models import commands as c
from models.facts import ClockFacts, ProjectFacts
from models.states import OPEN_DEFICIENCY, ClockKind, ClockState, ProjectState
from rules.bundles import held_in
from rules.consultation import of_round, silent
from rules.phases import has_lapsed, is_late, promise

#: How the reason begins that the passing of time gives; the keys of the papers follow.
NOT_MADE_GOOD = "not made good: "
#: The reason that the passing of time gives for a phase.
PHASE_LAPSED = "The next phase was not applied for in the time that was promised"


def expired(facts: ProjectFacts, item: str, today: date) -> c.ProjectCommand | None:
    """The act of time on an item; ``None`` when somebody did something after all.

    Silence through the correction window accepts (Licensing Law art. 32(4)); a deferred material
    that did not come in time voids the approval (S:004 case 12); a document that is held back to be
    issued with others is issued on the last day to deliver it (art. 44); a next phase that was not
    applied for in the time that was promised stops the work [D]; a consulted department that said
    nothing is taken to agree, where that is declared (R12).
    """
    if facts.state is not ProjectState.ACTIVE:
        return None
    ended = [clock for clock in facts.clocks.values() if clock.item == item and _over(clock, today)]
    if any(clock.kind is ClockKind.CORRECTION_WINDOW for clock in ended):
        return c.DeemAccepted(item=item)
    owed = _left_out(facts, ended)
    if owed:
        return c.VoidApproval(item=item, reason=NOT_MADE_GOOD + ", ".join(sorted(owed)))
    if silent(of_round(facts.items, facts.consultations, item), facts.clocks, today):
        return c.DeemAgreed(item=item)
    return _of_grants(facts, item, today)


def _of_grants(facts: ProjectFacts, item: str, today: date) -> c.ProjectCommand | None:
    """What time does to a permit of one phase, and to a document that is held back."""
    if is_late(promise(facts, item), today) and not has_lapsed(facts, item):
        return c.LapsePhase(item=item)
    bundle = held_in(facts, item)
    if bundle is not None and bundle.release(today) is not None:
        return c.ReleaseBundle(bundle=bundle.definition.key)
    return None


def _left_out(facts: ProjectFacts, ended: Iterable[ClockFacts]) -> list[str]:
    """Deferred materials that did not come in time."""
    return [
        clock.subject
        for clock in ended
        if clock.kind is ClockKind.MAKE_UP and not _handed_in(facts, clock)
    ]


def _over(clock: ClockFacts, today: date) -> bool:
    running = clock.state is ClockState.RUNNING
    return running and clock.due_on is not None and clock.due_on < today


def _handed_in(facts: ProjectFacts, clock: ClockFacts) -> bool:
    """By the last day, or not owed any more: how long it is verified is the department's affair."""
    owed = facts.deficiencies.get((clock.item, clock.round, clock.subject))
    if owed is None or owed.state not in OPEN_DEFICIENCY:
        return True
    last = clock.due_on
    return owed.submitted_on is not None and last is not None and owed.submitted_on <= last
