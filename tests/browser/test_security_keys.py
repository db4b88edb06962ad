"""A security key in a real Chromium, whose virtual authenticator is plugged in by the DevTools protocol."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlsplit

import pytest

from tests.support.people import ADMINISTRATOR
from tests.support.portal import PASSWORD
from web.portal import install

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
KEY = {
    "protocol": "ctap2",
    "transport": "usb",
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def by_name(module_town, address):
    """The portal under a name, as browsers want it for keys; officers need a second factor."""
    name = f"http://localhost:{urlsplit(address).port}"
    app, before = module_town.app, module_town.app.state.portal
    changed = {"portal_url": name, "second_factor": True}
    install(app, replace(before, settings=before.settings.model_copy(update=changed)))
    yield name
    install(app, before)


def test_a_key_is_registered_signs_in_and_proves(by_name, person):
    one = person()
    devices = one.context.new_cdp_session(one.page)
    devices.send("WebAuthn.enable")
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})
    _give_password(one.page, by_name)
    one.page.get_by_label("密钥名称").fill("工位")
    one.page.get_by_role("button", name="登记安全密钥").click()
    one.page.get_by_role("heading", name="恢复码").wait_for()
    one.page.get_by_role("link", name="继续").click()
    one.page.get_by_role("button", name="退出").click()

    _give_password(one.page, by_name)
    one.page.get_by_role("button", name="使用安全密钥").click()
    one.page.wait_for_url(lambda url: "/sign-in" not in url)
    one.page.goto(f"{by_name}/confirm?back=/account/keys")
    one.page.get_by_role("button", name="使用安全密钥").click()
    one.page.wait_for_url(lambda url: "/confirm" not in url)
    one.page.get_by_text("工位").wait_for()
    assert one.complaints == []


def _give_password(page, portal) -> None:
    page.goto(f"{portal}/sign-in")
    page.get_by_label("账号").fill(ADMINISTRATOR.login)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
