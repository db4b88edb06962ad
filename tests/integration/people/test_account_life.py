"""The life of an account: invited by a link, reset by one, given other rights, handed over, disabled."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import text

from cli.main import run
from config.settings import get_settings
from models.cases import commands as c
from models.errors import NotFound
from models.people.actor import Role
from models.people.links import AccountState, LinkPurpose
from models.people.security import CONSOLE, Origin
from models.people.security import SecurityEvent as E
from services.cases import audit
from services.cases.handover.departure import (
    LastAdministrator,
    OwnAccount,
    Rights,
    RoleNeedsDepartment,
    change_rights,
    disable_account,
    hand_over,
)
from services.cases.handover.duties import StillResponsible
from services.cases.registration import register_project
from services.notices.notices import deliver
from services.people import tokens
from services.people.invitations import (
    EnterpriseUnknown,
    NewPerson,
    ask_for_link,
    invite,
    send_new_link,
)
from services.people.links import LinkNotValid, holder_of, take_up
from services.people.passwords import PasswordTooCommon
from services.people.people_list import PeopleSearch, people_page, person
from services.people.security_log import Search, log_page
from services.unit_of_work import LoginTaken
from tests.support.people import ADMINISTRATOR, CLERK, STEWARD, handler, head
from tests.support.portal import PASSWORD, SECOND_ADMINISTRATOR, Town
from tests.support.yard import ENTERPRISE, LAND, PLANNING

NEW = "quiet river under stone"
BY = Origin(ADMINISTRATOR.login, "192.0.2.1")
OFFICER = handler(PLANNING)


@pytest.fixture
def town(module_town: Town) -> Town:
    with module_town.database.transaction() as connection:
        connection.execute(text("DELETE FROM sign_in_attempt"))
    return module_town


def somebody(login: str, **more: object) -> NewPerson:
    asked = {"login": login, "name": "新人", "role": Role.WINDOW_CLERK, **more}
    return NewPerson.model_validate(asked)


def invited(town: Town, login: str, **more: object) -> str:
    """The token of the link that an account of this login is opened with."""
    path = invite(town.database, somebody(login, **more), BY, town.now).path
    assert path is not None
    return path.rpartition("/")[2]


def opened(town: Town, login: str, **more: object) -> None:
    take_up(town.database, invited(town, login, **more), NEW, CONSOLE)


def change(town: Town, statement: str, **values: object) -> None:
    with town.database.transaction() as connection:
        assert connection.execute(text(statement), values).rowcount


def signs_in(town: Town, login: str, password: str = PASSWORD) -> bool:
    return town.browser().sign_in(login, password).response.url.path != "/sign-in"


def last(town: Town, kind: E):
    return log_page(town.database, Search(kind=kind)).rows[0]


# --- links ----------------------------------------------------------------------------------------


def test_from_the_administrators_form_to_the_first_sign_in(town):
    admin = town.browser(ADMINISTRATOR, "zh-CN")
    form = admin.open("/admin/people").link("邀请人员")
    page = admin.open(form.address)
    page = admin.send(
        page.form("/admin/people/new"), login="anna", name="安娜", role="window_clerk"
    )
    link = re.search(r'class="token">http://[^/]+(/sign-in/link/[^<]+)<', page.html)
    assert link is not None
    assert page.says("已邀请")
    assert not signs_in(town, "anna", NEW)
    newcomer = town.browser(language="zh-CN")
    page = newcomer.open(link[1])
    assert page.says("安娜", "anna")
    short = newcomer.send(page.form(link[1]), new="too short")
    assert short.alert("12")
    assert newcomer.send(short.form(link[1]), new=NEW).says("密码已设置")
    assert signs_in(town, "anna", NEW)
    assert newcomer.open(link[1]).alert("链接已使用")
    assert last(town, E.ACCOUNT_INVITED).actor == ADMINISTRATOR.login
    assert last(town, E.INVITATION_TAKEN_UP).subject == "anna"


def test_a_link_ends_and_a_newer_one_voids_it(town):
    first = invited(town, "bert")
    second = send_new_link(town.database, "bert", BY, town.now).path.rpartition("/")[2]
    with pytest.raises(LinkNotValid):
        holder_of(town.database, first)
    assert holder_of(town.database, second).purpose is LinkPurpose.INVITATION
    change(town, "UPDATE account_link SET ends_at = now() WHERE account = 'bert'")
    with pytest.raises(LinkNotValid):
        take_up(town.database, second, NEW, CONSOLE)
    assert person(town.database, "bert").state is AccountState.INVITED


def test_a_common_password_is_refused_and_leaves_the_link(town):
    token = invited(town, "carl")
    with pytest.raises(PasswordTooCommon):
        take_up(town.database, token, "password1234", CONSOLE)
    assert holder_of(town.database, token).login == "carl"


def test_links_cannot_be_guessed_without_end(town):
    browser = town.browser()
    answers = [browser.open(f"/sign-in/link/guess{n}").status for n in range(9)]
    assert answers == [401] * 8 + [429]


def test_the_database_holds_no_link_that_opens_an_account(town):
    token = invited(town, "dora", mail="dora@example.org")
    with town.database.reading() as connection:
        rows = connection.execute(text("SELECT k::text FROM account_link k")).scalars().all()
    assert not [row for row in rows if token in row]


def test_the_letter_goes_by_mail_alone_and_carries_the_link_sealed(town, monkeypatch):
    monkeypatch.setenv("KAIGONG_MAIL_URL", "mailto://u:p@127.0.0.1:9?from=kaigong@example.org")
    monkeypatch.setenv("KAIGONG_DATA_DIR", str(town.settings.data_dir))
    get_settings.cache_clear()
    sent = invite(town.database, somebody("emil", mail="emil@example.org"), BY, town.now)
    assert sent.path is None
    query = "SELECT n.params::text, n.template, d.channel, d.state FROM notice n JOIN delivery d ON d.notice_id = n.id WHERE d.account = 'emil'"
    with town.database.reading() as connection:
        ((params, template, channel, state),) = connection.execute(text(query)).all()
    assert (template, channel, state) == ("account_invited", "mailto-1", "pending")
    assert "/sign-in/link" not in params
    letters = []
    monkeypatch.setattr(
        "services.notices.sending.Channel.send",
        lambda _self, letter, _key: letters.append(letter),
    )
    deliver(town.database, town.now)
    monkeypatch.undo()
    get_settings.cache_clear()
    link = re.search(r"/sign-in/link/(\S+)", letters[0].body)
    assert link is not None
    assert take_up(town.database, link[1], NEW, CONSOLE).login == "emil"


def test_a_reset_ends_what_the_password_had_opened(town):
    opened(town, "fred")
    browser = town.browser()
    browser.sign_in("fred", NEW)
    token = tokens.issue_token(town.database, "fred", "t", town.now)
    path = send_new_link(town.database, "fred", BY, town.now).path
    assert browser.open("/account").response.url.path == "/sign-in"
    with pytest.raises(tokens.TokenNotValid):
        tokens.by_token(town.database, token, town.now)
    assert not signs_in(town, "fred", NEW)
    take_up(town.database, path.rpartition("/")[2], NEW + "!", CONSOLE)
    assert signs_in(town, "fred", NEW + "!")


def test_who_forgot_gets_the_same_answer_whoever_they_are(town, monkeypatch):
    opened(town, "gina")
    answers = []
    for login in ("gina", "nobody"):
        page = town.browser(language="zh-CN").open("/sign-in/forgotten")
        browser = town.browser(language="zh-CN")
        page = browser.send(
            browser.open("/sign-in/forgotten").form("/sign-in/forgotten"), login=login
        )
        answers.append(page.text)
    assert answers[0] == answers[1]
    assert signs_in(town, "gina", NEW)
    assert last(town, E.RESET_ASKED).subject is None
    browser = town.browser()
    form = browser.open("/sign-in/forgotten").form("/sign-in/forgotten")
    assert [browser.send(form, login="gina").status for _ in range(8)][-1] == 429


def test_asking_for_a_link_leaves_the_one_of_the_administrator(town):
    opened(town, "hans")
    path = send_new_link(town.database, "hans", BY, town.now).path
    ask_for_link(town.database, "hans", "192.0.2.3", town.now)
    assert holder_of(town.database, path.rpartition("/")[2]).login == "hans"


def test_what_an_invitation_may_not_say(town):
    with pytest.raises(LoginTaken):
        invite(town.database, somebody("clerk"), BY, town.now)
    new = {"role": Role.APPLICANT, "enterprise": "91611102MA0FAKE33T"}
    with pytest.raises(EnterpriseUnknown):
        invite(town.database, somebody("ida", **new), BY, town.now)
    known = {"role": Role.APPLICANT, "enterprise": ENTERPRISE}
    assert invited(town, "ida", **known)
    with pytest.raises(NotFound):
        send_new_link(town.database, "no-one", BY, town.now)
    page = town.browser(ADMINISTRATOR)
    form = page.open("/admin/people/new").form("/admin/people/new")
    refused = page.send(form, login="jan", name="J", role="handler")
    assert refused.alert("部门")
    assert refused.field("姓名").value == "J"


# --- rights ---------------------------------------------------------------------------------------


def test_other_rights_end_sessions_and_tokens_of_before(town):
    opened(town, "kurt")
    browser = town.browser()
    browser.sign_in("kurt", NEW)
    token = tokens.issue_token(town.database, "kurt", "t", town.now)
    change_rights(town.database, "kurt", Rights(Role.HANDLER, LAND), town.now, BY)
    assert browser.open("/account").response.url.path == "/sign-in"
    with pytest.raises(tokens.TokenNotValid):
        tokens.by_token(town.database, token, town.now)
    changed = last(town, E.ROLE_CHANGED)
    assert (changed.detail["was"], changed.detail["role"]) == ("window_clerk", "handler")
    with pytest.raises(RoleNeedsDepartment):
        change_rights(town.database, "kurt", Rights(Role.APPROVER), town.now, BY)
    change_rights(town.database, "kurt", Rights(Role.WINDOW_CLERK), town.now, BY)


def test_nobody_changes_their_own_account(town):
    with pytest.raises(OwnAccount):
        change_rights(town.database, ADMINISTRATOR.login, Rights(Role.LEADER), town.now, BY)
    with pytest.raises(OwnAccount):
        disable_account(town.database, ADMINISTRATOR.login, town.now, origin=BY)


def test_the_last_administrator_stays(town):
    change(town, "UPDATE account SET active = false WHERE login = 'deputy'")
    for act in (
        lambda: disable_account(town.database, ADMINISTRATOR.login, town.now),
        lambda: change_rights(
            town.database, ADMINISTRATOR.login, Rights(Role.LEADER), town.now, CONSOLE
        ),
    ):
        with pytest.raises(LastAdministrator):
            act()
    change(town, "UPDATE account SET active = true WHERE login = 'deputy'")


# --- work -----------------------------------------------------------------------------------------


def test_work_is_handed_over_and_who_has_some_keeps_their_rights_until_then(town):
    project = town.register()
    town.hand_in(project, "plan")
    town.do(project, c.SubmitApplication(item="A1"))
    town.do(project, c.AcceptApplication(item="A1"), OFFICER)
    with pytest.raises(StillResponsible):
        change_rights(town.database, OFFICER.login, Rights(Role.HANDLER, LAND), town.now, BY)
    admin = town.browser(ADMINISTRATOR)
    page = admin.open(f"/admin/people/{OFFICER.login}")
    assert page.link(f"{project} A1")
    forms = [form for form in page.forms if form.act == "hand_over_work"]
    page = admin.send(forms[0], to=head(PLANNING).login)
    assert page.done("移交")
    assert town.facts(project).items["A1"].handler == head(PLANNING).login
    moved = hand_over(town.database, head(PLANNING).login, town.now, origin=BY)
    assert [(duty.project, duty.item) for duty in moved] == [(project, "A1")]
    assert town.facts(project).items["A1"].handler == OFFICER.login
    assert last(town, E.WORK_HANDED_OVER).subject == head(PLANNING).login
    assert audit.verify(town.database, project).ok


def test_a_disabled_account_is_out_at_once_and_its_work_goes_on(town):
    opened(town, "lena", role=Role.PROJECT_STEWARD)
    request = town.request(steward="lena")
    project = register_project(town.database, request, CLERK, town.now).project
    browser = town.browser()
    browser.sign_in("lena", NEW)
    token = tokens.issue_token(town.database, "lena", "t", town.now)
    admin = town.browser(SECOND_ADMINISTRATOR)
    page = admin.open("/admin/people/lena")
    form = next(form for form in page.forms if form.act == "disable_account")
    assert admin.send(form).alert(project)
    page = admin.send(form, at_once="1")
    assert page.done("停用账号")
    assert browser.open("/account").response.url.path == "/sign-in"
    with pytest.raises(tokens.TokenNotValid):
        tokens.by_token(town.database, token, town.now)
    assert not signs_in(town, "lena", NEW)
    assert town.facts(project).steward == STEWARD.login
    assert last(town, E.ACCOUNT_DISABLED).actor == SECOND_ADMINISTRATOR.login
    # Invited again it is the same person's account.
    path = send_new_link(town.database, "lena", BY, town.now).path
    take_up(town.database, path.rpartition("/")[2], NEW, CONSOLE)
    assert signs_in(town, "lena", NEW)


# --- by command -----------------------------------------------------------------------------------


def test_by_command_too(town, monkeypatch, capsys):
    monkeypatch.setenv(
        "KAIGONG_DATABASE_URL", town.database.engine.url.render_as_string(hide_password=False)
    )
    get_settings.cache_clear()

    def kaigong(*arguments: str) -> str:
        assert run(["account", *arguments]) == 0
        return capsys.readouterr().out

    link = kaigong("invite", "nora", "--name", "诺拉", "--role", "window_clerk").strip()
    take_up(town.database, link.rpartition("/")[2], NEW, CONSOLE)
    kaigong("rights", "nora", "--role", "handler", "--department", LAND)
    assert person(town.database, "nora").role is Role.HANDLER
    assert "0" in kaigong("hand-over", "nora")
    assert "/sign-in/link/" in kaigong("reset", "nora")
    assert not signs_in(town, "nora", NEW)
    kaigong("disable", "nora")
    assert person(town.database, "nora").state is AccountState.DISABLED
    entry = last(town, E.ACCOUNT_DISABLED)
    assert (entry.actor, entry.address, entry.subject) == (None, "console", "nora")
    monkeypatch.undo()
    get_settings.cache_clear()


# --- the list -------------------------------------------------------------------------------------


def test_the_list_is_searched_and_filtered(town):
    invited(town, "mona")
    found = people_page(town.database, PeopleSearch("mona", state=AccountState.INVITED))
    assert [row.login for row in found.rows] == ["mona"]
    assert found.rows[0].link_until is not None
    clerks = people_page(town.database, PeopleSearch(role=Role.PROJECT_STEWARD))
    assert {row.role for row in clerks.rows} == {Role.PROJECT_STEWARD}
    assert not people_page(town.database, PeopleSearch("100%")).rows
    page = town.browser(ADMINISTRATOR).open("/admin/people?role=window_clerk&state=active")
    assert page.row(CLERK.login)


@pytest.mark.parametrize("address", ["/admin/people", "/admin/people/new", "/admin/people/clerk"])
def test_the_pages_are_the_administrators_alone(town, address):
    assert town.browser(CLERK).open(address).status == 403


def test_a_form_of_somebody_else_changes_no_account(town):
    clerk = town.browser(CLERK)
    form = clerk.open("/account").form("/account/password")
    sent = {**form.fields, "act": "disable_account", "at_once": "1"}
    answer = clerk.client.post("/admin/people/steward/acts", data=sent)
    assert answer.status_code == 403
    assert person(town.database, "steward").state is AccountState.ACTIVE
