"""Authorisations where only the database knows: accounts, the watch, what is kept, what is audited."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text

from models.cases import commands as c
from models.cases.agency import AuthorisationState
from models.people.actor import SYSTEM, Actor
from services.cases.acts import execute
from services.cases.audit import verify
from services.cases.requirements import AgentOfAnotherKind, FileMissing, UnknownAgent
from services.cases.watch.deadlines import watch
from services.documents import writing as documents
from tests.support.ledger import FILE, Ledger
from tests.support.people import AGENT, APPLICANT, CLERK, PARK_AGENT, STEWARD
from tests.support.play import SHA

S = AuthorisationState
PAPER = c.SubmitMaterial(material="plan", file_name="a.pdf", sha256=FILE)


@pytest.fixture
def town(ledger: Ledger) -> Ledger:
    """A ledger whose agents have accounts: a steward, one of a department, one of nobody's."""
    with ledger.database.transaction() as connection:
        known = {"k": PARK_AGENT.department}
        connection.execute(
            text("INSERT INTO department VALUES (:k, :k, :k) ON CONFLICT DO NOTHING"), known
        )
        for who in (AGENT, PARK_AGENT):
            values = {"login": who.login, "role": who.role, "department": who.department}
            connection.execute(
                text(
                    "INSERT INTO account (login, name, role, department)"
                    " VALUES (:login, 'N', :role, :department)"
                ),
                values,
            )
    return ledger


def written(ledger: Ledger, agent: Actor, kind: str, days: int = 60) -> dict[str, object]:
    return {
        "agent": agent.login,
        "kind": kind,
        "acts": ("submit_material",),
        "valid_from": ledger.today,
        "valid_until": ledger.today + timedelta(days=days),
        "text": "for our papers",
        "signer": "Wang",
    }


def give(ledger: Ledger, project: str, agent: Actor, kind: str, days: int = 60) -> int:
    ledger.do(project, c.GiveAuthorisation(**written(ledger, agent, kind, days)), APPLICANT)
    number = max(ledger.facts(project).authorisations)
    ledger.do(project, c.AcceptAuthorisation(number=number), agent)
    return number


def state(ledger: Ledger, project: str, number: int = 1) -> AuthorisationState:
    return ledger.facts(project).authorisations[number].state


@pytest.mark.parametrize(
    ("agent", "kind"),
    [
        (AGENT, "park_agent"),
        (AGENT, "steward"),
        (PARK_AGENT, "private_agent"),
        (STEWARD, "private_agent"),
        (STEWARD, "red_agent"),
    ],
)
def test_the_account_has_to_be_of_the_kind(town, agent, kind):
    """Nobody of the government's side becomes an agent of the enterprise's own choice by a word."""
    project = town.register()
    with pytest.raises(AgentOfAnotherKind):
        town.do(project, c.GiveAuthorisation(**written(town, agent, kind)), APPLICANT)
    assert not town.facts(project).authorisations


def test_whoever_is_no_agent_cannot_be_authorised(town):
    project = town.register()
    for login in (CLERK.login, APPLICANT.login, "nobody"):
        asked = {**written(town, AGENT, "private_agent"), "agent": login}
        with pytest.raises(UnknownAgent):
            town.do(project, c.GiveAuthorisation(**asked), APPLICANT)


def test_the_paper_has_to_be_there(town):
    project = town.register()
    asked = {**written(town, AGENT, "private_agent"), "file_name": "a.pdf"}
    with pytest.raises(FileMissing):
        town.do(project, c.EnterAuthorisation(**asked, sha256=SHA), CLERK)
    town.do(project, c.EnterAuthorisation(**asked, sha256=FILE), CLERK)
    assert town.facts(project).authorisations[1].sha256 == FILE


def test_what_agents_did_is_kept_and_audited(town):
    project = town.register()
    for agent, kind in ((AGENT, "private_agent"), (PARK_AGENT, "park_agent")):
        give(town, project, agent, kind)
        receipt = execute(town.database, project, PAPER, agent, town.now, key=agent.login)
        (line,) = receipt.events[0].data["agent_acts"]
        assert (line["agent"], line["on_behalf_of"]) == (agent.login, APPLICANT.enterprise)
        again = execute(town.database, project, PAPER, agent, town.now, key=agent.login)
        assert again.repeated
    assert [done.authorisation for done in town.facts(project).agent_acts.values()] == [1, 2]
    report = verify(town.database)
    assert report.ok, report.broken[0].sentence()


def test_the_watch_warns_once_and_ends_what_is_over(town):
    project = town.register()
    give(town, project, AGENT, "private_agent", days=5)
    give(town, project, PARK_AGENT, "park_agent", days=200)
    assert watch(town.database, town.now).authorisations == 1
    assert watch(town.database, town.now).authorisations == 0
    assert town.facts(project).authorisations[1].warned_on == town.today
    town.go_to(town.today + timedelta(days=6))
    assert "1 authorisations ended" in watch(town.database, town.now).summary()
    assert (state(town, project), state(town, project, 2)) == (S.EXPIRED, S.ACTIVE)
    assert watch(town.database, town.now).authorisations == 0
    assert verify(town.database).ok


def test_the_watch_suspends_while_an_account_is_closed_and_ends_what_has_another_post(town):
    project = town.register()
    give(town, project, AGENT, "private_agent")
    give(town, project, PARK_AGENT, "park_agent")
    with town.database.transaction() as connection:
        connection.execute(
            text("UPDATE account SET active = false WHERE login = :login"), {"login": AGENT.login}
        )
        connection.execute(
            text("UPDATE account SET role = 'handler' WHERE login = :login"),
            {"login": PARK_AGENT.login},
        )
    assert watch(town.database, town.now).authorisations == 2
    assert (state(town, project), state(town, project, 2)) == (S.SUSPENDED, S.ENDED)
    assert watch(town.database, town.now).authorisations == 0
    with town.database.transaction() as connection:
        connection.execute(
            text("UPDATE account SET active = true WHERE login = :login"), {"login": AGENT.login}
        )
    assert watch(town.database, town.now).authorisations == 1
    assert state(town, project) is S.ACTIVE
    assert verify(town.database).ok


def test_what_is_suspended_ends_with_its_last_day(town):
    project = town.register()
    give(town, project, AGENT, "private_agent", days=5)
    town.do(project, c.SuspendAuthorisation(number=1), SYSTEM)
    town.go_to(town.today + timedelta(days=6))
    assert watch(town.database, town.now).authorisations == 1
    assert state(town, project) is S.EXPIRED


def test_time_ends_nothing_before_its_day(town):
    project = town.register()
    give(town, project, AGENT, "private_agent")
    assert watch(town.database, town.now).authorisations == 0
    assert town.facts(project).agent_acts == {}
    assert state(town, project) is S.ACTIVE
    town.do(project, PAPER, AGENT)
    assert SYSTEM.login not in {done.agent for done in town.facts(project).agent_acts.values()}


def test_documents_name_the_agent_and_the_authorisation(town):
    project = town.register()
    written_for_all = {
        **written(town, AGENT, "private_agent"),
        "acts": ("submit_material", "submit_application", "record_delivery"),
    }
    town.do(project, c.GiveAuthorisation(**written_for_all), APPLICANT)
    town.do(project, c.AcceptAuthorisation(number=1), AGENT)
    town.do(project, PAPER, AGENT)
    town.do(project, c.SubmitApplication(item="A1"), AGENT)
    town.do(project, c.AcceptApplication(item="A1"))
    town.do(project, c.ApproveItem(item="A1"))
    town.do(project, c.IssueDocument(item="A1"), SYSTEM)
    town.do(project, c.RecordDelivery(item="A1"), AGENT)
    query = text("SELECT kind, face, token FROM official_document ORDER BY id")
    with town.database.reading() as connection:
        papers = {row.kind: row for row in connection.execute(query)}
    for kind in ("acceptance_notice", "grant_decision", "delivery_receipt"):
        face = papers[kind].face
        assert face["agent"] == {"login": AGENT.login, "authorisation": 1}, kind
        assert face["agent_name"] == "N"
        assert documents.document_file(town.database, papers[kind].token).content.content
    assert "agent" not in papers["land_certificate"].face
