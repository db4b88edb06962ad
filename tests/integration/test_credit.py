"""The credit record: entered with the voiding, in the way of new promises, lifted and corrected."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from models import commands as c
from models.credit import CreditKind, CreditState
from models.errors import NotFound
from models.states import ClockKind
from rules.acts.credit import NothingToLift
from rules.permissions import NotTheirs, RoleMayNotAct
from rules.standing import StandingForbids
from services import audit, credit
from services.deadlines import watch
from tests.support.ledger import Ledger
from tests.support.people import approver, head
from tests.support.play import SIGNED
from tests.support.yard import ENTERPRISE, LAND, OTHER_ENTERPRISE, PLANNING


@pytest.fixture
def ledger(database_url: str) -> Iterator[Ledger]:
    found = Ledger(database_url)
    yield found
    found.close()


def promised() -> c.SubmitApplication:
    return c.SubmitApplication(item="A2", defer=("archive",), commitment=SIGNED)


def voided(ledger: Ledger) -> str:
    project = ledger.register()
    ledger.hand_in(project, "plan", "survey", "insurance")
    ledger.do(project, c.RecordMilestone(item="E0", happened_on=ledger.today))
    ledger.do(project, promised())
    ledger.do(project, c.AcceptApplication(item="A2"))
    ledger.do(project, c.ApproveItem(item="A2"))
    clock = ledger.facts(project).clocks[("A2", ClockKind.MAKE_UP, 1, "archive")]
    ledger.go_to(clock.due_on + timedelta(days=1))
    assert watch(ledger.database, ledger.now).voided == 1
    return project


def ready(ledger: Ledger, **more: object) -> str:
    project = ledger.register(**more)
    ledger.hand_in(project, "plan", "survey", "insurance")
    ledger.do(project, c.RecordMilestone(item="E0", happened_on=ledger.today))
    return project


def test_a_broken_promise_is_entered_and_stands_in_the_way(ledger):
    project = voided(ledger)
    (entry,) = credit.record(ledger.database, ENTERPRISE)
    assert (entry.kind, entry.state, entry.item) == (
        CreditKind.DISHONESTY, CreditState.OPEN, "A2",
    )  # fmt: skip
    assert entry.until is not None
    assert entry.until > ledger.today + timedelta(days=360)
    assert credit.record(ledger.database, OTHER_ENTERPRISE) == ()
    other = ready(ledger)
    with pytest.raises(StandingForbids) as refused:
        ledger.do(other, promised())
    assert ENTERPRISE in refused.value.sentence()
    ledger.hand_in(other, "archive")
    ledger.do(other, c.SubmitApplication(item="A2"))
    assert audit.verify(ledger.database, project).ok


def test_it_counts_no_longer_than_the_policy_says(ledger):
    voided(ledger)
    (entry,) = credit.record(ledger.database, ENTERPRISE)
    ledger.go_to(entry.until + timedelta(days=1))
    ledger.do(ready(ledger), promised())


def test_repaired_it_stands_in_nobodys_way(ledger):
    project = voided(ledger)
    (entry,) = credit.record(ledger.database, ENTERPRISE)
    for officer, error in ((approver(LAND), RoleMayNotAct), (head(PLANNING), NotTheirs)):
        with pytest.raises(error):
            credit.repair(ledger.database, entry.id, "trained", officer, ledger.now)
    closing = credit.repair(ledger.database, entry.id, "trained", head(LAND), ledger.now)
    assert (closing.kind, closing.closes) == (CreditKind.REPAIR, entry.id)
    found = credit.record(ledger.database, ENTERPRISE)
    assert found[1] == replace(entry, state=CreditState.REPAIRED)
    ledger.do(ready(ledger), promised())
    with pytest.raises(NothingToLift):
        credit.correct(ledger.database, entry.id, "again", head(LAND), ledger.now)
    assert audit.verify(ledger.database, project).ok


def test_wrongly_entered_it_is_corrected(ledger):
    project = voided(ledger)
    (entry,) = credit.record(ledger.database, ENTERPRISE)
    credit.correct(ledger.database, entry.id, "the clerk had it", head(LAND), ledger.now)
    states = [found.state for found in credit.record(ledger.database, ENTERPRISE)]
    assert states == [CreditState.CLOSED, CreditState.CORRECTED]
    assert audit.verify(ledger.database, project).ok
    with pytest.raises(NotFound):
        credit.repair(ledger.database, 999, "x", head(LAND), ledger.now)
