"""The enterprise chooses who accompanies its project: from whom, how often, and what silence means."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text

from models.cases.choice import AnswerChoice, ChooseSteward, DeclineReason
from models.people.actor import SYSTEM, Actor, Role
from models.people.handover import HandoverCause
from models.people.security import CONSOLE
from services.cases.audit import verify
from services.cases.handover.choice import (
    ChoiceOpen,
    ChosenLately,
    NoChoiceToAnswer,
    NotChoosable,
    OnlyTheEnterpriseChooses,
    accept_unanswered,
    answer_choice,
    choose_steward,
)
from services.cases.handover.signing import handovers
from services.installation.policy import context_for
from services.organisation.declaration import By
from services.organisation.profiles import SET_STEWARD_PROFILE, SetStewardProfile
from tests.support.ledger import Ledger
from tests.support.people import APPLICANT, STEWARD

AUNT = Actor("aunt", Role.PROJECT_STEWARD)
UNCLE = Actor("uncle", Role.PROJECT_STEWARD)


@pytest.fixture
def project(ledger: Ledger) -> str:
    code = ledger.register()
    with ledger.database.transaction() as connection:
        for who in (AUNT, UNCLE):
            connection.execute(
                text("INSERT INTO account (login, name, role) VALUES (:l, :l, 'project_steward')"),
                {"l": who.login},
            )
        connection.execute(
            text(
                "INSERT INTO account (login, name, role, enterprise) VALUES (:l, :l, 'applicant', :e)"
                " ON CONFLICT DO NOTHING"
            ),
            {"l": APPLICANT.login, "e": APPLICANT.enterprise},
        )
    for login, choosable in ((AUNT.login, True), (STEWARD.login, True)):
        profile = SetStewardProfile(login=login, choosable=choosable, languages="zh-CN, en")
        SET_STEWARD_PROFILE.perform(ledger.database, profile, By(CONSOLE, ledger.now))
    return code


def choose(ledger: Ledger, project: str, officer: Actor, reason: str = "") -> None:
    command = ChooseSteward(officer=officer.login, reason=reason)
    choose_steward(ledger.database, project, command, APPLICANT, ledger.now)


def answer(ledger: Ledger, project: str, officer: Actor, decline: DeclineReason | None = None):
    command = AnswerChoice(decline=decline)
    answer_choice(ledger.database, project, command, officer, ledger.now)


def basis(ledger: Ledger) -> object:
    return ledger.scalar("SELECT basis FROM steward_span WHERE to_at = 'infinity'")


def test_who_is_chosen_and_accepts_has_the_project_with_a_list(ledger, project):
    choose(ledger, project, AUNT)
    assert ledger.facts(project).steward == STEWARD.login
    with pytest.raises(ChoiceOpen):
        choose(ledger, project, AUNT, "sooner")
    with pytest.raises(NoChoiceToAnswer):
        answer(ledger, project, UNCLE)
    answer(ledger, project, AUNT)
    assert (ledger.facts(project).steward, basis(ledger)) == (AUNT.login, "chosen")
    (listed,) = handovers(ledger.database, AUNT, ledger.now)
    assert (listed.giver, listed.cause) == (STEWARD.login, HandoverCause.CHOSEN)
    assert verify(ledger.database).ok


def test_silence_is_acceptance_after_a_working_day(ledger, project):
    choose(ledger, project, AUNT)
    assert accept_unanswered(ledger.database, context_for(SYSTEM, ledger.now)) == 0
    ledger.go_to(ledger.today + timedelta(days=2))
    assert accept_unanswered(ledger.database, context_for(SYSTEM, ledger.now)) == 1
    assert (ledger.facts(project).steward, basis(ledger)) == (AUNT.login, "chosen")


def test_another_choice_within_thirty_days_needs_a_reason_but_not_after_a_refusal(ledger, project):
    choose(ledger, project, AUNT)
    answer(ledger, project, AUNT, DeclineReason.AT_CAP)
    assert ledger.facts(project).steward == STEWARD.login
    choose(ledger, project, AUNT)
    answer(ledger, project, AUNT)
    with pytest.raises(ChosenLately):
        choose(ledger, project, STEWARD)
    choose(ledger, project, STEWARD, "we need somebody on site")
    answer(ledger, project, STEWARD)
    ledger.go_to(ledger.today + timedelta(days=31))
    choose(ledger, project, AUNT)


def test_only_the_enterprise_chooses_and_only_of_those_who_may_be_chosen(ledger, project):
    with pytest.raises(NotChoosable) as refused:
        choose(ledger, project, UNCLE)
    assert AUNT.login in refused.value.sentence()
    with pytest.raises(NotChoosable):
        choose(ledger, project, STEWARD)  # has it already
    asked = ChooseSteward(officer=AUNT.login)
    with pytest.raises(OnlyTheEnterpriseChooses):
        choose_steward(ledger.database, project, asked, STEWARD, ledger.now)
