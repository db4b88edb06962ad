"""Score, class and bans: what an enterprise may still do with its credit record, and until when."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from models.cases import commands as c
from models.cases.states import ItemState
from models.enterprises.ban import BanArticle, LicenceBan
from models.enterprises.credit import CreditCause, CreditClass, CreditEntry, CreditKind, CreditState
from rules.cases.instruments.credit.bans import LicenceBanned, barred_until, check_not_banned
from rules.cases.instruments.credit.credit_class import changes, credit_score
from rules.cases.instruments.credit.standing import ApproverConfirms, ClassForbids, MayNoLongerDefer
from rules.installation.policy import CreditScoring, Policy
from tests.support.people import approver, handler, head
from tests.support.play import SIGNED, Play
from tests.support.yard import ENTERPRISE, LAND, PLANNING, changed_item

SCORING = CreditScoring()
#: Many entries bar nobody by their number: what is left is the class.
BY_CLASS = Policy(credit_threshold=100)


def entry(on: str, until: str | None, cause: CreditCause = CreditCause.VOIDING) -> CreditEntry:
    return CreditEntry(
        id=1,
        enterprise=ENTERPRISE,
        kind=CreditKind.DISHONESTY,
        project_id=99,
        item="A2",
        round=1,
        entered_on=date.fromisoformat(on),
        until=date.fromisoformat(until) if until else None,
        reason="r",
        state=CreditState.OPEN,
        cause=cause,
    )


VOIDING = entry("2026-03-02", "2029-03-02")


@pytest.mark.parametrize(
    ("today", "kept", "score", "credit_class"),
    [
        ("2026-12-01", 0, "55.00", "C"),
        ("2027-03-01", 0, "55.00", "C"),
        ("2027-03-02", 0, "62.50", "C"),
        ("2027-03-02", 4, "70.50", "B"),
        ("2029-03-02", 0, "62.50", "C"),
        ("2029-03-03", 4, "78.00", "B"),
        ("2029-03-03", 0, "70.00", "B"),
        ("2029-03-03", 6, "80.00", "B"),
    ],
)
def test_the_score_of_one_voiding_day_by_day(today, kept, score, credit_class):
    day = date.fromisoformat(today)
    counted = credit_score((VOIDING,), [day] * kept, SCORING, day)
    assert (counted.score, counted.credit_class) == (Decimal(score), CreditClass(credit_class))


def test_an_entry_that_is_severe_puts_into_the_lowest_class_for_a_year():
    false = entry("2026-03-02", "2029-03-02", CreditCause.COMMITMENT_FALSE)
    today = date(2026, 12, 1)
    score = credit_score((false,), (), SCORING, today)
    assert (score.score, score.credit_class) == (Decimal(40), CreditClass.D)
    assert changes(score) == [date(2027, 3, 2)]
    assert credit_score((false,), (), SCORING, date(2027, 3, 2)).credit_class is CreditClass.C
    repaired = replace(false, state=CreditState.REPAIRED)
    assert credit_score((repaired,), (), SCORING, today).score == Decimal(70)


def test_many_entries_go_no_lower_than_nothing_and_old_commitments_add_nothing():
    frauds = (entry("2026-03-02", None, CreditCause.FRAUD),) * 3
    assert credit_score(frauds, (), SCORING, date(2026, 12, 1)).score == Decimal(0)
    old = credit_score((), [date(2024, 11, 30), date(2024, 12, 1)], SCORING, date(2026, 12, 1))
    assert (old.score, old.kept) == (Decimal(72), Decimal(2))


def in_class(credit_class: str, scenario=None) -> Play:
    """An enterprise of a class, which the number of its entries alone would not bar."""
    cause = {"C": CreditCause.VOIDING, "D": CreditCause.COMMITMENT_FALSE}.get(credit_class)
    play = Play(scenario, policy=BY_CLASS) if scenario else Play(policy=BY_CLASS)
    play.record("E0")
    play.standing = (entry("2026-09-01", "2028-09-01", cause),) if cause else ()
    return play


DEFER = c.SubmitApplication(item="A2", defer=("archive",), commitment=SIGNED)


def test_in_class_c_a_paper_follows_later_when_an_approver_accepts_it():
    play = in_class("C")
    submitted = play.hand_in("plan", "insurance", "survey").do(DEFER)
    assert submitted.events[0].data["credit"] == {"class": "C", "score": "55.00"}
    accept = c.AcceptApplication(item="A2")
    with pytest.raises(ApproverConfirms) as refused:
        play.do(accept, handler(LAND))
    assert "class C" in refused.value.sentence()
    play.do(accept, approver(LAND))
    assert play.state("A2") is ItemState.ACCEPTED


def test_in_class_c_nothing_follows_later_where_safety_is_at_issue():
    play = in_class("C", changed_item("A2", safety="Construction Law art. 1 [L]"))
    with pytest.raises(ClassForbids) as refused:
        play.do(DEFER)
    assert "55.00" in refused.value.sentence()
    assert "2027-09-01" in refused.value.sentence()


def test_in_class_d_nothing_follows_later_and_in_b_as_ever():
    with pytest.raises(ClassForbids):
        in_class("D").do(DEFER)
    play = in_class("B").hand_in("plan", "insurance", "survey")
    play.do(DEFER)
    # Another project's voiding since: the class is looked at again on acceptance.
    play.standing = (entry("2026-10-01", "2028-10-01", CreditCause.COMMITMENT_FALSE),)
    with pytest.raises(MayNoLongerDefer):
        play.do(c.AcceptApplication(item="A2"), approver(LAND))


@pytest.mark.parametrize("credit_class", ["C", "D"])
def test_in_class_c_and_d_no_commitment_takes_the_place_of_a_paper(credit_class):
    play = in_class("B").conclude("A1", "A2")
    play.standing = in_class(credit_class).standing
    play.hand_in("drawings")
    with pytest.raises(ClassForbids):
        play.do(c.SubmitApplication(item="B0", commitment=SIGNED))
    play.hand_in("pledge").do(c.SubmitApplication(item="B0", commitment=SIGNED))


SAFE = changed_item("A1", safety="Construction Law art. 1 [L]").item["A1"]


@pytest.mark.parametrize(
    ("article", "decided_on", "until"),
    [
        (BanArticle.FALSE_PAPERS, date(2026, 3, 5), date(2027, 3, 5)),
        (BanArticle.DECEPTION, date(2024, 2, 29), date(2027, 2, 28)),
    ],
)
def test_a_ban_lasts_to_the_same_day_and_begins_anew_the_day_after(article, decided_on, until):
    ban = LicenceBan("A1", article, "no 7", decided_on)
    assert barred_until(SAFE, article, decided_on) == until
    with pytest.raises(LicenceBanned) as refused:
        check_not_banned(SAFE, [ban], until)
    assert f"art. {article.value}" in refused.value.sentence()
    check_not_banned(SAFE, [ban], date.fromordinal(until.toordinal() + 1))
    check_not_banned(changed_item("A1").item["A1"], [ban], decided_on)


def test_who_is_banned_does_not_apply_and_a_denial_says_that_papers_were_false():
    play = Play(changed_item("A1", safety="Construction Law art. 1 [L]"))
    play.apply("A1").accept("A1")
    denied = play.do(c.DenyItem(item="A1", reason="a forged plan", falsehood=True), head(PLANNING))
    assert denied.events[0].data["falsehood"] is True
    assert play.differences() == []
