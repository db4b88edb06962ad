"""Whole projects through the services on a real PostgreSQL: random people, dates and crashes.

Every step is an act of somebody, of time or of the machine; some die before their transaction ends
and are asked for again. After each the invariants of the core hold, the chain of events is whole,
and the rows say what the events say.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import date, timedelta
from itertools import count
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test
from sqlalchemy import text

from models.cases import commands as c
from models.cases.facts import ProjectFacts
from models.cases.states import ItemState, ProjectState
from models.errors import KaigongError
from models.people.actor import SYSTEM, Actor
from services.cases import audit
from services.cases.acts import execute, execute_in_transaction
from services.cases.calendar_change import recompute
from services.cases.lifecycle import advance_stage, close
from services.cases.watch.deadlines import watch
from services.clock.working_calendar import working_calendar
from services.installation.policy import context_for
from services.ledger.store import load
from services.unit_of_work import Database
from tests.support.asking import asked_for, its_part, seldom
from tests.support.holidays import MORE_REST, MORE_WORK, own_notice
from tests.support.invariants import (
    check_clocks,
    check_consultations,
    check_deficiencies,
    check_new_grants,
    check_new_voidings,
    check_parts,
)
from tests.support.last_days import LastDays, check_seen_to
from tests.support.ledger import FILE, Ledger
from tests.support.people import who_does
from tests.support.play import START
from tests.support.sizes import size

#: Notices for the next year: days that are worked instead, or that are days off.
NOTICES = (MORE_WORK, MORE_REST)
#: Ends of a round; at most one of them happens in each.
DECIDED = (
    "SELECT count(*) FROM (SELECT 1 FROM case_event WHERE project_id = :id AND kind IN"
    " ('ItemApproved', 'ItemDenied', 'ApplicationRefused', 'FoundNotRequired', 'ApplicationWithdrawn')"
    " GROUP BY item, data ->> 'round' HAVING count(*) > 1) twice"
)


class Crash(Exception):
    """The process dies before its transaction ends."""


def with_file(command: c.ProjectCommand) -> c.ProjectCommand:
    """The same with a file that there is."""
    named = "sha256" in type(command).model_fields
    return command.model_copy(update={"sha256": FILE}) if named else command


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
    """One project from its registration on; ``ledger`` and ``notice`` are set by the test."""

    ledger: Ledger
    notice: Path
    """Where the installation's own notice for 2027 stands."""
    keys = count()

    def __init__(self) -> None:
        super().__init__()
        self.ledger.go_to(START)
        self.code = self.ledger.register()
        self.project = Project(self.ledger, self.code)
        self.before = self.project.facts
        self.last_days = LastDays()

    @property
    def active(self) -> bool:
        return self.before.state is ProjectState.ACTIVE

    @precondition(lambda self: self.active)
    @rule(data=st.data(), crashes=st.integers(0, 5))
    def somebody_acts(self, data: st.DataObject, crashes: int) -> None:
        command, actor = data.draw(asked_for(self.project))
        command = with_file(command)
        key = f"k{next(self.keys)}"
        try:
            if crashes == 0:
                self.die(command, actor, key)
            first = execute(
                self.ledger.database, self.code, command, actor, self.ledger.now, key=key
            )
        except KaigongError as refused:
            refused.sentence()
            assert self.project.facts == self.before
            return
        again = execute(self.ledger.database, self.code, command, actor, self.ledger.now, key=key)
        assert again.repeated
        assert again.version == first.version
        self.check()

    @precondition(lambda self: self.active)
    @rule(data=st.data())
    def everybody_does_their_part(self, data: st.DataObject) -> None:
        """Random people alone get nowhere: most of what they ask for is refused."""
        for command in data.draw(its_part(self.project)):
            self.asked(command)
        self.check()

    @precondition(lambda self: self.active)
    @rule(data=st.data())
    def the_law_is_used(self, data: st.DataObject) -> None:
        """Extended, held, corrected, revoked, taken back, objected to."""
        command = data.draw(seldom(self.project))
        self.asked(command)
        self.check()

    def asked(self, command: c.ProjectCommand) -> None:
        """By whoever usually does it; what is refused changes nothing."""
        facts, command = self.project.facts, with_file(command)
        actor = who_does(command.act, facts, getattr(command, "item", None))
        with suppress(KaigongError):
            execute(self.ledger.database, self.code, command, actor, self.ledger.now)

    def die(self, command: c.ProjectCommand, actor: Actor, key: str) -> None:
        """Everything is written, and then nothing was."""
        context = context_for(actor, self.ledger.now)
        with suppress(Crash), self.ledger.database.transaction() as connection:
            stored = load(connection, self.code, lock=True)
            execute_in_transaction(connection, stored, command, context, key=key)
            raise Crash
        assert self.project.facts == self.before

    @rule(days=st.sampled_from((1, 2, 6, 31)))
    def time_passes(self, days: int) -> None:
        self.ledger.go_to(working_calendar().add_working_days(self.ledger.today, days))

    @rule(days=st.integers(20, 60))
    def nobody_watches_for_weeks(self, days: int) -> None:
        self.ledger.go_to(self.ledger.today + timedelta(days=days))
        self.the_watch_comes_round()

    @rule(content=st.sampled_from((None, *NOTICES)))
    def a_notice_comes_late(self, content: str | None) -> None:
        """Days that were counted on become days off, or are worked, after they were told."""
        self.notice.unlink(missing_ok=True)
        if content is not None:
            self.notice.write_text(content, encoding="utf-8")
        context = context_for(SYSTEM, self.ledger.now)
        assert recompute(self.ledger.database, context, own=True).failed == []
        self.check()

    @rule()
    def the_watch_comes_round(self) -> None:
        assert watch(self.ledger.database, self.ledger.now).failed == []
        self.check()
        if self.active:
            check_seen_to(self.before, self.ledger.today)

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
        self.last_days.check(before, after, self.ledger.today)
        assert self.ledger.scalar(DECIDED, id=after.id) == 0
        report = audit.verify(self.ledger.database, self.code)
        assert report.ok, report.first_broken
        self.before = after

    def teardown(self) -> None:
        """The next project has the watch, and a clean record, to itself."""
        with self.ledger.database.transaction() as connection:
            connection.execute(text("UPDATE project SET state = 'withdrawn'"))
            connection.execute(text("DELETE FROM credit_entry"))


def test_whole_projects_whoever_acts_and_whatever_dies(ledger):
    class Here(WholeProject):
        pass

    Here.ledger = ledger
    with own_notice() as Here.notice:
        run_state_machine_as_test(
            Here,
            settings=settings(
                max_examples=size(6),
                stateful_step_count=30,
                deadline=None,
                database=None,
                suppress_health_check=list(HealthCheck),
            ),
        )
