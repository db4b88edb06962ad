"""The services behind the portal: files, accounts, lists, lights and what may be done."""

from __future__ import annotations

import io
import zipfile
from datetime import date, timedelta

import pytest
from sqlalchemy import text

from models.cases import commands as c
from models.cases.states import ItemState, Light, ProjectState
from models.errors import KaigongError, NotFound
from models.people.actor import SYSTEM
from rules.cases.decide import decide
from rules.cases.declarations.act import Situation
from rules.cases.declarations.registry import registry
from rules.cases.offers import possibilities, sample
from services.cases.pages.menu import menu_counts
from services.cases.views.desk import desk
from services.cases.views.inbox import inbox
from services.cases.views.ledger import ProjectList, projects
from services.cases.views.lists.project_query import ProjectQuery
from services.cases.views.parts.next_steps import next_steps
from services.cases.views.project_page import page_of, project_page
from services.cases.views.project_reading import read
from services.cases.views.values.plain import as_json
from services.documents.files import (
    FileEmpty,
    FileKindNotAllowed,
    FileTooLarge,
    read_file,
    safe_name,
    store_file,
)
from services.documents.kinds import media_type_of
from services.installation.policy import context_for
from services.people import accounts
from services.people.accounts import NewAccount, WrongPassword
from services.people.passwords import PasswordTooShort, hash_password
from services.unit_of_work import LoginTaken, UnknownDepartment
from tests.support import states
from tests.support.ledger import Ledger
from tests.support.people import APPLICANT, CLERK, LEADER, STEWARD, approver, everyone, handler
from tests.support.play import START
from tests.support.yard import HOUSING, LAND, PLANNING

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
        # What gateways put before a PDF, and a text of Chinese Windows.
        pytest.param(
            b"\xef\xbb\xbf%PDF-1.7\n%%\xe2\xe3\nstartxref\n9\n%%EOF", "application/pdf", id="PDF1"
        ),
        pytest.param(
            b"\r\n%PDF-1.7\n%%\xe2\xe3\nstartxref\n9\n%%EOF", "application/pdf", id="PDF1-lines"
        ),
        (b"\x00" * 1025 + b"%PDF-1.7 startxref", None),
        pytest.param("项目名称，备注\r\n仓库".encode("gbk"), "text/plain", id="TEXT1"),
        ("<html>项目".encode("gbk"), None),
        (bytes(range(128, 256)), None),
    ],
)
def test_a_file_is_what_its_content_says(content, media_type):
    assert media_type_of(io.BytesIO(content)) == media_type


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


def test_a_file_is_kept_once_within_its_limit(ledger):
    first = store_file(ledger.database, io.BytesIO(b"%PDF-1.7 new"), "a.pdf", 1)
    count = ledger.count("stored_file")
    again = store_file(ledger.database, io.BytesIO(b"%PDF-1.7 new"), "b.pdf", 1)
    assert first.sha256 == again.sha256
    assert ledger.count("stored_file") == count
    assert read_file(ledger.database, first.sha256).content == b"%PDF-1.7 new"
    with pytest.raises(FileTooLarge):
        store_file(ledger.database, io.BytesIO(b"%PDF" + bytes(1024 * 1024)), "a.pdf", 1)
    with pytest.raises(FileEmpty):
        store_file(ledger.database, io.BytesIO(b""), "a.pdf", 1)
    with pytest.raises(FileKindNotAllowed):
        store_file(ledger.database, io.BytesIO(b"MZ\x00"), "a.pdf", 1)
    with pytest.raises(NotFound):
        read_file(ledger.database, "0" * 64)
    assert ledger.count("stored_file") == count


# --- accounts ---------------------------------------------------------------------------------


def test_an_account_is_made_and_opened_by_its_password(ledger):
    with ledger.database.transaction() as connection:
        from tests.support.yard import YARD

        accounts.know_departments(connection, YARD.departments)
        accounts.know_departments(connection, YARD.departments)
    request = NewAccount(
        login="wang", name="Wang", role="handler", department=LAND, password="long enough words"
    )
    made = accounts.create_account(ledger.database, request)
    assert made.actor.department == LAND
    assert accounts.authenticate(ledger.database, " WANG ", "long enough words") == made
    with pytest.raises(WrongPassword):
        accounts.authenticate(ledger.database, "wang", "something else")
    with pytest.raises(LoginTaken):
        accounts.create_account(ledger.database, request)
    with pytest.raises(UnknownDepartment):
        accounts.create_account(
            ledger.database, request.model_copy(update={"login": "li", "department": "nowhere"})
        )
    with pytest.raises(PasswordTooShort):
        hash_password("short", "li")


# --- lights and lists -------------------------------------------------------------------------


def list_of(ledger: Ledger, viewer=SYSTEM, **query) -> ProjectList:
    return projects(ledger.database, ProjectQuery(**query), ledger.today, viewer=viewer)


def test_a_light_turns_with_the_days_and_the_list_agrees_with_the_page(ledger):
    project = ledger.accepted()
    seen = []
    for days in range(40):
        ledger.go_to(START + timedelta(days=days))
        (row,) = list_of(ledger).projects
        page = project_page(ledger.database, project, ledger.now, viewer=SYSTEM)
        item = page.item("A1")
        assert row.light is page.light is item.light
        assert row.next_due_on == page.next_due_on == item.due_on
        assert row.waiting[0].waits_for is item.waits_for
        due = item.due_on
        expected = Light.RED if ledger.today > due else None
        assert expected in (None, row.light)
        seen.append(row.light)
    order = [Light.GREEN, Light.YELLOW, Light.RED]
    assert sorted(seen, key=order.index) == seen
    assert set(seen) == set(order)
    assert [list_of(ledger, level=light).total for light in order] == [0, 0, 1]


def test_everyone_sees_their_own_list(ledger):
    own = ledger.accepted()
    with ledger.database.transaction() as connection:
        connection.execute(
            text(
                "INSERT INTO account (login, name, role) VALUES ('aunt', 'Aunt', 'project_steward')"
            )
        )
    other = ledger.request(steward="aunt", enterprise="91611102MA0FAKE250")
    from services.cases.registration import register_project

    register_project(ledger.database, other, CLERK, ledger.now)
    assert {p.code for p in list_of(ledger).projects} == {own, other.code}
    assert {p.code for p in list_of(ledger, LEADER).projects} == {own, other.code}
    assert {p.code for p in list_of(ledger, STEWARD).projects} == {own}
    assert {p.code for p in list_of(ledger, APPLICANT).projects} == {own}
    assert list_of(ledger, handler("nowhere")).total == 0
    with pytest.raises(NotFound):
        project_page(ledger.database, other.code, ledger.now, viewer=APPLICANT)


def test_pages_of_a_list_count_everything(ledger):
    for _ in range(5):
        ledger.register()
    first = list_of(ledger, page_size=2)
    third = list_of(ledger, page_size=2, page=3)
    beyond = list_of(ledger, page_size=2, page=9)
    assert (first.total, first.pages, len(first.projects)) == (5, 3, 2)
    assert (third.total, len(third.projects)) == (5, 1)
    assert (beyond.total, len(beyond.projects)) == (5, 0)
    assert list_of(ledger, state=ProjectState.COMPLETED).total == 0


def test_the_desk_counts_what_the_list_shows(ledger):
    ledger.accepted()
    ledger.register()
    ledger.go_to(START + timedelta(days=40))
    ledger.register()
    glance = desk(ledger.database, ledger.today, viewer=STEWARD)
    lights = [row.light for row in list_of(ledger, STEWARD).projects]
    counted = [lights.count(light) for light in (Light.RED, Light.YELLOW, Light.GREEN)]
    assert [glance.red, glance.yellow, glance.green] == counted
    assert glance.total == 3
    assert glance.waits_for_departments == 1


def test_an_inbox_holds_what_the_department_has_to_do(ledger):
    project = ledger.accepted()
    rows = inbox(ledger.database, approver(PLANNING), ledger.now).rows
    assert [(r.project, r.item, r.task) for r in rows] == [(project, "A1", "decide")]
    assert menu_counts(ledger.database, approver(PLANNING)).inbox == 1
    assert inbox(ledger.database, approver(HOUSING), ledger.now).total == 0
    assert inbox(ledger.database, STEWARD, ledger.now).total == 0
    ledger.do(project, c.ApproveItem(item="A1"))
    ledger.do(project, c.IssueDocument(item="A1"), approver(PLANNING))
    (row,) = inbox(ledger.database, approver(PLANNING), ledger.now).rows
    assert row.task == "deliver"
    ledger.do(project, c.RecordDelivery(item="A1"))
    assert menu_counts(ledger.database, approver(PLANNING)).inbox == 0


def test_views_are_plain_json(ledger):
    project = ledger.granted()
    page = as_json(project_page(ledger.database, project, ledger.now, viewer=SYSTEM))
    assert page["stages"][0]["items"][1]["state"] == "granted"
    assert page["stages"][0]["items"][1]["name"] == {"zh": "item A1(中)", "en": "item A1"}
    assert as_json(list_of(ledger))["projects"][0]["light"] == "green"


# --- what may be done -------------------------------------------------------------------------


@pytest.mark.parametrize("place", sorted(states.REACH), ids=str)
def test_what_is_offered_is_what_the_rules_allow(place):
    found = states.REACH[place]()
    facts = found.play.facts
    for actor in everyone(facts.items[found.item].department).values():
        context = context_for(actor, found.play.context(actor).now)
        for possibility in possibilities(facts, found.item, context):
            act = registry().acts[possibility.act]
            command = sample(act, Situation(facts, found.item, context))
            if act.foreseen is not None:
                continue  # its papers come along with it
            try:
                decide(facts, command, context)
                refused = None
            except KaigongError as error:
                refused = type(error)
            assert refused == (type(possibility.refusal) if possibility.refusal else None)


def test_next_steps_begin_with_what_holds_the_project_up(ledger):
    project = ledger.register()
    steps = next_steps(ledger.facts(project))
    assert [(step.kind, step.item) for step in steps] == [("apply", "A1"), ("record", "E0")]
    assert [name.en for name in steps[0].materials] == ["plan"]
    ledger.hand_in(project, "plan")
    assert next_steps(ledger.facts(project))[0].materials == ()


def test_a_page_reads_every_round_of_clocks(ledger):
    project = ledger.accepted()
    ledger.do(project, c.WithdrawApplication(item="A1"))
    ledger.do(project, c.StartNewRound(item="A1"))
    with ledger.database.reading() as connection:
        reading = read(connection, project, ledger.now, STEWARD)
    page = page_of(reading)
    assert page.item("A1").state is ItemState.OPEN
    # Those of the whole project have no round.
    assert {clock.round for clock in reading.clocks} - {0} == {1}
    assert isinstance(page.on, date)
