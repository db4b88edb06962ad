"""What applying today leads to, beside applying a day later."""

from __future__ import annotations

from datetime import date

import pytest

from rules.cases.readiness.effect import Effect, effect
from tests.support.people import APPLICANT
from tests.support.play import Play
from tests.support.yard import changed_item, days


def of(play: Play, item: str) -> Effect:
    return effect(play.facts, item, play.context(APPLICANT))


def test_the_promise_runs_from_the_day_of_filing_and_the_deferral_from_the_decision():
    effect_today = of(Play(on=date(2026, 11, 2)), "A1")
    assert effect_today.today.decided_on == date(2026, 11, 9)
    assert effect_today.next_day.on == date(2026, 11, 3)
    assert effect_today.next_day.decided_on == date(2026, 11, 10)
    assert effect_today.make_up_by == date(2026, 12, 21)


def test_a_day_later_on_the_longest_chain_is_a_day_later_at_the_end():
    effect_today = of(Play(), "A1")
    assert effect_today.holds_up


def test_a_day_later_beside_it_holds_up_nothing():
    """The certificate takes ten days, the filing five."""
    play = Play(changed_item("A1", promised=days(10).model_dump())).record("E0")
    assert of(play, "A1").holds_up
    assert not of(play, "A2").holds_up


@pytest.mark.parametrize("rest_day", [date(2026, 11, 7), date(2026, 11, 8)])
def test_who_looks_on_a_rest_day_applies_on_the_next_working_day(rest_day):
    effect_then = of(Play(on=rest_day), "A1")
    assert effect_then.today.on == date(2026, 11, 9)
    assert effect_then.next_day.on == date(2026, 11, 10)


def test_days_beyond_the_published_calendars_are_provisional():
    assert not of(Play(on=date(2026, 3, 2)), "A1").provisional
    assert of(Play(on=date(2026, 12, 21)), "A1").provisional
