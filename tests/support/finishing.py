"""Everybody does their part: a project is brought to its end from wherever people got it."""

from __future__ import annotations

from collections.abc import Collection

from models.cases import commands as c
from models.cases.commitment import EndGround
from models.cases.states import (
    STANDS_BY_DECISION,
    ClockKind,
    ClockState,
    ItemState,
    ProjectState,
    VoidingState,
)
from models.errors import KaigongError
from rules.cases import progress as planning
from rules.cases.acts.aftermath.commitment import TO_CHECK
from rules.cases.instruments.case_officer import IN_HAND
from rules.cases.instruments.commitment import open_check
from rules.cases.instruments.consultation import of_round, unanswered
from rules.cases.instruments.forms import example
from tests.support.asking import named, papers
from tests.support.people import handler, head
from tests.support.play import SIGNED, Play

S = ItemState
#: More acts than this mean that people go in circles.
ENOUGH = 2000


def finish(play: Play) -> None:
    """Everybody does their best until nothing is left to do."""
    strive(play)
    for until in [v.appeal_until for v in play.facts.voidings.values()]:
        if play.today <= until:  # nobody objects
            play.after(until)
    if play.facts.state is not ProjectState.COMPLETED:
        play.do(c.CloseProject())


def strive(play: Play, leave: Collection[str] = ()) -> None:
    """Everybody does their best until nobody can do any more; nobody does anything for ``leave``."""
    done = -1
    while not planning.can_close(play.facts, play.today):
        if done == (done := _done(play)) and not _let_it_pass(play):
            break
        assert play.facts.version < ENOUGH, play.kinds()[-20:]
        play.wait(1).hand_in(*papers(play.facts.scenario)).supervise()
        for code in planning.unfinished(play.facts):
            if code not in leave:
                advance(play, code)


def _let_it_pass(play: Play) -> bool:
    """Wait out a holder's period to state its case, before which nothing is decided; ``False``: none runs."""
    running = [
        clock.due_on
        for clock in play.facts.clocks.values()
        if clock.kind == ClockKind.DEFENCE and clock.state is ClockState.RUNNING and clock.due_on
    ]
    until = max(running, default=play.today)
    if until < play.today or not running:
        return False
    play.after(until)
    return True


def _done(play: Play) -> int:
    """How much was done beside handing in papers again."""
    return sum(kind != "MaterialSubmitted" for kind in play.kinds())


def advance(play: Play, code: str) -> None:
    """The next lawful act on an item, if somebody has one."""
    hand_back(play, code)
    answer_objections(play, code)
    form = example(play.facts.definition(code), play.today)
    steps: dict[ItemState, list[c.ItemCommand]] = {
        S.OPEN: [
            c.RecordMilestone(item=code, happened_on=play.today, form=form),
            c.SubmitApplication(item=code, commitment=SIGNED, form=form),
        ],
        S.RECEIVED: [c.AcceptApplication(item=code)],
        S.CORRECTING: [c.SupplyCorrection(item=code, form=named(code, play) or None)],
        S.ACCEPTED: [
            c.ApproveItem(item=code, comment="heard"),
            c.IssuePreliminaryOpinion(item=code),
        ],
        S.RECTIFYING: [c.ReportRectification(item=code, note="done")],
        S.SUSPENDED: [c.ResumeClock(item=code, result="done")],
        S.PRELIMINARY: [*verifications(play, code), c.ApproveItem(item=code)],
        S.CONDITIONALLY_GRANTED: verifications(play, code),
        S.GRANTED: [
            *checks(play, code),
            c.IssueDocument(item=code, number=f"n {code}"),
            c.RecordDelivery(item=code),
        ],
    }
    if play.state(code) is S.ACCEPTED:
        steps[S.ACCEPTED] = [*answers(play, code), *steps[S.ACCEPTED]]
        steps[S.ACCEPTED] = [*on_the_spot(play, code), *steps[S.ACCEPTED]]
    if play.item(code).re_examination and play.state(code) in STANDS_BY_DECISION:
        play.do(c.ConfirmAfterReExamination(item=code, reason="it stands"))
    ended = [c.StartNewRound(item=code)]
    for step in steps.get(play.state(code), ended if play.state(code) is not S.WAITING else []):
        try:
            play.do(step)
        except KaigongError:
            continue
    if play.state(code) is S.CONDITIONALLY_GRANTED:
        for late in (
            *checks(play, code),
            c.IssueDocument(item=code, number=f"n {code}"),
            c.RecordDelivery(item=code),
        ):
            try:
                play.do(late)
            except KaigongError:
                continue


def hand_back(play: Play, code: str) -> None:
    """Whoever decides does not examine: the item goes to the handler of its department."""
    item = play.item(code)
    usual = handler(item.department).login
    if item.state in IN_HAND and item.handler != usual:
        play.do(c.AssignHandler(item=code, officer=usual), head(item.department))


def answers(play: Play, code: str) -> list[c.ItemCommand]:
    """What departments that were asked have still to say."""
    asked = unanswered(of_round(play.facts.items, play.facts.consultations, code))
    return [c.AnswerConsultation(item=code, agrees=True, opinion="none") for _ in asked]


def on_the_spot(play: Play, code: str) -> list[c.ItemCommand]:
    """What has to be looked at before an item is granted."""
    if play.facts.definition(code).site_visit is not None:
        return [c.ScheduleSiteVisit(item=code, scheduled_for=play.today), play.visit(code)]
    return [play.verification(code)] if play.facts.definition(code).site_verification else []


def checks(play: Play, code: str) -> list[c.ItemCommand]:
    """What has still to be done about a commitment: in the end there was nothing to it."""
    found = open_check(play.facts, code)
    if found is None:
        return []
    if found.state in TO_CHECK:
        return [c.RecordCommitmentCheck(item=code, kept=True, finding="as stated")]
    return [
        c.HoldRevocationHearing(item=code, held_on=play.today, record="both were heard"),
        c.AnnounceRevocation(item=code, ground="other", facts="f", evidence="e"),
        c.AssessCommitment(item=code, outcome="cleared", reason="nothing to it"),
        c.AssessCommitment(item=code, outcome="rectified", reason="put right"),
        c.RevokeLicence(item=code, revoked=False, reason="the public interest"),
        c.RecallApproval(item=code, recalled=False, reason="no need"),
        *(
            c.CancelLicence(item=code, ground=ground, reason="not so", cancelled=False)
            for ground in (EndGround.EXPIRED, EndGround.FORCE_MAJEURE)
        ),
    ]


def verifications(play: Play, code: str) -> list[c.ItemCommand]:
    return [
        c.VerifyMakeUp(item=code, material=owed.material, correct=True)
        for owed in play.facts.open_deficiencies(code)
    ]


def answer_objections(play: Play, code: str) -> None:
    """The head decides on every objection that is open."""
    for voiding in play.facts.voidings.values():
        if voiding.item == code and voiding.state is VoidingState.APPEALED:
            play.do(c.DecideAppeal(item=code, upheld=False, reason="it was late"))
