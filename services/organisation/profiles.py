"""Profiles of stewards: what they are prepared for, and whether enterprises may choose them 办事专员."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from models.cases.commands.base import Login
from models.people.security import SecurityEvent as E
from models.tables import steward_profile
from services.organisation.declaration import By, OrganisationAct, OrganisationCommand, Section
from services.people.organisation import check_account
from services.people.security_log import note
from services.seals import sealed
from services.unit_of_work import Database

Words = Annotated[
    str, StringConstraints(max_length=500, pattern=r"^[A-Za-z0-9 ,;_-]*$", strip_whitespace=True)
]


class SetStewardProfile(OrganisationCommand):
    """What somebody who accompanies projects is prepared for."""

    act: Literal["set_steward_profile"] = "set_steward_profile"
    login: Annotated[Login, Field(title="Login", description="Who accompanies projects.")]
    skills: Annotated[
        Words, Field(title="Kinds of project", description="Keys of scenarios, with commas.")
    ] = ""
    languages: Annotated[
        Words, Field(title="Languages", description="Such as zh-CN or en, with commas.")
    ] = ""
    choosable: Annotated[
        bool, Field(title="Enterprises may choose them", description="Enterprises may choose them.")
    ] = False


def _set(database: Database, command: SetStewardProfile, by: By) -> None:
    values = {
        "login": command.login,
        "skills": _listed(command.skills),
        "languages": _listed(command.languages),
        "choosable": command.choosable,
    }
    with database.transaction() as connection:
        check_account(connection, "login", command.login)
        connection.execute(_WRITE, values)
        details = {name: value for name, value in values.items() if name != "login"}
        note(connection, E.ADMINISTRATOR_ACT, by.origin, subject=command.login, **details)


def _listed(words: str) -> list[str]:
    """What was separated by commas, semicolons or spaces, each once."""
    return sorted(set(words.replace(",", " ").replace(";", " ").split()))


SET_STEWARD_PROFILE = OrganisationAct(
    command=SetStewardProfile,
    label="Set the profile of a steward",
    help="Kinds of project that somebody is prepared for and languages are asked by the rule that finds a steward, as long as they leave anybody; whoever may be chosen stands in the list that enterprises see.",
    perform=_set,
    section=Section.POSTS,
    called=("steward", "profile"),
    arguments=("login",),
    done="The profile of {login} is set.",
)

_WRITE = sealed(
    steward_profile,
    "INSERT INTO steward_profile (login, skills, languages, choosable)"
    " VALUES (:login, :skills, :languages, :choosable)"
    " ON CONFLICT (login) DO UPDATE SET skills = excluded.skills,"
    " languages = excluded.languages, choosable = excluded.choosable",
)
