"""Matters on a real database: the shipped kinds published, an office and a unit with their people."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import text

from models.matters.commands import ActOnMatter, FileMatter
from models.people.actor import Actor, Role
from services.matters import acts, filing
from services.matters.published import publish_shipped_kinds
from services.matters.receipts import MatterReceipt
from services.unit_of_work import Database
from tests.support.people import ADMINISTRATOR
from tests.support.yard import ENTERPRISE

OFFICE, UNIT, OTHER_UNIT = "business_environment_office", "market_regulation_bureau", "tax_bureau"
FILER = Actor("zhang", Role.APPLICANT, enterprise=ENTERPRISE)
DISPATCHER = Actor("dispatcher", Role.HANDLER, OFFICE)
OFFICE_HEAD = Actor("office_head", Role.DEPARTMENT_HEAD, OFFICE)
OFFICER = Actor("officer", Role.HANDLER, UNIT)
HEAD = Actor("head", Role.DEPARTMENT_HEAD, UNIT)
OTHER_HEAD = Actor("other_head", Role.DEPARTMENT_HEAD, OTHER_UNIT)
SUPERVISOR = Actor("supervisor", Role.LEADER)
PEOPLE = (FILER, DISPATCHER, OFFICE_HEAD, OFFICER, HEAD, OTHER_HEAD, SUPERVISOR)


class Desk:
    """A database with the shipped kinds and the people who work on matters."""

    def __init__(self, database: Database, now: datetime) -> None:
        self.database, self.now = database, now
        with database.transaction() as connection:
            for department in {actor.department for actor in PEOPLE} - {None}:
                connection.execute(_DEPARTMENT, {"key": department})
            connection.execute(_ENTERPRISE, {"code": ENTERPRISE})
            for actor in PEOPLE:
                connection.execute(
                    _ACCOUNT,
                    {
                        "login": actor.login,
                        "role": actor.role.value,
                        "department": actor.department,
                        "enterprise": actor.enterprise,
                    },
                )
            publish_shipped_kinds(connection, ADMINISTRATOR, now)

    def file(self, actor: Actor = FILER, *, key: str | None = None, **values: Any) -> MatterReceipt:
        """File a matter."""
        command = FileMatter(**values)
        return filing.file(self.database, command, actor, self.now, key=key)

    def do(
        self,
        number: str,
        act: str,
        actor: Actor,
        *,
        key: str | None = None,
        version: int | None = None,
        **form: Any,
    ) -> MatterReceipt:
        """Do an act on a matter."""
        command = ActOnMatter(act=act, form=form, version=version)
        return acts.act(self.database, number, command, actor, self.now, key=key)


def grievance(**values: Any) -> Mapping[str, Any]:
    """What a grievance says."""
    return {
        "kind": "grievance",
        "title": "用电报装迟迟没有答复",
        "text": "厂房已经竣工三周，供电报装申请没有任何人联系。",
        "class": "complex",
        "category": "government_service",
        "form": {"expectation": "尽快通电"},
        **values,
    }


_DEPARTMENT = text(
    "INSERT INTO department (key, name_zh, name_en) VALUES (:key, :key, :key) ON CONFLICT DO NOTHING"
)
_ENTERPRISE = text(
    "INSERT INTO enterprise (credit_code, name) VALUES (:code, 'Yard') ON CONFLICT DO NOTHING"
)
_ACCOUNT = text(
    "INSERT INTO account (login, name, role, department, enterprise)"
    " VALUES (:login, :login, :role, :department, :enterprise) ON CONFLICT DO NOTHING"
)
