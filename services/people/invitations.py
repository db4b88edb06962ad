"""An account begins with an invitation, and a forgotten password is replaced by a link: nobody else knows it.

A link goes by mail to the person's own address. Where an account has none, or the installation no mail
server, it is shown once to whoever made it, who hands it over.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from sqlalchemy import Connection, text

from models.cases.commands import Login
from models.errors import KaigongError, NotFound
from models.people.actor import Role
from models.people.links import LinkPurpose
from models.people.security import Origin
from models.people.security import SecurityEvent as E
from rules.formats import parse_credit_code
from services.notices.account_letters import send_link
from services.notices.sealed_channels import sealed
from services.people.accounts import insert_person
from services.people.links import make_link
from services.people.security_log import note
from services.people.sessions import end_access
from services.unit_of_work import Database


class EnterpriseUnknown(KaigongError):
    template = "enterprise_name: no enterprise has this credit code yet; give its name too."
    field = "enterprise_name"


class NewPerson(BaseModel):
    """Who is invited."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    login: Login
    name: Annotated[str, StringConstraints(min_length=1, max_length=100)]
    role: Role
    department: Annotated[str | None, Field(description="For officers: their department.")] = None
    enterprise: Annotated[str | None, Field(description="For applicants: credit code.")] = None
    enterprise_name: Annotated[str | None, Field(description="For a new enterprise.")] = None
    mail: Annotated[
        str | None,
        StringConstraints(pattern=r"^[^@\s,;?/]+@[^@\s,;?/]+\.[^@\s,;?/]+$", max_length=200),
    ] = None
    language: Literal["zh-CN", "en"] = "zh-CN"


@dataclass(frozen=True, slots=True)
class SentLink:
    """What became of a link."""

    login: str
    path: str | None
    """Path of the portal, to be handed over; ``None`` where it went by mail."""


def invite(database: Database, person: NewPerson, origin: Origin, now: datetime) -> SentLink:
    """Make an account that its person opens by setting a password; ``LoginTaken`` and others say what is wrong."""
    enterprise = parse_credit_code(person.enterprise) if person.enterprise else None
    channels = [sealed(f"mailto:{person.mail}")] if person.mail else []
    values = person.model_dump(include={"login", "name", "language", "department"})
    values |= {"role": person.role.value, "enterprise": enterprise, "channels": channels}
    with database.transaction() as connection:
        _know_enterprise(connection, enterprise, person.enterprise_name)
        insert_person(connection, values)
        details = {"role": person.role.value, "department": person.department}
        return _send(connection, person.login, LinkPurpose.INVITATION, origin, now, **details)


def send_new_link(database: Database, login: str, origin: Origin, now: datetime) -> SentLink:
    """A new link, by the administrator: the password that there was, sessions and tokens are worth nothing.

    An account that is disabled, or was never opened, is invited again.
    """
    with database.transaction() as connection:
        active = connection.execute(_ACTIVE, {"login": login}).scalar()
        if active is None:
            raise NotFound(field="login", value=login, remedy="Look it up in the list of accounts.")
        connection.execute(_NO_PASSWORD, {"login": login})
        end_access(connection, login)
        purpose = LinkPurpose.RESET if active else LinkPurpose.INVITATION
        return _send(connection, login, purpose, origin, now)


def ask_for_link(database: Database, login: str, address: str, now: datetime) -> None:
    """Somebody says that they forgot their password: the answer is the same for every login.

    The password that there is stays until the link is taken up; an account without an address for
    mail gets none.
    """
    with database.transaction() as connection:
        known = connection.execute(_ACTIVE, {"login": login}).scalar()
        subject = login if known else None
        note(connection, E.RESET_ASKED, Origin(None, address), subject=subject)
        if known:
            path = make_link(connection, login, LinkPurpose.RESET, None)
            send_link(connection, login, LinkPurpose.RESET, path, now)


def _send(
    connection: Connection,
    login: str,
    purpose: LinkPurpose,
    origin: Origin,
    now: datetime,
    **details: str | None,
) -> SentLink:
    path = make_link(connection, login, purpose, origin.actor or origin.address)
    mailed = send_link(connection, login, purpose, path, now)
    kind = E.ACCOUNT_INVITED if purpose is LinkPurpose.INVITATION else E.RESET_STARTED
    note(connection, kind, origin, subject=login, by_mail=mailed, **details)
    return SentLink(login, None if mailed else path)


def _know_enterprise(connection: Connection, code: str | None, name: str | None) -> None:
    if code is None:
        return
    if name:
        connection.execute(_NEW_ENTERPRISE, {"code": code, "name": name})
    elif connection.execute(_ENTERPRISE, {"code": code}).one_or_none() is None:
        raise EnterpriseUnknown


_ACTIVE = text("SELECT active FROM account WHERE login = :login FOR UPDATE")
_NO_PASSWORD = text("UPDATE account SET password_hash = NULL WHERE login = :login")
_ENTERPRISE = text("SELECT 1 FROM enterprise WHERE credit_code = :code")
_NEW_ENTERPRISE = text(
    "INSERT INTO enterprise (credit_code, name) VALUES (:code, :name) ON CONFLICT DO NOTHING"
)
