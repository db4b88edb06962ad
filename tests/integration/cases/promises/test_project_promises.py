"""Promises of a project on the ledger: watched, warned of, explained, audited."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import text

from models.cases import commands as c
from models.cases.states import ClockKind, Light
from models.people.actor import SYSTEM
from models.scenarios.definition import NamedPromise, PromiseDefinition, ScenarioDefinition
from rules.cases import promises
from rules.cases.acts.limits import NothingToDrawUp
from services import timing
from services.cases.audit import verify
from services.cases.filling import promises as promise_filling
from services.cases.registration import register_project
from services.cases.views.project_page import project_page
from services.cases.views.why import sentences, why_promises
from services.cases.watch.deadlines import watch
from services.clock.working_calendar import working_calendar
from services.scenarios import versions
from tests.support.ledger import Ledger
from tests.support.people import ADMINISTRATOR, CLERK, approver, handler
from tests.support.play import moment
from tests.support.yard import HOUSING, PLANNING, YARD, name

HALF_YEAR = NamedPromise(
    key="half_year",
    name=name("half a year"),
    start="E0",
    end="B0",
    days=6,
    unit="month",
    source="[S:001]",
)


def promising(ledger: Ledger, **changes: object) -> str:
    """A project of a version that promises so."""
    made = YARD.model_copy(update={"key": "promising", **changes})
    scenario = ScenarioDefinition.model_validate(made.model_dump(by_alias=True))
    with ledger.database.transaction() as connection:
        versions.publish(connection, scenario, "x", ADMINISTRATOR, ledger.now)
    request = ledger.request(scenario=scenario.key)
    return register_project(ledger.database, request, CLERK, ledger.now).project


def warned(ledger: Ledger, project: str) -> list[tuple[str, str, str]]:
    """Rung, template and audience of every warning of a promise, in order."""
    query = (
        "SELECT e.data ->> 'rung', n.template, n.audience FROM case_event e"
        " JOIN project p ON p.id = e.project_id"
        " JOIN notice n ON n.project_id = e.project_id AND n.seq = e.seq"
        " WHERE p.code = :code AND e.kind = 'WarningGiven' AND e.data ->> 'clock' LIKE 'promise%'"
        " ORDER BY e.seq, n.audience"
    )
    with ledger.database.reading() as connection:
        return [(*row,) for row in connection.execute(text(query), {"code": project})]


def test_prom2_half_a_year_is_watched_from_the_hand_over(ledger):
    ledger.go_to(date(2026, 3, 2))
    project = promising(ledger, promise=None, promises=(HALF_YEAR,))
    ledger.do(project, c.RecordMilestone(item="E0", happened_on=ledger.today))
    clock = next(clock for clock in ledger.facts(project).clocks.values() if clock.of_project)
    assert clock.due_on == date(2026, 9, 2)
    assert clock.yellow_on < date(2026, 9, 1)
    watch(ledger.database, moment(clock.yellow_on))
    # The steward hears of it before it breaks, and with him the lead department of the stage.
    assert warned(ledger, project) == [
        ("yellow", "warning_yellow", f"department:{HOUSING}"),
        ("yellow", "warning_yellow", "steward"),
    ]
    assert page(ledger, project, clock.yellow_on).light is Light.YELLOW
    assert page(ledger, project, date(2026, 9, 2)).light is Light.YELLOW
    for on in (date(2026, 9, 3), date(2026, 9, 4), date(2026, 9, 9), date(2026, 10, 12)):
        watch(ledger.database, moment(on))
    given = [rung for rung, _, who in warned(ledger, project) if who == "steward"]
    assert given == ["yellow", "red", "head", "supervision"]
    assert ("supervision", "warning_supervision", "leader") in warned(ledger, project)
    shown = page(ledger, project, date(2026, 10, 12))
    assert (shown.light, shown.promises[0].light) == (Light.RED, Light.RED)
    assert shown.promises[0].name.en == "half a year"
    letters = [task for task in ledger.facts(project).supervision.values() if task.is_letter]
    assert [task.department for task in letters] == [HOUSING]
    assert verify(ledger.database).ok


def page(ledger: Ledger, project: str, on: date):
    return project_page(ledger.database, project, moment(on), viewer=SYSTEM)


def test_prom1_the_steward_is_warned_before_the_promise_breaks(ledger):
    project = promising(ledger, promise=PromiseDefinition(days=20))
    ledger.do(project, c.RecordMilestone(item="E0", happened_on=ledger.today))
    ledger.hand_in(project, "plan")
    # Denied again and again, each time within its own limit.
    days = 0
    while page(ledger, project, ledger.today).light is not Light.RED:
        watch(ledger.database, ledger.now)
        assert days <= 21
        ledger.do(project, c.SubmitApplication(item="A1"))
        ledger.do(project, c.AcceptApplication(item="A1"), handler(PLANNING))
        ledger.go_to(working_day_after(ledger.today, 2))
        days += 2
        ledger.do(project, c.DenyItem(item="A1", reason="no"), approver(PLANNING))
        ledger.do(project, c.StartNewRound(item="A1"))
    watch(ledger.database, ledger.now)
    # What was missed between two looks is told with what came next.
    clock = next(clock for clock in ledger.facts(project).clocks.values() if clock.of_project)
    assert clock.warned[:2] == ("yellow", "red")
    assert warned(ledger, project)[0][0] == "yellow"
    assert verify(ledger.database).ok
    [explained] = why_promises(ledger.database, project, ledger.now, viewer=SYSTEM).clocks
    assert explained.clock.kind == ClockKind.PROMISE_COUNTED
    assert explained.days
    assert any("critical path" in sentence for sentence in sentences(explained)) or (
        explained.yellow_on is None
    )


def working_day_after(day: date, days: int) -> date:
    return working_calendar().add_working_days(day, days)


def test_a_project_from_before_promises_ran_has_them_drawn_up_at_the_upgrade(ledger, monkeypatch):
    """Also where nothing happens in it any more: it is warned of like every other."""
    ledger.go_to(date(2026, 3, 2))
    with monkeypatch.context() as before:
        before.setattr(promises, "settled", lambda facts, context: ())
        project = promising(ledger, promise=None, promises=(HALF_YEAR,))
        ledger.do(project, c.RecordMilestone(item="E0", happened_on=ledger.today))
        silent = promising(ledger, promise=None, promises=(HALF_YEAR,), key="another")
    assert not [clock for clock in ledger.facts(project).clocks.values() if clock.of_project]
    monkeypatch.setattr(timing, "now", lambda: moment(date(2026, 5, 4)))
    assert [promise_filling.fill(ledger.database) for _ in range(2)] == [1, 0]
    [clock] = [clock for clock in ledger.facts(project).clocks.values() if clock.of_project]
    assert (clock.started_on, clock.due_on) == (date(2026, 3, 2), date(2026, 9, 2))
    watch(ledger.database, moment(clock.yellow_on))
    assert ("yellow", "warning_yellow", "steward") in warned(ledger, project)
    with pytest.raises(NothingToDrawUp):
        ledger.do(silent, c.DrawUpPromises(), SYSTEM)
    assert verify(ledger.database).ok
