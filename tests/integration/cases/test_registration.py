"""Registering: each wrong input is one sentence, and nothing is half-written."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from models.cases import commands as c
from models.cases.pre_check import placeholder
from models.errors import KaigongError
from models.people.actor import Actor, Role
from rules.cases.permissions import NotTheirs, RoleMayNotAct
from rules.formats import InvalidCreditCode, InvalidProjectCode
from rules.scenarios.attributes import UnknownAttribute, WrongAttribute
from services.cases.acts import KeyUsedBefore
from services.cases.audit import verify
from services.cases.registration import (
    EnterpriseNameDiffers,
    EnterpriseNameNeeded,
    NoneRegistered,
    RegisterProject,
    register_all,
    register_project,
)
from services.cases.views.inbox import inbox
from services.cases.views.project_page import project_page
from services.scenarios.published import UnknownScenario
from services.unit_of_work import ProjectCodeTaken, UnknownSteward
from tests.support.ledger import FILE, Ledger
from tests.support.people import APPLICANT, CLERK, STEWARD, approver, handler
from tests.support.yard import ENTERPRISE, OTHER_ENTERPRISE, PLANNING

NEW, UNKNOWN = "91611102MA0FAKE33T", "91611102MA0FAKE41M"
TABLES = ("project", "item", "case_event", "notice", "wake_up", "enterprise")


@pytest.fixture(scope="module")
def ledger(module_ledger: Ledger) -> Ledger:
    module_ledger.register(900_000)
    return module_ledger


def counts(ledger: Ledger) -> dict[str, int]:
    return {table: ledger.count(table) for table in TABLES}


@pytest.mark.parametrize(
    ("wrong", "error", "named"),
    [
        ({"code": "2613-611102-04-01-000001"}, InvalidProjectCode, "2613-611102-04-01-000001"),
        ({"code": "2611-611102-04-01-900000"}, ProjectCodeTaken, "2611-611102-04-01-900000"),
        ({"enterprise": "91611102MA0FAKE176"}, InvalidCreditCode, "91611102MA0FAKE176"),
        ({"enterprise": UNKNOWN}, EnterpriseNameNeeded, UNKNOWN),
        ({"enterprise_name": "Somebody else"}, EnterpriseNameDiffers, "Somebody else"),
        ({"scenario": "moon-base"}, UnknownScenario, "moon-base"),
        ({"attributes": {"hight": 3}}, UnknownAttribute, "hight"),
        ({"attributes": {"floors": "many"}}, WrongAttribute, "many"),
        ({"attributes": {"area": float("nan")}}, WrongAttribute, "area"),
        ({"steward": "nobody"}, UnknownSteward, "nobody"),
        ({"steward": "idle"}, UnknownSteward, "idle"),
        ({"enterprise": UNKNOWN, "enterprise_name": "N", "steward": "no"}, UnknownSteward, "no"),
        (
            {"enterprise": UNKNOWN, "enterprise_name": "N", "attributes": {"use": "x"}},
            WrongAttribute,
            "plant",
        ),
    ],
)
def test_a_wrong_request_names_field_and_value_and_leaves_nothing(ledger, wrong, error, named):
    before = counts(ledger)
    with pytest.raises(error) as refused:
        register_project(ledger.database, ledger.request(1, **wrong), CLERK, ledger.now)
    sentence = refused.value.sentence()
    assert named in sentence
    assert (refused.value.field or "x") in sentence
    assert "\n" not in sentence
    assert counts(ledger) == before


@pytest.mark.parametrize("title", ["", " ", "x", "a\x00b", "x" * 201])
def test_a_title_is_a_text(title):
    with pytest.raises(ValueError, match="title"):
        RegisterProject(code="c", title=title, enterprise=ENTERPRISE, scenario="yard")


def test_who_may_register(ledger):
    with pytest.raises(RoleMayNotAct):
        register_project(ledger.database, ledger.request(2), approver(), ledger.now)
    stranger = Actor("stranger", Role.APPLICANT, enterprise=OTHER_ENTERPRISE)
    with pytest.raises(NotTheirs):
        register_project(ledger.database, ledger.request(2), stranger, ledger.now)
    for number, actor in enumerate((APPLICANT, CLERK, STEWARD), start=910_000):
        register_project(ledger.database, ledger.request(number), actor, ledger.now)


def test_registering_with_a_steward_is_one_act(ledger):
    receipt = register_project(ledger.database, ledger.request(3), CLERK, ledger.now)
    facts = ledger.facts(receipt.project)
    assert (receipt.version, facts.version) == (1, 1)
    assert facts.steward == STEWARD.login
    assert [event.kind for event in receipt.events] == [
        "ProjectRegistered",
        "StewardAssigned",
        "ItemOpened",
        "ItemOpened",
    ]


def test_a_new_enterprise_comes_with_its_name(ledger):
    request = ledger.request(4, enterprise=NEW.lower(), enterprise_name="新企业")
    register_project(ledger.database, request, CLERK, ledger.now)
    name = ledger.scalar("SELECT name FROM enterprise WHERE credit_code = :code", code=NEW)
    assert name == "新企业"
    again = ledger.request(5, enterprise=NEW)
    register_project(ledger.database, again, CLERK, ledger.now)


def test_the_same_request_again_is_one_project(ledger):
    request = ledger.request(6)
    first = register_project(ledger.database, request, CLERK, ledger.now, key="k")
    again = register_project(ledger.database, request, CLERK, ledger.now, key="k")
    assert (again.repeated, again.project_id, again.version) == (True, first.project_id, 1)
    assert [e.kind for e in again.events] == [e.kind for e in first.events]
    with pytest.raises(ProjectCodeTaken):
        register_project(ledger.database, request, CLERK, ledger.now, key="other")
    changed = ledger.request(6, title="another title")
    with pytest.raises(KeyUsedBefore):
        register_project(ledger.database, changed, CLERK, ledger.now, key="k")


@pytest.mark.parametrize("key", ["click", None])
def test_a_double_click_registers_once(ledger, key):
    request = ledger.request(7 if key else 8)

    def register(_: int) -> object:
        try:
            return register_project(ledger.database, request, CLERK, ledger.now, key=key)
        except KaigongError as error:
            return error

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(register, range(4)))
    taken = [answer for answer in answers if isinstance(answer, KaigongError)]
    assert len(taken) == (0 if key else 3)
    assert all(isinstance(error, ProjectCodeTaken) for error in taken)
    found = ledger.scalar("SELECT count(*) FROM project WHERE code = :code", code=request.code)
    assert found == 1


def test_many_are_registered_together_or_not_at_all(ledger):
    before = counts(ledger)
    requests = [
        ledger.request(20),
        ledger.request(21, scenario="moon-base"),
        ledger.request(20),
        ledger.request(22, enterprise=ENTERPRISE, enterprise_name="wrong name"),
        ledger.request(23),
    ]
    with pytest.raises(NoneRegistered) as refused:
        register_all(ledger.database, requests, CLERK, ledger.now)
    found = {one.position: type(one.error) for one in refused.value.refused}
    assert found == {1: UnknownScenario, 2: ProjectCodeTaken, 3: EnterpriseNameDiffers}
    assert counts(ledger) == before
    receipts = register_all(ledger.database, [requests[0], requests[4]], CLERK, ledger.now)
    assert [receipt.project for receipt in receipts] == [requests[0].code, requests[4].code]


def test_a_project_without_a_code_has_one_within_a_day_and_keeps_its_old_name(ledger):
    wanted = ledger.request(6, code=None)
    first, again = (
        register_project(ledger.database, wanted, CLERK, ledger.now, key="once") for _ in range(2)
    )
    assert again.repeated
    assert again.project_id == first.project_id
    other = register_project(ledger.database, wanted, CLERK, ledger.now)
    assert other.project == placeholder(other.project_id) != first.project
    for actor in (CLERK, handler(PLANNING)):
        asked = [
            row for row in inbox(ledger.database, actor, ledger.now).rows if row.task == "pre_check"
        ]
        assert {row.project for row in asked} == {first.project, other.project}
    shown = project_page(ledger.database, first.project, ledger.now, viewer=STEWARD)
    assert shown.awaiting_code.item == "A1"
    code = "2611-611102-04-01-777777"
    coded = c.RecordProjectCode(item="A1", code=code, file_name="page.pdf", sha256=FILE)
    ledger.do(first.project, coded, CLERK)
    # The name that it had leads to it for ever, and a second project cannot have the same code.
    assert ledger.facts(first.project).code == ledger.facts(code).code == code
    with pytest.raises(ProjectCodeTaken):
        ledger.do(other.project, coded, CLERK)
    assert project_page(ledger.database, code, ledger.now, viewer=STEWARD).awaiting_code is None
    assert verify(ledger.database).ok
