"""The portal as people without JavaScript use it: pages, forms and sessions over the real application."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import AbstractContextManager, closing, contextmanager
from datetime import date
from functools import cache
from pathlib import Path
from threading import Thread
from typing import Any

import anyio
import pytest
from anyio.from_thread import BlockingPortal
from argon2 import PasswordHasher
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import text

from config.settings import Settings, get_settings
from deployments.demo.accounts import shown_sign_ins
from deployments.local.postgres import APPLICATION
from models.people.actor import Actor, Role
from services.people import accounts
from services.timing import write_clock_file
from tests.support.ledger import Ledger, as_role
from tests.support.page import Form, Page
from tests.support.people import (
    ADMINISTRATOR,
    APPLICANT,
    CLERK,
    LEADER,
    STEWARD,
    approver,
    handler,
    head,
)
from tests.support.play import moment
from tests.support.queries import counted
from tests.support.yard import HOUSING, LAND, OTHER_ENTERPRISE, PLANNING, YARD
from web.app import create_app

PASSWORD = "open sesame, please"
OTHER_APPLICANT = Actor("rival", Role.APPLICANT, enterprise=OTHER_ENTERPRISE)
SECOND_ADMINISTRATOR = Actor("deputy", Role.ADMINISTRATOR)
OFFICERS = [make(d) for d in (LAND, PLANNING, HOUSING) for make in (handler, approver, head)]
PEOPLE = [
    APPLICANT,
    OTHER_APPLICANT,
    CLERK,
    STEWARD,
    ADMINISTRATOR,
    SECOND_ADMINISTRATOR,
    LEADER,
    *OFFICERS,
]
HOSTS = ("portal.test", "testserver")
PDF = b"%PDF-1.7 a paper"


@cache
def _event_loop() -> BlockingPortal:
    """One event loop for the browsers of this process, in a thread that ends with it.

    A client without one starts a loop and two threads for each request: half of the request's time.
    """
    started: Future[BlockingPortal] = Future()

    async def serve() -> None:
        async with BlockingPortal() as loop:
            started.set_result(loop)
            await loop.sleep_until_stopped()

    Thread(target=anyio.run, args=(serve,), name="browsers", daemon=True).start()
    return started.result()


class Browser:
    """One person's browser."""

    def __init__(self, app: FastAPI, language: str | None = None) -> None:
        headers = {"accept-language": language} if language else {}
        # The address of the first request: cookies belong to it.
        self.client = TestClient(app, base_url="http://portal.test", headers=headers)
        self.client.headers.pop("accept-language", None)
        self.client.headers.update(headers)
        self.client.portal = _event_loop()

    def open(self, address: str) -> Page:
        return Page(self.client.get(address))

    def send(self, form: Form, files: dict[str, Any] | None = None, **values: Any) -> Page:
        fields: dict[str, Any] = {**form.fields, **values}
        response = self.client.post(form.action, data=fields, files=files or {})
        return Page(response)

    def sign_in(self, actor: Actor | str, password: str = PASSWORD) -> Page:
        login = actor if isinstance(actor, str) else actor.login
        form = self.open("/sign-in").form("/sign-in")
        return self.send(form, login=login, password=password)


class Town(Ledger):
    """The yard with its people, who can sign in, and the portal before it."""

    with_handlers = False

    def __init__(self, url: str, folder: Path) -> None:
        super().__init__(url)
        self._clock = folder / "clock"
        self.go_to(self.today)
        hashed = _hashed(PASSWORD)
        with self.database.transaction() as connection:
            accounts.know_departments(connection, YARD.departments)
            connection.execute(
                text("DELETE FROM account WHERE login = :login"), {"login": STEWARD.login}
            )
            for actor in PEOPLE:
                accounts.insert_account(connection, _account(actor), hashed=hashed)
        self.settings = Settings(
            data_dir=folder,
            clock_file=self._clock,
            second_factor=False,
            hosts=HOSTS,
            # Tests ask faster than people do.
            requests_per_minute=1_000_000,
        )
        self.app = create_app(self.database, self.settings, shown_sign_ins)

    def go_to(self, on: date) -> None:
        super().go_to(on)
        write_clock_file(self._clock, moment(on))

    def browser(self, actor: Actor | None = None, language: str | None = None) -> Browser:
        """A browser, signed in as someone."""
        found = Browser(self.app, language)
        if actor is not None:
            assert found.sign_in(actor).status == 200
        return found

    def counted(self) -> AbstractContextManager[list[str]]:
        """The statements that are sent to the database meanwhile."""
        # Who was not seen for a minute is noted by the next request: on a slow machine, one in here.
        with self.database.transaction() as connection:
            connection.execute(text("UPDATE session SET seen_at = statement_timestamp()"))
        return counted(self.database)


@contextmanager
def open_town(url: str, folder: Path) -> Iterator[Town]:
    """A town whose clock stands in a file, for as long as it is needed."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KAIGONG_CLOCK_FILE", str(folder / "clock"))
        get_settings.cache_clear()
        # As everywhere that people work: with the rights of the application alone.
        with closing(Town(as_role(url, APPLICATION), folder)) as town:
            yield town
    get_settings.cache_clear()


@cache
def _hashed(password: str) -> str:
    """Kept as people's own are, but for the work that guessing shall cost: every sign-in would pay it."""
    return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(password)


def _account(actor: Actor) -> accounts.NewAccount:
    return accounts.NewAccount(
        login=actor.login,
        name=f"{actor.login} 先生",
        role=actor.role,
        department=actor.department,
        enterprise=actor.enterprise,
        password=PASSWORD,
    )
