"""What the database has to hold before an act, and what it adds to one: each kind is looked up once here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, text

from models.cases import commands as c
from models.cases.agency import AgentKind
from models.cases.facts import ProjectFacts
from models.errors import KaigongError
from models.people.actor import Actor, Role
from rules.cases.context import Context
from rules.cases.declarations.act import Act, Need, Supply
from rules.cases.declarations.roles import AGENTS
from services.cases.attaching import attached
from services.cases.commitments import commitment_lists
from services.documents import writing as documents
from services.documents.characters import check_printable
from services.enterprises import bans, credit
from services.ledger.new_projects import officers_of
from services.people.powers.competences import competent
from services.people.stewards import check_steward


class FileMissing(KaigongError):
    template = "sha256: you uploaded no file with this fingerprint; upload it first."
    field = "sha256"


class UnknownOfficers(KaigongError):
    template = (
        "officers: {value} are not all officers of one department; name those who were there."
    )
    field = "officers"


class OfficersElsewhere(KaigongError):
    template = "officers: {value} are no officers of {department}; name those of the department who were there."
    field = "officers"


class UnknownAgent(KaigongError):
    template = "agent: {value} is no agent or steward with an account here; ask the administrator to give them one."
    field = "agent"


class AgentOfAnotherKind(KaigongError):
    template = "kind: {value} is not a {kind}; a steward is one by their account, other agents of the government's side belong to a department, an agent of the enterprise's own choice to none."
    field = "kind"


def check_needs(
    connection: Connection,
    act: Act,
    facts: ProjectFacts,
    command: c.ProjectCommand,
    actor: Actor,
) -> None:
    """Refuse an act where the database does not hold what it needs, or whose paper could not be printed."""
    if act.paper:
        _check_words(command)
    for need in act.needs:
        _CHECKS[need](connection, facts, command, actor)


def supplied(
    connection: Connection,
    act: Act,
    facts: ProjectFacts,
    command: c.ProjectCommand,
    context: Context,
) -> tuple[c.ProjectCommand, Context]:
    """The command completed from the database: numbers of documents, the enterprise's standing."""
    for supply in act.supplies:
        command, context = _SUPPLIES[supply](connection, facts, command, context)
    return command, context


def _check_words(command: c.ProjectCommand) -> None:
    """Refuse what was typed for an official document and its font cannot show."""
    for name, value in command.model_dump(mode="json").items():
        for words in value.values() if isinstance(value, dict) else (value,):
            if isinstance(words, str):
                check_printable(name, words)


# --- checks -------------------------------------------------------------------------------------


def _check_named_steward(
    connection: Connection, _: ProjectFacts, command: c.AssignSteward, __: Actor
) -> None:
    check_steward(connection, command.steward, command.basis)


def _check_agent(
    connection: Connection, _: ProjectFacts, command: c.Authorisation, __: Actor
) -> None:
    """Refuse an agent whose account is not of the kind that the authorisation says.

    A steward is one by role; other agents belong to a department where they serve the approval, and to
    none where the enterprise chose them.
    """
    row = connection.execute(_AGENT, {"login": command.agent}).one_or_none()
    if row is None or row.role not in AGENTS:
        raise UnknownAgent(value=command.agent)
    kind = command.kind
    steward = row.role == Role.PROJECT_STEWARD
    fits = steward == (kind is AgentKind.STEWARD) and (
        steward or kind.government_side == (row.department is not None)
    )
    if not fits:
        raise AgentOfAnotherKind(value=command.agent, kind=kind)


_AGENT = text("SELECT role, department FROM account WHERE login = :login AND active")


def _check_file(
    connection: Connection,
    facts: ProjectFacts,
    command: c.SubmitMaterial | c.MakeUpMaterial | c.FixOnTheSpot | c.EnterAuthorisation,
    actor: Actor,
) -> None:
    """Mark a file as attached; refused where the actor may attach none of this fingerprint, whoever has one."""
    if not attached(connection, facts, command.sha256, actor):
        raise FileMissing


def _check_officers(
    connection: Connection,
    _: ProjectFacts,
    command: c.RecordVerification | c.BeginCommitmentCheck,
    _actor: Actor,
) -> None:
    """Refuse logins that are not officers of one department; nobody need be named for what asks for none."""
    if not command.officers:
        return
    counts = connection.execute(
        text(
            "SELECT count(*), count(DISTINCT department) FROM account WHERE login = ANY(:officers)"
            " AND active AND role IN ('handler', 'approver', 'department_head')"
        ),
        {"officers": list(command.officers)},
    ).one()
    if tuple(counts) != (len(set(command.officers)), 1):
        raise UnknownOfficers(value=list(command.officers))


def _check_attendance(
    connection: Connection, _: ProjectFacts, command: c.RecordSiteVisit, __: Actor
) -> None:
    for department, named in command.officers.items():
        check_of_department(connection, department, named)


def _check_case_officer(
    connection: Connection, facts: ProjectFacts, command: c.AssignHandler, _: Actor
) -> None:
    item = facts.items.get(command.item)
    if item is not None:
        check_of_department(connection, item.department, (command.officer,))


def check_of_department(connection: Connection, department: str, named: tuple[str, ...]) -> None:
    """Refuse logins that are not officers of the department they are named for."""
    logins = connection.execute(
        text(
            "SELECT login FROM account WHERE login = ANY(:officers) AND active"
            " AND department = :department"
            " AND role IN ('handler', 'approver', 'department_head')"
        ),
        {"officers": list(named), "department": department},
    ).scalars()
    strangers = set(named) - set(logins)
    if strangers:
        raise OfficersElsewhere(value=sorted(strangers), department=department)


_CHECKS: Mapping[Need, Callable[[Connection, ProjectFacts, Any, Actor], None]] = {
    Need.STEWARD: _check_named_steward,
    Need.AGENT: _check_agent,
    Need.FILE: _check_file,
    Need.OFFICERS: _check_officers,
    Need.ATTENDANCE: _check_attendance,
    Need.CASE_OFFICER: _check_case_officer,
}


# --- supplies -----------------------------------------------------------------------------------


def _number(
    connection: Connection, facts: ProjectFacts, command: c.IssueDocument, context: Context
) -> tuple[c.ProjectCommand, Context]:
    return documents.numbered(connection, facts, command, context), context


def _bundle_numbers(
    connection: Connection, facts: ProjectFacts, command: c.ReleaseBundle, context: Context
) -> tuple[c.ProjectCommand, Context]:
    return documents.numbered_bundle(connection, facts, command, context), context


def _standing(
    connection: Connection, facts: ProjectFacts, command: c.ItemCommand, context: Context
) -> tuple[c.ProjectCommand, Context]:
    item = facts.items.get(command.item)
    committed = item.commitment if item is not None else None
    if isinstance(command, c.SubmitApplication):
        committed = command.commitment.signer if command.commitment is not None else None
    lifted = isinstance(command, c.RepairCredit | c.CorrectCredit)
    if committed is None and not lifted:
        return command, context
    known = credit.standing(connection, facts.enterprise)
    return command, replace(context, standing=known.entries, kept_on=known.kept_on)


def _bans(
    connection: Connection, facts: ProjectFacts, command: c.ItemCommand, context: Context
) -> tuple[c.ProjectCommand, Context]:
    because = bans.bans_of(connection, facts.enterprise, command.item)
    return command, replace(context, bans=because)


def _competence(
    connection: Connection, facts: ProjectFacts, command: c.ItemCommand, context: Context
) -> tuple[c.ProjectCommand, Context]:
    if facts.place is None:
        return command, context
    known = competent(connection, facts.place, context.today)
    return command, replace(
        context, competent=known, officers=_and_theirs(connection, context, known)
    )


def _and_theirs(
    connection: Connection, context: Context, competent: Mapping[str, str]
) -> Mapping[str, tuple[str, ...]]:
    """The officers of an act, and those of departments that may get the item with it."""
    further = sorted({office for office in competent.values() if office} - context.officers.keys())
    return {**context.officers, **officers_of(connection, further)} if further else context.officers


def _commitment_list(
    connection: Connection, facts: ProjectFacts, command: c.ItemCommand, context: Context
) -> tuple[c.ProjectCommand, Context]:
    item = facts.items.get(command.item)
    if item is None:
        return command, context
    named = commitment_lists.in_force(connection, item.department, item.code)
    return command, replace(context, commitment_list=named)


_SUPPLIES: Mapping[
    Supply,
    Callable[[Connection, ProjectFacts, Any, Context], tuple[c.ProjectCommand, Context]],
] = {
    Supply.NUMBER: _number,
    Supply.BUNDLE_NUMBERS: _bundle_numbers,
    Supply.STANDING: _standing,
    Supply.BANS: _bans,
    Supply.COMPETENCE: _competence,
    Supply.COMMITMENT_LIST: _commitment_list,
}
