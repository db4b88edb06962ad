"""Projects by two signs: of a title, a code, an enterprise; what was renamed is found by its new name."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from services.cases.registration import register_project
from services.cases.views.ledger import projects
from services.cases.views.lists import project_order
from services.cases.views.lists.project_query import ProjectQuery
from tests.support.ledger import Ledger
from tests.support.people import APPLICANT, CLERK, LEADER, STEWARD, handler
from tests.support.portal import OTHER_APPLICANT
from tests.support.yard import ENTERPRISE, PLANNING

TITLES = ("秦汉新城智能制造产业园", "泾河新城智慧物流中心", "100%_done\\park", "Hofe Gardens")


@pytest.fixture(scope="module")
def named(module_ledger: Ledger) -> Ledger:
    return register(module_ledger)


def register(ledger: Ledger) -> Ledger:
    for title in TITLES:
        request = ledger.request().model_copy(update={"title": title})
        register_project(ledger.database, request, CLERK, ledger.now)
    return ledger


def search(ledger: Ledger, words: str, viewer=LEADER) -> set[str]:
    query = ProjectQuery(text=words, page_size=100)
    listed = projects(ledger.database, query, ledger.now, viewer=viewer)
    assert listed.total == len(listed.projects)
    return {row.title for row in listed.projects}


@pytest.mark.parametrize("walks", [False, True], ids=["few", "many"])
@pytest.mark.parametrize(
    ("words", "which"),
    [
        ("新城", {0, 1}),
        ("智能", {0}),
        ("智", {0, 1}),
        ("城智", {0, 1}),
        ("能智", set()),
        ("%_", {2}),
        ("E\\P", {2}),
        ("HOFE", {3}),
        ("DONE", {2}),
    ],
)
def test_part_of_a_name_is_enough(named, monkeypatch, words, which, walks):
    if walks:
        # As where more projects hold the pairs than are sorted.
        gate = project_order._GATE.replace(str(project_order.FEW), "0")
        monkeypatch.setattr(project_order, "_GATE", gate)
    assert search(named, words) == {TITLES[number] for number in which}


def test_who_searches_finds_what_they_may_see(named):
    for viewer in (APPLICANT, STEWARD):
        assert search(named, "智能", viewer) == {TITLES[0]}
    assert search(named, "智能", OTHER_APPLICANT) == set()
    assert search(named, "智能", handler(PLANNING)) == {TITLES[0]}


def test_code_and_enterprise_are_found_and_what_was_renamed_by_its_new_name(ledger):
    register(ledger)
    whole = search(ledger, "-0000")
    assert whole == set(TITLES)
    rename = text("UPDATE enterprise SET name = :name WHERE credit_code = :code")
    with ledger.database.transaction() as connection:
        connection.execute(rename, {"name": "沣东重工", "code": ENTERPRISE})
        connection.execute(
            text("UPDATE project SET title = '空港仓储' WHERE title = :title"),
            {"title": TITLES[1]},
        )
    assert search(ledger, "沣东") == {*TITLES, "空港仓储"} - {TITLES[1]}
    assert search(ledger, "空港") == {"空港仓储"}
    assert search(ledger, "智慧") == set()
