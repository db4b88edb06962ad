"""Acting by a post, as a deputy, by a delegation in writing: chosen, limited, told, ended."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text

from models.cases import commands as c
from models.people.actor import Role
from models.people.organisation import NewAbsence, NewPost
from models.people.post import Post
from models.people.security import CONSOLE
from rules.cases.permissions import BeyondDelegation, LeftToItsHolder, RoleMayNotAct
from rules.people.separation import NotTogether
from rules.people.units import UnknownUnit
from services.cases.audit.walk import verify
from services.organisation.declaration import By
from services.organisation.delegations import EndDelegation, GiveDelegation
from services.organisation.promotion_groups import EndPromotionGroup, FormPromotionGroup
from services.organisation.registry import execute
from services.people.absences import end_absence, record_absence
from services.people.accounts import find
from services.people.organisation import know_shipped_units
from services.people.posts import end_post, grant_post
from services.people.powers.capacities import NoSuchCapacity, capacities
from services.people.powers.delegations import LeftToTheHead, NotTheirsToGive, OwnDelegation
from services.people.powers.promotion_groups import MeasureHasGroup
from tests.support.people import ADMINISTRATOR, LEADER, STEWARD, approver, handler, head
from tests.support.play import START
from tests.support.portal import Town
from tests.support.yard import LAND, PLANNING

DAY = timedelta(days=1)
GIVER, RECEIVER = approver(PLANNING), handler(PLANNING)


def given(town: Town, **values) -> int:
    wanted = {
        "giver": GIVER.login,
        "receiver": RECEIVER.login,
        "acts": ("approve_item", "deny_item"),
        "items": ("A1",),
        "from_on": START,
        "to_on": START + 30 * DAY,
        "document_no": "授权〔2026〕3号",
    } | values
    done = execute(town.database, GiveDelegation(**wanted), By(CONSOLE, town.now))
    return int(done.number)


def away(town: Town, login: str, substitute: str) -> int:
    wanted = NewAbsence(
        login=login, from_at=town.now, to_at=town.now + 5 * DAY, substitute=substitute
    )
    return record_absence(town.database, wanted, town.now)


def examined(town: Town) -> str:
    """A1 accepted by a colleague of whoever decides."""
    project = town.register()
    town.do(project, c.OpenStage(stage="land"))
    town.hand_in(project, "plan")
    town.do(project, c.SubmitApplication(item="A1"))
    town.do(project, c.AcceptApplication(item="A1"), head(PLANNING))
    return project


def choose(browser, words: str):
    page = browser.open("/account")
    return browser.send(page.form("/account/capacity"), capacity=words)


def test_a_deputy_acts_end_to_end_and_after_the_return_it_is_back(town):
    project = examined(town)
    deputy = town.browser(handler(LAND))
    number = away(town, GIVER.login, handler(LAND).login)
    waits = f"/projects/{project}/items/A1"
    assert waits not in deputy.open("/inbox").html
    page = choose(deputy, f"absence:{GIVER.login}")
    assert page.response.url.path == "/inbox"
    assert waits in page.html
    item = deputy.open(waits)
    done = deputy.send(item.form("approve_item"), comment="in order")
    assert done.status == 200, done.html
    with town.database.reading() as connection:
        row = connection.execute(
            text("SELECT actor, role, data FROM case_event WHERE kind = 'ItemApproved'")
        ).one()
    assert (row.actor, row.role) == (handler(LAND).login, "approver")
    assert row.data["acting"]["for"] == GIVER.login
    assert "代理" in deputy.open(f"/projects/{project}/trail").html
    end_absence(town.database, number, town.now)
    back = deputy.open("/inbox").html
    assert waits not in back
    assert "代理" not in back
    assert verify(town.database).ok


def test_a_delegation_covers_what_it_names_and_acts_tell_of_it(town):
    project = examined(town)
    given(town)
    account = find(town.database, RECEIVER.login)
    (capacity,) = capacities(town.database, account, town.now)
    actor = account.acting_as(capacity).actor
    assert actor.role is Role.APPROVER
    with pytest.raises(BeyondDelegation, match="授权〔2026〕3号"):
        town.do(project, c.IssuePreliminaryOpinion(item="A1"), actor)
    town.do(project, c.ApproveItem(item="A1"), actor)
    with pytest.raises(RoleMayNotAct):
        town.do(project, c.ApproveItem(item="A1"), account.actor)


def test_a_delegation_ends_at_once(town):
    number = given(town)
    browser = town.browser(RECEIVER)
    choose(browser, f"delegation:{number}")
    assert "授权〔2026〕3号" in browser.open("/account").html
    execute(town.database, EndDelegation(number=number), By(CONSOLE, town.now))
    assert "授权〔2026〕3号" not in browser.open("/account").html


@pytest.mark.parametrize(
    ("values", "error"),
    [
        ({"receiver": GIVER.login}, OwnDelegation),
        ({"acts": ("submit_application",)}, NotTheirsToGive),
        ({"giver": head(PLANNING).login, "acts": ("extend_limit",)}, LeftToTheHead),
        ({"receiver": STEWARD.login}, NotTogether),
        ({"receiver": ADMINISTRATOR.login}, NotTogether),
    ],
)
def test_what_is_not_theirs_to_give_is_refused(town, values, error):
    with pytest.raises(error):
        given(town, **values)


def test_a_deputy_head_acts_while_the_head_is_away_but_for_what_the_law_leaves_to_the_head(town):
    with town.database.transaction() as connection:
        know_shipped_units(connection)
        connection.execute(
            text("UPDATE unit SET department = :d WHERE key = 'jinghe_development_construction'"),
            {"d": PLANNING},
        )
    wanted = NewPost(
        login=GIVER.login,
        post=Post.DEPUTY_HEAD,
        unit="jinghe_development_construction",
        from_on=START,
    )
    grant_post(town.database, wanted)
    account = find(town.database, GIVER.login)
    assert capacities(town.database, account, town.now) == ()
    away(town, head(PLANNING).login, handler(LAND).login)
    (capacity,) = capacities(town.database, account, town.now)
    assert capacity.role is Role.DEPARTMENT_HEAD
    project = examined(town)
    actor = account.acting_as(capacity).actor
    with pytest.raises(LeftToItsHolder):
        town.do(project, c.ExtendLimit(item="A1", reason="much to read"), actor)
    town.do(project, c.AssignHandler(item="A1", officer=RECEIVER.login), actor)


def test_nobody_takes_a_capacity_that_is_not_theirs(town):
    browser = town.browser(RECEIVER)
    page = browser.open("/account")
    assert "/account/capacity" not in page.html
    number = given(town)
    form = browser.open("/account").form("/account/capacity")
    refused = browser.send(form, capacity=f"delegation:{number + 1}")
    assert refused.status == 403
    assert NoSuchCapacity.field == "acting_as"


def test_duties_are_apart_when_a_post_is_given(town):
    wanted = NewPost(login=RECEIVER.login, post=Post.ENVIRONMENT_SUPERVISOR, from_on=START)
    with pytest.raises(NotTogether, match=RECEIVER.login):
        grant_post(town.database, wanted)
    grant_post(town.database, wanted.model_copy(update={"login": LEADER.login}))
    with pytest.raises(NotTogether):
        grant_post(
            town.database,
            NewPost(login=LEADER.login, post=Post.PROFESSIONAL, from_on=START + DAY),
        )


def test_a_badge_tells_name_post_and_unit_and_ends_with_the_post(town):
    with town.database.transaction() as connection:
        know_shipped_units(connection)
    wanted = NewPost(
        login=STEWARD.login,
        post=Post.SERVICE_TEAM_MEMBER,
        unit="team_rule_of_law",
        from_on=START,
    )
    number = grant_post(town.database, wanted)
    browser = town.browser(STEWARD)
    own = browser.open("/account/badges")
    assert own.says("法治护航服务团")
    assert "<svg" in own.html
    with town.database.reading() as connection:
        token = connection.execute(text("SELECT badge FROM role_grant")).scalar_one()
    anybody = town.browser().open(f"/badges/{token}")
    assert anybody.says("法治护航服务团", "服务团成员", f"{number:06d}")
    assert STEWARD.login not in anybody.html.replace(find(town.database, STEWARD.login).name, "")
    end_post(town.database, number, START)
    ended = town.browser().open(f"/badges/{token}")
    assert not ended.says("法治护航服务团")
    assert ended.says("已失效")
    assert town.browser().open("/badges/nothing").status == 404


def test_a_measure_has_one_promotion_group(town):
    with town.database.transaction() as connection:
        know_shipped_units(connection)
    by = By(CONSOLE, town.now)
    asked = FormPromotionGroup(
        measure="第7条 区域评估",
        leader=LEADER.login,
        lead_unit="xixian_environment_office",
        responsible_units=("jinghe", "qinhan"),
        from_on=START,
    )
    number = execute(town.database, asked, by).number
    with pytest.raises(MeasureHasGroup):
        execute(town.database, asked, by)
    with pytest.raises(UnknownUnit, match="moon"):
        execute(town.database, asked.model_copy(update={"lead_unit": "moon"}), by)
    execute(town.database, EndPromotionGroup(number=number), by)
    assert execute(town.database, asked, by).number != number
    assert verify(town.database).ok
