"""Silence has an effect in six places of the law and nowhere else: elsewhere a limit is late, no more."""

from __future__ import annotations

from datetime import timedelta

import pytest

from models.cases.states import ItemState
from models.scenarios.definition import ItemMode
from rules.cases.clocks.ends import due_acts
from rules.cases.clocks.registry import KINDS
from services.scenarios.scenario_files import shipped
from services.scenarios.statutes import statutes
from tests.support.play import Play

#: Told once or accepted; renewed; told on the spot or accepted; agreed; filed by its receipt; lapsed.
PLACES = {"LL32-4", "LL50-2", "RR17-2", "PEP12-2", "R673-13", "CL9-2"}
SILENT = {row.id: row for row in statutes().rows if row.silence is not None}
ENDS = [kind for kind in KINDS.values() if kind.end is not None]
SCENARIOS = {key: reading.definition for key, reading in shipped().items()}
#: Longer than any limit of the law.
LONG = timedelta(days=500)


def test_the_table_gives_silence_an_effect_in_these_places_only():
    assert set(SILENT) <= PLACES
    assert {"LL32-4", "RR17-2", "R673-13"} <= set(SILENT)


@pytest.mark.parametrize("kind", ENDS, ids=lambda kind: kind.key)
def test_what_time_does_rests_on_such_a_place_or_on_no_statute(kind):
    """A consequence of a broken promise or a reform is the district's, and says so."""
    by_law = {row.id for row in SILENT.values() if f"act:{kind.end.act}" in row.places}
    chosen = any(mark in kind.end.source for mark in ("[D]", "[S"))
    # Whatever is held back to be issued together is issued on the last day: that is the duty itself.
    assert by_law or chosen or kind.end.on_last_day


def acts_of_time(play: Play) -> set[str]:
    return {due.command.act for due in due_acts(play.facts, play.today)}


def open_items(play: Play) -> list[str]:
    return [
        item.code
        for item in play.facts.items.values()
        if item.state is ItemState.OPEN
        and play.facts.definition(item.code).mode is ItemMode.APPLICATION
    ]


@pytest.mark.parametrize("key", sorted(SCENARIOS))
def test_nobody_speaks_and_nothing_is_decided(key):
    """Applied for and left alone it is accepted; accepted and left alone it is late for ever."""
    play = Play(SCENARIOS[key]).machine()
    for code in [code for code, item in play.facts.items.items() if item.state is ItemState.OPEN]:
        if play.facts.definition(code).mode is ItemMode.MILESTONE:
            play.happen(code)
    for code in open_items(play):
        play.apply(code)
    play.go_to(play.today + timedelta(days=60))
    assert acts_of_time(play) <= {"deem_accepted"}
    for due in due_acts(play.facts, play.today):
        play.do(due.command)
    waiting = [code for code, item in play.facts.items.items() if item.state is ItemState.ACCEPTED]
    play.go_to(play.today + LONG)
    for due in due_acts(play.facts, play.today):
        assert due.command.act == "deem_agreed"
        play.do(due.command)
    assert acts_of_time(play) == set()
    assert {play.state(code) for code in waiting} <= {ItemState.ACCEPTED}


@pytest.mark.parametrize("key", sorted(SCENARIOS))
def test_no_opinion_that_a_statute_asks_for_is_given_by_silence(key):
    consults = [consult for item in SCENARIOS[key].items for consult in item.consults]
    assert not [one for one in consults if one.silence_is_consent and one.by_statute]
