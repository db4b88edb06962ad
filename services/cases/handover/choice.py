"""The enterprise chooses who accompanies its project 办事专员 (``domain/stewards`` 2.3).

Whom it may choose is published (:mod:`services.organisation.profiles`) and bound by what a steward may
have. Who is chosen answers within a working day, silence is acceptance [D]; the project comes to them by
an act of the system, with a hand-over list. A park's commissioner stays [D].
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

import orjson
from sqlalchemy import Connection, Row, text

from models.cases import commands as c
from models.cases.choice import (
    AnswerChoice,
    Choice,
    ChoiceState,
    Choosable,
    ChooseSteward,
    DeclineReason,
)
from models.cases.facts import ProjectFacts
from models.cases.states import ProjectState
from models.cases.stewardship import Basis, Candidate, Standing
from models.errors import Conflict, KaigongError, NotFound, NotPermitted
from models.people.actor import SYSTEM, Actor, Role
from models.tables import notice, steward_choice
from rules.cases.context import Context
from rules.cases.stewards import below_cap, places_left
from services.cases.acts import execute_in_transaction
from services.installation.policy import context_for
from services.ledger.store import load
from services.people.stewards import candidates
from services.people.visibility import eyes_of
from services.seals import sealed
from services.unit_of_work import Database

#: Without a reason an enterprise chooses anew after so long [D].
AGAIN: Final = timedelta(days=30)
#: Working days in which who was chosen answers [D].
ANSWERED_WITHIN: Final = 1


class OnlyTheEnterpriseChooses(NotPermitted):
    template = "actor: {actor} does not act for the enterprise of {project}; it chooses itself, by its own account."
    field = "actor"


class NotChoosable(KaigongError):
    template = "officer: {value} cannot be chosen for {project}; choose one of: {known}."
    field = "officer"


class CommissionerStays(Conflict):
    template = "officer: {project} lies in a park whose commissioner accompanies it; ask the district to appoint another one."
    field = "officer"


class ChosenLately(Conflict):
    template = "reason: the enterprise chose for {project} on {on}; say why it wants another one, or choose after {after}."
    field = "reason"


class ChoiceOpen(Conflict):
    template = (
        "officer: {officer} was asked for {project} and answers by {until}; wait for the answer."
    )
    field = "officer"


class NoChoiceToAnswer(NotFound):
    template = "project: nobody waits for an answer of {actor} about {project}."
    field = "project"


def choosable(
    connection: Connection, facts: ProjectFacts, now: datetime
) -> tuple[tuple[Choosable, ...], Basis | None]:
    """Whom the enterprise may choose for a project now, by name; and on what its steward has it."""
    pool = candidates(connection, now, facts.place, enterprise=facts.enterprise)
    fitting = {candidate.login: candidate for candidate in pool if _fits(candidate, facts)}
    rows = connection.execute(_PUBLISHED, {"logins": sorted(fitting)})
    listed = tuple(
        Choosable(
            row.login,
            row.name,
            tuple(row.languages),
            tuple(row.skills),
            places_left(fitting[row.login]),
        )
        for row in rows
    )
    basis = connection.execute(_BASIS, {"project": facts.id}).scalar()
    return listed, Basis(basis) if basis else None


def _fits(candidate: Candidate, facts: ProjectFacts) -> bool:
    return (
        candidate.standing is Standing.STEWARD
        and candidate.login != facts.steward
        and not (candidate.away or candidate.away_soon)
        and below_cap(candidate)
    )


def choose_steward(
    database: Database, project: str, command: ChooseSteward, actor: Actor, now: datetime
) -> int:
    """Ask somebody to accompany a project; answers the number of the choice.

    Raises ``OnlyTheEnterpriseChooses``, ``NotChoosable``, ``CommissionerStays``, ``ChosenLately``,
    ``ChoiceOpen``.
    """
    context = context_for(actor, now)
    with database.transaction() as connection:
        facts = load(connection, project, lock=True, eyes=eyes_of(actor)).facts
        if actor.role is not Role.APPLICANT:
            raise OnlyTheEnterpriseChooses(actor=actor.login, project=facts.code)
        _check_time(connection, facts, command, now)
        listed, basis = choosable(connection, facts, now)
        if basis is Basis.COMMISSIONER:
            raise CommissionerStays(project=facts.code)
        if facts.state is not ProjectState.ACTIVE or command.officer not in {
            each.login for each in listed
        }:
            known = [each.login for each in listed]
            raise NotChoosable(value=command.officer, project=facts.code, known=known)
        return _ask(connection, facts, command, context)


def _check_time(
    connection: Connection, facts: ProjectFacts, command: ChooseSteward, now: datetime
) -> None:
    last = connection.execute(_LAST, {"project": facts.id}).one_or_none()
    if last is None or last.state == ChoiceState.DECLINED:
        return
    if last.state == ChoiceState.ASKED:
        raise ChoiceOpen(officer=last.officer_name, project=facts.code, until=last.answer_by)
    if now < last.asked_at + AGAIN and not command.reason:
        on, after = last.asked_at.date(), (last.asked_at + AGAIN).date()
        raise ChosenLately(project=facts.code, on=on, after=after)


def _ask(
    connection: Connection, facts: ProjectFacts, command: ChooseSteward, context: Context
) -> int:
    answer_by = context.calendar.add_working_days(context.today, ANSWERED_WITHIN)
    values = {
        "project": facts.id,
        "officer": command.officer,
        "by": context.actor.login,
        "now": context.now,
        "answer_by": answer_by,
        "reason": command.reason,
    }
    number = int(connection.execute(_ASK, values).scalar_one())
    _tell(connection, f"person:{command.officer}", "steward_chosen", facts.code, context, answer_by)
    return number


def answer_choice(
    database: Database, project: str, command: AnswerChoice, actor: Actor, now: datetime
) -> None:
    """Accept or decline what one was asked. Raises ``NoChoiceToAnswer``."""
    with database.transaction() as connection:
        row = connection.execute(_OPEN, {"project": project, "officer": actor.login}).one_or_none()
        if row is None:
            raise NoChoiceToAnswer(actor=actor.login, project=project)
        _settle(connection, row, command.decline, now)


def accept_unanswered(database: Database, context: Context) -> int:
    """Who has not answered in time has accepted; how many."""
    with database.reading() as connection:
        late = connection.execute(_UNANSWERED, {"today": context.today}).all()
    settled = 0
    for row in late:
        with database.transaction() as connection:
            values = {"project": row.code, "officer": row.officer}
            still = connection.execute(_OPEN, values).one_or_none()
            if still is not None:
                _settle(connection, still, None, context.now)
                settled += 1
    return settled


def _settle(
    connection: Connection, row: Row[Any], decline: DeclineReason | None, now: datetime
) -> None:
    """Write what came of it; accepted, the project comes to who was chosen in the same transaction."""
    state = ChoiceState.DECLINED if decline else ChoiceState.ACCEPTED
    context = context_for(SYSTEM, now)
    values = {"id": row.id, "state": state.value, "decline": decline, "now": now}
    connection.execute(_ANSWER, values)
    if decline:
        _tell(connection, f"person:{row.asked_by}", "choice_declined", row.code, context)
        return
    stored = load(connection, row.project_id, lock=True)
    if stored.facts.state is ProjectState.ACTIVE and stored.facts.steward != row.officer:
        command = c.AssignSteward(steward=row.officer, basis=Basis.CHOSEN)
        execute_in_transaction(connection, stored, command, context)


def last_choice(connection: Connection, project: int) -> Choice | None:
    """The newest choice for a project."""
    row = connection.execute(_LAST, {"project": project}).one_or_none()
    if row is None:
        return None
    return Choice(
        row.id,
        row.officer,
        row.officer_name,
        row.asked_at,
        row.answer_by,
        ChoiceState(row.state),
        DeclineReason(row.decline) if row.decline else None,
    )


def _tell(
    connection: Connection,
    audience: str,
    template: str,
    code: str,
    context: Context,
    until: object = None,
) -> None:
    params: Mapping[str, Any] = {"page": f"/projects/{code}/team"}
    if until is not None:
        params = {**params, "effective_on": str(until)}
    values = {"audience": audience, "template": template, "now": context.now}
    connection.execute(_NOTICE, values | {"params": orjson.dumps(params).decode()})


_PUBLISHED = text(
    "SELECT a.login, a.name, r.languages, r.skills FROM steward_profile r JOIN account a"
    " ON a.login = r.login AND a.active WHERE r.choosable AND r.login = ANY(:logins) ORDER BY a.name, a.login"
)
_BASIS = text("SELECT basis FROM steward_span WHERE project_id = :project AND to_at = 'infinity'")
_LAST = text(
    "SELECT k.*, a.name AS officer_name FROM steward_choice k JOIN account a ON a.login = k.officer"
    " WHERE k.project_id = :project ORDER BY k.id DESC LIMIT 1"
)
_ASK = sealed(
    steward_choice,
    "INSERT INTO steward_choice (project_id, officer, asked_by, asked_at, answer_by, reason, state)"
    " VALUES (:project, :officer, :by, :now, :answer_by, :reason, 'asked')",
    "t.id",
)
_OPEN = text(
    "SELECT k.id, k.project_id, k.officer, k.asked_by, p.code FROM steward_choice k"
    " JOIN project p ON p.id = k.project_id"
    " WHERE p.code = :project AND k.officer = :officer AND k.state = 'asked' FOR UPDATE OF k"
)
_UNANSWERED = text(
    "SELECT k.officer, p.code FROM steward_choice k JOIN project p ON p.id = k.project_id"
    " JOIN account a ON a.login = k.officer AND a.active"
    " WHERE k.state = 'asked' AND k.answer_by < :today ORDER BY k.id"
)
_ANSWER = sealed(
    steward_choice,
    "UPDATE steward_choice SET state = :state, decline = :decline, answered_at = :now WHERE id = :id",
)
_NOTICE = sealed(
    notice,
    "INSERT INTO notice (audience, template, params, created_at)"
    " VALUES (:audience, :template, CAST(:params AS jsonb), :now)",
)
