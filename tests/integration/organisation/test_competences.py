"""Who answers for which item in which district: one unit on every day, and cases follow."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from models.cases import commands as c
from models.cases.states import ItemState
from models.errors import NotFound
from models.people.actor import Actor, Role
from models.people.organisation import Unit, UnitKind
from models.people.security import CONSOLE
from rules.cases.permissions import NotTheirs
from services.cases.audit.walk import verify
from services.cases.registration import register_project
from services.cases.views.inbox import inbox
from services.organisation.competences import EndCompetence, MoveOpenWork, SetCompetence
from services.organisation.declaration import By
from services.organisation.registry import Done, execute
from services.people.organisation import (
    StillCompetent,
    UnknownPlace,
    add_unit,
    end_unit,
    know_shipped_units,
)
from services.people.powers.competences import (
    CompetenceGap,
    CompetenceOverlap,
    NoOffice,
    UnknownItem,
)
from services.unit_of_work import CompetenceTwice
from tests.support.ledger import Ledger
from tests.support.people import CLERK, STEWARD
from tests.support.play import START
from tests.support.yard import PLANNING

OFFICE = "jinghe_development_construction"
OFFICER = Actor("builder", Role.HANDLER, OFFICE)
DAY = timedelta(days=1)


@pytest.fixture
def area(ledger: Ledger) -> Ledger:
    with ledger.database.transaction() as connection:
        know_shipped_units(connection)
    return ledger


def choose(area: Ledger, **values) -> Done:
    given = {"item": "A1", "place": "jinghe", "unit": OFFICE, "from_on": START} | values
    return execute(area.database, SetCompetence(**given), By(CONSOLE, area.now))


def staffed(area: Ledger) -> None:
    with area.database.transaction() as connection:
        connection.execute(
            text(
                "INSERT INTO account (login, name, role, department)"
                " VALUES (:login, 'Builder', 'handler', :office)"
            ),
            {"login": OFFICER.login, "office": OFFICE},
        )


def registered(area: Ledger, place: str) -> str:
    request = area.request(steward=STEWARD.login).model_copy(update={"place": place})
    return register_project(area.database, request, CLERK, area.now).project


def filed(area: Ledger, project: str) -> str:
    area.do(project, c.OpenStage(stage="land"))
    area.hand_in(project, "plan")
    area.do(project, c.SubmitApplication(item="A1"))
    return area.facts(project).items["A1"].department


def sound(area: Ledger) -> bool:
    return verify(area.database).ok


def test_a_case_goes_to_the_unit_that_the_district_chose(area):
    choose(area)
    staffed(area)
    project, elsewhere = registered(area, "jinghe"), registered(area, "qinhan")
    assert filed(area, project) == OFFICE
    assert filed(area, elsewhere) == PLANNING
    there = inbox(area.database, OFFICER, area.now)
    assert [row.project for row in there.rows] == [project]
    assert {row.department_name.zh for row in there.rows} == {"泾河新城开发建设部"}
    with pytest.raises(NotTheirs):
        area.do(project, c.AcceptApplication(item="A1"), Actor("other", Role.HANDLER, PLANNING))
    area.do(project, c.AcceptApplication(item="A1"), OFFICER)
    assert area.facts(project).items["A1"].handler == OFFICER.login
    assert sound(area)


def test_the_day_of_filing_counts_and_a_park_goes_before_its_city(area):
    park = Unit(key="park_a", kind=UnitKind.PARK, name_zh="甲园区", parent="jinghe", from_on=START)
    add_unit(area.database, park)
    early, late = registered(area, "park_a"), registered(area, "park_a")
    assert area.facts(early).items["A1"].department == PLANNING
    assert filed(area, early) == PLANNING
    choose(area, place="park_a")
    choose(area, unit="jinghe_environment_office")
    assert filed(area, late) == OFFICE
    # What is in hand stays until it is moved.
    assert area.facts(early).items["A1"].department == PLANNING


def test_open_work_moves_in_one_act_and_no_clock_with_it(area):
    project = registered(area, "jinghe")
    assert filed(area, project) == PLANNING
    area.do(project, c.AcceptApplication(item="A1"))
    before = area.facts(project)
    number = choose(area, document_no="泾管发〔2026〕8号").number
    staffed(area)
    done = execute(area.database, MoveOpenWork(number=number), By(CONSOLE, area.now))
    assert done.number == 1
    after = area.facts(project)
    moved = after.items["A1"]
    assert (moved.department, moved.handler) == (OFFICE, OFFICER.login)
    assert moved.state is ItemState.ACCEPTED
    assert after.clocks == before.clocks
    assert sound(area)
    again = execute(area.database, MoveOpenWork(number=number), By(CONSOLE, area.now))
    assert again.number == 0


def test_a_change_ends_what_was_and_the_catalogue_answers_again(area):
    first = choose(area).number
    change = START + 5 * DAY
    second = choose(area, unit="jinghe_environment_office", from_on=change).number
    assert first != second
    with pytest.raises(CompetenceOverlap, match=r"jinghe_environment_office.*A1.*jinghe"):
        choose(area, from_on=change + DAY, to_on=change + 2 * DAY)
    execute(area.database, EndCompetence(number=second, on=change + DAY), By(CONSOLE, area.now))
    with pytest.raises(NotFound):
        execute(area.database, EndCompetence(number=second, on=change + DAY), By(CONSOLE, area.now))
    project = registered(area, "jinghe")
    assert area.facts(project).items["A1"].department == OFFICE
    area.go_to(change + 2 * DAY)
    assert filed(area, project) == PLANNING
    assert sound(area)


@pytest.mark.parametrize(
    ("values", "error"),
    [
        ({"place": "station_huizhi"}, UnknownPlace),
        ({"item": "ZZ9"}, UnknownItem),
        ({"unit": "xixian_hall"}, NoOffice),
        ({"from_on": date(2013, 1, 1), "place": "xixian"}, UnknownPlace),
    ],
)
def test_what_cannot_answer_is_refused_in_one_sentence(area, values, error):
    with pytest.raises(error):
        choose(area, **values)


def test_nobody_would_answer_on_some_days(area):
    late = Unit(
        key="late", kind=UnitKind.DEPARTMENT, name_zh="新局", parent="jinghe", from_on=START + DAY
    )
    add_unit(area.database, late)
    with pytest.raises(CompetenceGap, match="late"):
        choose(area, unit="late")
    choose(area)
    with pytest.raises(StillCompetent, match=rf"{OFFICE} answers for A1 in jinghe"):
        end_unit(area.database, OFFICE, START + DAY, None)


def test_the_database_refuses_a_second_unit(area):
    choose(area)
    row = (
        "INSERT INTO competence (item, place, unit, office, from_on)"
        " SELECT item, place, unit, office, from_on + 3 FROM competence"
    )
    with pytest.raises((CompetenceTwice, IntegrityError)), area.database.transaction() as other:
        other.execute(text(row))
