"""ATTR1 through the services: the certificate stands, or its holder gives it back; both are on record."""

from __future__ import annotations

from models.cases import commands as c
from models.cases.states import ItemState
from services.cases.audit import verify
from services.cases.views.project_page import project_page
from tests.support.ledger import Ledger
from tests.support.people import APPLICANT, STEWARD
from tests.support.play import SIGNED


def granted(ledger: Ledger) -> str:
    """B0 with its document, and then a correction after which nobody needs it."""
    project = ledger.register()
    ledger.do(project, c.RecordMilestone(item="E0", happened_on=ledger.today))
    ledger.hand_in(project, "plan", "insurance", "survey", "archive", "drawings")
    for code in ("A1", "A2", "B0"):
        signed = SIGNED if code == "B0" else None
        ledger.do(project, c.SubmitApplication(item=code, commitment=signed))
        ledger.do(project, c.AcceptApplication(item=code))
        ledger.do(project, c.ApproveItem(item=code))
    ledger.do(project, c.IssueDocument(item="B0"))
    ledger.do(project, c.CorrectAttributes(attributes={"phased": True}, reason="typo"), STEWARD)
    return project


def state(ledger: Ledger) -> tuple[str, str | None]:
    """Whether the permit stands, and why not."""
    with ledger.database.reading() as connection:
        query = "SELECT state, revoked_reason FROM official_document WHERE kind = 'permit'"
        row = connection.exec_driver_sql(query).one()
    return row.state, row.revoked_reason


def test_attr1_the_certificate_stands_until_its_holder_gives_it_back(ledger):
    project = granted(ledger)
    assert state(ledger) == ("valid", None)
    shown = project_page(ledger.database, project, ledger.now, viewer=APPLICANT).item("B0")
    assert shown is not None
    ledger.do(project, c.SurrenderApproval(item="B0", reason="wir brauchen es nicht"), APPLICANT)
    assert state(ledger) == ("revoked", "持有人交回：wir brauchen es nicht")
    assert ledger.facts(project).items["B0"].state is ItemState.NOT_REQUIRED
    kinds = (
        "SELECT count(*) FROM case_event WHERE kind IN ('GrantNotNeeded', 'ApprovalSurrendered')"
    )
    assert ledger.scalar(kinds) == 2
    assert ledger.count("credit_entry") == 0
    assert verify(ledger.database).ok
