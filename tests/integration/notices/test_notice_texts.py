"""Every notice of a life full of incidents, read by everyone it went to, in both languages."""

from __future__ import annotations

import io
import re
from datetime import date, timedelta

import pytest
from sqlalchemy import text

from config.notice_templates import CLOSING, notice_templates
from models.cases import commands as c
from models.cases.agency import AuthorisationState
from models.cases.commitment import EndGround
from models.cases.states import ClockKind, ItemState
from models.enterprises.credit import CreditState
from models.people.actor import SYSTEM
from models.scenarios.definition import ItemMode, ScenarioDefinition
from models.scenarios.joint import AbsenceRule, SiteVisitDefinition
from models.scenarios.utilities import LeadsDefinition, UtilityKind
from services.cases.commitments import commitment_lists
from services.cases.commitments.commitment_lists import PublishList
from services.cases.registration import register_project
from services.cases.views.inbox import inbox as officers_inbox
from services.cases.watch.deadlines import watch
from services.documents.files import store_file
from services.enterprises import credit
from services.notices.notice_list import inbox
from services.notices.notices import pump
from services.scenarios import versions
from tests.support import states
from tests.support.ledger import FILE, Ledger, sender
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
from tests.support.play import SIGNED
from tests.support.yard import ENTERPRISE, HOUSING, LAND, PLANNING, YARD, changed_item, item

TINY = ScenarioDefinition(
    key="tiny",
    name=YARD.name,
    stages=YARD.stages[:1],
    items=(item("E0", "land", LAND, mode=ItemMode.MILESTONE, counted=False),),
    departments=YARD.departments,
)
KEPT = changed_item("B0", when_basis_voided="keep").model_copy(update={"key": "kept"})
HELD = ScenarioDefinition.model_validate(
    {
        **YARD.model_dump(by_alias=True),
        "key": "held",
        "bundles": [
            {"key": "together", "name": YARD.name, "items": ["A1"], "released_by": "E0"},
        ],
    }
)
AT_ONCE = ScenarioDefinition.model_validate(
    {
        **changed_item("B0", grant_on_commitment=True).model_dump(by_alias=True),
        "key": "at_once",
        "items": [
            one.model_dump(by_alias=True)
            | ({"category": "filing", "accept_on_submission": True} if one.code == "A1" else {})
            for one in changed_item("B0", grant_on_commitment=True).items
        ],
    }
)
JOINT = changed_item("A1", joint_handling=True, statutory={"days": 45}, promised=None).model_copy(
    update={"key": "joint"}
)
SURVEY = SiteVisitDefinition(absence=AbsenceRule.RELIES_ON_RECORD)
WIRED = ScenarioDefinition.model_validate(
    {
        **YARD.model_dump(by_alias=True),
        "key": "wired",
        "items": (
            *(
                one.model_copy(
                    update={"A1": {"site_visit": SURVEY}, "N1": {"utility": UtilityKind.WATER}}.get(
                        one.code, {}
                    )
                )
                for one in YARD.items
            ),
            item("N2", "land", HOUSING, mode=ItemMode.INTERNAL, after=("A1",)),
            item("H1", "land", LAND, mode=ItemMode.MILESTONE, counted=False, after=("N1",)),
        ),
        "stages": (
            YARD.stages[0].model_copy(update={"leads": LeadsDefinition(on="A1")}),
            *YARD.stages[1:],
        ),
    }
)
#: Told of new versions, calendars and accounts, which have tests of their own.
ELSEWHERE = {
    CLOSING,
    "account_invited",
    "password_reset",
    "account_unused",
    "handover_drawn_up",
    "post_ending",
    "steward_chosen",
    "choice_declined",
    "handover_unsigned",
    "scenario_migrated",
    "calendar_changed",
    "voided_too_early",
    "lapsed_too_early",
    "scenario_requested",
    "scenario_published",
    "scenario_declined",
    "matter_moved",
}
CHINESE = re.compile(r"[\u3000-\u30ff\u4e00-\u9fff\uff00-\uffef]")


@pytest.fixture(scope="module")
def ledger(module_ledger: Ledger) -> Ledger:
    ledger = module_ledger
    people(ledger)
    with ledger.database.transaction() as connection:
        versions.publish(connection, TINY, "tiny.yaml", ADMINISTRATOR, ledger.now)
        versions.publish(connection, KEPT, "kept.yaml", ADMINISTRATOR, ledger.now)
        versions.publish(connection, HELD, "held.yaml", ADMINISTRATOR, ledger.now)
        versions.publish(connection, WIRED, "wired.yaml", ADMINISTRATOR, ledger.now)
        versions.publish(connection, JOINT, "joint.yaml", ADMINISTRATOR, ledger.now)
        versions.publish(connection, AT_ONCE, "at_once.yaml", ADMINISTRATOR, ledger.now)
    decided_at_once(ledger)
    phased(ledger)
    held_back(ledger)
    connected(ledger)
    objected(ledger)
    granted_late(ledger)
    voided(ledger)
    preliminary(ledger)
    turned_away(ledger)
    visited(ledger)
    replaced(ledger)
    unneeded(ledger)
    represented(ledger)
    doubted(ledger)
    ended(ledger)
    closed(ledger)
    handled_as_one(ledger)
    without_steward(ledger)
    without_code(ledger)
    pump(ledger.database, ledger.now)
    return ledger


def people(ledger: Ledger) -> None:
    officers = [make(d) for d in (LAND, PLANNING, HOUSING) for make in (handler, approver, head)]
    with ledger.database.transaction() as connection:
        for key in (LAND, PLANNING, HOUSING):
            connection.execute(
                text("INSERT INTO department VALUES (:k, :k, :k) ON CONFLICT DO NOTHING"),
                {"k": key},
            )
        for who in (APPLICANT, LEADER, GOVERNMENT, AGENT, *officers):
            connection.execute(
                text(
                    "INSERT INTO account (login, name, role, department, enterprise) VALUES"
                    " (:login, 'Someone', :role, :department, :enterprise)"
                    " ON CONFLICT DO NOTHING"
                ),
                {
                    "login": who.login,
                    "role": who.role,
                    "department": who.department,
                    "enterprise": who.enterprise,
                },
            )


def pass_days(ledger: Ledger, days: int) -> None:
    """Time goes by and the deadline watch looks every day."""
    for _ in range(days):
        ledger.go_to(ledger.today + timedelta(days=1))
        assert watch(ledger.database, ledger.now).failed == []


def granted_late(ledger: Ledger) -> None:
    """Corrected once, held up by experts, extended, warned of on every rung, granted at last."""
    project = ledger.register()
    ledger.do(project, c.OpenStage(stage="land"))
    ledger.do(project, c.AssignSteward(steward=STEWARD.login), ADMINISTRATOR)
    ledger.hand_in(project, "plan")
    ledger.do(project, c.SubmitApplication(item="A1"))
    ledger.do(project, c.RequestCorrection(item="A1", materials={"plan": "no scale (art. 31)"}))
    ledger.hand_in(project, "plan")
    ledger.do(project, c.SupplyCorrection(item="A1"))
    ledger.do(project, c.AcceptApplication(item="A1"))
    ledger.do(project, c.SuspendClock(item="A1", procedure="expert_review", planned_days=1))
    pass_days(ledger, 7)
    ledger.do(project, c.ResumeClock(item="A1", result="in order"))
    ledger.do(project, c.ExtendLimit(item="A1", reason="many questions"))
    for to in (LAND, PLANNING):
        moved = c.TransferCompetence(item="A1", to=to, reason="competence moved")
        ledger.do(project, moved, SYSTEM)
    pass_days(ledger, 45)
    said = {"cause": "two were ill", "measures": "others help", "until": ledger.today}
    ledger.do(project, c.ReplyToSupervision(item="A1", number=1, **said))
    ledger.do(project, c.ApproveItem(item="A1"))
    ledger.do(project, c.IssueDocument(item="A1", number="LC-1"), SYSTEM)


def without_code(ledger: Ledger) -> None:
    """Registered before the platform gave a code; returned once, handed in again, coded."""
    request = ledger.request(code=None)
    project = register_project(ledger.database, request, CLERK, ledger.now).project
    ledger.do(project, c.ReturnPreCheck(item="A1", reason="the place is missing"), CLERK)
    ledger.do(project, c.SubmitForPreCheck(item="A1"))
    coded = {"code": "2611-611102-04-01-888888", "file_name": "page.pdf", "sha256": FILE}
    ledger.do(project, c.RecordProjectCode(item="A1", **coded), CLERK)


def voided(ledger: Ledger) -> None:
    """Accepted by silence, granted with papers owed: one is made good, the other is not."""
    project = ledger.register()
    examined(ledger, project, "archive", "insurance")
    ledger.hand_in(project, "survey")
    pass_days(ledger, 10)
    assert ledger.facts(project).items["A2"].state is ItemState.ACCEPTED
    ledger.do(project, c.ApproveItem(item="A2"), approver(LAND))
    made_up = c.MakeUpMaterial(item="A2", material="archive", file_name="a.pdf", sha256=FILE)
    ledger.do(project, made_up)
    wrong = c.VerifyMakeUp(item="A2", material="archive", correct=False, reason="page 2 is missing")
    ledger.do(project, wrong)
    ledger.do(project, made_up)
    ledger.do(project, c.VerifyMakeUp(item="A2", material="archive", correct=True))
    ledger.do(project, c.SubmitApplication(item="A1"))
    ledger.do(project, c.AcceptApplication(item="A1"))
    ledger.do(project, c.ApproveItem(item="A1"))
    ledger.hand_in(project, "drawings")
    ledger.do(project, c.SubmitApplication(item="B0", commitment=SIGNED))
    ledger.do(project, c.AcceptApplication(item="B0"))
    ledger.do(project, c.AssignHandler(item="B0", officer=approver(HOUSING).login), head(HOUSING))
    pass_days(ledger, 60)
    assert ledger.facts(project).items["A2"].state is ItemState.VOIDED
    late = c.MakeUpMaterial(item="A2", material="insurance", file_name="a.pdf", sha256=FILE)
    ledger.do(project, late)
    ledger.do(project, c.StartNewRound(item="A2"))
    ledger.do(project, c.AppealVoiding(item="A2", reason="it was handed in"))
    ledger.do(project, c.DecideAppeal(item="A2", upheld=False, reason="it was not"))
    lift(ledger, c.RepairCredit)
    ledger.hand_in(project, "insurance")
    granted_at_once(ledger, project, "A2")


def lift(ledger: Ledger, act: type[c.RepairCredit | c.CorrectCredit]) -> None:
    """Nothing stands in the way of the next promise."""
    for entry in credit.record(ledger.database, ENTERPRISE):
        if entry.state is CreditState.OPEN:
            command = act(item=entry.item, entry=entry.id, reason="settled")
            ledger.do(entry.project_id, command, head(LAND))


def decided_at_once(ledger: Ledger) -> None:
    """Filed as it is made; granted on a signed commitment, as a published list says."""
    request = ledger.request(scenario="at_once")
    project = register_project(ledger.database, request, CLERK, ledger.now).project
    listed = PublishList(item="B0", number="2026-7")
    commitment_lists.publish(ledger.database, listed, approver(HOUSING), ledger.now)
    ledger.hand_in(project, "plan", "insurance", "survey", "archive", "drawings")
    ledger.do(project, c.RecordMilestone(item="E0", happened_on=ledger.today))
    ledger.do(project, c.SubmitApplication(item="A1"))
    granted_at_once(ledger, project, "A2")
    ledger.do(project, c.SubmitApplication(item="B0", commitment=SIGNED))
    states = {code: item.state for code, item in ledger.facts(project).items.items()}
    assert (states["A1"], states["B0"]) == (ItemState.GRANTED, ItemState.GRANTED)


def fallen(ledger: Ledger, scenario: str) -> str:
    """A permit is granted on the strength of a filing that is voided."""
    request = ledger.request(scenario=scenario)
    project = register_project(ledger.database, request, CLERK, ledger.now).project
    ledger.hand_in(project, "plan", "survey", "insurance", "drawings")
    ledger.do(project, c.RecordMilestone(item="E0", happened_on=ledger.today))
    applied = c.SubmitApplication(item="A2", defer=("archive",), commitment=SIGNED)
    for application in (
        applied,
        c.SubmitApplication(item="A1"),
        c.SubmitApplication(item="B0", commitment=SIGNED),
    ):
        ledger.do(project, application)
        ledger.do(project, c.AcceptApplication(item=application.item))
        ledger.do(project, c.ApproveItem(item=application.item))
    pass_days(ledger, 60)
    return project


def objected(ledger: Ledger) -> None:
    """Examined again and confirmed, restored, voided once more with what stood on it, corrected."""
    project = fallen(ledger, "yard")
    ledger.do(project, c.ConfirmAfterReExamination(item="B0", reason="it stands by itself"))
    ledger.do(project, c.AppealVoiding(item="A2", reason="it was handed in"))
    ledger.do(project, c.DecideAppeal(item="A2", upheld=True, reason="so it was"))
    pass_days(ledger, 60)
    ledger.do(project, c.VoidApproval(item="B0", reason="no permit without"), head(HOUSING))
    lift(ledger, c.CorrectCredit)
    ledger.do(project, c.AppealVoiding(item="A2", reason="it was handed in"))
    ledger.do(project, c.StartNewRound(item="A2"))
    ledger.hand_in(project, "archive")
    granted_at_once(ledger, project, "A2")
    ledger.do(project, c.DecideAppeal(item="A2", upheld=True, reason="so it was"))
    fallen(ledger, "kept")
    lift(ledger, c.RepairCredit)


def examined(ledger: Ledger, project: str, *defer: str) -> None:
    ledger.do(project, c.RecordMilestone(item="E0", happened_on=ledger.today))
    before = ledger.today - timedelta(days=1)
    ledger.do(project, c.CorrectMilestone(item="E0", happened_on=before, reason="a day too late"))
    ledger.hand_in(project, "plan")
    ledger.do(project, c.SubmitApplication(item="A2", defer=defer, commitment=SIGNED))


def preliminary(ledger: Ledger) -> None:
    project = ledger.register()
    ledger.hand_in(project, "archive", "insurance")
    examined(ledger, project, "survey")
    ledger.do(project, c.AcceptApplication(item="A2"))
    ledger.do(project, c.IssuePreliminaryOpinion(item="A2"))
    made_up = c.MakeUpMaterial(item="A2", material="survey", file_name="a.pdf", sha256=FILE)
    ledger.do(project, made_up)
    ledger.do(project, c.VerifyMakeUp(item="A2", material="survey", correct=True))


def turned_away(ledger: Ledger) -> None:
    """Put right and referred on, then refused, withdrawn, found not to be needed; denied."""
    for end in (
        c.RefuseApplication(item="A1", reason="not ours", competent_authority="the city"),
        c.WithdrawApplication(item="A1"),
        c.DeclareNotRequired(item="A1", reason="the land was granted with it"),
    ):
        project = ledger.register()
        ledger.hand_in(project, "plan")
        ledger.do(project, c.SubmitApplication(item="A1"))
        fixed = {"material": "plan", "file_name": "a.pdf", "sha256": FILE, "note": "signed"}
        ledger.do(project, c.FixOnTheSpot(item="A1", **fixed), CLERK)
        referred = c.ReferApplication(item="A1", department=LAND, reason="it is about land")
        ledger.do(project, referred, CLERK)
        ledger.do(project, end)
    ledger.do(ledger.accepted(), c.DenyItem(item="A1", reason="it stands on a road"))


def visited(ledger: Ledger) -> None:
    """The joint acceptance of a finished yard: its one visit to the site, and what failed there."""
    project = ledger.register()
    ledger.hand_in(project, "plan", "archive", "insurance", "survey", "drawings")
    ledger.do(project, c.RecordMilestone(item="E0", happened_on=ledger.today))
    for code in ("A1", "A2", "B0", "D0"):
        ledger.do(project, c.SubmitApplication(item=code, commitment=SIGNED))
        ledger.do(project, c.AcceptApplication(item=code))
        if code == "D0":
            break
        ledger.do(project, c.ApproveItem(item=code))
        if code == "B0":
            ledger.do(project, c.RecordMilestone(item="W1", happened_on=ledger.today))
    ledger.do(project, c.ScheduleSiteVisit(item="D0", scheduled_for=ledger.today))
    ledger.do(project, ledger.visit(project, "D0"))
    ledger.do(project, c.SubmitApplication(item="D1"))
    ledger.do(project, c.AcceptApplication(item="D1"))
    ledger.do(project, c.RequireRectification(item="D1", verdict="fail", points="a door is shut"))
    ledger.do(project, c.ReportRectification(item="D1", note="it opens"))


def represented(ledger: Ledger) -> None:
    """Agents act for the enterprise, which objects once, takes one back and lets another run out."""
    project = ledger.register()
    ledger.do(project, c.AssignSteward(steward=STEWARD.login), ADMINISTRATOR)
    written = {
        "acts": ("submit_material",),
        "valid_from": ledger.today,
        "text": "for our papers",
        "signer": "Wang",
    }
    near = {**written, "valid_until": ledger.today + timedelta(days=3)}
    ledger.do(project, c.GiveAuthorisation(agent=AGENT.login, kind="private_agent", **near))
    far = {**written, "valid_until": ledger.today + timedelta(days=90)}
    steward = {"agent": STEWARD.login, "kind": "steward", "file_name": "a.pdf", "sha256": FILE}
    ledger.do(project, c.EnterAuthorisation(**steward, **far), CLERK)
    paper = c.SubmitMaterial(material="plan", file_name="a.pdf", sha256=FILE)
    for number, agent in enumerate((AGENT, STEWARD), start=1):
        ledger.do(project, c.AcceptAuthorisation(number=number), agent)
        ledger.do(project, paper, agent)
    ledger.do(project, c.DisputeAgentAct(number=2, reason="the wrong plan"))
    ledger.do(project, c.RevokeAuthorisation(number=2))
    ledger.do(project, c.SuspendAuthorisation(number=1), SYSTEM)
    ledger.do(project, c.ResumeAuthorisation(number=1), SYSTEM)
    pass_days(ledger, 5)
    assert ledger.facts(project).authorisations[1].state is AuthorisationState.EXPIRED


def phased(ledger: Ledger) -> None:
    """A pit that goes on too long and too far, looked at, stopped, and handed over in the end."""
    project = ledger.register(phased=True)
    ledger.hand_in(project, "plan", "archive", "insurance", "survey", "drawings")
    ledger.do(project, c.RecordMilestone(item="E0", happened_on=ledger.today))
    for code in ("A1", "A2", "B1"):
        granted_at_once(ledger, project, code)
    ledger.do(project, c.CompleteSupervision(item="B1", number=1, note="within the pit"))
    beyond = c.RecordViolation(item="B1", happened_on=ledger.today, finding="walls")
    ledger.do(project, beyond)
    ledger.do(project, c.CompleteSupervision(item="B1", number=3, note="taken down"))
    ledger.go_to(ledger.today + timedelta(days=200))
    # Nobody watched and nobody was reminded: the reminder comes first, with time to follow it.
    assert watch(ledger.database, ledger.now).graces == 1
    clock = ledger.facts(project).clocks["B1", ClockKind.NEXT_PHASE, 1, ""]
    ledger.go_to(clock.due_on + timedelta(days=1))
    assert watch(ledger.database, ledger.now).ended[ClockKind.NEXT_PHASE] == 1
    # One department that is asked about the whole answers, the other says nothing in time.
    ledger.do(project, c.SubmitApplication(item="B2"))
    ledger.do(project, c.AcceptApplication(item="B2"))
    ledger.do(project, c.AnswerConsultation(item="B2", agrees=True, opinion="none"))
    pass_days(ledger, 5)
    ledger.do(project, c.ApproveItem(item="B2"))
    with ledger.database.transaction() as connection:
        # What follows is another story, of an enterprise that may commit itself.
        connection.execute(text("UPDATE credit_entry SET state = 'repaired'"))


def granted_at_once(ledger: Ledger, project: str, code: str) -> None:
    for command in (
        c.SubmitApplication(item=code),
        c.AcceptApplication(item=code),
        c.ApproveItem(item=code),
    ):
        ledger.do(project, command)


def replaced(ledger: Ledger) -> None:
    """Another version of a paper that one department decided on and another one examines."""
    project = ledger.granted()
    other = store_file(
        ledger.database, io.BytesIO(b"another plan"), "plan.txt", 1, sender(APPLICANT)
    )
    ledger.hand_in(project, "archive", "insurance", "survey")
    ledger.do(project, c.RecordMilestone(item="E0", happened_on=ledger.today))
    ledger.do(project, c.SubmitApplication(item="A2"))
    command = c.SubmitMaterial(material="plan", file_name="b.txt", sha256=other.sha256)
    ledger.do(project, command)


def on_commitment(ledger: Ledger) -> str:
    """A permit granted on a commitment in place of a paper."""
    project = ledger.register()
    ledger.do(project, c.RecordMilestone(item="E0", happened_on=ledger.today))
    ledger.hand_in(project, "plan", "archive", "insurance", "survey", "drawings")
    for code in ("A1", "A2"):
        granted_at_once(ledger, project, code)
    ledger.do(project, c.SubmitApplication(item="B0", commitment=SIGNED))
    ledger.do(project, c.AcceptApplication(item="B0"))
    ledger.do(project, c.ApproveItem(item="B0"))
    return project


def doubted(ledger: Ledger) -> None:
    """Commitments: kept; false, told, heard and revoked; broken, and kept for the public interest."""
    kept = c.RecordCommitmentCheck(item="B0", kept=True, finding="as stated")
    ledger.do(on_commitment(ledger), kept)
    for ground, revoked in (("false_commitment", True), ("broken_commitment", False)):
        project = on_commitment(ledger)
        doubt = c.RecordCommitmentCheck(item="B0", kept=False, finding="nobody knows of it")
        ledger.do(project, doubt)
        tell = c.AnnounceRevocation(item="B0", ground=ground, facts="none", evidence="letter 7")
        ledger.do(project, tell)
        ledger.do(project, c.StateDefence(item="B0", statement="it was lost", hearing=True))
        heard = c.HoldRevocationHearing(item="B0", held_on=ledger.today, record="both were heard")
        ledger.do(project, heard)
        ledger.go_to(ledger.today + timedelta(days=20))
        propose = c.AssessCommitment(item="B0", outcome="revoke_proposed", reason="no proof")
        ledger.do(project, propose)
        ledger.do(project, c.RevokeLicence(item="B0", revoked=revoked, reason="it is untrue"))
        with ledger.database.transaction() as connection:
            connection.execute(text("UPDATE credit_entry SET state = 'repaired'"))


def ended(ledger: Ledger) -> None:
    """Recalled and cancelled after notice; told, and left standing."""
    left = c.RecallApproval(item="B0", recalled=False, reason="the railway goes elsewhere")
    expired = states.CANCEL.model_copy(update={"ground": EndGround.EXPIRED})
    for notice, end in (
        (states.RECALL_NOTICE, states.RECALL),
        (states.EXPIRY_NOTICE, expired),
        (states.RECALL_NOTICE, left),
    ):
        project = on_commitment(ledger)
        ledger.do(project, c.RecordCommitmentCheck(item="B0", kept=True, finding="as stated"))
        ledger.do(project, notice)
        ledger.go_to(ledger.today + timedelta(days=20))
        ledger.do(project, end)


def unneeded(ledger: Ledger) -> None:
    """A permit turns out not to be needed, and its holder gives it back."""
    project = ledger.register()
    ledger.do(project, c.RecordMilestone(item="E0", happened_on=ledger.today))
    ledger.hand_in(project, "plan", "archive", "insurance", "survey", "drawings", "pledge")
    for code in ("A1", "A2", "B0"):
        granted_at_once(ledger, project, code)
    ledger.do(project, c.CorrectAttributes(attributes={"phased": True}, reason="typo"), STEWARD)
    ledger.do(project, c.SurrenderApproval(item="B0", reason="not needed"))


def without_steward(ledger: Ledger) -> None:
    """Nobody is on duty when a project is registered: an administrator has it."""
    with ledger.database.transaction() as connection:
        connection.execute(
            text(
                "INSERT INTO account (login, name, role)"
                " VALUES (:login, 'Admin', 'administrator') ON CONFLICT DO NOTHING"
            ),
            {"login": ADMINISTRATOR.login},
        )
    change = text("UPDATE account SET role = :role WHERE login = :login")
    for role in ("leader", "project_steward"):
        with ledger.database.transaction() as connection:
            connection.execute(change, {"role": role, "login": STEWARD.login})
        if role == "leader":
            request = ledger.request(steward=None)
            register_project(ledger.database, request, CLERK, ledger.now)


def closed(ledger: Ledger) -> None:
    request = ledger.request(scenario="tiny")
    project = register_project(ledger.database, request, CLERK, ledger.now).project
    ledger.do(project, c.RecordMilestone(item="E0", happened_on=ledger.today))
    ledger.do(project, c.CloseProject())


def handled_as_one(ledger: Ledger) -> None:
    """The department asks the head of the people's government for more time, and gets it."""
    request = ledger.request(scenario="joint")
    project = register_project(ledger.database, request, CLERK, ledger.now).project
    ledger.hand_in(project, "plan")
    ledger.do(project, c.SubmitApplication(item="A1"))
    ledger.do(project, c.AcceptApplication(item="A1"))
    ledger.do(project, c.AskForExtension(item="A1", reason="five departments"))
    waiting = officers_inbox(ledger.database, GOVERNMENT, ledger.now)
    assert [(row.project, row.item, row.task) for row in waiting.rows] == [
        (project, "A1", "extend")
    ]
    ledger.do(project, c.ExtendLimit(item="A1", reason="five departments"), GOVERNMENT)
    assert officers_inbox(ledger.database, GOVERNMENT, ledger.now).rows == ()


def held_back(ledger: Ledger) -> None:
    """A certificate waits for the hand-over; one of them until its last day."""
    for handed_over in (True, False):
        request = ledger.request(scenario="held")
        project = register_project(ledger.database, request, CLERK, ledger.now).project
        ledger.hand_in(project, "plan")
        ledger.do(project, c.SubmitApplication(item="A1"))
        ledger.do(project, c.AcceptApplication(item="A1"))
        ledger.do(project, c.ApproveItem(item="A1"))
        if handed_over:
            ledger.do(project, c.RecordMilestone(item="E0", happened_on=ledger.today))
            ledger.do(project, c.ReleaseBundle(bundle="together"))
    pass_days(ledger, 20)


def connected(ledger: Ledger) -> None:
    """A utility hears of the project, answers its line and connects it."""
    request = ledger.request(scenario="wired")
    project = register_project(ledger.database, request, CLERK, ledger.now).project
    ledger.hand_in(project, "plan")
    for command in (
        c.SubmitApplication(item="A1"),
        c.AcceptApplication(item="A1"),
        c.ScheduleSiteVisit(item="A1", scheduled_for=ledger.today),
        surveyed(ledger.today),
        c.ApproveItem(item="A1"),
        c.SendLeads(stage="land"),
        c.AcknowledgeLead(item="N1", contact="the desk"),
        c.AnswerLine(item="N1", plan="p", days=5, contact="the desk", to_red_line=False),
        c.ConnectLine(item="N1", connected_on=ledger.today),
    ):
        ledger.do(project, command)


def surveyed(on: date) -> c.RecordSiteVisit:
    """The site, looked at without the utility."""
    there = {one: (handler(one).login,) for one in (PLANNING, HOUSING)}
    return c.RecordSiteVisit(
        item="A1", held_on=on, officers=there, absent={LAND: "a burst pipe"}, finding="as planned"
    )


OFFICERS = [
    make(department) for department in (LAND, PLANNING, HOUSING) for make in (handler, head)
]
READERS = [APPLICANT, STEWARD, AGENT, LEADER, GOVERNMENT, *OFFICERS]


def test_every_template_was_told(ledger):
    with ledger.database.reading() as connection:
        seen = set(connection.execute(text("SELECT DISTINCT template FROM notice")).scalars())
    assert seen == set(notice_templates()) - ELSEWHERE


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.login)
def test_every_notice_can_be_read_in_both_languages(ledger, reader):
    letters = 0
    for language in ("zh-CN", "en"):
        for entry in inbox(ledger.database, reader, language, limit=500):
            words = f"{entry.letter.title}\n{entry.letter.body}"
            assert "None" not in words, words
            assert "{" not in words, words
            assert not re.search(r"\b(expert_review|decision_|make_up)\b", words), words
            assert entry.project in words
            if language == "en":
                assert not CHINESE.search(words), words
                assert "Someone" not in words, words
            else:
                assert CHINESE.search(entry.letter.title), words
            assert len(entry.letter.title) < 120
            letters += 1
    assert letters


def title_and_body(ledger: Ledger, login: str, template: str, language: str = "zh-CN") -> str:
    """The newest notice of a template."""
    return texts(ledger, login, template, language)[0]


def texts(ledger: Ledger, login: str, template: str, language: str = "zh-CN") -> list[str]:
    return [
        f"{entry.letter.title}\n{entry.letter.body}"
        for entry in inbox(ledger.database, ledger.actor(login), language, limit=500)
        if entry.template == template
    ]


def test_a_correction_lists_everything_and_says_why(ledger):
    words = title_and_body(ledger, APPLICANT.login, "correction_requested")
    assert "请补正：item A1(中)" in words
    assert "  1. plan(中)：no scale (art. 31)\n" in words
    assert "planning bureau(中)" in words


def test_a_utility_that_did_not_come_is_told_what_holds_for_it(ledger):
    words = title_and_body(ledger, handler(LAND).login, "site_visit_missed")
    assert "贵单位未到场（所述理由：a burst pipe）" in words
    assert "land bureau(中)未到场" in title_and_body(ledger, STEWARD.login, "site_visit_missed")


def test_dates_are_those_the_act_set(ledger):
    words = title_and_body(ledger, APPLICANT.login, "clock_resumed", "en")
    due = ledger.scalar(
        "SELECT (v.data->'clocks'->0->>'due_on')::date FROM case_event v JOIN notice n"
        " ON n.project_id = v.project_id AND n.seq = v.seq WHERE n.template = 'clock_resumed'"
    )
    assert isinstance(due, date)
    assert f"{due:%A}, {due.day} {due:%B} {due.year}" in words


def test_a_special_procedure_and_a_clock_have_names(ledger):
    assert "专家评审，预计 1 个工作日" in title_and_body(ledger, APPLICANT.login, "clock_suspended")
    procedure = title_and_body(ledger, STEWARD.login, "warning_procedure", "en")
    assert procedure.startswith("Special procedure takes longer than planned: item A1")
    letters = texts(ledger, LEADER.login, "warning_supervision")
    assert any("证照送达期限" in letter for letter in letters)
    assert any("按计时工作日计算的项目承诺" in letter for letter in letters)
    letter = title_and_body(ledger, head(PLANNING).login, "warning_supervision")
    assert "前由部门负责人在事项页面书面答复" in letter
    answer = title_and_body(ledger, LEADER.login, "supervision_replied")
    assert answer.startswith("督办函已答复（逾期）：item A1(中)")
    assert "原因：two were ill" in answer
    late = title_and_body(ledger, APPLICANT.login, "warning_yellow")
    assert "容缺补齐期限" in late
    assert "insurance(中)" in late
