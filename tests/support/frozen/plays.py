"""The projects of the frozen ledger, played on pure facts first: every place that an item can be in."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from models.cases import commands as c
from models.cases.states import ClockKind, ItemState, Verdict
from models.cases.supervision import SupervisionKind
from models.errors import KaigongError
from models.people.actor import SYSTEM
from models.scenarios.definition import (
    BundleDefinition,
    ExemptionDefinition,
    ItemMode,
    ScenarioDefinition,
    WhenBasisVoided,
)
from rules.cases.clocks.ends import expired
from services.scenarios.scenario_files import shipped
from tests.support import states
from tests.support.asking import asked_for
from tests.support.finishing import finish
from tests.support.people import APPLICANT, STEWARD, approver
from tests.support.play import TEAM, Play
from tests.support.yard import HOUSING, LAND, YARD, changed_item, item, name

#: How many projects do whatever comes to people's minds.
WALKS = 24
SUSPEND, KEEP, VOID = WhenBasisVoided.SUSPEND, WhenBasisVoided.KEEP, WhenBasisVoided.VOID
APPEAL = c.AppealVoiding(item="A2", reason="it was handed in in time")
TOGETHER = BundleDefinition(
    key="together",
    name=name("two at once"),
    items=("A1", "B0", "B1"),
    released_by="H1",
    when="!project.phased",
)


def of_every_state() -> dict[str, Play]:
    """One project for each state of an item, and for what goes beside it."""
    places: dict[str, Callable[[], states.Place]] = {
        state.value: reach for state, reach in states.REACH.items()
    }
    places |= {
        "rectifying, to pass": lambda: states.rectifying(Verdict.PASS_WITH_RECTIFICATION),
        "consulting": lambda: states.consulting(ItemState.ACCEPTED),
        "consulting, silent": lambda: states.consulting(ItemState.ACCEPTED, silent=True),
        "consulting, suspended": lambda: states.consulting(ItemState.SUSPENDED),
        "consulting, rectifying": lambda: states.consulting(ItemState.RECTIFYING),
        "consulting, silent part": lambda: states.consulting(ItemState.RECTIFYING, silent=True),
        "joint": states.joint,
        "joint, scheduled": lambda: states.joint(scheduled=True),
        "joint, suspended": lambda: states.joint(suspended=True),
        "phase": states.phase,
        "phase, late": lambda: states.phase(late=True),
        "line": states.line,
    }
    return {name: reach().play for name, reach in places.items()}


# --- intake ---------------------------------------------------------------------------------------


def completed(**attributes: bool) -> Play:
    play = Play(**attributes)
    play.do(c.AssignSteward(steward="steward2"))
    finish(play.machine())
    return play


def corrected() -> Play:
    """Referred, corrected, put right on the spot, its limit extended, its clock held and let go."""
    play = states.correcting().play.wait(2).hand_in("plan")
    play.do(c.SupplyCorrection(item="A1"))
    play.do(c.ReferApplication(item="A1", department=LAND, reason="it is about land"))
    play.do(states.COMMANDS["fix_on_the_spot"](states.Place(play, "A1")))
    play.accept("A1").do(c.ExtendLimit(item="A1", reason="a complicated case"))
    play.do(c.SuspendClock(item="A1", procedure=states.PROCEDURE, planned_days=5))
    play.wait(4).do(c.ResumeClock(item="A1", result="the experts agree"))
    return play.approve("A1").machine()


def deemed() -> Play:
    play = states.received().play.wait(6)
    play.do(c.DeemAccepted(item="A1"))
    return play


def begun_anew() -> Play:
    """Withdrawn, and applied for again."""
    play = states.withdrawn().play.wait(1)
    play.do(c.StartNewRound(item="A1"))
    return play.apply("A1").accept("A1")


def other_attributes() -> Play:
    play = Play().record("E0").apply("A1").machine().wait(1)
    attributes = {"phased": True, "area": 1250.5}
    play.do(c.CorrectAttributes(attributes=attributes, reason="two phases"), STEWARD)
    return play


# --- deficiencies and voidings --------------------------------------------------------------------


def cured() -> Play:
    """Two papers are made good: the first is returned once."""
    play = states.conditionally_granted().play.wait(3)
    for material in ("archive", "insurance"):
        made = c.MakeUpMaterial(item="A2", material=material, file_name="m.pdf", sha256="a" * 64)
        play.do(made)
        if material == "archive":
            blurred = c.VerifyMakeUp(item="A2", material=material, correct=False, reason="blurred")
            play.do(blurred)
            play.do(made)
        play.do(c.VerifyMakeUp(item="A2", material=material, correct=True))
    return play


def made_up() -> Play:
    """A paper is handed in afterwards, and nobody verified it yet."""
    play = states.conditionally_granted().play.wait(3)
    play.do(states.COMMANDS["make_up_material"](states.Place(play, "A2")))
    return play


def preliminary_then_denied() -> Play:
    play = states.preliminary().play
    play.do(c.DenyItem(item="A2", reason="the survey contradicts the plan"))
    return play


def preliminary_then_granted() -> Play:
    play = states.preliminary().play.hand_in("survey", "archive")
    for material in ("survey", "archive"):
        play.do(c.VerifyMakeUp(item="A2", material=material, correct=True))
    return play.approve("A2")


def appealed() -> Play:
    play = states.voided().play.machine()
    play.do(APPEAL)
    return play


def dismissed() -> Play:
    play = appealed()
    play.do(c.DecideAppeal(item="A2", upheld=False, reason="it was late"))
    return play


def reinstated() -> Play:
    play = states.voided().play.machine().hand_in("archive", "insurance").apply("A2")
    play.do(c.ReinstateApproval(item="A2", reason="it is there now"))
    return play


def granted_anew() -> Play:
    return states.voided().play.machine().conclude("A2")


def built(rule: WhenBasisVoided = SUSPEND) -> Play:
    """B0 was granted on the strength of A2, which was voided for want of the archive."""
    play = Play(changed_item("B0", when_basis_voided=rule)).record("E0")
    play.apply("A2", defer=("archive",)).accept("A2").approve("A2").conclude("A1", "B0")
    play.after(play.clock("A2", ClockKind.MAKE_UP, "archive").due_on)
    play.do(c.VoidApproval(item="A2", reason="not made good"), SYSTEM)
    return play


def confirmed() -> Play:
    play = built()
    play.do(c.ConfirmAfterReExamination(item="B0", reason="the archive changes nothing"))
    return play


def voided_after_re_examination() -> Play:
    play = built()
    play.do(c.VoidApproval(item="B0", reason="no permit without it"), approver(HOUSING))
    return play


def restored(rule: WhenBasisVoided = SUSPEND) -> Play:
    """The appeal was upheld: all is as it was, and the archive is made good."""
    play = built(rule).machine().wait(3)
    play.do(APPEAL)
    play.do(c.DecideAppeal(item="A2", upheld=True, reason="the window had it"))
    play.hand_in("archive").do(c.VerifyMakeUp(item="A2", material="archive", correct=True))
    return play


# --- the site -------------------------------------------------------------------------------------


def rectified() -> Play:
    """Put right, looked at again, and accepted with the whole."""
    play = states.rectifying().play.wait(2)
    play.do(c.ReportRectification(item="D1", note="it opens outwards"))
    play.do(play.verification("D1"))
    return play.approve("D1").approve("D0")


def answered() -> Play:
    """One department objects, the silence of the other is taken as consent."""
    play = states.consulting(ItemState.ACCEPTED, silent=True).play
    play.do(c.DeemAgreed(item="A1"))
    play.do(c.AnswerConsultation(item="A1", agrees=False, opinion="the road is too narrow"))
    play.do(c.ApproveItem(item="A1", comment="the road is widened before the works begin"))
    return play


def asked_in_vain() -> Play:
    """Taken back before anyone answered."""
    play = states.consulting(ItemState.ACCEPTED).play
    play.do(c.WithdrawApplication(item="A1"))
    return play


# --- phases and supervision -----------------------------------------------------------------------


def violated() -> Play:
    """Work beyond the pit was stopped, inspected and let go on; then the next phase was granted."""
    play = states.phase().play.conclude("A1").wait(5)
    play.do(c.RecordViolation(item="B1", happened_on=play.today, finding="walls above the pit"))
    (stop,) = [
        number
        for number, task in play.facts.supervision.items()
        if task.kind is SupervisionKind.STOP_WORK
    ]
    play.do(c.CompleteSupervision(item="B1", number=stop, note="the walls were taken down"))
    return play.approve("N1").conclude("B2")


def lapsed() -> Play:
    play = states.phase(late=True).play
    play.do(c.LapsePhase(item="B1"))
    return play


# --- certificates together ------------------------------------------------------------------------


def held_back() -> Play:
    hand_over = item("H1", "land", LAND, mode=ItemMode.MILESTONE, counted=False, after=("E0",))
    values = {"items": (*YARD.items, hand_over), "bundles": (TOGETHER,)}
    scenario = ScenarioDefinition.model_validate({**YARD.model_dump(by_alias=True), **values})
    return Play(scenario).record("E0").apply("A1").accept("A1").approve("A1").conclude("A2")


def released() -> Play:
    return held_back().apply("B0").accept("B0").approve("B0").record("H1").machine()


def broken() -> Play:
    play = held_back()
    last = play.clock("A1", ClockKind.DELIVERY).due_on
    assert last is not None
    play.go_to(last)
    command = expired(play.facts, "A1", play.today)
    assert command is not None
    play.do(command)
    return play


#: What the land sheet of a parcel says: assessed regionally, before the land was transferred.
ASSESSED = {"energy_assessed": True, "water_soil_assessed": True}


# --- utilities and the shipped scenarios ----------------------------------------------------------


def answered_line() -> Play:
    """A line that is answered with a plan, though not to the red line."""
    play = states.line().play.machine()
    play.do(states.COMMANDS["answer_line"](states.Place(play, "N1")))
    return play


def connectable() -> Play:
    """After the joint acceptance: every line is answered, and one of them is connected."""
    play = Play(shipped()["industrial-simple"].definition, **ASSESSED).conclude("A01").machine()
    play.conclude("E0").apply("U00").accept("U00").approve("U00").verify("U00S").approve("U00S")
    for line in ("U01", "U02", "U03", "U04", "U05", "U06"):
        if play.state(line) is ItemState.ACCEPTED:
            play.answer(line)
    play.approve("U00R").conclude(
        "A11", "A07", "A09", "B02", "C01", "C03", "C05", "W0", "W1", "D01"
    )
    play.do(c.ConnectLine(item="U01", connected_on=play.today))
    return play


def surveyed() -> Play:
    """Utilities told in advance; one names whom to ask, two are absent from the survey."""
    play = Play(shipped()["industrial-simple"].definition, **ASSESSED).conclude("A01").machine()
    play.do(c.AcknowledgeLead(item="U02", contact="customer service"))
    play.conclude("E0").apply("U00").accept("U00").approve("U00").wait(1)
    play.do(c.ScheduleSiteVisit(item="U00S", scheduled_for=play.today))
    visit = play.visit("U00S")
    away = {"gas_company": "a burst pipe", "heat_company": ""}
    there = {key: named for key, named in visit.officers.items() if key not in away}
    play.do(visit.model_copy(update={"officers": there, "absent": away}))
    return play.approve("U00S").answer("U02")


def with_architect() -> Play:
    building = shipped()["government-building"].definition
    play = Play(building, architect_responsibility=True)
    play.do(TEAM, APPLICANT)
    opinion = c.RecordDesignOpinion(
        by="赵栋梁",
        subject="地下车库柱网",
        opinion="柱网调整为8.4米",
        adopted=True,
        saved_cost=1_200_000,
    )
    play.do(opinion, APPLICANT)
    play.do(opinion.model_copy(update={"adopted": False, "saved_cost": None}), STEWARD)
    return play.conclude("A03", "A12", "A06", "A04", "A07", "A05", "B01").apply("C01")


def merged() -> Play:
    """Two stages are one, and the review of the scheme is exempt."""
    estate = shipped()["real-estate-presale"].definition
    return Play(estate, transfer_with_scheme=True).conclude("E0").machine()


def exempt() -> Play:
    rule = ExemptionDefinition(when="project.phased", basis="示例规定第3条 [L]")
    return Play(changed_item("A1", exempt=rule), phased=True).record("E0").machine()


# --- whatever comes to people's minds -------------------------------------------------------------


def walks() -> list[Play]:
    """Projects in which anyone asks for anything in whatever order, as chance has it."""
    made: list[Play] = []

    @seed(20261125)
    @settings(
        max_examples=WALKS,
        phases=(Phase.generate,),
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(data=st.data())
    def walk(data: st.DataObject) -> None:
        play = Play(phased=data.draw(st.booleans()))
        for _ in range(60):
            if data.draw(st.integers(0, 7)) == 0:
                play.wait(data.draw(st.sampled_from((1, 3, 6))))
            asked, actor = data.draw(asked_for(play))
            try:
                play.do(asked, actor)
            except KaigongError:
                continue
        made.append(play)

    walk()
    return made


PLAYS: Mapping[str, Callable[[], Play]] = {
    "completed": completed,
    "completed in phases": lambda: completed(phased=True),
    "corrected": corrected,
    "deemed accepted": deemed,
    "begun anew": begun_anew,
    "other attributes": other_attributes,
    "cured": cured,
    "made up": made_up,
    "preliminary, then denied": preliminary_then_denied,
    "preliminary, then granted": preliminary_then_granted,
    "appealed": appealed,
    "dismissed": dismissed,
    "reinstated": reinstated,
    "granted anew": granted_anew,
    "re-examination": built,
    "kept by rule": lambda: built(KEEP),
    "fallen by rule": lambda: built(VOID).machine(),
    "confirmed": confirmed,
    "voided after re-examination": voided_after_re_examination,
    "restored": restored,
    "restored with what fell": lambda: restored(VOID),
    "rectified": rectified,
    "answered": answered,
    "asked in vain": asked_in_vain,
    "violated": violated,
    "lapsed": lapsed,
    "held back": held_back,
    "released": released,
    "broken": broken,
    "answered line": answered_line,
    "connectable": connectable,
    "surveyed": surveyed,
    "with architect": with_architect,
    "merged": merged,
    "exempt": exempt,
}


def plays() -> dict[str, Play]:
    """Every project that is played on pure facts, by what it is there for."""
    found = {f"state: {name}": play for name, play in of_every_state().items()}
    found |= {name: make() for name, make in PLAYS.items()}
    return found | {f"walk {number}": play for number, play in enumerate(walks(), 1)}
