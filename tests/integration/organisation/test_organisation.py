"""Units, posts and absences: whom a project comes to, and who acts for whom."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import text

from models.errors import NotFound
from models.people.organisation import NewAbsence, NewPost, Unit, UnitKind
from models.people.post import Post
from models.people.security import SecurityEvent
from rules.people.absences import SubstitutesInACircle
from rules.people.units import UnitFault
from services.cases.registration import register_project
from services.ledger.store import load
from services.people.absences import acting_at, end_absence, record_absence
from services.people.organisation import (
    UnknownPlace,
    add_unit,
    end_unit,
    know_shipped_units,
    units_of,
)
from services.people.posts import end_post, grant_post
from services.people.security_log import Search, log_page
from services.unit_of_work import StewardOfProjects
from tests.support.ledger import Ledger
from tests.support.people import ADMINISTRATOR, CLERK, STEWARD
from tests.support.play import START

OPENED = date(2026, 1, 1)
DAY = timedelta(days=1)


def steward(ledger: Ledger, login: str, unit: str | None, post: Post = Post.PROJECT_STEWARD) -> int:
    with ledger.database.transaction() as connection:
        connection.execute(
            text(
                "INSERT INTO account (login, name, role) VALUES (:l, :l, 'project_steward')"
                " ON CONFLICT DO NOTHING"
            ),
            {"l": login},
        )
    wanted = NewPost(login=login, post=post, unit=unit, from_on=OPENED)
    return grant_post(ledger.database, wanted)


def registered(ledger: Ledger, place: str | None) -> str:
    request = ledger.request(steward=None).model_copy(update={"place": place})
    code = register_project(ledger.database, request, CLERK, ledger.now).project
    with ledger.database.reading() as connection:
        return load(connection, code).facts.steward or ""


@pytest.fixture
def area(ledger: Ledger) -> Ledger:
    with ledger.database.transaction() as connection:
        know_shipped_units(connection)
    return ledger


def test_a_project_comes_to_a_steward_of_its_place_and_a_park_has_its_commissioner(area):
    park = Unit(key="park_a", kind=UnitKind.PARK, name_zh="甲园区", parent="jinghe", from_on=OPENED)
    add_unit(area.database, park)
    steward(area, "j1", "jinghe")
    steward(area, "q1", "qinhan")
    steward(area, "c1", "park_a", Post.ADMINISTRATIVE_COMMISSIONER)
    # Whoever has no post over a place is a steward everywhere, as before there were places.
    assert registered(area, "jinghe") in {"j1", STEWARD.login}
    grant_post(
        area.database,
        NewPost(login=STEWARD.login, post=Post.DUTY_STEWARD, unit="xixian", from_on=OPENED),
    )
    assert registered(area, "jinghe") == "j1"
    assert registered(area, "qinhan") == "q1"
    assert registered(area, "park_a") == "c1"
    # Nobody is a steward of this one: who is on duty for the new area has it.
    assert registered(area, "fengxi") == STEWARD.login
    with pytest.raises(UnknownPlace, match="atlantis"):
        registered(area, "atlantis")


def test_a_place_that_ended_goes_on_in_its_successor(area):
    steward(area, "j1", "jinghe")
    steward(area, "q1", "qinhan")
    end_unit(area.database, "jinghe", START, "qinhan")
    names = {registered(area, "jinghe") for _ in range(2)}
    assert names == {"j1", "q1"}
    with pytest.raises(UnitFault, match="successor"):
        end_unit(area.database, "fengxi", START, None)
    with area.database.reading() as connection:
        unit = units_of(connection)["fengxi"].model_copy(update={"key": "x", "parent": "x"})
    with pytest.raises(UnitFault, match="circle"):
        add_unit(area.database, unit)


def test_who_still_has_projects_keeps_the_post(area):
    number = steward(area, "j1", "jinghe")
    assert registered(area, "jinghe") in {"j1", STEWARD.login}
    steward(area, STEWARD.login, "qinhan")
    assert registered(area, "jinghe") == "j1"
    with pytest.raises(StewardOfProjects, match="j1"):
        end_post(area.database, number, START)


def absent(ledger: Ledger, login: str, substitute: str, begins: int, days: int) -> int:
    from_at: datetime = ledger.now + begins * DAY
    wanted = NewAbsence(
        login=login, from_at=from_at, to_at=from_at + days * DAY, substitute=substitute
    )
    return record_absence(ledger.database, wanted, ledger.now)


def test_a_substitute_of_a_substitute_acts_for_both_and_a_circle_is_refused(area):
    for login in ("s3", "s4", "s5"):
        steward(area, login, "jinghe")
    absent(area, "s3", "s4", 0, 10)
    first = absent(area, "s4", "s5", 5, 10)
    with pytest.raises(SubstitutesInACircle, match="s3") as refused:
        absent(area, "s5", "s3", 6, 2)
    assert "s4" in refused.value.sentence()
    with pytest.raises(NotFound, match="nobody"):
        absent(area, "s5", "nobody", 1, 1)
    with area.database.reading() as connection:
        assert acting_at(connection, area.now + DAY) == {"s3": "s4"}
        assert acting_at(connection, area.now + 6 * DAY) == {"s3": "s5", "s4": "s5"}
        # At the last instant everything is theirs again.
        assert acting_at(connection, area.now + 10 * DAY) == {"s4": "s5"}
    end_absence(area.database, first, area.now)
    with area.database.reading() as connection:
        assert acting_at(connection, area.now + 6 * DAY) == {"s3": "s4"}


def test_an_administrator_does_it_on_one_page(town, admin):
    with town.database.transaction() as connection:
        know_shipped_units(connection)
    page = admin.open("/admin/organisation")
    assert "泾河新城" in page.html
    assert "项目管家" in page.html
    granted = page.form("grant_post")
    # A unit is chosen from those that are there, where it may be left out as well.
    assert page.html.count('<select id="grant_post-unit"') == 1
    assert page.html.count('<select id="end_unit-successor"') == 1
    day = START.isoformat()
    answer = admin.send(
        granted, login=STEWARD.login, post="duty_steward", unit="xixian", from_on=day
    )
    assert answer.status == 200
    assert STEWARD.login in answer.html
    entry = log_page(town.database, Search(kind=SecurityEvent.ROLE_CHANGED)).rows[0]
    assert (entry.actor, entry.subject) == (ADMINISTRATOR.login, STEWARD.login)
    refused = admin.send(
        answer.form("record_absence"),
        login=STEWARD.login,
        from_at=f"{day}T23:00",
        to_at=f"{day}T22:00",
        substitute="nobody",
    )
    assert "nobody" in refused.html
    assert town.browser(CLERK).open("/admin/organisation").status == 403
