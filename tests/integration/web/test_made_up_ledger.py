"""A ledger that this module makes up: page, JSON, XLSX, CSV and command; nothing else knows it."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from contextlib import nullcontext
from datetime import date
from pathlib import Path

import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner

from cli import ledger as ledger_command
from models.people.security import SecurityEvent as E
from models.people.token_scope import TokenScope
from models.values import Text
from rules.ledgers.definition import (
    Choice,
    Column,
    ColumnKind,
    Filter,
    FilterKind,
    LedgerDefinition,
    Order,
    as_data,
    of_data,
)
from services.cases.ledgers import registry
from services.cases.registration import register_project
from services.ledgers.source import Sort, TableSource
from services.people.security_log import Search, log_page
from services.people.tokens import issue_token
from services.people.visibility import Kind
from tests.support.people import APPLICANT, CLERK, LEADER, handler
from tests.support.portal import OTHER_APPLICANT, Town, open_town
from tests.support.yard import LAND, PLANNING

#: What was handed in for projects, by their items' departments.
DEFINITION = LedgerDefinition(
    key="demand",
    name=Text(zh="需求清单", en="Demands"),
    explains=Text(zh="每个事项一行", en="One line for each item"),
    source="demand",
    columns=(
        Column("item", Text(zh="编号", en="Number"), ColumnKind.CODE),
        Column("title", Text(zh="项目", en="Project")),
        Column("round", Text(zh="轮次", en="Round"), ColumnKind.NUMBER),
        Column("registered_on", Text(zh="登记", en="Registered"), ColumnKind.DAY),
        Column("secret", Text(zh="部门", en="Department"), at="department", shown=False),
    ),
    filters=(
        Filter(
            "kind",
            Text(zh="类别", en="Kind"),
            FilterKind.CHOICE,
            asks="item",
            choices=(
                Choice("first", Text(zh="前期", en="First"), ("A1", "A2")),
                Choice("all", Text(zh="全部", en="All")),
            ),
        ),
        Filter("department", Text(zh="部门", en="Department"), FilterKind.EXACT),
        Filter("registered", Text(zh="登记", en="Registered"), FilterKind.DAYS, "registered_on"),
        Filter("text", Text(zh="项目", en="Project"), FilterKind.WORDS),
    ),
    orders=(
        Order("number", Text(zh="编号", en="Number"), "item"),
        Order("newest", Text(zh="新的在前", en="Newest"), "registered_on", descending=True),
    ),
    page_size=2,
)
SOURCE = TableSource(
    tables="item i JOIN project p ON p.id = i.project_id",
    fields={
        "item": "i.code",
        "title": "p.title",
        "round": "i.round",
        "registered_on": "p.registered_on",
        "department": "i.department",
    },
    identity=(Sort("i.project_id"), Sort("i.code", "text")),
    sorts={"item": Sort("i.code", "text"), "registered_on": Sort("p.registered_on", "date")},
    kind=Kind.ITEM,
    of="i.code",
)


@pytest.fixture(scope="module")
def demand(module_database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """A town whose ledger has the definition as a file of a district would hold it."""
    folder = Path(tmp_path_factory.mktemp("demand"))
    with open_town(module_database_url, folder) as town, pytest.MonkeyPatch.context() as patch:
        held = json.loads(json.dumps(as_data(DEFINITION)))
        patch.setitem(registry.LEDGERS, "demand", of_data(held))
        patch.setitem(registry.SOURCES, "demand", SOURCE)
        request = town.request().model_copy(update={"title": '=HYPERLINK("http://x")'})
        register_project(town.database, request, CLERK, town.now)
        yield town


def items(town: Town, actor, query: str = "") -> list[str]:
    """The items of every page of it, as a program gets them."""
    answered, after = [], ""
    while True:
        page = api(town, actor, f"/demand?limit=3{query}&after={after}").json()
        answered += [line["item"] for line in page["lines"]]
        if page["next"] is None:
            return answered
        after = page["next"]


def api(town: Town, actor, address: str):
    token = issue_token(town.database, actor.login, "test", town.now)
    headers = {"authorization": f"Bearer {token}"}
    return town.browser().client.get(f"/api/v1/ledgers{address}", headers=headers)


def test_a_definition_is_data_and_comes_back_as_it_was():
    assert of_data(as_data(DEFINITION)) == DEFINITION
    for shipped in registry.LEDGERS.values():
        assert of_data(json.loads(json.dumps(as_data(shipped)))) == shipped


def test_each_sees_the_lines_that_the_rule_shows_them(demand):
    every = items(demand, LEADER)
    assert every == sorted(every)
    assert len(every) > 5
    assert set(items(demand, handler(PLANNING))) < set(every)
    assert items(demand, APPLICANT) == every
    assert items(demand, OTHER_APPLICANT) == []
    assert set(items(demand, LEADER, f"&department={LAND}")) == set(items(demand, handler(LAND)))


def test_filters_and_orders_are_those_of_the_definition(demand):
    assert set(items(demand, LEADER, "&kind=first")) == {"A1", "A2"}
    today = demand.today.isoformat()
    assert items(demand, LEADER, f"&registered_from={today}&order=newest")
    assert items(demand, LEADER, "&registered_to=2001-01-01") == []
    for wrong in ("kind=x", "order=x", "columns=x", "registered_from=x", "limit=0", "after=x"):
        assert api(demand, LEADER, f"/demand?{wrong}").status_code == 422, wrong
    assert api(demand, LEADER, "/nothing").status_code == 404


def test_it_has_a_page_that_goes_on(demand):
    browser = demand.browser(LEADER)
    page = browser.open("/ledgers/demand")
    assert page.table("需求清单").row("=HYPERLINK")
    shown = page.html.count('<span class="code">')
    assert shown == 2
    following = browser.open(page.link("下一页 →").address)
    assert following.html.count('<span class="code">') == 2
    assert browser.open("/ledgers/demand?columns=secret").table("需求清单").row(LAND)


def test_a_view_is_kept_for_its_own_person_alone(demand):
    browser = demand.browser(LEADER)
    page = browser.open("/ledgers/demand?kind=first&order=newest")
    answer = browser.send(page.form("/ledgers/demand/views"), name="前期")
    assert answer.response.url.query == b"kind=first&order=newest"
    address = answer.link("前期").address
    assert address == "/ledgers/demand?kind=first&order=newest"
    assert "前期</a>" not in demand.browser(handler(LAND)).open("/ledgers/demand").html
    delete = next(form for form in answer.forms if form.action.endswith("/delete"))
    assert "前期</a>" not in browser.send(delete).html


def test_its_files_hold_days_numbers_and_no_formula(demand):
    leader = demand.browser(LEADER)
    every = items(demand, LEADER)
    answer = leader.client.get("/ledgers/demand/export?order=number")
    sheet = load_workbook(io.BytesIO(answer.content)).active
    assert [cell.value for cell in sheet[1]] == ["编号", "项目", "轮次", "登记", "部门"]
    assert sheet.freeze_panes == "A2"
    title, round_, day = sheet["B2"], sheet["C2"], sheet["D2"]
    assert (title.value, title.data_type) == ('=HYPERLINK("http://x")', "s")
    assert isinstance(round_.value, int)
    assert day.value.date() == demand.today
    assert day.is_date
    assert [cell.value for cell in sheet["A"][1:]] == every
    text = leader.client.get("/ledgers/demand/export?format=csv&kind=first").content
    assert text.startswith(b"\xef\xbb\xbf")
    lines = list(csv.reader(io.StringIO(text.decode("utf-8-sig"))))
    assert {line[0] for line in lines[1:]} == {"A1", "A2"}
    assert lines[1][1] == '\'=HYPERLINK("http://x")'
    assert date.fromisoformat(lines[1][3]) == demand.today


def test_who_took_a_file_stands_in_the_security_log(demand):
    demand.browser(LEADER).client.get("/ledgers/demand/export?format=csv&kind=first")
    entry, *_ = log_page(demand.database, Search(kind=E.EXPORTED)).rows
    assert entry.actor == LEADER.login
    assert {"ledger": "demand", "format": "csv", "lines": "2"}.items() <= entry.detail.items()
    narrow = issue_token(
        demand.database, LEADER.login, "test", demand.now, scopes=(TokenScope.READ,)
    )
    answer = demand.browser().client.get(
        "/api/v1/ledgers/demand/export", headers={"authorization": f"Bearer {narrow}"}
    )
    assert answer.status_code == 403


def test_the_command_line_has_it_too(demand, tmp_path, monkeypatch):
    monkeypatch.setattr(ledger_command, "ledger", lambda: nullcontext(demand.database))
    runner = CliRunner()
    answer = runner.invoke(
        ledger_command.app, ["show", "demand", "--json", "--filter", "kind=first"]
    )
    assert {line["item"] for line in json.loads(answer.stdout)["lines"]} == {"A1", "A2"}
    file = tmp_path / "demand.xlsx"
    assert runner.invoke(ledger_command.app, ["export", "demand", str(file)]).exit_code == 0
    assert load_workbook(file).active["A2"].value == "A1"
    listed = runner.invoke(ledger_command.app, ["list"]).stdout
    assert "需求清单" in listed
