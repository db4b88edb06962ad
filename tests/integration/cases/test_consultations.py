"""Consultations through the services: the inbox of who is asked, the watch, the page, the log."""

from __future__ import annotations

from datetime import timedelta

import pytest

from models.cases import commands as c
from models.cases.consultation import ConsultationState
from models.cases.states import ClockKind
from models.errors import NotFound
from models.people.actor import SYSTEM
from models.scenarios.definition import ConsultDefinition
from services.cases import audit
from services.cases.acts import execute
from services.cases.pages.menu import menu_counts
from services.cases.pages.possible_acts import possible_of
from services.cases.views.inbox import inbox
from services.cases.views.project_page import project_page
from services.cases.watch.deadlines import watch
from tests.support.ledger import Ledger
from tests.support.people import handler
from tests.support.yard import HOUSING, LAND, PLANNING, changed_item, days

ASKS = (
    ConsultDefinition(department=LAND, limit=days(3)),
    ConsultDefinition(department=HOUSING, limit=days(2), silence_is_consent=True),
)


@pytest.fixture
def ledger(open_ledger) -> Ledger:
    return open_ledger(changed_item("A1", consults=ASKS))


def tasks(ledger: Ledger, department: str) -> list[tuple[str, str]]:
    rows = inbox(ledger.database, handler(department), ledger.now).rows
    return [(row.item, row.task) for row in rows]


def test_who_is_asked_finds_it_in_the_inbox_and_answers(ledger):
    project = ledger.accepted()
    assert tasks(ledger, LAND) == [("A1", "consult")]
    assert menu_counts(ledger.database, handler(HOUSING)).inbox == 1
    (row,) = inbox(ledger.database, handler(LAND), ledger.now).rows
    assert row.due_on == ledger.facts(project).consultations["A1", 1, LAND].due_on
    acts = possible_of(ledger.database, handler(LAND), ledger.now, project, "A1")
    assert [(one.act, one.possible) for one in acts] == [("answer_consultation", True)]
    opinion = c.AnswerConsultation(item="A1", agrees=False, opinion="the road is too narrow")
    execute(ledger.database, project, opinion, handler(LAND), ledger.now)
    assert tasks(ledger, LAND) == []
    assert tasks(ledger, PLANNING) == [("A1", "decide")]
    page = project_page(ledger.database, project, ledger.now, viewer=SYSTEM)
    shown = {one.department: (one.state, one.opinion) for one in page.consultations}
    assert shown[LAND] == (ConsultationState.OBJECTED, "the road is too narrow")
    assert audit.verify(ledger.database).ok


def test_a_department_that_is_not_asked_sees_nothing(ledger):
    project = ledger.accepted()
    with pytest.raises(NotFound):
        project_page(ledger.database, project, ledger.now, viewer=handler("elsewhere"))


def test_the_watch_takes_silence_as_consent_once_and_warns_of_the_other(ledger):
    project = ledger.accepted()
    asked = ledger.facts(project).consultations
    ledger.go_to(asked["A1", 1, HOUSING].due_on)
    assert watch(ledger.database, ledger.now).ended[ClockKind.CONSULTATION] == 0
    ledger.go_to(ledger.today + timedelta(days=1))
    assert watch(ledger.database, ledger.now).ended[ClockKind.CONSULTATION] == 1
    for _ in range(30):
        ledger.go_to(ledger.today + timedelta(days=1))
        report = watch(ledger.database, ledger.now)
        assert (report.ended[ClockKind.CONSULTATION], report.failed) == (0, [])
    facts = ledger.facts(project)
    assert facts.consultations["A1", 1, HOUSING].state is ConsultationState.DEEMED_AGREED
    assert facts.consultations["A1", 1, LAND].state is ConsultationState.ASKED
    clock = next(one for one in facts.clocks.values() if one.subject == LAND)
    assert {"red", "head", "supervision"} <= set(clock.warned)
    told = ledger.scalar(
        "SELECT count(*) FROM notice WHERE audience = :audience AND template = 'warning_head'",
        audience=f"department_head:{LAND}",
    )
    assert told == 1
    assert audit.verify(ledger.database).ok
