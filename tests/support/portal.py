"""The portal as people without JavaScript use it: pages, forms and sessions over the real application."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx import Response
from sqlalchemy import event, text

from config.settings import Settings
from models.actor import Actor, Role
from services import accounts
from services.timing import write_clock_file
from tests.support.ledger import Ledger
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
from tests.support.yard import HOUSING, LAND, OTHER_ENTERPRISE, PLANNING, YARD
from web.app import create_app

PASSWORD = "open sesame"
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
PDF = b"%PDF-1.7 a paper"


@dataclass
class Form:
    """One form of a page: where it goes and what its fields hold."""

    action: str
    fields: dict[str, list[str]] = field(default_factory=dict)
    files: list[str] = field(default_factory=list)
    buttons: list[str] = field(default_factory=list)
    required: list[str] = field(default_factory=list)

    @property
    def act(self) -> str | None:
        return self.fields.get("act", [None])[0]


class Page(HTMLParser):
    """What a browser without JavaScript sees in an answer."""

    def __init__(self, response: Response) -> None:
        super().__init__()
        self.status = response.status_code
        self.response = response
        self.html = response.text
        self.forms: list[Form] = []
        self.links: list[str] = []
        self.text = ""
        self._form: Form | None = None
        self._select: str | None = None
        self._area: str | None = None
        self._hidden = 0
        self.feed(response.text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag in {"style", "script", "head"}:
            self._hidden += 1
        if tag == "a" and "href" in found:
            self.links.append(found["href"])
        if tag == "form" and found.get("method") == "post":
            self._form = Form(found["action"])
            self.forms.append(self._form)
        if self._form is not None:
            self._control(self._form, tag, found)

    def _control(self, form: Form, tag: str, found: dict[str, str]) -> None:
        name = found.get("name", "")
        if "required" in found:
            form.required.append(name)
        if tag == "input":
            kind = found.get("type", "text")
            if kind == "file":
                form.files.append(name)
            elif kind != "checkbox" or "checked" in found:
                form.fields.setdefault(name, []).append(found.get("value", ""))
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select is not None:
            if "selected" in found or self._select not in form.fields:
                form.fields[self._select] = [found.get("value", "")]
        elif tag == "textarea":
            self._area = name
            form.fields[name] = [""]
        elif tag == "button" and name:
            form.buttons.append(f"{name}={found.get('value', '')}")

    def handle_endtag(self, tag: str) -> None:
        if tag in {"style", "script", "head"}:
            self._hidden -= 1
        elif tag == "form":
            self._form = None
        elif tag == "select":
            self._select = None
        elif tag == "textarea":
            self._area = None

    def handle_data(self, data: str) -> None:
        if self._form is not None and self._area is not None:
            before = self._form.fields[self._area][0]
            # The first line break of a text area belongs to its tag.
            self._form.fields[self._area] = [before + data if before else data.removeprefix("\n")]
        if not self._hidden:
            self.text += " " + " ".join(data.split())

    def form(self, act: str) -> Form:
        """The form of an act, or the one that goes to this address."""
        found = [f for f in self.forms if act in (f.act, f.action)]
        assert found, f"no form for {act}; there are {[f.act or f.action for f in self.forms]}"
        return found[0]

    @property
    def acts(self) -> set[str]:
        return {form.act for form in self.forms if form.act}


class Browser:
    """One person's browser."""

    def __init__(self, app: FastAPI, language: str | None = None) -> None:
        headers = {"accept-language": language} if language else {}
        # The address of the first request: cookies belong to it.
        self.client = TestClient(app, base_url="http://portal.test", headers=headers)
        self.client.headers.pop("accept-language", None)
        self.client.headers.update(headers)

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
        self.settings = Settings(data_dir=folder, clock_file=self._clock)
        self.app = create_app(self.database, self.settings)

    def go_to(self, on: date) -> None:
        super().go_to(on)
        write_clock_file(self._clock, moment(on))

    def browser(self, actor: Actor | None = None, language: str | None = None) -> Browser:
        """A browser, signed in as someone."""
        found = Browser(self.app, language)
        if actor is not None:
            assert found.sign_in(actor).status == 200
        return found

    @contextmanager
    def counted(self) -> Iterator[list[str]]:
        """The statements that are executed meanwhile."""
        seen: list[str] = []

        def remember(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            seen.append(statement)

        event.listen(self.database.engine, "before_cursor_execute", remember)
        try:
            yield seen
        finally:
            event.remove(self.database.engine, "before_cursor_execute", remember)


@cache
def _hashed(password: str) -> str:
    """A password is hashed slowly on purpose: once for all towns."""
    return accounts.hash_password(password)


def _account(actor: Actor) -> accounts.NewAccount:
    return accounts.NewAccount(
        login=actor.login,
        name=f"{actor.login} 先生",
        role=actor.role,
        department=actor.department,
        enterprise=actor.enterprise,
        password=PASSWORD,
    )
