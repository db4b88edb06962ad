"""Accounts to try Kaigong with: one per role, officers for every department that decides something."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import cycle
from pathlib import Path
from typing import Any

import yaml
from pydantic import SecretStr
from sqlalchemy import text

import config
from models.people.actor import Role
from models.scenarios.definition import DepartmentDefinition
from services.installation.demonstration import be_a_demonstration
from services.people.accounts import NewAccount, insert_account, know_departments
from services.people.passwords import hash_of_public
from services.scenarios.scenario_files import catalogue
from services.unit_of_work import Database

FOLDER = Path(config.__file__).parent
OFFICERS = {
    "handler": Role.HANDLER,
    "approver": Role.APPROVER,
    "head": Role.DEPARTMENT_HEAD,
}


@dataclass(frozen=True, slots=True)
class SignIn:
    """One sign-in of the demonstration."""

    login: str
    password: str
    name: str
    role: Role
    of: str
    """The department or enterprise, in Chinese; empty for others."""


def demo_sign_ins() -> tuple[SignIn, ...]:
    """The sign-ins to tell people: one per role, and the officers of the departments in front."""
    officers = (o for o in officer_sign_ins() if o.login.partition(".")[0] in _file()["shown"])
    return (*_people(), *officers)


def officer_sign_ins() -> tuple[SignIn, ...]:
    """A handler, an approver and a head for each department that decides an item."""
    names, password = cycle(_file()["officers"]), _file()["password"]
    return tuple(
        SignIn(f"{_short(key)}.{suffix}", password, next(names), role, department.name.zh)
        for key, department in _deciding().items()
        for suffix, role in OFFICERS.items()
    )


def seed_demo_accounts(database: Database) -> int:
    """Make the accounts of the demonstration that are not there yet; how many were made.

    Repeating it changes nothing. All share one password, which is public: so is its hash. Raises
    ``NotADemonstration`` where real people's accounts are.
    """
    hashed = hash_of_public(_file()["password"])
    with database.transaction() as connection:
        be_a_demonstration(connection)
        know_departments(connection, catalogue().departments)
        known = set(connection.execute(text("SELECT login FROM account")).scalars())
        wanted = [request for request in _requests() if request.login not in known]
        for request in wanted:
            insert_account(connection, request, hashed=hashed, demonstration=True)
    return len(wanted)


def shown_sign_ins(database: Database) -> tuple[SignIn, ...]:
    """What the portal shows beside its sign-in form: nothing where the demonstration is not loaded."""
    login = _file()["people"][0]["login"]
    query = text("SELECT 1 FROM account WHERE login = :login AND active AND demonstration")
    with database.reading() as connection:
        loaded = connection.execute(query, {"login": login}).one_or_none() is not None
    return demo_sign_ins() if loaded else ()


def _people() -> tuple[SignIn, ...]:
    names = _enterprise_names()
    return tuple(
        SignIn(
            person["login"],
            _file()["password"],
            person["name"],
            Role(person["role"]),
            names.get(person.get("enterprise", ""), ""),
        )
        for person in _file()["people"]
    )


def _requests() -> Iterator[NewAccount]:
    password = SecretStr(_file()["password"])
    names = _enterprise_names()
    for person in _file()["people"]:
        enterprise = person.get("enterprise")
        name = names.get(enterprise) if enterprise else None
        yield NewAccount(**person, enterprise_name=name, password=password)
    departments = {_short(key): key for key in _deciding()}
    for officer in officer_sign_ins():
        yield NewAccount(
            login=officer.login,
            name=officer.name,
            role=officer.role,
            department=departments[officer.login.partition(".")[0]],
            password=password,
        )


def _deciding() -> dict[str, DepartmentDefinition]:
    """The departments that decide an item of the catalogue, those shown first in front."""
    keys = {item.department for item in catalogue().items}
    departments = [department for department in catalogue().departments if department.key in keys]
    shown = list(_file()["shown"])
    departments.sort(
        key=lambda d: shown.index(_short(d.key)) if _short(d.key) in shown else len(shown)
    )
    return {department.key: department for department in departments}


def _short(department: str) -> str:
    """The first part of an officer's login: the department's short name, else its key."""
    return str(_file()["short_names"].get(department, department))


@cache
def _file() -> dict[str, Any]:
    content = (FOLDER / "demonstration" / "sign_ins.yaml").read_text(encoding="utf-8")
    sign_ins: dict[str, Any] = yaml.safe_load(content)
    return sign_ins


def _enterprise_names() -> dict[str, str]:
    return {entry["credit_code"]: entry["name"] for entry in _file()["enterprises"]}
