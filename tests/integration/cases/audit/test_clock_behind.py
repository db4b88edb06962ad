"""The clock goes backwards: people go on and it is on record, time waits, doctor says so."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

from prefect.client.schemas.objects import FlowRun
from prefect.states import Running
from sqlalchemy import text

from config.settings import Settings
from deployments.local.findings import State
from deployments.local.health import database_findings
from flows.project_runs import Grace
from models.cases import commands as c
from services.cases.audit import verify
from services.cases.wake_ups import WakeUpTable
from services.cases.watch.deadlines import watch
from tests.support.play import START


def test_people_go_on_and_time_waits(ledger):
    project = ledger.accepted()
    ledger.go_to(date(2026, 12, 20))
    ledger.hand_in(project, "plan")
    newest = ledger.now
    ledger.go_to(START)
    ledger.hand_in(project, "plan")
    ledger.do(project, c.ApproveItem(item="A1"))
    stamps = ledger.scalar("SELECT array_agg(data ->> 'clock_behind' ORDER BY seq) FROM case_event")
    assert [datetime.fromisoformat(one) for one in stamps if one] == [newest, newest]
    report = verify(ledger.database)
    assert report.ok, [fault.sentence() for fault in report.broken]

    beats, events = ledger.count("heartbeat"), ledger.count("case_event")
    paused = watch(ledger.database, ledger.now)
    assert paused.paused_until == newest
    assert "paused" in paused.summary()
    assert (ledger.count("heartbeat"), ledger.count("case_event")) == (beats, events)
    [clock] = [f for f in database_findings(Settings(database_url=ledger.url)) if f.part == "clock"]
    assert clock.state is State.DOWN

    ledger.go_to(date(2026, 12, 21))
    assert watch(ledger.database, ledger.now).paused_until is None
    assert ledger.count("heartbeat") == beats + 1


def test_the_clocks_of_two_machines_differ_by_moments(ledger):
    project = ledger.accepted()
    ledger.hand_in(project, "plan")
    assert ledger.scalar("SELECT count(*) FROM case_event WHERE data ->> 'clock_behind' > ''") == 0
    assert watch(ledger.database, ledger.now - timedelta(seconds=5)).paused_until is None


def test_a_wake_up_put_off_before_the_clock_was_set_back_does_not_wait_for_it(ledger):
    ledger.register()
    book = WakeUpTable(ledger.database)
    for minutes, waits in ((5, True), (24 * 60, False)):
        with ledger.database.transaction() as connection:
            connection.execute(
                text("UPDATE wake_up SET not_before = now() + make_interval(mins => :m)"),
                {"m": minutes},
            )
        assert bool(book.pending(10)) is not waits


def test_a_run_whose_state_is_of_the_future_is_not_waited_for():
    state = Running(timestamp=datetime.now(UTC) + timedelta(days=1))
    assert Grace().over(FlowRun(flow_id=uuid4(), state=state, state_type=state.type))
    assert not Grace().over(FlowRun(flow_id=uuid4(), state=Running()))
