"""The portal in a real Chromium: one server and one browser for the tests of a module."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.support.portal import PASSWORD, Town
from tests.support.run.patience import be_patient
from tests.support.run.waiting import PATIENCE_SECONDS
from tests.support.served import served


@pytest.fixture(scope="session", autouse=True)
def _patience() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        be_patient(patch)
        yield


@pytest.fixture(scope="module")
def address(module_town: Town) -> Iterator[str]:
    """Where the portal listens."""
    with served(module_town.app) as address:
        yield address


@pytest.fixture(scope="module")
def chrome(chromium: str | None) -> Iterator[Browser]:
    # For a module only: while Playwright runs, no test after it can run an event loop of its own.
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = playwright.chromium.launch(
            executable_path=chromium, args=arguments, timeout=1000 * PATIENCE_SECONDS
        )
        yield browser
        browser.close()


class Person:
    """Someone before a screen of their own."""

    def __init__(self, chrome: Browser, address: str, **options: object) -> None:
        options.setdefault("locale", "zh-CN")
        self.context = chrome.new_context(base_url=address, **options)
        self.context.set_default_timeout(1000 * PATIENCE_SECONDS)
        self.page: Page = self.context.new_page()
        self.complaints: list[str] = []
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _heard(self, message) -> None:
        if message.type in {"error", "warning"}:
            self.complaints.append(message.text)

    def sign_in(self, login: str) -> None:
        self.page.goto("/sign-in")
        self.page.get_by_label("账号").fill(login)
        self.page.get_by_label("密码").fill(PASSWORD)
        self.page.get_by_role("button", name="登录").click()
        self.page.wait_for_url(lambda url: "/sign-in" not in url)


@pytest.fixture
def person(chrome: Browser, address: str) -> Iterator[object]:
    """Makes people, each with a browser of their own."""
    made: list[Person] = []

    def make(login: str | None = None, **options: object) -> Person:
        found = Person(chrome, address, **options)
        made.append(found)
        if login is not None:
            found.sign_in(login)
        return found

    yield make
    for one in made:
        one.context.close()
