"""Hundreds of projects, twelve stewards, two absences, one dismissal, one district merged into another.

After every act no running project is without a steward at any instant, somebody who is there acts for
each, and no two loads of a district differ by more than its heaviest project.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import Connection, text

from models.people.actor import Actor, Role
from models.people.organisation import NewAbsence, NewPost
from models.people.post import Post
from services.cases.audit import verify
from services.cases.handover.departure import disable_account
from services.cases.handover.rebalancing import move_projects, rebalancing
from services.cases.registration import register_project
from services.people.absences import acting_at, record_absence
from services.people.organisation import end_unit, know_shipped_units
from services.people.posts import grant_post
from services.people.visibility import scope
from tests.support.ledger import Ledger
from tests.support.people import ADMINISTRATOR, CLERK, STEWARD
from tests.support.play import START, moment
from tests.support.sizes import SEED, size

#: A third of the quarter's three hundred in ``make test``.
PROJECTS = size(100, 300)
CITIES: Mapping[str, tuple[str, ...]] = {
    "konggang": ("s01", "s02"),
    "fengdong": ("s03", "s04", "s05"),
    "qinhan": ("s06", "s07"),
    "fengxi": ("s08", "s09", "s10"),
    "jinghe": ("s11", "s12"),
}
DAYS = 60
WEIGHT = 10


@pytest.fixture(scope="module")
def area(module_ledger: Ledger) -> Ledger:
    people = [login for logins in CITIES.values() for login in logins]
    with module_ledger.database.transaction() as connection:
        know_shipped_units(connection)
        for login in people:
            _account(connection, login, "project_steward")
        _account(connection, ADMINISTRATOR.login, "administrator")
    for place, logins in CITIES.items():
        for login in logins:
            _post(module_ledger, login, Post.PROJECT_STEWARD, place)
    _post(module_ledger, STEWARD.login, Post.DUTY_STEWARD, "xixian")
    return module_ledger


def _account(connection: Connection, login: str, role: str) -> None:
    statement = text("INSERT INTO account (login, name, role) VALUES (:l, :l, :r)")
    connection.execute(statement, {"l": login, "r": role})


def _post(ledger: Ledger, login: str, post: Post, unit: str) -> None:
    wanted = NewPost(login=login, post=post, unit=unit, from_on=date(2026, 1, 1))
    grant_post(ledger.database, wanted)


#: Projects whose spans are not one stretch up to now with one open end, or whose steward is closed.
_UNCOVERED = text(
    "SELECT p.code FROM project p LEFT JOIN account a ON a.login = p.steward WHERE p.state = 'active'"
    " AND (a.active IS NOT TRUE OR (SELECT range_agg(tstzrange(from_at, to_at)) FROM steward_span s"
    " WHERE s.project_id = p.id) IS DISTINCT FROM tstzmultirange(tstzrange("
    "(SELECT min(e.at) FROM case_event e WHERE e.project_id = p.id), 'infinity'))"
    " OR (SELECT count(*) FROM steward_span s WHERE s.project_id = p.id AND s.to_at = 'infinity'"
    " AND s.steward = p.steward) <> 1)"
)
_LOADS = text(
    "SELECT steward, sum(weight) FROM steward_span WHERE to_at = 'infinity' GROUP BY steward"
)


def check(ledger: Ledger, now: datetime, balanced: Mapping[str, tuple[str, ...]]) -> None:
    with ledger.database.reading() as connection:
        assert connection.execute(_UNCOVERED).all() == []
        loads = {row[0]: int(row[1]) for row in connection.execute(_LOADS)}
        acting = acting_at(connection, now)
    assert all(login is not None and login not in acting for login in acting.values())
    for place, logins in balanced.items():
        here = [loads.get(login, 0) for login in logins]
        assert max(here) - min(here) <= WEIGHT, (place, here)


def acts(ledger: Ledger) -> Iterator[tuple[int, partial[object]]]:
    """What happens on which day, in order: projects at random days and places, and what befalls people."""
    chance = random.Random(20260101 + SEED)
    absence = partial(record_absence, ledger.database)
    at = partial(_on, START)
    yield (
        0,
        partial(
            absence, NewAbsence(login="s03", from_at=at(20), to_at=at(40), substitute="s04"), at(0)
        ),
    )
    yield (
        0,
        partial(
            absence, NewAbsence(login="s04", from_at=at(35), to_at=at(50), substitute="s05"), at(0)
        ),
    )
    days = sorted(chance.randrange(DAYS) for _ in range(PROJECTS))
    for number, day in enumerate(days):
        if number and days[number - 1] < 45 <= day:
            yield 45, partial(disable_account, ledger.database, "s08", at(45), at_once=True)
        if number and days[number - 1] < 55 <= day:
            yield (
                55,
                partial(end_unit, ledger.database, "jinghe", START + timedelta(days=55), "qinhan"),
            )
        request = ledger.request(steward=None).model_copy(
            update={"place": chance.choice([*CITIES])}
        )
        yield day, partial(register_project, ledger.database, request, CLERK, at(day))


def _on(first: date, days: int) -> datetime:
    return moment(first + timedelta(days=days))


def test_no_project_is_without_a_steward_at_any_instant(area):
    balanced = dict(CITIES)
    for day, act in acts(area):
        act()
        if act.func is disable_account:
            balanced["fengxi"] = ("s09", "s10")
        if act.func is end_unit:
            # Two pools became one: what comes from now on evens them out.
            del balanced["qinhan"], balanced["jinghe"]
        # Who is away gets nothing meanwhile: the others are level, and they even out after it.
        away = {"fengdong"} if day >= 20 else set()
        _check_open_work(area)
        check(area, _on(START, day), {k: v for k, v in balanced.items() if k not in away})
    with area.database.reading() as connection:
        assert connection.execute(text("SELECT count(*) FROM project")).scalar() == PROJECTS
    merged = {"qinhan": CITIES["qinhan"] + CITIES["jinghe"]}
    proposal = rebalancing(area.database, "qinhan", _on(START, DAYS))
    assert proposal.reached
    move_projects(area.database, proposal.moves, ADMINISTRATOR, _on(START, DAYS))
    check(area, _on(START, DAYS), merged)
    assert rebalancing(area.database, "qinhan", _on(START, DAYS)).moves == ()
    assert verify(area.database).ok
    _check_handovers(area)
    _check_lists(area)


#: What is open in running projects, and whose steward nobody has a list of: every office's duty has a
#: department with officers, every project somebody who is there or a deputy of theirs.
_IN_NOBODYS_LIST = text(
    "SELECT p.code FROM project p WHERE p.state = 'active' AND EXISTS (SELECT FROM item i"
    " WHERE i.project_id = p.id AND i.state NOT IN ('waiting', 'granted', 'concluded', 'not_required'))"
    " AND NOT EXISTS (SELECT FROM steward_span s JOIN account a ON a.login = s.steward AND a.active"
    " WHERE s.project_id = p.id AND s.to_at = 'infinity')"
    " UNION ALL SELECT p.code FROM project p JOIN item i ON i.project_id = p.id"
    " WHERE p.state = 'active' AND i.state IN ('received', 'accepted', 'suspended', 'preliminary')"
    " AND NOT EXISTS (SELECT FROM duty d WHERE d.project_id = p.id AND d.item = i.code)"
)


def _check_open_work(area: Ledger) -> None:
    """Every running project's open work is in somebody's list."""
    with area.database.reading() as connection:
        assert connection.execute(_IN_NOBODYS_LIST).all() == []


def _check_handovers(area: Ledger) -> None:
    """Each change of steward has its list: as many projects as spans that follow another one."""
    with area.database.reading() as connection:
        changes = connection.execute(
            text(
                "SELECT count(*) FROM steward_span s WHERE EXISTS (SELECT FROM steward_span b"
                " WHERE b.project_id = s.project_id AND b.seq < s.seq)"
            )
        ).scalar()
        listed = connection.execute(text("SELECT count(*) FROM handover_line")).scalar()
    assert changes == listed > 0


def _check_lists(area: Ledger) -> None:
    """Every running project is in the list of exactly one steward who is there, deputies included."""
    now = _on(START, 37)
    with area.database.reading() as connection:
        acting = acting_at(connection, now)
        assert acting == {"s03": "s05", "s04": "s05"}
        listed: list[int] = []
        for login in (*(login for each in CITIES.values() for login in each), STEWARD.login):
            covers = frozenset(away for away, by in acting.items() if by == login)
            condition, values = scope(Actor(login, Role.PROJECT_STEWARD, stands_in_for=covers))
            statement = text(f"SELECT p.id FROM project p WHERE {condition}")
            if login not in acting:
                listed += connection.execute(statement, values).scalars()
    assert sorted(listed) == list(range(1, PROJECTS + 1))
