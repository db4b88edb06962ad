"""Who plays in a demonstration: one account per part, made when the stage has none."""

from __future__ import annotations

import io
import secrets
from functools import cached_property

from pydantic import SecretStr

from models.actor import Actor, Role
from models.definition import ScenarioDefinition
from services import accounts
from services.documents.files import StoredFile, store_file
from services.unit_of_work import Database


class Cast:
    """The people of a demonstration and the papers they hand in."""

    def __init__(self, database: Database, scenario: ScenarioDefinition) -> None:
        self._database = database
        self._scenario = scenario

    def gather(self, enterprises: dict[str, str]) -> None:
        """Give every part an account: the steward, each department's two officers, each enterprise."""
        items = self._scenario.items
        departments = {item.department for item in items} | {item.supervising for item in items}
        departments |= {one.department for item in items for one in item.consults}
        for department in sorted(departments):
            for role in (Role.HANDLER, Role.APPROVER):
                self._ensure(role, department=department)
        for credit_code, name in enterprises.items():
            self._ensure(Role.APPLICANT, enterprise=credit_code, enterprise_name=name)
        self._ensure(Role.PROJECT_STEWARD)

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

    def applicant(self, enterprise: str) -> Actor:
        """Who acts for an enterprise."""
        return self._find(Role.APPLICANT, enterprise=enterprise)

    def paper(self, project: str, material: str) -> StoredFile:
        """One paper of a project, as a file that is really kept."""
        name = self._scenario.material[material].name.zh
        content = f"{name}\n{project}\n演示材料，仅供演示。\n".encode()
        return store_file(self._database, io.BytesIO(content), f"{name}.txt", 1)

    @cached_property
    def _known(self) -> dict[tuple[Role, str | None, str | None], Actor]:
        found: dict[tuple[Role, str | None, str | None], Actor] = {}
        for account in accounts.everyone(self._database):
            key = (account.role, account.department, account.enterprise)
            found.setdefault(key, account.actor)
        return found

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
