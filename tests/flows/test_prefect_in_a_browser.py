"""Prefect's pages in a real Chromium: they work through the portal, and call nobody else."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import Page, Response, sync_playwright

from config.settings import Settings
from deployments.local.prefect_client import basic_auth
from tests.flows.conftest import AUTH, Server
from tests.support.people import STEWARD
from tests.support.portal import HOSTS, PASSWORD, open_town
from tests.support.run.waiting import PATIENCE_SECONDS
from tests.support.served import served
from web.app import create_app
from web.prefect_pages.links import SPAN_SECONDS, steward_tag

pytestmark = [pytest.mark.prefect, pytest.mark.xdist_group("prefect")]
NAME = "2611-611102-04-01-000001 project"


@pytest.fixture
def run(server: Server) -> str:
    """A run of the steward's that waits."""
    with httpx.Client(
        base_url=server.api, auth=basic_auth(AUTH), timeout=PATIENCE_SECONDS
    ) as prefect:
        flow = prefect.post("/flows/", json={"name": "seen"}).json()["id"]
        new = {"flow_id": flow, "name": NAME, "tags": [steward_tag(STEWARD.login)]}
        run = prefect.post("/flow_runs/", json=new).json()["id"]
        waits = {"state": {"type": "PAUSED", "name": "Suspended"}, "force": True}
        assert prefect.post(f"/flow_runs/{run}/set_state", json=waits).is_success
    return str(run)


@pytest.fixture
def address(database_url: str, tmp_path: Path, server: Server) -> Iterator[str]:
    with open_town(database_url, tmp_path) as town:
        settings = Settings(
            data_dir=tmp_path,
            clock_file=town.settings.clock_file,
            prefect_api_url=server.api,
            prefect_auth=AUTH,
            second_factor=False,
            hosts=HOSTS,
        )
        with served(create_app(town.database, settings)) as address:
            yield address


@pytest.fixture
def page(chromium: str | None, address: str) -> Iterator[Page]:
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = playwright.chromium.launch(
            executable_path=chromium, args=arguments, timeout=1000 * PATIENCE_SECONDS
        )
        page = browser.new_context(base_url=address, locale="zh-CN").new_page()
        page.set_default_timeout(1000 * PATIENCE_SECONDS)
        page.goto("/sign-in")
        page.get_by_label("账号").fill(STEWARD.login)
        page.get_by_label("密码").fill(PASSWORD)
        page.get_by_role("button", name="登录").click()
        page.wait_for_url(lambda url: "/sign-in" not in url)
        yield page
        browser.close()


def test_a_steward_watches_a_run_and_nobody_else_hears_of_it(page: Page, address: str, run: str):
    answers: list[Response] = []
    page.on("response", lambda answer: answers.append(answer))  # noqa: PLW0108 - it keeps a mark on it
    listed = f"/prefect/runs?state=Suspended&type=span&seconds={SPAN_SECONDS}"
    page.goto(f"{listed}&tag={steward_tag(STEWARD.login)}")
    page.get_by_text(NAME).first.wait_for()
    page.goto(f"/prefect/v2/runs/flow-run/{run}")
    page.get_by_text(NAME).first.wait_for()
    page.get_by_role("link", name="只读页面 · 返回门户").click()
    page.wait_for_url(lambda url: "/prefect" not in url)
    assert {urlsplit(answer.url).netloc for answer in answers if answer.url.startswith("http")} == {
        urlsplit(address).netloc
    }
    refused = {urlsplit(answer.url).path for answer in answers if answer.status in {401, 403}}
    assert not refused
