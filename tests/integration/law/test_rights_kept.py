"""A right that one act opened is not taken away by another act, in whatever order people come."""

from __future__ import annotations

from datetime import date, timedelta

from models.cases import commands as c
from models.cases.states import ItemState, VoidingState
from services.cases.audit import verify
from services.enterprises.credit import record
from tests.integration.law.test_deficiency_cases import granted, watched
from tests.support.ledger import Ledger
from tests.support.people import approver, handler, head
from tests.support.yard import ENTERPRISE, LAND

#: The day after the last one on which the deferred paper was owed.
VOIDED_ON = date(2026, 12, 15)
APPEAL = c.AppealVoiding(item="A2", reason="it was there in time")


def granted_anew(ledger: Ledger) -> str:
    """A2 was voided for a paper that did not come, and granted anew in a second round."""
    project = granted(ledger, "archive")
    watched(ledger, date(2026, 12, 8), date(2026, 12, 14), VOIDED_ON)
    ledger.do(project, c.StartNewRound(item="A2"))
    ledger.hand_in(project, "archive")
    ledger.do(project, c.SubmitApplication(item="A2"))
    ledger.do(project, c.AcceptApplication(item="A2"), handler(LAND))
    ledger.do(project, c.ApproveItem(item="A2"), approver(LAND))
    return project


def test_an_objection_upheld_after_a_later_grant_takes_the_entry_back(ledger):
    project = granted_anew(ledger)
    ledger.do(project, APPEAL)
    ledger.do(project, c.DecideAppeal(item="A2", upheld=True, reason="so it was"), head(LAND))
    facts = ledger.facts(project)
    assert (facts.items["A2"].state, facts.items["A2"].round) == (ItemState.GRANTED, 2)
    assert facts.voidings["A2", 1].state is VoidingState.CORRECTED
    correction, entry = record(ledger.database, ENTERPRISE)
    assert (str(entry.state), correction.closes) == ("corrected", entry.id)
    assert verify(ledger.database).ok


def test_the_day_after_the_last_to_object_the_project_is_looked_at_again(ledger):
    project = granted_anew(ledger)
    until = ledger.facts(project).voidings["A2", 1].appeal_until
    waked = "SELECT count(*) FROM wake_up"
    with ledger.database.transaction() as connection:
        connection.exec_driver_sql("DELETE FROM wake_up")
    watched(ledger, until - timedelta(days=1))
    with ledger.database.transaction() as connection:
        connection.exec_driver_sql("DELETE FROM wake_up")
    watched(ledger, until)
    assert ledger.scalar(waked) == 0
    watched(ledger, until + timedelta(days=1))
    assert ledger.scalar(waked) == 1
