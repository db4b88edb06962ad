"""Whole projects through the services on a real PostgreSQL: random people, dates and crashes.

Every step is an act of somebody, of time or of the machine; some die before their transaction ends
and are asked for again. After each the invariants of the core hold, the chain of events is whole,
and the rows say what the events say.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from itertools import count

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test
from sqlalchemy import text

from models import commands as c
from models.actor import Actor
from models.errors import KaigongError
from models.facts import ProjectFacts
from models.states import ItemState, ProjectState
from services import audit
from services.acts import apply, perform
from services.lifecycle import advance_stage, close
from services.policy import context_for
from services.store import load
from services.unit_of_work import Database
from services.watch.deadlines import watch
from services.working_calendar import working_calendar
from tests.support.asking import asked_for
from tests.support.invariants import (
    check_clocks,
    check_consultations,
    check_deficiencies,
    check_new_grants,
    check_new_voidings,
    check_parts,
)
from tests.support.ledger import Ledger
from tests.support.play import SHA, START

#: Ends of a round; at most one of them happens in each.
DECIDED = (
    "SELECT count(*) FROM (SELECT 1 FROM case_event WHERE project_id = :id AND kind IN"
    " ('ItemApproved', 'ItemDenied', 'ApplicationRefused', 'FoundNotRequired', 'ApplicationWithdrawn')"
    " GROUP BY item, data ->> 'round' HAVING count(*) > 1) twice"
)


class Crash(Exception):
    """The process dies before its transaction ends."""


class Project:
    """The project as it stands in the database, for whoever asks for something in it."""

    def __init__(self, ledger: Ledger, code: str) -> None:
        self._ledger, self._code = ledger, code

    @property
    def facts(self) -> ProjectFacts:
        return self._ledger.facts(self._code)

    @property
    def today(self) -> date:
        return self._ledger.today

    def state(self, code: str) -> ItemState:
        return self.facts.items[code].state


class WholeProject(RuleBasedStateMachine):
    """One project from its registration on; ``ledger`` is set by the test."""

    ledger: Ledger
    keys = count()

    def __init__(self) -> None:
        super().__init__()
        self.ledger.go_to(START)
        self.code = self.ledger.register()
        self.project = Project(self.ledger, self.code)
        self.before = self.project.facts

    @property
    def active(self) -> bool:
        return self.before.state is ProjectState.ACTIVE

    @precondition(lambda self: self.active)
    @rule(data=st.data(), crashes=st.integers(0, 5))
    def somebody_acts(self, data: st.DataObject, crashes: int) -> None:
        command, actor = data.draw(asked_for(self.project))
        key = f"k{next(self.keys)}"
        try:
            if crashes == 0:
                self.die(command, actor, key)
            first = perform(
                self.ledger.database, self.code, command, actor, self.ledger.now, key=key
            )
        except KaigongError as refused:
            refused.sentence()
            assert self.project.facts == self.before
            return
        again = perform(self.ledger.database, self.code, command, actor, self.ledger.now, key=key)
        assert again.repeated
        assert again.version == first.version
        self.check()

    def die(self, command: c.ProjectCommand, actor: Actor, key: str) -> None:
        """Everything is written, and then nothing was."""
        context = context_for(actor, self.ledger.now)
        with suppress(Crash), self.ledger.database.transaction() as connection:
            stored = load(connection, self.code, lock=True)
            apply(connection, stored, command, context, key=key)
            raise Crash
        assert self.project.facts == self.before

    @rule(days=st.sampled_from((1, 2, 6, 31)))
    def time_passes(self, days: int) -> None:
        self.ledger.go_to(working_calendar().add_working_days(self.ledger.today, days))

    @rule()
    def the_watch_comes_round(self) -> None:
        assert watch(self.ledger.database, self.ledger.now).failed == []
        self.check()

    @precondition(lambda self: self.active)
    @rule()
    def the_machine_does_its_part(self) -> None:
        for stage in self.before.scenario.stage:
            advance_stage(self.ledger.database, self.before.id, stage, self.ledger.now)
        close(self.ledger.database, self.before.id, self.ledger.now)
        self.check()

    @rule()
    def everything_restarts(self) -> None:
        self.ledger.close()
        self.ledger.database = Database(self.ledger.url)
        assert self.project.facts == self.before

    def check(self) -> None:
        before, after = self.before, self.project.facts
        for code in after.items:
            check_clocks(after, code)
            check_deficiencies(after, code)
            check_parts(after, code)
            check_consultations(after, code)
        check_new_grants(before, after)
        check_new_voidings(before, after)
        assert self.ledger.scalar(DECIDED, id=after.id) == 0
        report = audit.verify(self.ledger.database, self.code)
        assert report.ok, report.first_broken
        self.before = after

    def teardown(self) -> None:
        """The next project has the watch, and a clean record, to itself."""
        with self.ledger.database.transaction() as connection:
            connection.execute(text("UPDATE project SET state = 'withdrawn'"))
            connection.execute(text("DELETE FROM credit_entry"))


@pytest.fixture
def ledger(database_url: str) -> Iterator[Ledger]:
    found = Ledger(database_url)
    with found.database.transaction() as connection:
        connection.execute(
            text(
                "INSERT INTO stored_file (sha256, media_type, size, content)"
                " VALUES (:sha, 'application/pdf', 1, 'x') ON CONFLICT DO NOTHING"
            ),
            {"sha": SHA},
        )
    yield found
    found.close()


def test_whole_projects_whoever_acts_and_whatever_dies(ledger):
    class Here(WholeProject):
        pass

    Here.ledger = ledger
    run_state_machine_as_test(
        Here,
        settings=settings(
            max_examples=10,
            stateful_step_count=30,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
