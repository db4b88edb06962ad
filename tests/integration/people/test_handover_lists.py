"""Hand-over lists: drawn up whenever somebody else comes to act, signed by both, warned of, no clock moved."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import text

from models.cases import commands as c
from models.errors import NotFound
from models.people.actor import Actor, Role
from models.people.handover import HandoverCause, OpenKind
from models.people.organisation import NewAbsence, NewPost
from models.people.post import Post
from rules.cases.context import Context
from services.cases.audit import verify
from services.cases.handover.absence_lists import hand_over_absences, warn_of_unsigned
from services.cases.handover.departure import disable_account
from services.cases.handover.expiry import move_from_ended_posts, warn_of_ending_posts
from services.cases.handover.lists import list_of
from services.cases.handover.printed import blocks_of
from services.cases.handover.signing import (
    NotYoursToSign,
    SignedAlready,
    SignHandover,
    handover_page,
    handovers,
    sign_handover,
)
from services.installation.policy import context_for
from services.people.absences import record_absence
from services.people.posts import grant_post
from tests.support.ledger import Ledger
from tests.support.people import ADMINISTRATOR, CLERK, LEADER, STEWARD
from tests.support.play import SIGNED
from tests.support.run.waiting import PATIENCE_SECONDS, until

SECOND = Actor("aunt", Role.PROJECT_STEWARD)
BYSTANDER = Actor("uncle", Role.PROJECT_STEWARD)


@pytest.fixture
def owing(ledger: Ledger) -> str:
    """A project with an owed paper, limits and open items, whose steward another one can follow."""
    with ledger.database.transaction() as connection:
        for who in (SECOND, LEADER, ADMINISTRATOR):
            connection.execute(
                text(
                    "INSERT INTO account (login, name, role) VALUES (:l, :l, :r) ON CONFLICT DO NOTHING"
                ),
                {"l": who.login, "r": who.role.value},
            )
    project = ledger.register()
    ledger.do(project, c.RecordMilestone(item="E0", happened_on=ledger.today))
    ledger.hand_in(project, "plan", "insurance", "survey")
    ledger.do(project, c.SubmitApplication(item="A2", defer=("archive",), commitment=SIGNED))
    ledger.do(project, c.AcceptApplication(item="A2"), CLERK)
    ledger.do(project, c.ApproveItem(item="A2"))
    return project


def the_list(ledger: Ledger, actor: Actor):
    (one,) = handovers(ledger.database, actor, ledger.now)
    return handover_page(ledger.database, one.id, actor, ledger.now)


def context(ledger: Ledger) -> Context:
    return context_for(Actor("system", Role.SYSTEM), ledger.now)


def test_two_acts_of_one_moment_share_a_list(ledger, owing):
    """Two people act at once, or a clock stands still: the second waits, and nobody is refused."""
    sides, cause = (STEWARD.login, SECOND.login), HandoverCause.REASSIGNED

    def second() -> int:
        with ledger.database.transaction() as connection:
            return list_of(connection, sides, cause, context(ledger))

    with ThreadPoolExecutor(1) as pool:
        with ledger.database.transaction() as connection:
            first = list_of(connection, sides, cause, context(ledger))
            waiting = pool.submit(second)
            until(lambda: ledger.scalar(WAITS))
        assert waiting.result(PATIENCE_SECONDS) == first


WAITS = (
    "SELECT count(*) FROM pg_locks l JOIN pg_database d ON d.oid = l.database"
    " WHERE d.datname = current_database() AND l.locktype = 'advisory' AND NOT l.granted"
)


def test_what_is_open_is_listed_when_another_steward_is_named_and_no_day_moves(ledger, owing):
    days = {key: clock.due_on for key, clock in ledger.facts(owing).clocks.items()}
    ledger.do(owing, c.AssignSteward(steward=SECOND.login), ADMINISTRATOR)
    page = the_list(ledger, SECOND)
    assert (page.handover.giver, page.handover.receiver) == (STEWARD.login, SECOND.login)
    assert page.handover.cause is HandoverCause.REASSIGNED
    (project,) = page.projects
    kinds = {line.kind for line in project.lines}
    assert {OpenKind.ITEM, OpenKind.DEFICIENCY, OpenKind.CLOCK} <= kinds
    owed = next(line for line in project.lines if line.kind is OpenKind.DEFICIENCY)
    assert (owed.item, owed.due_on) == (
        "A2",
        next(iter(ledger.facts(owing).deficiencies.values())).due_on,
    )
    said = str(blocks_of(page, str, "en"))
    assert owing in said
    assert "Deficiency" in said
    assert days == {key: clock.due_on for key, clock in ledger.facts(owing).clocks.items()}
    assert verify(ledger.database).ok


def test_both_sign_once_each_and_nobody_else(ledger, owing):
    ledger.do(owing, c.AssignSteward(steward=SECOND.login), ADMINISTRATOR)
    number = the_list(ledger, SECOND).handover.id

    def sign(actor: Actor, words: str = "") -> None:
        sign_handover(ledger.database, number, SignHandover(reservations=words), actor, ledger.now)

    with pytest.raises(NotFound):
        sign(BYSTANDER)
    with pytest.raises(NotYoursToSign):
        sign(LEADER)  # the giver is there: only they sign
    sign(STEWARD)
    with pytest.raises(SignedAlready):
        sign(STEWARD)
    sign(SECOND, "the plan's original is missing")
    signed = the_list(ledger, SECOND).handover
    assert signed.signed
    assert signed.reservations == "the plan's original is missing"
    assert verify(ledger.database).ok


def test_a_superior_signs_for_one_who_was_dismissed_and_all_projects_are_on_one_list(ledger, owing):
    ledger.register()
    disable_account(ledger.database, STEWARD.login, ledger.now, at_once=True)
    page = the_list(ledger, LEADER)
    assert page.handover.cause is HandoverCause.DEPARTURE
    assert page.handover.projects == 2
    assert page.may_sign
    sign_handover(ledger.database, page.handover.id, SignHandover(), LEADER, ledger.now)
    sign_handover(ledger.database, page.handover.id, SignHandover(), SECOND, ledger.now)
    assert the_list(ledger, LEADER).handover.giver_signed_by == LEADER.login


def test_an_absence_has_a_list_at_its_beginning_and_one_at_its_end_once(ledger, owing):
    absence = NewAbsence(
        login=STEWARD.login,
        from_at=ledger.now,
        to_at=ledger.now + timedelta(days=3),
        substitute=SECOND.login,
    )
    record_absence(ledger.database, absence, ledger.now)
    history = ledger.facts(owing)
    assert hand_over_absences(ledger.database, context(ledger)) == 1
    assert hand_over_absences(ledger.database, context(ledger)) == 0
    page = the_list(ledger, SECOND)
    assert (page.handover.cause, page.handover.receiver) == (HandoverCause.ABSENCE, SECOND.login)
    ledger.go_to(ledger.today + timedelta(days=3))
    assert hand_over_absences(ledger.database, context(ledger)) == 1
    back = max(handovers(ledger.database, STEWARD, ledger.now), key=lambda one: one.id)
    assert (back.cause, back.giver, back.receiver) == (
        HandoverCause.RETURN,
        SECOND.login,
        STEWARD.login,
    )
    assert ledger.facts(owing) == history


def test_projects_leave_a_post_before_it_ends_and_its_end_is_told_once(ledger, owing):
    first, last = ledger.today, ledger.today + timedelta(days=10)
    for who, to_on in ((STEWARD, last), (SECOND, None)):
        wanted = NewPost(
            login=who.login, post=Post.PROJECT_STEWARD, unit=None, from_on=first, to_on=to_on
        )
        grant_post(ledger.database, wanted)
    assert warn_of_ending_posts(ledger.database, context(ledger)) == 1
    assert warn_of_ending_posts(ledger.database, context(ledger)) == 0
    assert move_from_ended_posts(ledger.database, context(ledger)) == 0
    ledger.go_to(last - timedelta(days=1))
    assert move_from_ended_posts(ledger.database, context(ledger)) == 1
    assert move_from_ended_posts(ledger.database, context(ledger)) == 0
    assert ledger.facts(owing).steward == SECOND.login
    assert the_list(ledger, SECOND).handover.cause is HandoverCause.POST_ENDED
    assert verify(ledger.database).ok


def test_an_unsigned_list_is_told_once_to_both_and_to_leaders(ledger, owing):
    ledger.do(owing, c.AssignSteward(steward=SECOND.login), ADMINISTRATOR)
    assert warn_of_unsigned(ledger.database, context(ledger)) == 0
    ledger.go_to(ledger.today + timedelta(days=7))
    assert warn_of_unsigned(ledger.database, context(ledger)) == 1
    assert warn_of_unsigned(ledger.database, context(ledger)) == 0
    told = ledger.scalar(
        "SELECT string_agg(audience, ' ') FROM notice WHERE template = 'handover_unsigned'"
    )
    wanted = {"leader", f"person:{STEWARD.login}", f"person:{SECOND.login}"}
    assert set(str(told).split()) == wanted
