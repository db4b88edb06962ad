"""FALSE through the services: papers, certificate, credit, inbox, appeal and audit."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from models.cases import commands as c
from models.cases.commitment import EndGround
from models.cases.states import ClockKind, ItemState
from models.enterprises.credit import CreditCause, CreditState
from models.people.actor import SYSTEM
from rules.cases.instruments.credit.standing import StandingForbids
from services.cases.audit import verify
from services.cases.views.inbox import inbox
from services.cases.views.project_page import project_page
from services.cases.watch.deadlines import watch
from services.documents.verification import verify as verify_document
from services.documents.writing import render_missing
from services.enterprises import credit
from tests.support.ledger import Ledger
from tests.support.people import APPLICANT, handler
from tests.support.play import SIGNED
from tests.support.states import CANCEL, EXPIRY_NOTICE, RECALL, RECALL_NOTICE
from tests.support.yard import ENTERPRISE, HOUSING

TELL = c.AnnounceRevocation(
    item="B0", ground="false_commitment", facts="there never was an approval", evidence="letter 7"
)


def granted(ledger: Ledger) -> str:
    """B0 on a commitment, with its certificate."""
    project = ledger.register()
    ledger.do(project, c.RecordMilestone(item="E0", happened_on=ledger.today))
    ledger.hand_in(project, "plan", "insurance", "survey", "archive", "drawings")
    for code in ("A1", "A2", "B0"):
        signed = SIGNED if code == "B0" else None
        ledger.do(project, c.SubmitApplication(item=code, commitment=signed))
        ledger.do(project, c.AcceptApplication(item=code))
        ledger.do(project, c.ApproveItem(item=code))
    ledger.do(project, c.IssueDocument(item="B0"), SYSTEM)
    return project


def revoked(ledger: Ledger) -> str:
    project = granted(ledger)
    ledger.go_to(date(2026, 11, 20))
    doubt = c.RecordCommitmentCheck(item="B0", kept=False, finding="the bureau knows of none")
    ledger.do(project, doubt)
    ledger.do(project, TELL)
    ledger.do(project, c.StateDefence(item="B0", statement="it was lost", hearing=True))
    held = c.HoldRevocationHearing(item="B0", held_on=ledger.today, record="both were heard")
    ledger.do(project, held)
    ledger.go_to(date(2026, 11, 30))
    propose = c.AssessCommitment(item="B0", outcome="revoke_proposed", reason="nothing was shown")
    ledger.do(project, propose)
    ledger.do(project, c.RevokeLicence(item="B0", revoked=True, reason="a false commitment"))
    return project


def documents(ledger: Ledger) -> dict[str, str]:
    with ledger.database.reading() as connection:
        query = "SELECT kind, state FROM official_document WHERE item = 'B0' ORDER BY id"
        return {row.kind: row.state for row in connection.exec_driver_sql(query)}


def test_false_everything_follows_in_one_transaction(ledger):
    project = revoked(ledger)
    assert ledger.facts(project).items["B0"].state is ItemState.REVOKED
    found = documents(ledger)
    assert (found["permit"], found["grant_decision"]) == ("revoked", "revoked")
    assert (found["revocation_notice"], found["revocation_decision"]) == ("valid", "valid")
    by = ledger.scalar("SELECT revoked_by FROM official_document WHERE kind = 'permit'")
    assert str(by).startswith("西咸撤销〔2026〕")
    (entry,) = credit.record(ledger.database, ENTERPRISE)
    assert (entry.cause, entry.state) == (CreditCause.COMMITMENT_FALSE, CreditState.OPEN)
    assert entry.until == date(2029, 11, 30)
    other = ledger.register()
    ledger.do(other, c.RecordMilestone(item="E0", happened_on=ledger.today))
    deferring = c.SubmitApplication(item="A2", defer=("archive",), commitment=SIGNED)
    with pytest.raises(StandingForbids):
        ledger.do(other, deferring)
    with ledger.database.reading() as connection:
        number = connection.exec_driver_sql("SELECT min(id) FROM project").scalar_one()
    assert render_missing(ledger.database, number) > 0
    assert verify(ledger.database).ok


def test_false_an_appeal_that_is_upheld_gives_everything_back(ledger):
    project = revoked(ledger)
    ledger.do(project, c.AppealVoiding(item="B0", reason="there was one"))
    ledger.do(project, c.DecideAppeal(item="B0", upheld=True, reason="so there was"))
    assert ledger.facts(project).items["B0"].state is ItemState.GRANTED
    found = documents(ledger)
    assert (found["permit"], found["revocation_decision"]) == ("valid", "revoked")
    dishonest = credit.record(ledger.database, ENTERPRISE)[-1]
    assert dishonest.state is CreditState.CORRECTED
    assert verify(ledger.database).ok


@pytest.mark.parametrize(
    ("notice", "end", "state"),
    [
        (RECALL_NOTICE, RECALL, "recalled"),
        (EXPIRY_NOTICE, CANCEL.model_copy(update={"ground": EndGround.EXPIRED}), "cancelled"),
    ],
)
def test_a_recall_and_a_cancellation_have_papers_of_their_own_and_leave_no_mark(
    ledger, notice, end, state
):
    project = granted(ledger)
    ledger.do(project, c.RecordCommitmentCheck(item="B0", kept=True, finding="as stated"))
    ledger.do(project, notice)
    ledger.do(project, c.StateDefence(item="B0", statement="half of it is built"))
    ledger.go_to(ledger.today + timedelta(days=10))
    ledger.do(project, end)
    assert ledger.facts(project).items["B0"].state.value == state
    papers = documents(ledger)
    assert (papers["permit"], papers["grant_decision"]) == (state, state)
    kind = {"recalled": "recall", "cancelled": "cancellation"}[state]
    assert (papers[f"{kind}_notice"], papers[f"{kind}_decision"]) == ("valid", "valid")
    token = ledger.scalar("SELECT token FROM official_document WHERE kind = 'permit'")
    verified = verify_document(ledger.database, str(token))
    assert (verified.standing.value, verified.revoked_by_token is None) == (state, False)
    assert credit.record(ledger.database, ENTERPRISE) == ()
    with ledger.database.reading() as connection:
        number = connection.exec_driver_sql("SELECT min(id) FROM project").scalar_one()
    assert render_missing(ledger.database, number) > 0
    ledger.do(project, c.AppealVoiding(item="B0", reason="it is wrong"))
    ledger.do(project, c.DecideAppeal(item="B0", upheld=True, reason="so it is"))
    papers = documents(ledger)
    assert (papers["permit"], papers[f"{kind}_decision"]) == ("valid", "revoked")
    assert verify(ledger.database).ok


def test_a_check_that_is_due_is_warned_of_and_stands_in_the_inbox(ledger):
    project = granted(ledger)
    ledger.do(project, c.RecordDelivery(item="B0"))
    rows = {row.item: row for row in inbox(ledger.database, handler(HOUSING), ledger.now).rows}
    assert (rows["B0"].task, rows["B0"].due_on) == ("check_commitment", date(2027, 1, 4))
    shown = project_page(ledger.database, project, ledger.now, viewer=APPLICANT)
    (row,) = shown.commitments
    assert [name.en for name in row.statements] == ["pledge"]
    while ledger.today < date(2027, 1, 15):
        ledger.go_to(ledger.today + timedelta(days=1))
        assert watch(ledger.database, ledger.now).failed == []
    rungs = "SELECT count(*) FROM case_event WHERE kind = 'WarningGiven' AND item = 'B0'"
    assert int(str(ledger.scalar(rungs))) >= 4
    letter = "SELECT count(*) FROM supervision_task WHERE kind = 'letter' AND clock = :clock"
    assert ledger.scalar(letter, clock=ClockKind.COMMITMENT_CHECK) == 1
