"""Somebody leaves: the account is closed, and what they answered for goes to others (OWN1)."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from models.cases import commands as c
from models.errors import NotFound
from rules.cases.stewards import NobodyAccompanies
from services.cases import audit
from services.cases.handover.departure import disable_account
from services.cases.handover.duties import NobodyLeft, StillResponsible, StillSteward
from services.cases.requirements import OfficersElsewhere
from tests.support.ledger import Ledger
from tests.support.people import CLERK, STEWARD, handler, head
from tests.support.play import SIGNED
from tests.support.yard import LAND, PLANNING

LEAVING = handler(LAND).login


def account(ledger: Ledger, login: str, role: str = "handler", department: str = LAND) -> None:
    with ledger.database.transaction() as connection:
        connection.execute(
            text("INSERT INTO account (login, name, role, department) VALUES (:l, :l, :r, :d)"),
            {"l": login, "r": role, "d": department},
        )


def owing(ledger: Ledger) -> str:
    """A2 granted with a deferred paper, accepted by the window."""
    project = ledger.register()
    ledger.do(project, c.RecordMilestone(item="E0", happened_on=ledger.today))
    ledger.hand_in(project, "plan", "insurance", "survey")
    apply = c.SubmitApplication(item="A2", defer=("archive",), commitment=SIGNED)
    ledger.do(project, apply)
    ledger.do(project, c.AcceptApplication(item="A2"), CLERK)
    ledger.do(project, c.ApproveItem(item="A2"))
    return project


def active(ledger: Ledger, login: str) -> object:
    return ledger.scalar("SELECT active FROM account WHERE login = :login", login=login)


def owner(ledger: Ledger, project: str) -> set[str | None]:
    facts = ledger.facts(project)
    return {facts.items["A2"].handler, *(d.owner for d in facts.deficiencies.values())}


def test_own1_who_still_answers_for_something_does_not_just_leave(ledger):
    project = owing(ledger)
    assert owner(ledger, project) == {LEAVING}
    with pytest.raises(StillResponsible) as refused:
        disable_account(ledger.database, LEAVING, ledger.now)
    assert f"{project} A2" in refused.value.sentence()
    assert active(ledger, LEAVING)


def test_own1_a_deficiency_is_handed_over_when_its_owner_leaves(ledger):
    project = owing(ledger)
    account(ledger, "successor")
    with pytest.raises(OfficersElsewhere):
        disable_account(ledger.database, LEAVING, ledger.now, to=handler(PLANNING).login)
    assert active(ledger, LEAVING)
    moved = disable_account(ledger.database, LEAVING, ledger.now, to="successor")
    assert [(duty.project, duty.item) for duty in moved] == [(project, "A2")]
    assert owner(ledger, project) == {"successor"}
    assert not active(ledger, LEAVING)
    assert audit.verify(ledger.database, project).ok


def test_own1_at_once_to_the_officers_in_turn_and_never_to_nobody(ledger):
    project = owing(ledger)
    with pytest.raises(NobodyLeft):
        disable_account(ledger.database, LEAVING, ledger.now, at_once=True)
    account(ledger, head(LAND).login, "department_head")
    disable_account(ledger.database, LEAVING, ledger.now, at_once=True)
    assert owner(ledger, project) == {head(LAND).login}
    account(ledger, "successor")
    disable_account(ledger.database, head(LAND).login, ledger.now, at_once=True)
    assert owner(ledger, project) == {"successor"}


def test_a_steward_is_replaced_first_and_who_has_nothing_leaves(ledger):
    ledger.register()
    with pytest.raises(StillSteward):
        disable_account(ledger.database, STEWARD.login, ledger.now)
    # Nobody is there at all, not even an administrator: nothing is done.
    with pytest.raises(NobodyAccompanies):
        disable_account(ledger.database, STEWARD.login, ledger.now, at_once=True)
    assert active(ledger, STEWARD.login)
    assert disable_account(ledger.database, "idle", ledger.now) == ()
    with pytest.raises(NotFound):
        disable_account(ledger.database, "nobody", ledger.now)


def test_own1_nobody_is_named_who_is_gone(ledger):
    account(ledger, "aaa")
    disable_account(ledger.database, LEAVING, ledger.now)
    project = owing(ledger)
    assert owner(ledger, project) == {"aaa"}


def test_own1_an_item_is_assigned_to_an_officer_of_its_department(ledger):
    project = owing(ledger)
    assign = c.AssignHandler(item="A2", officer=handler(PLANNING).login)
    with pytest.raises(OfficersElsewhere):
        ledger.do(project, assign, head(LAND))
