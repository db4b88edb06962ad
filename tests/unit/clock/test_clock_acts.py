"""What may be appended to a clock, and every refusal."""

from __future__ import annotations

from datetime import date

import pytest

from models.clock.values import (
    ClockExtended,
    ClockPolicy,
    ClockResumed,
    ClockStarted,
    ClockStopped,
    ClockSuspended,
    ClockTerms,
    Limit,
    Unit,
)
from models.scenarios.definition import SpecialProcedure
from rules.clock import BrokenHistory, append, project_clock
from rules.clock.appending import (
    ClockHasStopped,
    ClockNotStarted,
    ClockStartsOnce,
    EventOutOfOrder,
    ExtendedAlready,
    ExtensionNeedsHead,
    ExtensionNeedsReason,
    ExtensionTooLate,
    ExtensionTooLong,
    NoExtension,
    NotSuspended,
    ProcedureNotListed,
    SuspendedAlready,
    SuspensionNeedsNotice,
)
from services.clock.working_calendar import working_calendar

D = date.fromisoformat
TERMS = ClockTerms(statutory=Limit(20), promised=Limit(10), extension=Limit(10))
STARTED = (ClockStarted(D("2026-11-02")),)  # promised to 11-16, statutory to 11-30


def suspended(day="2026-11-05", **changes):
    given = {"procedure": "expert_review", "planned": Limit(5), "notice": "1", **changes}
    return ClockSuspended(D(day), **given)


def extended(day="2026-11-10", **changes):
    given = {"by": Limit(10), "approved_by": "head", "by_head": True, "reason": "r", **changes}
    return ClockExtended(D(day), **given)


def put(events, *more, terms=TERMS):
    for event in more:
        events = append(events, event, terms, working_calendar(), ClockPolicy())
    return events


def test_a_whole_life():
    events = put(
        (),
        *STARTED,
        suspended(),
        suspended("2026-11-06", ref="hearing", procedure="hearing"),
        ClockResumed(D("2026-11-12")),
        ClockResumed(D("2026-11-12"), ref="hearing"),
        extended("2026-11-13"),
        ClockStopped(D("2026-11-20")),
    )
    assert len(events) == 7
    assert project_clock(TERMS, events, working_calendar(), ClockPolicy()).stopped_on == D(
        "2026-11-20"
    )


@pytest.mark.parametrize(
    ("before", "event", "refusal"),
    [
        ((), suspended(), ClockNotStarted),
        ((), ClockStopped(D("2026-11-02")), ClockNotStarted),
        (STARTED, ClockStarted(D("2026-11-03")), ClockStartsOnce),
        (STARTED, ClockStopped(D("2026-11-01")), EventOutOfOrder),
        ((*STARTED, suspended("2026-11-09")), extended("2026-11-06"), EventOutOfOrder),
        ((*STARTED, ClockStopped(D("2026-11-03"))), suspended(), ClockHasStopped),
        ((*STARTED, ClockStopped(D("2026-11-03"))), ClockStarted(D("2026-11-04")), ClockStartsOnce),
        (STARTED, suspended(procedure="lunch"), ProcedureNotListed),
        (STARTED, suspended(procedure=None), ProcedureNotListed),
        (STARTED, suspended(planned=None), SuspensionNeedsNotice),
        (STARTED, suspended(planned=Limit(0)), SuspensionNeedsNotice),
        ((*STARTED, suspended()), suspended("2026-11-06"), SuspendedAlready),
        (STARTED, ClockResumed(D("2026-11-05")), NotSuspended),
        ((*STARTED, suspended()), ClockResumed(D("2026-11-05"), ref="other"), NotSuspended),
        ((*STARTED, extended()), extended("2026-11-11"), ExtendedAlready),
        (STARTED, extended("2026-12-01"), ExtensionTooLate),
        (STARTED, extended(by_head=False), ExtensionNeedsHead),
        (STARTED, extended(approved_by=" "), ExtensionNeedsHead),
        (STARTED, extended(reason=None), ExtensionNeedsReason),
        (STARTED, extended(by=Limit(11)), ExtensionTooLong),
        (STARTED, extended(by=Limit(0)), ExtensionTooLong),
        (STARTED, extended(by=Limit(5, Unit.NATURAL_DAY)), ExtensionTooLong),
    ],
)
def test_what_is_refused(before, event, refusal):
    with pytest.raises(refusal) as raised:
        put(before, event)
    assert "{" not in str(raised.value)


def test_an_extension_that_is_too_long_says_how_long_it_may_be():
    with pytest.raises(ExtensionTooLong) as raised:
        put(STARTED, extended(by=Limit(40, Unit.NATURAL_DAY)))
    assert "40 natural days" in raised.value.sentence()
    assert "10 working days" in raised.value.sentence()


@pytest.mark.parametrize("procedure", list(SpecialProcedure))
def test_every_listed_procedure_suspends(procedure):
    assert len(put(STARTED, suspended(procedure=procedure.value))) == 2


def test_the_last_day_is_still_before_expiry():
    assert len(put(STARTED, extended("2026-11-30"))) == 2


def test_a_limit_without_extension_in_its_law_is_never_extended():
    with pytest.raises(NoExtension):
        put(STARTED, extended(), terms=ClockTerms(statutory=Limit(10)))


def test_a_promise_alone_is_extended_before_it_expires():
    terms = ClockTerms(promised=Limit(10), extension=Limit(5))
    assert put(STARTED, extended("2026-11-16", by=Limit(5)), terms=terms)
    with pytest.raises(ExtensionTooLate, match="2026-11-16"):
        put(STARTED, extended("2026-11-17", by=Limit(5)), terms=terms)


def test_a_paused_clock_has_not_expired():
    assert put((*STARTED, suspended()), extended("2027-01-15"))


def test_broken_histories_are_found_out():
    for events, says in [
        ([*STARTED, *STARTED], "start on 2026-11-02: It started before."),
        ([ClockStopped(D("2026-11-02"))], "It has not started."),
        ([*STARTED, ClockStopped(D("2026-11-02")), suspended()], "It has stopped."),
        ([*STARTED, ClockStopped(D("2026-11-01"))], "earlier than the one before"),
        ([*STARTED, suspended(), suspended()], "open already"),
        ([*STARTED, ClockResumed(D("2026-11-03"))], "No such suspension"),
    ]:
        with pytest.raises(BrokenHistory, match=says):
            project_clock(TERMS, events, working_calendar(), ClockPolicy())
