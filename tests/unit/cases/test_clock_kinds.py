"""What the table of clocks declares is what the acts do."""

from __future__ import annotations

import ast
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import fields, replace
from datetime import UTC, datetime
from functools import partial
from itertools import product

import pytest

from config.texts import translator
from models.cases import commands as c
from models.cases.facts import ITEMS, VOIDINGS, ProjectFacts
from models.cases.outcome import Outcome
from models.cases.states import ClockKind, ItemState
from models.clock.values import ClockEventKind
from models.errors import KaigongError
from models.people.actor import Role
from rules.cases import decide as deciding
from rules.cases.clocks.declaration import ClockDeclaration
from rules.cases.clocks.registry import KINDS
from rules.cases.declarations.registry import registry
from rules.installation.policy import LADDER
from services.cases.watch.report import WatchReport
from tests.support import play as playing
from tests.support import states
from tests.support.frozen import plays
from tests.support.places import ROOT
from tests.support.play import Play
from tests.support.texts_in_code import PACKAGES
from tests.support.yard import changed_item

DECLARED: Mapping[ClockEventKind, str] = {
    ClockEventKind.START: "started_by",
    ClockEventKind.STOP: "stopped_by",
    ClockEventKind.SUSPEND: "suspended_by",
    ClockEventKind.RESUME: "resumed_by",
    ClockEventKind.EXTEND: "extended_by",
}
#: Kind of clock and of event → the acts after which it was there, on the act's own item or another.
Observed = defaultdict[tuple[str, ClockEventKind], Counter[tuple[str, bool]]]


def newest(before: ProjectFacts, after: ProjectFacts) -> Iterator[tuple[str, str, ClockEventKind]]:
    """Item, kind of clock and kind of event of everything that an act did to clocks."""
    for key, clock in after.clocks.items():
        known = before.clocks.get(key)
        for event in clock.history[len(known.history) if known else 0 :]:
            yield clock.item, clock.kind, event.kind


def attempt(place: states.Place, command: Callable[[states.Place], c.ItemCommand]) -> None:
    """Do an act wherever it is lawful; it is refused in most places."""
    with suppress(KaigongError, StopIteration, KeyError):
        place.play.do(command(place))


def uphold(place: states.Place) -> c.DecideAppeal:
    return c.DecideAppeal(item=place.item, upheld=True, reason="it was there in time")


def phase_in_doubt() -> states.Place:
    """A permit of one phase that has to be examined again."""
    place = states.phase()
    items = dict(place.play.facts.items)
    items[place.item] = replace(items[place.item], re_examination=("E0",))
    place.play.facts = place.play.facts.having({ITEMS: items})
    return place


def owing() -> states.Place:
    """An approval that is late with its papers; another department is asked about it."""
    play = Play(changed_item("A2", consults=states.ASKS[1:])).record("E0")
    play.apply("A2", defer=("archive", "insurance")).accept("A2").verify("A2").approve("A2")
    play.after(play.clock("A2", ClockKind.MAKE_UP, "archive").due_on)
    return states.Place(play, "A2")


def opinion_only() -> states.Place:
    """A preliminary opinion that is late with what it left open."""
    place = states.preliminary()
    place.play.after(place.play.clock("A2", ClockKind.MAKE_UP, "survey").due_on)
    return place


def doubted_and_owing() -> states.Place:
    """A grant on a commitment whose check goes on, that is late with a paper."""
    place = states.doubted("told", deferring=True)
    place.play.after(place.play.clock("B0", ClockKind.MAKE_UP, "archive").due_on)
    return place


def restored_by_appeal(place: states.Place) -> None:
    place.play.do(c.VoidApproval(item=place.item, reason="it does not stand"))
    place.play.do(c.AppealVoiding(item=place.item, reason="it does"))
    place.play.do(uphold(place))


def restored_by_cure(place: states.Place) -> None:
    place.play.do(c.VoidApproval(item=place.item, reason="it does not stand"))
    owed = {one.material for one in place.play.facts.deficiencies.values() if one.closed_on}
    place.play.hand_in(*sorted(owed))
    place.play.do(c.ReinstateApproval(item=place.item, reason="it stands now"))


def restored_by_calendar(place: states.Place) -> None:
    """A later calendar finds the voiding too early."""
    place.play.do(c.VoidApproval(item=place.item, reason="it does not stand"))
    found_early(place)
    place.play.do(states.COMMANDS["correct_voiding"](place))


def found_early(place: states.Place) -> None:
    """Let a later calendar have found that the place's item was voided too early."""
    facts = place.play.facts
    voiding = max(facts.voidings.values(), key=lambda voiding: voiding.round)
    early = {"archive": voiding.voided_on.isoformat()}
    found = {**facts.voidings, voiding.key: replace(voiding, early=early)}
    place.play.facts = facts.having({VOIDINGS: found})


def voided_for_another() -> None:
    """One paper was there in time, the other one never came."""
    play = Play().record("E0")
    play.apply("A2", defer=("archive", "insurance")).accept("A2").approve("A2")
    due_on = play.clock("A2", ClockKind.MAKE_UP, "archive").due_on
    paper = c.MakeUpMaterial(item="A2", material="archive", file_name="m.pdf", sha256="a" * 64)
    play.do(paper)
    play.do(c.VerifyMakeUp(item="A2", material="archive", correct=False, reason="no stamp"))
    play.hand_in("archive")
    play.after(due_on).do(c.VoidApproval(item="A2", reason="not made good"))
    play.do(c.AppealVoiding(item="A2", reason="it was there"))
    play.do(c.DecideAppeal(item="A2", upheld=True, reason="it was"))


def restored_in_next_round(act: str, *, accepted: bool, appealed: bool) -> None:
    """An approval is restored while the next application for it is under way."""
    place = owing()
    play = place.play
    play.do(c.VoidApproval(item="A2", reason="not made good"))
    if appealed:
        play.do(c.AppealVoiding(item="A2", reason="it was there"))
    found_early(place)
    play.do(c.StartNewRound(item="A2"))
    play.apply("A2")
    if accepted:
        play.accept("A2")
    play.do(uphold(place) if act == "decide_appeal" else states.COMMANDS[act](place))


def codes_that_are_recorded() -> None:
    """A project without a code is returned, handed in again, and has its code."""
    place = states.uncoded(returned=True)
    for act in ("submit_for_pre_check", "record_project_code"):
        place.play.do(states.COMMANDS[act](place))


def results_that_nobody_reads() -> None:
    """Nobody of the enterprise has an account; then the result is told, or something else ends it."""
    for state, act in (
        (ItemState.ACCEPTED, "approve_item"),
        (ItemState.ACCEPTED, "deny_item"),
        (ItemState.RECEIVED, "refuse_application"),
        (ItemState.RECEIVED, "declare_not_required"),
    ):
        unheard = states.REACH[state]()
        unheard.play.heard = False
        unheard.play.do(states.COMMANDS[act](unheard))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Play, "heard", False)
        decided_at_once()
    issued = states.REACH[ItemState.GRANTED]()
    issued.play.do(states.COMMANDS["issue_document"](issued))
    ends: tuple[tuple[states.Place, str], ...] = (
        (states.REACH[ItemState.GRANTED](), "record_result_told"),
        (issued, "record_delivery"),
        (states.flagged(ItemState.GRANTED), "void_approval"),
        (states.unneeded(), "surrender_approval"),
        (states.doubted("revoke_proposed"), "revoke_licence"),
        (states.announced(states.RECALL_NOTICE), "recall_approval"),
        (states.undoubted(), "cancel_licence"),
        (states.REACH[ItemState.DENIED](), "start_new_round"),
    )
    for place, act in ends:
        states.untold(place).play.do(states.COMMANDS[act](place))


def deemed_and_consulted() -> None:
    """Silence accepts, and then the others are asked."""
    play = Play(changed_item("A1", consults=states.ASKS)).record("E0").hand_in("plan").apply("A1")
    play.after(play.clock("A1", ClockKind.CORRECTION_WINDOW).due_on)
    play.do(c.DeemAccepted(item="A1"))


def at_once_and_consulted() -> None:
    """A complete application is accepted as it is made, and then the others are asked."""
    Play(changed_item("A1", consults=states.ASKS, accept_on_submission=True)).apply("A1")


def decided_at_once() -> None:
    """Filed as it is made, corrected, or by the machine; granted on commitment before and after acceptance."""
    states.filed()
    late = states.to_be_filed()
    late.play.do(c.FileOnReceipt(item=late.item))
    play = Play(changed_item("A1", category="filing", accept_on_submission=True))
    play.apply("A1", complete=False)
    play.do(c.RequestCorrection(item="A1", materials={"plan": "missing"}))
    play.hand_in("plan").do(c.SupplyCorrection(item="A1"))
    for accepted in (False, True):
        place = states.on_a_list(accepted=accepted)
        place.play.do(c.GrantOnCommitment(item=place.item))


def phase_taken_back() -> None:
    """The next phase was applied for, and taken back."""
    play = Play(phased=True).conclude("E0", "A1", "A2", "B1").apply("B2")
    play.do(c.WithdrawApplication(item="B2"))


def accepted_on_a_fallen_basis(*, silent: bool) -> None:
    """What an item builds on fell before it was accepted: its limit is held from the start."""
    play = yard_with_a_dependent()
    if silent:
        play.after(play.clock("B0", ClockKind.CORRECTION_WINDOW).due_on)
    play.do(c.DeemAccepted(item="B0") if silent else c.AcceptApplication(item="B0"))


def yard_with_a_dependent() -> Play:
    play = Play().record("E0").apply("A2", defer=("archive",)).accept("A2").approve("A2")
    play.conclude("A1").go_to(play.clock("A2", ClockKind.MAKE_UP, "archive").due_on)
    play.apply("B0").after(play.today)
    play.do(c.VoidApproval(item="A2", reason="not made good"))
    return play


def grants_that_rest_on_commitments() -> None:
    """Heard and decided, put right, voided meanwhile; given back with its document on the way."""
    put_right = c.AssessCommitment(item="B0", outcome="rectify", reason="it can be met")
    states.doubted("told", hearing=True).play.do(put_right)
    place = states.doubted("told", hearing=True)
    place.play.do(states.COMMANDS["hold_revocation_hearing"](place))
    states.revoked()
    for place in (states.unneeded(), states.unneeded_at_once()):
        place.play.do(c.SurrenderApproval(item="B0", reason="not needed"))
    tell = c.AnnounceRevocation(item="B0", ground="fraud", facts="f", evidence="e")
    states.on_commitment().play.do(tell)
    cleared = c.AssessCommitment(item="B0", outcome="cleared", reason="nothing to it")
    states.doubted("told").play.do(cleared)
    rectified = c.AssessCommitment(item="B0", outcome="rectified", reason="it is met")
    states.doubted("rectify").play.do(rectified)
    place = states.on_commitment()
    items = {**place.play.facts.items}
    items["B0"] = replace(items["B0"], re_examination=("E0",))
    place.play.facts = place.play.facts.having({ITEMS: items})
    place.play.do(c.VoidApproval(item="B0", reason="it does not stand"))


def grants_that_end() -> None:
    """Revoked, recalled and cancelled while a paper is owed, is to be verified, or a phase runs."""
    for reach, owed in (
        (partial(states.undoubted, deferring=True), False),
        (partial(states.undoubted, deferring=True), True),
        (states.phase, False),
    ):
        for end in (revoke, recall, states.CANCEL):
            place = reach()
            if owed:
                place.play.hand_in("archive")
            if isinstance(end, c.CancelLicence):
                place.play.do(end.model_copy(update={"item": place.item}))
            else:
                end(place)
    for notice in (states.RECALL_NOTICE, states.EXPIRY_NOTICE):
        play = states.announced(notice).play
        play.do(states.RECALL if notice is states.RECALL_NOTICE else states.LEFT_STANDING)


def revoke(place: states.Place) -> None:
    play, item = place.play, place.item
    play.do(c.AnnounceRevocation(item=item, ground="fraud", facts="f", evidence="e"))
    play.after(play.clock(item, ClockKind.DEFENCE).due_on)
    play.do(c.AssessCommitment(item=item, outcome="revoke_proposed", reason="r"))
    play.do(c.RevokeLicence(item=item, revoked=True, reason="r"))


def recall(place: states.Place) -> None:
    play, item = place.play, place.item
    play.do(states.RECALL_NOTICE.model_copy(update={"item": item}))
    play.after(play.clock(item, ClockKind.DEFENCE).due_on)
    play.do(states.RECALL.model_copy(update={"item": item}))


AFTER_VOIDING = tuple(
    partial(states.after_voiding, state, appealed=appealed, cured=cured)
    for state in (ItemState.VOIDED, ItemState.OPEN, ItemState.RECEIVED)
    for appealed in (False, True)
    for cured in (False, True)
)
CONSULTING = tuple(
    partial(states.consulting, state, silent=silent)
    for state in (ItemState.ACCEPTED, ItemState.SUSPENDED, ItemState.RECTIFYING)
    for silent in (False, True)
)
RESTORING = ("decide_appeal", "reinstate_approval", "correct_voiding")
PLACES: tuple[Callable[[], states.Place], ...] = (
    *states.REACH.values(),
    *AFTER_VOIDING,
    *CONSULTING,
    states.joint,
    partial(states.joint, suspended=True),
    states.phase,
    states.awaiting,
)


@pytest.fixture(scope="module")
def observed() -> Observed:
    """What acts do to clocks, in every play of the frozen ledger and in every state."""
    found: Observed = defaultdict(Counter)

    def decide(facts: ProjectFacts, command, context) -> Outcome:
        outcome = deciding.decide(facts, command, context)
        for item, kind, event in newest(facts, outcome.facts):
            found[kind, event][command.act, item == getattr(command, "item", None)] += 1
        return outcome

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(playing, "decide", decide)
        for play in plays.PLAYS.values():
            play()
        for reach in PLACES:
            place = reach()
            for command in (*states.COMMANDS.values(), uphold):
                attempt(replace(place, play=place.play.fork()), command)
        results_that_nobody_reads()
        codes_that_are_recorded()
        for granted in (
            partial(states.flagged, ItemState.GRANTED),
            phase_in_doubt,
            owing,
            opinion_only,
            doubted_and_owing,
        ):
            for restore in (restored_by_appeal, restored_by_cure, restored_by_calendar):
                restore(granted())
        for act, accepted, appealed in product(RESTORING, (False, True), (False, True)):
            if appealed or act != "decide_appeal":
                restored_in_next_round(act, accepted=accepted, appealed=appealed)
        accepted_on_a_fallen_basis(silent=False)
        accepted_on_a_fallen_basis(silent=True)
        grants_that_rest_on_commitments()
        grants_that_end()
        deemed_and_consulted()
        at_once_and_consulted()
        decided_at_once()
        phase_taken_back()
        voided_for_another()
    return found


#: What runs for the project follows from its items after every act: no act declares it.
OF_ITEMS = [kind for kind in KINDS.values() if not kind.of_project]


@pytest.mark.parametrize("kind", OF_ITEMS, ids=[kind.key for kind in OF_ITEMS])
@pytest.mark.parametrize("event", DECLARED)
def test_acts_do_to_clocks_what_is_declared(observed, kind: ClockDeclaration, event):
    declared: frozenset[str] = getattr(kind, DECLARED[event])
    acts = observed[kind.key, event]
    own = {act for act, of_own in acts if of_own}
    assert own <= declared, own - declared
    assert declared <= {act for act, _ in acts}, declared


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_a_declaration_names_acts_rungs_and_sources_that_there_are(kind: ClockDeclaration):
    for name in DECLARED.values():
        assert getattr(kind, name) <= set(registry().acts)
    assert (kind.rungs or set()) <= {rung.key for rung in LADDER}
    assert kind.source
    if kind.end is not None:
        assert Role.SYSTEM in registry().acts[kind.end.act].roles
        assert kind.end.source
        assert kind.end.act in kind.stopped_by | {"lapse_phase", "release_bundle"}


def test_the_summary_of_a_watch_leaves_nothing_out():
    ends = [kind for kind in KINDS.values() if kind.end is not None]
    report = WatchReport(101, Counter(), 102, 103, 104, 105, failed=["one", "two"])
    report.ended.update({kind.key: number for number, kind in enumerate(ends, start=201)})
    assert [one.name for one in fields(report)] == [
        "warnings", "ended", "moved", "missing_notices", "authorisations", "graces", "paused_until", "failed"
    ]  # fmt: skip
    for translate in (translator("en"), translator("zh-CN")):
        said = report.summary(translate)
        numbers = [
            "101",
            "102",
            "103",
            "104",
            "105",
            *map(str, report.ended.values()),
            "one",
            "two",
            "2",
        ]
        assert [number for number in numbers if number not in said] == []
    assert "失败" in report.summary(translator("zh-CN"))
    assert "failed" not in WatchReport().summary()
    # A watch that did nothing says no counts: that it did nothing, and until when.
    behind = WatchReport(paused_until=datetime(2026, 3, 2, 1, 30, tzinfo=UTC))
    for translate in (translator("en"), translator("zh-CN")):
        said = behind.summary(translate)
        assert "2026-03-02 09:30" in said
        assert "0" not in said.replace("2026-03-02 09:30+08:00", "")


def test_every_kind_that_the_code_names_is_declared():
    named = {
        node.attr.lower()
        for package in (*PACKAGES, "tests")
        for path in (ROOT / package).rglob("*.py")
        if "ClockKind" in path.read_text(encoding="utf-8")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == "ClockKind"
    }
    assert "decision" in named
    assert named - KINDS.keys() == set()
