"""The services behind the portal: files, accounts, lists, lights and what may be done."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from models import commands as c
from models.errors import KaigongError, NotFound
from models.states import ItemState, Light, ProjectState
from rules.decide import decide
from rules.permissions import NotTheirs
from services import accounts
from services.accounts import NewAccount, PasswordTooShort, WrongPassword
from services.documents.files import (
    FileEmpty,
    FileKindNotAllowed,
    FileTooLarge,
    media_type_of,
    read_file,
    safe_name,
    store_file,
)
from services.policy import context_for
from services.unit_of_work import LoginTaken, UnknownDepartment
from services.views import ledger
from services.views.inbox import inbox, inbox_size
from services.views.ledger import ProjectQuery
from services.views.next_steps import next_steps
from services.views.possibilities import _SAMPLES, possibilities
from services.views.project_page import project_page, read_project
from services.views.values.plain import as_json
from tests.support import states
from tests.support.ledger import Ledger
from tests.support.people import APPLICANT, CLERK, LEADER, STEWARD, approver, everyone, handler
from tests.support.play import START
from tests.support.yard import HOUSING, LAND, PLANNING


@pytest.fixture
def town(database_url: str) -> Iterator[Ledger]:
    found = Ledger(database_url)
    yield found
    found.close()


# --- files ------------------------------------------------------------------------------------


def zipped(*names: str) -> bytes:
    """The same bytes at any moment: they name the test, and two workers must agree on the name."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name in names:
            archive.writestr(zipfile.ZipInfo(name), "x")
    return content.getvalue()


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (b"%PDF-1.4 ...", "application/pdf"),
        (b"\x89PNG\r\n\x1a\n...", "image/png"),
        (b"\xff\xd8\xff\xe0...", "image/jpeg"),
        (
            zipped("word/document.xml"),
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ),
        (zipped("OFD.xml"), "application/ofd"),
        (zipped("a.txt"), "application/zip"),
        ("备注，一行\n".encode(), "text/plain"),
        (("字" * 40000).encode(), "text/plain"),
        (b"PK\x03\x04 not a zip", None),
        (b"MZ\x90\x00", None),
        (b"\x7fELF\x02", None),
        (b"  <html>", None),
        ("\ufeff<svg>".encode(), None),
        (b"\xff\xfe\x00", None),
    ],
)
def test_a_file_is_what_its_content_says(content, media_type):
    assert media_type_of(content) == media_type


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("方案.pdf", "方案.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\fake\\plan.PDF", "plan.PDF"),
        ('a"b<c>.pdf', "a_b_c_.pdf"),
        ("a\x00b\r\n.pdf", "ab.pdf"),
        ("\u202egnp.exe", "gnp.exe"),
        ("...", "file"),
        ("x" * 300 + ".pdf", "x" * 196 + ".pdf"),
    ],
)
def test_names_mislead_nobody(given, kept):
    assert safe_name(given) == kept


def test_a_file_is_kept_once_within_its_limit(town):
    first = store_file(town.database, io.BytesIO(b"%PDF-1.7 new"), "a.pdf", 1)
    count = town.count("stored_file")
    again = store_file(town.database, io.BytesIO(b"%PDF-1.7 new"), "b.pdf", 1)
    assert first.sha256 == again.sha256
    assert town.count("stored_file") == count
    assert read_file(town.database, first.sha256).content == b"%PDF-1.7 new"
    with pytest.raises(FileTooLarge):
        store_file(town.database, io.BytesIO(b"%PDF" + bytes(1024 * 1024)), "a.pdf", 1)
    with pytest.raises(FileEmpty):
        store_file(town.database, io.BytesIO(b""), "a.pdf", 1)
    with pytest.raises(FileKindNotAllowed):
        store_file(town.database, io.BytesIO(b"MZ\x00"), "a.pdf", 1)
    with pytest.raises(NotFound):
        read_file(town.database, "0" * 64)
    assert town.count("stored_file") == count


# --- accounts ---------------------------------------------------------------------------------


def test_an_account_is_made_and_opened_by_its_password(town):
    with town.database.transaction() as connection:
        from tests.support.yard import YARD

        accounts.know_departments(connection, YARD.departments)
        accounts.know_departments(connection, YARD.departments)
    request = NewAccount(
        login="wang", name="Wang", role="handler", department=LAND, password="long enough"
    )
    made = accounts.create_account(town.database, request)
    assert made.actor.department == LAND
    assert accounts.authenticate(town.database, " WANG ", "long enough") == made
    with pytest.raises(WrongPassword):
        accounts.authenticate(town.database, "wang", "something else")
    with pytest.raises(LoginTaken):
        accounts.create_account(town.database, request)
    with pytest.raises(UnknownDepartment):
        accounts.create_account(
            town.database, request.model_copy(update={"login": "li", "department": "nowhere"})
        )
    with pytest.raises(PasswordTooShort):
        accounts.hash_password("short")


# --- lights and lists -------------------------------------------------------------------------


def list_of(town: Ledger, viewer=None, **query) -> ledger.ProjectList:
    return ledger.projects(town.database, ProjectQuery(**query), town.today, viewer=viewer)


def test_a_light_turns_with_the_days_and_the_list_agrees_with_the_page(town):
    project = town.accepted()
    seen = []
    for days in range(40):
        town.go_to(START + timedelta(days=days))
        (row,) = list_of(town).projects
        page = project_page(town.database, project, town.now)
        item = page.item("A1")
        assert row.light is page.light is item.light
        assert row.next_due_on == page.next_due_on == item.due_on
        assert row.waiting[0].waits_for is item.waits_for
        due = item.due_on
        expected = Light.RED if town.today > due else None
        assert expected in (None, row.light)
        seen.append(row.light)
    order = [Light.GREEN, Light.YELLOW, Light.RED]
    assert sorted(seen, key=order.index) == seen
    assert set(seen) == set(order)
    assert [list_of(town, level=light).total for light in order] == [0, 0, 1]


def test_everyone_sees_their_own_list(town):
    own = town.accepted()
    other = town.request(steward=None, enterprise="91611102MA0FAKE250")
    from services.registration import register_project

    register_project(town.database, other, CLERK, town.now)
    assert {p.code for p in list_of(town).projects} == {own, other.code}
    assert {p.code for p in list_of(town, LEADER).projects} == {own, other.code}
    assert {p.code for p in list_of(town, STEWARD).projects} == {own}
    assert {p.code for p in list_of(town, APPLICANT).projects} == {own}
    assert list_of(town, handler("nowhere")).total == 0
    with pytest.raises(NotTheirs):
        project_page(town.database, other.code, town.now, viewer=APPLICANT)


def test_pages_of_a_list_count_everything(town):
    for _ in range(5):
        town.register()
    first = list_of(town, page_size=2)
    third = list_of(town, page_size=2, page=3)
    beyond = list_of(town, page_size=2, page=9)
    assert (first.total, first.pages, len(first.projects)) == (5, 3, 2)
    assert (third.total, len(third.projects)) == (5, 1)
    assert (beyond.total, len(beyond.projects)) == (5, 0)
    assert list_of(town, state=ProjectState.COMPLETED).total == 0


def test_the_desk_counts_what_the_list_shows(town):
    town.accepted()
    town.register()
    town.go_to(START + timedelta(days=40))
    town.register()
    desk = ledger.desk(town.database, town.today, viewer=STEWARD)
    lights = [row.light for row in list_of(town, STEWARD).projects]
    counted = [lights.count(light) for light in (Light.RED, Light.YELLOW, Light.GREEN)]
    assert [desk.red, desk.yellow, desk.green] == counted
    assert desk.total == 3
    assert desk.waits_for_departments == 1


def test_an_inbox_holds_what_the_department_has_to_do(town):
    project = town.accepted()
    rows = inbox(town.database, approver(PLANNING), town.now).rows
    assert [(r.project, r.item, r.task) for r in rows] == [(project, "A1", "decide")]
    assert inbox_size(town.database, approver(PLANNING)) == 1
    assert inbox(town.database, approver(HOUSING), town.now).total == 0
    assert inbox(town.database, STEWARD, town.now).total == 0
    town.do(project, c.ApproveItem(item="A1"))
    town.do(project, c.IssueDocument(item="A1"), approver(PLANNING))
    (row,) = inbox(town.database, approver(PLANNING), town.now).rows
    assert row.task == "deliver"
    town.do(project, c.RecordDelivery(item="A1"))
    assert inbox_size(town.database, approver(PLANNING)) == 0


def test_views_are_plain_json(town):
    project = town.granted()
    page = as_json(project_page(town.database, project, town.now))
    assert page["stages"][0]["items"][1]["state"] == "granted"
    assert page["stages"][0]["items"][1]["name"] == {"zh": "item A1(中)", "en": "item A1"}
    assert as_json(list_of(town))["projects"][0]["light"] == "green"


# --- what may be done -------------------------------------------------------------------------


@pytest.mark.parametrize("place", sorted(states.REACH), ids=str)
def test_what_is_offered_is_what_the_rules_allow(place):
    found = states.REACH[place]()
    facts = found.play.facts
    for actor in everyone(facts.items[found.item].department).values():
        context = context_for(actor, found.play.context(actor).now)
        for possibility in possibilities(facts, found.item, context):
            command = _SAMPLES[possibility.act](facts, facts.definition(found.item), context.today)
            if possibility.act == "supply_correction":
                continue  # its papers come along with it
            try:
                decide(facts, command, context)
                refused = None
            except KaigongError as error:
                refused = type(error)
            assert refused == (type(possibility.refusal) if possibility.refusal else None)


def test_next_steps_begin_with_what_holds_the_project_up(town):
    project = town.register()
    steps = next_steps(town.facts(project))
    assert [(step.kind, step.item) for step in steps] == [("apply", "A1"), ("record", "E0")]
    assert [name.en for name in steps[0].materials] == ["plan"]
    town.hand_in(project, "plan")
    assert next_steps(town.facts(project))[0].materials == ()


def test_a_page_reads_every_round_of_clocks(town):
    project = town.accepted()
    town.do(project, c.WithdrawApplication(item="A1"))
    town.do(project, c.StartNewRound(item="A1"))
    reading = read_project(town.database, project, town.now, viewer=STEWARD)
    assert reading.page.item("A1").state is ItemState.OPEN
    assert {clock.round for clock in reading.clocks} == {1}
    assert isinstance(reading.page.on, date)
