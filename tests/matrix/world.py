"""Two projects that have nobody in common but those who see everything, and everybody who signs in.

What is expected is said here a second time, in a few lines of Python over what was set up: the SQL of
the table is held against it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from fastapi.testclient import TestClient
from sqlalchemy import text

from models.cases import commands as c
from models.people.actor import Actor, Role
from models.people.token_scope import TokenScope
from models.scenarios.definition import ScenarioDefinition, StageDefinition, StageKind
from services.cases.registration import register_project
from services.cases.watch.deadlines import watch
from services.people import accounts, tokens
from services.people.visibility_table import TABLE, Kind
from services.scenarios import versions
from tests.support.ledger import FILE, uploaded
from tests.support.people import (
    ADMINISTRATOR,
    AGENT,
    APPLICANT,
    CLERK,
    GOVERNMENT,
    LEADER,
    STEWARD,
    approver,
    handler,
    head,
)
from tests.support.portal import OTHER_APPLICANT, PASSWORD, Town
from tests.support.yard import (
    ENTERPRISE,
    LAND,
    LIMITS,
    OTHER_ENTERPRISE,
    PLANNING,
    YARD,
    asks,
    item,
    name,
)

WATER = "water_bureau"
AUNT = Actor("aunt", Role.PROJECT_STEWARD)
#: A scenario of one department that has nothing to do with the yard.
SHED = ScenarioDefinition(
    key="shed",
    name=name("shed"),
    stages=(StageDefinition(key="land", kind=StageKind.LAND, name=name("land"), lead=WATER),),
    items=(item("S1", "land", WATER, **LIMITS, materials=(asks("sketch"),)),),
    materials=(YARD.material["plan"].model_copy(update={"key": "sketch"}),),
    departments=(YARD.department[LAND].model_copy(update={"key": WATER}),),
)
#: One of every role, with the officers of two departments.
PEOPLE = (
    APPLICANT,
    OTHER_APPLICANT,
    CLERK,
    *(handler(PLANNING), approver(PLANNING), head(PLANNING)),
    *(handler(WATER), approver(WATER), head(WATER)),
    STEWARD,
    AUNT,
    AGENT,
    ADMINISTRATOR,
    LEADER,
    GOVERNMENT,
)
NOWHERE = "2611-611102-04-01-999999"
#: Words that stand in one place each.
SAID_OF_A1, SAID_OF_A2, SAID_OF_S1 = "said-of-a1.pdf", "said-of-a2.pdf", "said-of-s1.pdf"
LETTER_DAYS = (6, 10, 11, 16)


@dataclass(frozen=True)
class Thing:
    """An object, by what it has to do with people."""

    kind: Kind
    project: str
    item: str = ""
    department: str = ""
    """Whom a letter went to."""
    agent: str = ""
    """Whom an authorisation is for."""
    covers: tuple[str, ...] = ()
    """Items of an authorisation; empty: all."""
    account: str = ""
    """Whose notice or upload it is."""


@dataclass(frozen=True)
class Ties:
    """Who has to do with a project."""

    enterprise: str
    steward: str
    agents: Mapping[str, tuple[str, ...]]
    """Login → items that the authorisation names."""
    departments: Mapping[str, str]
    """Item → department."""


class World:
    """The two projects in a town."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self._browsers: dict[str, tuple[TestClient, str]] = {}
        self._people()
        self.own, self.other = self._yard(), self._shed()
        for day in LETTER_DAYS:
            town.go_to(date(2026, 11, day))
            assert watch(town.database, town.now).failed == []
        self._rivals_upload()
        self.ties = {
            self.own: Ties(
                ENTERPRISE,
                STEWARD.login,
                {AGENT.login: ("A1",)},
                {code: found.department for code, found in town.facts(self.own).items.items()},
            ),
            self.other: Ties(OTHER_ENTERPRISE, AUNT.login, {}, {"S1": WATER}),
        }

    def _people(self) -> None:
        town = self.town
        with town.database.transaction() as connection:
            accounts.know_departments(connection, SHED.departments)
            hashed = connection.execute(text("SELECT max(password_hash) FROM account")).scalar()
            known = set(connection.execute(text("SELECT login FROM account")).scalars())
            for actor in (*PEOPLE, *(make(WATER) for make in (handler, approver, head))):
                if actor.login not in known:
                    accounts.insert_account(connection, _account(actor), hashed=str(hashed))
                    known.add(actor.login)
            versions.publish(connection, SHED, "shed.yaml", ADMINISTRATOR, town.now)
            uploaded(connection, FILE, OTHER_APPLICANT)

    def _yard(self) -> str:
        town = self.town
        code = town.register()
        for material, said in (("plan", SAID_OF_A1), ("insurance", SAID_OF_A2)):
            town.do(code, c.SubmitMaterial(material=material, file_name=said, sha256=FILE))
        town.do(code, c.SubmitApplication(item="A1"))
        town.do(code, c.AcceptApplication(item="A1"))
        for agent, kind, items in (
            (AGENT, "private_agent", ("A1",)),
            (STEWARD, "steward", ("A2",)),
        ):
            given = {"agent": agent.login, "kind": kind, "items": items, **self._signed()}
            if agent is STEWARD:
                paper = {"file_name": "signed.pdf", "sha256": FILE}
                town.do(code, c.EnterAuthorisation.model_validate(given | paper), CLERK)
            else:
                town.do(code, c.GiveAuthorisation.model_validate(given))
        return code

    def _signed(self) -> dict[str, object]:
        return {
            "acts": ("submit_material",),
            "valid_from": self.town.today,
            "valid_until": self.town.today + timedelta(days=90),
            "text": "for our papers",
            "signer": "Wang",
        }

    def _shed(self) -> str:
        town = self.town
        request = town.request(77, scenario="shed", enterprise=OTHER_ENTERPRISE, steward=AUNT.login)
        register_project(town.database, request, CLERK, town.now)
        code = request.code
        paper = c.SubmitMaterial(material="sketch", file_name=SAID_OF_S1, sha256=FILE)
        town.do(code, paper, OTHER_APPLICANT)
        town.do(code, c.SubmitApplication(item="S1"), OTHER_APPLICANT)
        return code

    def _rivals_upload(self) -> None:
        """An upload of the rival's alone."""
        self.rivals_file = "d" * 64
        with self.town.database.transaction() as connection:
            connection.execute(
                text(
                    "INSERT INTO stored_file (sha256, media_type, size)"
                    " VALUES (:sha, 'application/pdf', 1)"
                ),
                {"sha": self.rivals_file},
            )
            uploaded(connection, self.rivals_file, OTHER_APPLICANT)

    @cached_property
    def letter(self) -> str:
        """Token of the letter to the planning department."""
        found = (
            "SELECT token FROM official_document d JOIN project p ON p.id = d.project_id"
            " WHERE d.category = 'internal' AND p.code = :code"
        )
        return str(self.town.scalar(found, code=self.own))

    def sees(self, actor: Actor, thing: Thing) -> bool:
        """Whether the table says that somebody sees something."""
        return REACHES[TABLE[actor.role][thing.kind].name](
            actor, thing, self.ties.get(thing.project)
        )

    @cached_property
    def tokens(self) -> dict[str, str]:
        """Everybody's bearer token."""
        issue = tokens.issue_token
        now = self.town.now
        return {
            p.login: issue(self.town.database, p.login, "matrix", now, days=1, scopes=TokenScope)
            for p in PEOPLE
        }

    @cached_property
    def api(self) -> TestClient:
        """A program; whose it is, is said with each request."""
        return TestClient(self.town.app, base_url="http://portal.test", follow_redirects=False)

    def _prove_for_long(self, person: Actor) -> None:
        """However long the cells take, nobody is asked for their password in between."""
        later = "UPDATE session SET proved_at = now() + interval '1 day' WHERE account = :login"
        with self.town.database.transaction() as connection:
            connection.execute(text(later), {"login": person.login})

    def browser(self, person: Actor) -> tuple[TestClient, str]:
        """Somebody's browser, signed in, with the token of its forms."""
        if person.login not in self._browsers:
            browser = self.town.browser(person, "en")
            csrf = browser.open("/account").form("/account/tokens").fields["csrf"]
            browser.client.follow_redirects = False
            self._prove_for_long(person)
            self._browsers[person.login] = (browser.client, csrf)
        return self._browsers[person.login]


def _account(actor: Actor) -> accounts.NewAccount:
    return accounts.NewAccount(
        login=actor.login,
        name=actor.login,
        role=actor.role,
        department=actor.department,
        enterprise=actor.enterprise,
        password=PASSWORD,
    )


def _authorised(actor: Actor, thing: Thing, ties: Ties | None) -> bool:
    if thing.kind is Kind.AUTHORISATION:
        return thing.agent == actor.login
    items = ties.agents.get(actor.login) if ties else None
    if items is None:
        return False
    return thing.kind is not Kind.ITEM or not items or thing.item in items


def _concerned(actor: Actor, thing: Thing, ties: Ties | None) -> bool:
    if ties is None:
        return False
    theirs = {
        code for code, department in ties.departments.items() if department == actor.department
    }
    if thing.kind is Kind.AUTHORISATION:
        return bool(theirs & set(thing.covers)) if thing.covers else bool(theirs)
    return thing.item in theirs if thing.kind in (Kind.ITEM, Kind.CREDIT) else bool(theirs)


REACHES: Mapping[str, Callable[[Actor, Thing, Ties | None], bool]] = {
    "all": lambda actor, thing, ties: ties is not None,
    "–": lambda actor, thing, ties: False,
    "own": lambda actor, thing, ties: ties is not None and actor.enterprise == ties.enterprise,
    "accompanied": lambda actor, thing, ties: ties is not None and actor.login == ties.steward,
    "authorised": _authorised,
    "concerned": _concerned,
    "addressed": lambda actor, thing, ties: actor.department == thing.department,
    "told": lambda actor, thing, ties: actor.login == thing.account,
    "uploaded": lambda actor, thing, ties: actor.login == thing.account,
}
