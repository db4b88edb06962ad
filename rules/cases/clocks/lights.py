"""The light 红黄绿 of clocks as their rows have them: derived for a day, never stored."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from models.cases.clock import ClockFacts
from models.cases.states import ClockState, Light
from rules.clock import light_on


def light_of(clock: ClockFacts, when: date | datetime) -> Light:
    """The light of one clock at an instant, or at the end of a day; one that is stopped is red when it
    stopped too late, else green.
    """
    last_days = (clock.due_on, clock.statutory_due_on)
    if clock.state is not ClockState.STOPPED:
        return light_on(when, last_days, clock.yellow_at)
    return light_on(clock.stopped_on, last_days) if clock.stopped_on else Light.GREEN


def light_of_all(clocks: Iterable[ClockFacts], when: date | datetime) -> Light:
    """The worst light of any clock that is not stopped."""
    return worst(light_of(clock, when) for clock in clocks if clock.state is not ClockState.STOPPED)


def worst(lights: Iterable[Light]) -> Light:
    """The worst of several lights; green when there is none."""
    shown = set(lights)
    return next((light for light in (Light.RED, Light.YELLOW) if light in shown), Light.GREEN)
