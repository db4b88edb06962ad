"""The credit record: entered with the voiding, in the way of new promises, lifted and corrected."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from models.cases import commands as c
from models.cases.states import ClockKind, DeficiencyState, ItemState, Light
from models.enterprises.ban import BanArticle
from models.enterprises.credit import CreditCause, CreditKind, CreditState
from models.people.actor import SYSTEM, Actor, Role
from rules.cases.acts.credit import NothingToLift
from rules.cases.instruments.credit.standing import MayNoLongerDefer, StandingForbids
from rules.cases.permissions import NotTheirs, RoleMayNotAct
from services.cases import audit
from services.cases.ledgers.deficiencies import deficiency_ledger
from services.cases.views.project_page import project_page
from services.cases.watch.deadlines import watch
from services.enterprises import credit
from services.enterprises.bans import bans_of
from tests.support.ledger import Ledger, reminded
from tests.support.people import approver, handler, head
from tests.support.play import SIGNED
from tests.support.yard import ENTERPRISE, LAND, OTHER_ENTERPRISE, PLANNING

STRANGER = Actor("stranger", Role.APPLICANT, enterprise=OTHER_ENTERPRISE)


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
    reminded(ledger, clock.due_on)
    ledger.go_to(clock.due_on + timedelta(days=1))
    assert watch(ledger.database, ledger.now).ended[ClockKind.MAKE_UP] == 1
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


def test_d11_standing_is_looked_at_again_on_acceptance(ledger):
    """Applied for on the last day of another project's paper; accepted after that was voided."""
    other = ready(ledger)
    project = ledger.register()
    ledger.hand_in(project, "plan", "survey", "insurance")
    ledger.do(project, c.RecordMilestone(item="E0", happened_on=ledger.today))
    ledger.do(project, promised())
    ledger.do(project, c.AcceptApplication(item="A2"))
    ledger.do(project, c.ApproveItem(item="A2"))
    clock = ledger.facts(project).clocks[("A2", ClockKind.MAKE_UP, 1, "archive")]
    reminded(ledger, clock.due_on)
    ledger.go_to(clock.due_on)
    ledger.do(other, promised())
    ledger.go_to(clock.due_on + timedelta(days=1))
    watch(ledger.database, ledger.now)
    with pytest.raises(MayNoLongerDefer):
        ledger.do(other, c.AcceptApplication(item="A2"))
    item = project_page(ledger.database, other, ledger.now, viewer=approver(LAND)).item("A2")
    assert item is not None
    assert [row.material for row in item.requirements if row.barred] == ["archive"]
    ledger.do(other, c.RequestCorrection(item="A2", materials={"archive": "no longer deferred"}))
    ledger.hand_in(other, "archive")
    ledger.do(other, c.SupplyCorrection(item="A2"))
    ledger.do(other, c.AcceptApplication(item="A2"))
    ledger.do(other, c.ApproveItem(item="A2"))
    assert ledger.facts(other).items["A2"].state is ItemState.GRANTED
    assert audit.verify(ledger.database, other).ok


def test_the_ledger_shows_what_is_owed_with_its_light(ledger):
    project = ready(ledger)
    ledger.do(project, promised())
    ledger.do(project, c.AcceptApplication(item="A2"))
    ledger.do(project, c.ApproveItem(item="A2"))
    (line,) = deficiency_ledger(ledger.database, ledger.today, viewer=head(LAND))
    assert (line.project, line.item, line.material) == (project, "A2", "archive")
    assert (line.owner, line.light) == (handler(LAND).login, Light.GREEN)
    assert deficiency_ledger(ledger.database, ledger.today, viewer=STRANGER) == ()
    (late,) = deficiency_ledger(ledger.database, line.due_on + timedelta(days=1), viewer=SYSTEM)
    assert late.light is Light.RED
    reminded(ledger, line.due_on)
    ledger.go_to(line.due_on + timedelta(days=1))
    watch(ledger.database, ledger.now)
    assert deficiency_ledger(ledger.database, ledger.today, viewer=SYSTEM) == ()
    (closed,) = deficiency_ledger(ledger.database, ledger.today, closed=True, viewer=SYSTEM)
    assert closed.state is DeficiencyState.EXPIRED


def test_a_corrected_voiding_gives_everything_back(ledger):
    """The documents are valid again, the decision that voided is not, and nothing is on record."""
    project = voided(ledger)
    states = "SELECT string_agg(kind || ' ' || state, ', ' ORDER BY id) FROM official_document"
    assert "grant_decision revoked, void_decision valid" in ledger.scalar(states)
    ledger.do(project, c.StartNewRound(item="A2"))
    ledger.do(project, c.AppealVoiding(item="A2", reason="it was handed in"))
    ledger.do(project, c.DecideAppeal(item="A2", upheld=True, reason="the window had it"))
    assert "grant_decision valid, void_decision revoked" in ledger.scalar(states)
    kinds = [entry.kind for entry in credit.record(ledger.database, ENTERPRISE)]
    assert kinds == [CreditKind.CORRECTION, CreditKind.DISHONESTY]
    assert audit.verify(ledger.database, project).ok
    ledger.hand_in(project, "archive")
    ledger.do(project, c.VerifyMakeUp(item="A2", material="archive", correct=True))
    assert ledger.facts(project).items["A2"].state is ItemState.GRANTED
    assert audit.verify(ledger.database, project).ok


def test_it_counts_no_longer_than_the_policy_says(ledger):
    voided(ledger)
    (entry,) = credit.record(ledger.database, ENTERPRISE)
    ledger.go_to(entry.until + timedelta(days=1))
    ledger.do(ready(ledger), promised())


def test_repaired_it_stands_in_nobodys_way(ledger):
    project = voided(ledger)
    (entry,) = credit.record(ledger.database, ENTERPRISE)
    repair = c.RepairCredit(item="A2", entry=entry.id, reason="trained")
    for officer, error in ((approver(LAND), RoleMayNotAct), (head(PLANNING), NotTheirs)):
        with pytest.raises(error):
            ledger.do(project, repair, officer)
    ledger.do(project, repair, head(LAND))
    closing, lifted = credit.record(ledger.database, ENTERPRISE)
    assert (closing.kind, closing.closes) == (CreditKind.REPAIR, entry.id)
    assert lifted == replace(entry, state=CreditState.REPAIRED)
    ledger.do(ready(ledger), promised())
    with pytest.raises(NothingToLift):
        ledger.do(project, c.CorrectCredit(item="A2", entry=entry.id, reason="again"), head(LAND))
    assert audit.verify(ledger.database, project).ok


def test_wrongly_entered_it_is_corrected(ledger):
    project = voided(ledger)
    (entry,) = credit.record(ledger.database, ENTERPRISE)
    correct = c.CorrectCredit(item="A2", entry=entry.id, reason="the clerk had it")
    ledger.do(project, correct, head(LAND))
    states = [found.state for found in credit.record(ledger.database, ENTERPRISE)]
    assert states == [CreditState.CLOSED, CreditState.CORRECTED]
    assert audit.verify(ledger.database, project).ok
    with pytest.raises(NothingToLift):
        ledger.do(project, c.RepairCredit(item="A2", entry=999, reason="x"), head(LAND))


def test_false_papers_bar_the_licence_and_stand_in_the_record(ledger):
    """Art. 78: denied for false papers; the ban follows from the decision, for safety alone."""
    project = ready(ledger)
    ledger.do(project, c.SubmitApplication(item="A1"))
    ledger.do(project, c.AcceptApplication(item="A1"))
    deny = c.DenyItem(item="A1", reason="a forged plan", falsehood=True)
    ledger.do(project, deny, head(PLANNING))
    (entry,) = credit.record(ledger.database, ENTERPRISE)
    assert (entry.cause, entry.item) == (CreditCause.FALSE_PAPERS, "A1")
    with ledger.database.reading() as connection:
        (ban,) = bans_of(connection, ENTERPRISE, "A1")
        assert bans_of(connection, OTHER_ENTERPRISE, "A1") == ()
        assert bans_of(connection, ENTERPRISE, "A2") == ()
    assert (ban.article, ban.decided_on) == (BanArticle.FALSE_PAPERS, ledger.today)
    assert ban.decision.startswith("西咸不许")
    # Nothing says that this item touches safety: it is applied for again.
    ledger.do(project, c.StartNewRound(item="A1"))
    ledger.do(project, c.SubmitApplication(item="A1"))
    assert audit.verify(ledger.database, project).ok


def test_a_grant_got_by_deception_bars_as_long_as_the_revocation_stands(ledger):
    project = ready(ledger)
    ledger.do(project, c.SubmitApplication(item="A1"))
    ledger.do(project, c.AcceptApplication(item="A1"))
    ledger.do(project, c.ApproveItem(item="A1"))
    tell = c.AnnounceRevocation(item="A1", ground="fraud", facts="f", evidence="e")
    ledger.do(project, tell)
    ledger.go_to(ledger.today + timedelta(days=10))
    propose = c.AssessCommitment(item="A1", outcome="revoke_proposed", reason="r")
    ledger.do(project, propose)
    ledger.do(project, c.RevokeLicence(item="A1", revoked=True, reason="a forged plan"))
    with ledger.database.reading() as connection:
        (ban,) = bans_of(connection, ENTERPRISE, "A1")
        assert ban.article is BanArticle.DECEPTION
    ledger.do(project, c.AppealVoiding(item="A1", reason="it is genuine"))
    ledger.do(project, c.DecideAppeal(item="A1", upheld=True, reason="so it is"))
    with ledger.database.reading() as connection:
        assert bans_of(connection, ENTERPRISE, "A1") == ()
