"""An act that this module alone declares: service, API, page, time line, notice and audit know it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

import pytest
from pydantic import Field

from config.notice_templates import with_folder
from models.cases import commands as c
from models.cases.facts import ItemFacts
from models.cases.states import ItemState
from models.errors import KaigongError
from rules.cases.declarations import roles
from rules.cases.declarations.act import Act, stays
from rules.cases.declarations.event import EventKind, Reading
from rules.cases.declarations.form import Form
from rules.cases.declarations.registry import registered, registry
from rules.cases.draft import Draft
from rules.cases.permissions import RoleMayNotAct
from rules.cases.replay import Happened
from rules.cases.transitions import ActNotAllowed
from services.cases.audit import verify
from services.notices import notices
from tests.support.people import APPLICANT, approver, handler
from tests.support.portal import PASSWORD, Town
from tests.support.yard import LAND, PLANNING

#: The portal asks the clock on the wall.
SOME_DAY, OVER = date(2100, 1, 4), date(2020, 1, 6)
TEXTS = """
enterprise:
  zh: {title: "请来面谈：{{ item }}", body: "{{ until | day }}：{{ matter }}"}
  en: {title: "Please come and talk: {{ item }}", body: "On {{ until | day }}: {{ matter }}"}
"""


class InvitedTooLate(KaigongError):
    template = "until: {value} is over; invite for today ({today}) or a later day."
    field = "until"


class InviteApplicant(c.ItemCommand):
    """Invite the applicant to the counter, to talk about what is not clear."""

    act: Literal["invite_applicant"] = "invite_applicant"
    until: Annotated[date, Field(title="Day of the talk")]
    matter: Annotated[c.Sentence, Field(title="What it is about")]
    urgent: Annotated[bool, Field(title="It is urgent")] = False


def invite(draft: Draft, command: InviteApplicant) -> None:
    """The applicant is told; whoever invites handles the item from now on."""
    if command.until < draft.today:
        raise InvitedTooLate(value=command.until, today=draft.today)
    draft.change(command.item, handler=draft.context.actor.login)
    said = {"until": command.until.isoformat(), "matter": command.matter}
    draft.record("ApplicantInvited", command.item, **said, urgent=command.urgent)
    draft.tell("enterprise", "applicant_invited", command.item, **said)


def _handled(item: ItemFacts, happened: Happened) -> ItemFacts:
    return replace(item, handler=happened.actor)


INVITE = Act(
    command=InviteApplicant,
    label="Invite the applicant",
    perform=invite,
    roles=roles.EXAMINERS,
    transitions=stays(ItemState.ACCEPTED),
    offered=lambda situation: situation.definition.document is not None,
    form=Form(hint="They come to the counter of your department."),
    events=(
        EventKind(
            "ApplicantInvited",
            "The applicant of {item} is asked to come on {until}: {matter}",
            reads={"until": Reading.DAY},
            item_change=_handled,
        ),
    ),
    notices=("applicant_invited",),
)


@pytest.fixture
def town(database_url: str, new_folder, tmp_path: Path) -> Iterator[Town]:
    (tmp_path / "applicant_invited.yaml").write_text(TEXTS, encoding="utf-8")
    with registered(INVITE), with_folder(tmp_path):
        found = Town(database_url, new_folder())
        yield found
        found.close()


@pytest.fixture
def project(town: Town) -> str:
    return town.accepted()


def asked(**more: object) -> InviteApplicant:
    values = {"item": "A1", "until": SOME_DAY, "matter": "the red line"}
    return InviteApplicant.model_validate(values | more)


def assert_whole(town: Town) -> None:
    assert verify(town.database).broken == ()


def test_nobody_else_knows_the_act():
    assert "invite_applicant" not in registry().acts
    with registered(INVITE) as declared:
        assert declared.acts["invite_applicant"] is INVITE
    assert "ApplicantInvited" not in registry().events


def test_the_service_does_it_once_for_those_who_may(town, project):
    receipt = town.do(project, asked(), key="one")
    assert [event.kind for event in receipt.events] == ["ApplicantInvited"]
    assert town.facts(project).items["A1"].handler == handler(PLANNING).login
    assert town.do(project, asked(), key="one").repeated
    with pytest.raises(RoleMayNotAct):
        town.do(project, asked(), APPLICANT)
    with pytest.raises(InvitedTooLate):
        town.do(project, asked(until=OVER))
    town.do(project, c.ApproveItem(item="A1"), approver(PLANNING))
    with pytest.raises(ActNotAllowed):
        town.do(project, asked())
    assert_whole(town)


def test_the_audit_folds_its_event(town, project):
    town.do(project, asked(), approver(PLANNING))
    assert town.facts(project).items["A1"].handler == approver(PLANNING).login
    assert_whole(town)
    with town.database.transaction() as connection:
        connection.exec_driver_sql("UPDATE item SET handler = 'nobody' WHERE code = 'A1'")
    assert [fault.params["name"] for fault in verify(town.database).broken] == ["handler"]


def test_the_api_offers_and_does_it(town, project):
    client = town.browser().client
    body = {"login": handler(PLANNING).login, "password": PASSWORD}
    token = client.post("/api/v1/tokens", json=body).json()["token"]
    headers = {"authorization": f"Bearer {token}"}
    address = f"/api/v1/projects/{project}"
    offered = client.get(f"{address}/items/A1/acts", headers=headers).json()
    assert {"act": "invite_applicant", "possible": True, "refusal": None} in offered
    command = asked().model_dump(mode="json")
    done = client.post(f"{address}/acts", json=command, headers=headers)
    assert (done.status_code, done.json()["events"][0]["kind"]) == (200, "ApplicantInvited")
    wrong = client.post(f"{address}/acts", json=command | {"until": "soon"}, headers=headers)
    assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (422, "until")
    schemas = client.get("/api/openapi.json").json()["components"]["schemas"]
    assert schemas["InviteApplicant"]["properties"]["matter"]["title"] == "What it is about"


def test_the_page_has_its_form_and_says_what_happened(town, project):
    browser = town.browser(handler(PLANNING))
    page = browser.open(f"/projects/{project}/items/A1")
    form = page.form("invite_applicant")
    assert {"until", "matter", "urgent"} <= set(form.fields)
    assert set(form.required) >= {"until", "matter"}
    for words in ("Invite the applicant", "Day of the talk", "They come to the counter"):
        assert words in page.text
    refused = browser.send(form, until=str(OVER), matter="the red line")
    assert (refused.status, refused.form("invite_applicant").fields["matter"]) == (
        422,
        ["the red line"],
    )
    done = browser.send(form, until=str(SOME_DAY), matter="the red line", urgent="true")
    sentence = "is asked to come on 2100年1月4日: the red line"
    assert (done.status, sentence in done.text) == (200, True)
    assert "invite_applicant" not in browser.open(f"/projects/{project}/items/A2").acts
    assert_whole(town)


def test_others_are_not_offered_it(town, project):
    for other in (APPLICANT, handler(LAND)):
        page = town.browser(other).open(f"/projects/{project}/items/A1")
        assert "invite_applicant" not in page.acts


def test_the_applicant_is_told(town, project):
    town.do(project, asked())
    notices.expand(town.database, town.now)
    page = town.browser(APPLICANT).open("/notices")
    assert "请来面谈" in page.text
