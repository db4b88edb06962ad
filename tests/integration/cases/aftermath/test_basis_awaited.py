"""D13b through the services: what waits for its basis is pressed by nobody, and everyone sees why."""

from __future__ import annotations

from datetime import date, timedelta

from config.texts import translator
from models.cases import commands as c
from models.cases.states import ClockKind, ItemState
from services.cases.audit import verify
from services.cases.views.inbox import inbox
from services.cases.views.project_page import project_page
from services.cases.views.why import sentences, why
from services.cases.watch.deadlines import watch
from tests.support.ledger import Ledger, reminded
from tests.support.people import STEWARD, approver
from tests.support.play import SIGNED
from tests.support.yard import HOUSING


def waiting(ledger: Ledger) -> str:
    """B0 is accepted on the last day of A2, which is voided the day after."""
    project = ledger.register()
    ledger.do(project, c.RecordMilestone(item="E0", happened_on=ledger.today))
    ledger.hand_in(project, "plan", "insurance", "survey", "drawings")
    for code in ("A1", "A2"):
        defer = ("archive",) if code == "A2" else ()
        signed = SIGNED if defer else None
        ledger.do(project, c.SubmitApplication(item=code, defer=defer, commitment=signed))
        ledger.do(project, c.AcceptApplication(item=code))
        ledger.do(project, c.ApproveItem(item=code))
    reminded(ledger, date(2026, 12, 14))
    ledger.go_to(date(2026, 12, 14))
    ledger.do(project, c.SubmitApplication(item="B0", commitment=SIGNED))
    ledger.do(project, c.AcceptApplication(item="B0"))
    return project


def rungs(ledger: Ledger) -> int:
    kind = "SELECT count(*) FROM case_event WHERE kind = 'WarningGiven' AND item = 'B0'"
    return int(str(ledger.scalar(kind)))


def test_d13b_no_rung_presses_meanwhile_and_everyone_sees_what_it_waits_for(ledger):
    project = waiting(ledger)
    for _ in range(40):
        ledger.go_to(ledger.today + timedelta(days=1))
        assert watch(ledger.database, ledger.now).failed == []
    facts = ledger.facts(project)
    assert facts.items["A2"].state is ItemState.VOIDED
    assert facts.clocks["B0", ClockKind.DECISION, 1, ""].due_on is None
    assert rungs(ledger) == 0
    (row,) = inbox(ledger.database, approver(HOUSING), ledger.now).rows
    assert (row.item, row.task, row.due_on) == ("B0", "await_basis", None)
    shown = project_page(ledger.database, project, ledger.now, viewer=STEWARD).item("B0")
    assert shown is not None
    assert (shown.waits_for.value, shown.waits_for_items) == ("prerequisite", ("A2",))
    decision = why(ledger.database, project, "B0", ledger.now, viewer=STEWARD).clocks[-1]
    told = sentences(decision, translator("en"), str)
    assert any("What it builds on does not stand since" in one for one in told)
    assert verify(ledger.database).ok
