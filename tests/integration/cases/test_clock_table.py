"""The table of clocks, read by the rules and by the database: of every state both find the same."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import NamedTuple

import pytest
from sqlalchemy import text

from models.cases.clock import ClockFacts
from models.cases.facts import ProjectFacts
from models.cases.outcome import Outcome
from models.cases.states import ClockKind, ClockState, Light
from models.people.actor import SYSTEM
from rules.cases.clocks.ends import ended
from rules.cases.clocks.lights import light_of
from rules.cases.clocks.registry import KINDS
from services.cases.views.parts.lights import RANK, at, by_rank
from services.cases.watch.ended_clocks import ended_items, handed_in
from services.clock.working_calendar import working_calendar
from services.ledger.event_log import Act
from services.ledger.new_projects import begin, insert
from services.scenarios import published as scenarios
from tests.support import states
from tests.support.frozen import plays
from tests.support.ledger import Ledger
from tests.support.people import STEWARD
from tests.support.play import Play
from tests.support.yard import ENTERPRISE

#: From the first day of any play until every clock has long run out.
DAYS = [date(2026, 10, 26) + timedelta(days=day) for day in range(400)]


class Stored(NamedTuple):
    """Projects in every state, in the database and as facts."""

    ledger: Ledger
    facts: dict[int, ProjectFacts]


def everything() -> list[Play]:
    """Every state that an item comes into, and what goes beside it."""
    of_states = [reach().play for reach in states.REACH.values()]
    return [
        *of_states,
        *plays.of_every_state().values(),
        *(play() for play in plays.PLAYS.values()),
    ]


@pytest.fixture(scope="module")
def stored(module_database_url: str) -> Iterator[Stored]:
    ledger = Ledger(module_database_url)
    facts: dict[int, ProjectFacts] = {}
    act = Act(SYSTEM, ledger.now, "test")
    with ledger.database.transaction() as connection:
        scenario, _ = scenarios.effective(connection, "yard", ledger.today)
        for number, play in enumerate(everything(), start=1):
            code = f"2611-611102-04-01-{number:06d}"
            named = replace(play.facts, code=code, steward=STEWARD.login, enterprise=ENTERPRISE)
            version = working_calendar().version
            named = replace(named, id=begin(connection, ()).number)
            insert(connection, Outcome(named, ()), scenario, act, version)
            facts[named.id] = named
    yield Stored(ledger, facts)
    ledger.close()


def of_rules(facts: ProjectFacts, kind: str, today: date) -> set[str]:
    """Items on which something follows from the end of a clock of this kind."""
    end = KINDS[kind].end
    clocks = facts.clocks.values() if end is not None else ()
    return {
        clock.item
        for clock in clocks
        if end is not None and clock.kind == kind and end.is_due(facts, clock, today)
    }


def followed(stored: Stored, kind: str) -> Iterator[tuple[date, set[tuple[int, str]]]]:
    """Day by day, project and item as the database finds them; the rules find the same."""
    with stored.ledger.database.reading() as connection:
        for today in DAYS:
            found = {
                (one.project_id, one.item) for one in ended_items(connection, KINDS[kind], today)
            }
            assert found == {
                (id_, item)
                for id_, facts in stored.facts.items()
                if facts.state == "active"
                for item in of_rules(facts, kind, today)
            }, today
            yield today, found


@pytest.mark.parametrize("kind", KINDS)
def test_the_database_finds_the_clocks_that_the_rules_find(stored, kind):
    most: set[tuple[int, str]] = set()
    for today, found in followed(stored, kind):
        most |= found
        for id_, item in found:
            command = ended(KINDS[kind], stored.facts[id_], item, today)
            # Not every document that is not out is held back by a bundle.
            assert command is not None or kind == ClockKind.DELIVERY
            # Nobody in these plays was reminded of anything.
            act = "give_grace" if KINDS[kind].end.reminds else KINDS[kind].end.act
            assert command is None or command.act == act
    assert bool(most) is (KINDS[kind].end is not None)


def clocks_of(stored: Stored) -> dict[tuple[int, str, str, int, str], ClockFacts]:
    return {
        (id_, *clock.key): clock
        for id_, facts in stored.facts.items()
        for clock in facts.clocks.values()
    }


def test_the_database_shows_the_lights_that_the_rules_show(stored):
    key = "c.project_id, c.item, c.kind, c.round, c.subject"
    query = text(f"SELECT {key}, {RANK} FROM clock c WHERE c.state <> 'stopped'")
    clocks = {
        key: clock
        for key, clock in clocks_of(stored).items()
        if clock.state is not ClockState.STOPPED
    }
    seen: set[Light] = set()
    with stored.ledger.database.reading() as connection:
        for today in DAYS:
            rows = connection.execute(query, at(today))
            shown = {tuple(row[:5]): by_rank(row[5]) for row in rows}
            assert shown == {key: light_of(clock, today) for key, clock in clocks.items()}, today
            seen |= set(shown.values())
    assert seen == set(Light)


def test_the_database_knows_who_has_the_move(stored):
    values: dict[str, object] = {}
    moved = handed_in(tuple(KINDS.values()), values)
    key = "c.project_id, c.item, c.kind, c.round, c.subject"
    query = text(f"SELECT {key} FROM clock c WHERE {moved}")
    with stored.ledger.database.reading() as connection:
        found = {tuple(row) for row in connection.execute(query, values)}
    assert found == {
        key
        for key, clock in clocks_of(stored).items()
        if (row := KINDS[clock.kind].handed_in) and row.holds(stored.facts[key[0]], clock)
    }
    assert {key[2] for key in found} == {ClockKind.MAKE_UP}
