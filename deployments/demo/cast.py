"""The accounts that act in a demonstration, made where they do not exist yet."""

from __future__ import annotations

import io
import secrets
from functools import cached_property

from pydantic import SecretStr

from models.people.actor import Actor, Role
from models.scenarios.definition import ScenarioDefinition
from services.documents.files import Sender, StoredFile, store_file
from services.people import accounts
from services.unit_of_work import Database


def _sender(by: Actor) -> Sender:
    """Somebody of a demonstration: nobody bounds what they send."""
    return Sender(by.login, hour_mb=10_000, waiting_mb=10_000)


class Cast:
    """The people of a demonstration and the papers they hand in."""

    def __init__(self, database: Database, *scenarios: ScenarioDefinition) -> None:
        self._database = database
        self._scenarios = scenarios

    def gather(self, enterprises: dict[str, str]) -> None:
        """Make the accounts: the steward, each department's two officers, each enterprise."""
        items = [item for scenario in self._scenarios for item in scenario.items]
        departments = {item.department for item in items} | {item.supervising for item in items}
        departments |= {consult.department for item in items for consult in item.consults}
        for department in sorted(departments):
            for role in (Role.HANDLER, Role.APPROVER, Role.DEPARTMENT_HEAD):
                self._ensure(role, department=department)
        for credit_code, name in enterprises.items():
            self._ensure(Role.APPLICANT, enterprise=credit_code, enterprise_name=name)
        self._ensure(Role.PROJECT_STEWARD)
        self._ensure(Role.AGENT)

    def everyone(self) -> tuple[Actor, ...]:
        """Everyone with an account."""
        return tuple(dict.fromkeys(self._known.values()))

    def steward(self, number: int) -> Actor:
        """A project steward: they take turns."""
        stewards = [a.actor for a in accounts.with_role(self._database, Role.PROJECT_STEWARD)]
        return stewards[number % len(stewards)]

    def handler(self, department: str) -> Actor:
        """Who takes applications in and examines them."""
        return self._find(Role.HANDLER, department=department)

    def approver(self, department: str) -> Actor:
        """Who decides."""
        return self._find(Role.APPROVER, department=department)

    def head(self, department: str) -> Actor:
        """Who answers for the department."""
        return self._find(Role.DEPARTMENT_HEAD, department=department)

    def applicant(self, enterprise: str) -> Actor:
        """Who acts for an enterprise."""
        return self._find(Role.APPLICANT, enterprise=enterprise)

    def agent(self) -> Actor:
        """An agent of an enterprise's own choice."""
        return self._find(Role.AGENT)

    def paper(self, project: str, material: str, by: Actor) -> StoredFile:
        """One paper of a project, as a file that somebody really uploaded."""
        known = (scenario.material.get(material) for scenario in self._scenarios)
        name = next(definition.name.zh for definition in known if definition is not None)
        content = f"{name}\n{project}\n演示材料，仅供演示。\n".encode()
        return store_file(self._database, io.BytesIO(content), f"{name}.txt", 1, _sender(by))

    @cached_property
    def _known(self) -> dict[tuple[Role, str | None, str | None], Actor]:
        actors: dict[tuple[Role, str | None, str | None], Actor] = {}
        for account in accounts.everyone(self._database):
            key = (account.role, account.department, account.enterprise)
            actors.setdefault(key, account.actor)
        return actors

    def _find(
        self, role: Role, *, department: str | None = None, enterprise: str | None = None
    ) -> Actor:
        return self._known[role, department, enterprise]

    def _ensure(
        self,
        role: Role,
        *,
        department: str | None = None,
        enterprise: str | None = None,
        enterprise_name: str | None = None,
    ) -> None:
        if (role, department, enterprise) in self._known:
            return
        place = (department or enterprise or "demo").lower().replace("_", "-")
        account = accounts.create_account(
            self._database,
            accounts.NewAccount(
                login=f"{role.value.replace('_', '-')}-{place}"[:64],
                name=f"{role.value} {place}",
                role=role,
                department=department,
                enterprise=enterprise,
                enterprise_name=enterprise_name,
                password=SecretStr(secrets.token_urlsafe(24)),
            ),
        )
        self._known[role, department, enterprise] = account.actor
