"""承诺即批 from the screen: an officer publishes a list, the enterprise signs, the document is there."""

from __future__ import annotations

from contextlib import suppress

import pytest
from fastapi.testclient import TestClient

from models.cases import commands as c
from models.cases.states import ItemState
from models.scenarios.definition import ScenarioDefinition
from services.cases.audit import verify
from services.cases.commitments import commitment_lists
from services.cases.commitments.commitment_lists import (
    NotOnAnyList,
    NotPublished,
    PublishedAlready,
    PublishList,
)
from services.cases.registration import register_project
from services.people.tokens import issue_token
from services.scenarios import versions
from tests.support.people import ADMINISTRATOR, APPLICANT, CLERK, STEWARD, approver, handler, head
from tests.support.play import SIGNED
from tests.support.portal import Town
from tests.support.yard import HOUSING, LAND, changed_item

QUICK = changed_item("B0", grant_on_commitment=True).model_copy(update={"key": "quick"})
NUMBER = "西咸审批〔2026〕9号"


@pytest.fixture(scope="module")
def published(module_town: Town) -> Town:
    with module_town.database.transaction() as connection:
        scenario = ScenarioDefinition.model_validate(QUICK.model_dump(by_alias=True))
        versions.publish(connection, scenario, "quick.yaml", ADMINISTRATOR, module_town.now)
    return module_town


@pytest.fixture
def quick(published: Town) -> Town:
    """The town without a list in force, whatever the test before left."""
    with suppress(NotPublished):
        commitment_lists.withdraw(published.database, "B0", head(HOUSING), published.now)
    return published


def to_apply(town: Town) -> str:
    request = town.request(scenario="quick")
    project = register_project(town.database, request, CLERK, town.now).project
    town.hand_in(project, "plan", "insurance", "survey", "archive", "drawings")
    town.do(project, c.RecordMilestone(item="E0", happened_on=town.today))
    for code in ("A1", "A2"):
        for command in (c.SubmitApplication, c.AcceptApplication, c.ApproveItem):
            town.do(project, command(item=code))
    return project


def test_published_signed_and_granted_at_once(quick):
    project = to_apply(quick)
    officer = quick.browser(approver(HOUSING))
    page = officer.open("/commitments")
    page = officer.send(page.form("/commitments/B0/publish"), number=NUMBER)
    assert NUMBER in page.text
    assert approver(HOUSING).login in page.text
    applicant = quick.browser(APPLICANT)
    item = applicant.open(f"/projects/{project}/items/B0/apply")
    assert "签署承诺后当场批准" in item.text
    form = applicant.open(f"/projects/{project}/items/B0/apply").form("submit_application")
    page = applicant.send(
        form, commitment_text="we meet them", commitment_signer="Wang", signed="yes", step="file"
    )
    assert page.status == 200
    facts = quick.facts(project).items["B0"]
    assert (facts.state, facts.document_issued) == (ItemState.GRANTED, True)
    acts = quick.scalar(
        "SELECT string_agg(data ->> 'act', ' ' ORDER BY seq) FROM case_event e JOIN project p ON"
        " p.id = e.project_id WHERE p.code = :code AND item = 'B0' AND actor = 'system'"
        " AND data ->> 'act' IS NOT NULL",
        code=project,
    )
    assert acts == "grant_on_commitment issue_document"
    face = quick.scalar(
        "SELECT face -> 'commitment' ->> 'list' FROM official_document o JOIN project p ON"
        " p.id = o.project_id WHERE p.code = :code AND kind = 'permit'",
        code=project,
    )
    assert face == NUMBER
    assert verify(quick.database, project).broken == ()


def test_withdrawn_it_is_examined_as_usual(quick):
    publish = PublishList(item="B0", number="another")
    commitment_lists.publish(quick.database, publish, head(HOUSING), quick.now)
    with pytest.raises(PublishedAlready):
        commitment_lists.publish(quick.database, publish, head(HOUSING), quick.now)
    officer = quick.browser(head(HOUSING))
    page = officer.open("/commitments")
    page = officer.send(page.form("/commitments/B0/withdraw"))
    assert "未公布" in page.text
    project = to_apply(quick)
    quick.do(project, c.SubmitApplication(item="B0", commitment=SIGNED))
    assert quick.facts(project).items["B0"].state is ItemState.RECEIVED


@pytest.mark.parametrize("who", [approver(LAND), handler(HOUSING), STEWARD, APPLICANT])
def test_nobody_else_publishes(quick, who):
    page = quick.browser(who).open("/commitments")
    assert page.status == 200
    assert "/commitments/B0/publish" not in page.html


def test_only_what_a_scenario_allows(quick):
    listed = PublishList(item="A1", number=NUMBER)
    with pytest.raises(NotOnAnyList):
        commitment_lists.publish(quick.database, listed, approver(HOUSING), quick.now)


@pytest.mark.api
def test_over_the_api(quick):
    def by(actor):
        token = issue_token(quick.database, actor.login, "test", quick.now)
        bearer = {"authorization": f"Bearer {token}"}
        return TestClient(quick.app, base_url="http://portal.test/api/v1", headers=bearer)

    asked = {"item": "B0", "number": NUMBER}
    assert by(handler(HOUSING)).post("/commitment-lists", json=asked).status_code == 403
    published = by(head(HOUSING)).post("/commitment-lists", json=asked)
    assert published.status_code == 201
    (row,) = by(APPLICANT).get("/commitment-lists").json()
    assert (row["item"], row["number"], row["may_change"]) == ("B0", NUMBER, False)
    assert by(head(HOUSING)).delete("/commitment-lists/B0").status_code == 204
    assert by(head(HOUSING)).delete("/commitment-lists/B0").status_code == 409
