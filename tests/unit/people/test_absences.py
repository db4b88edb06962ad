"""Who acts for whom: exactly one, present, at every instant; circles are refused before they are there."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.errors import KaigongError
from models.people.organisation import Away
from rules.people.absences import (
    DEEPEST,
    AbsenceInThePast,
    AbsenceNotInOrder,
    AbsenceTooLong,
    AwayAlready,
    OwnSubstitute,
    acting_for,
    check_absence,
    stood_in_for,
)

NOW = datetime(2026, 2, 1, tzinfo=UTC)
PEOPLE = ("a", "b", "c", "d", "e")


def away(login: str, substitute: str, begins: int, ends: int) -> Away:
    return Away(login, substitute, NOW + timedelta(days=begins), NOW + timedelta(days=ends))


ABSENCES = st.lists(
    st.builds(
        away,
        st.sampled_from(PEOPLE),
        st.sampled_from(PEOPLE),
        st.integers(0, 20),
        st.integers(0, 25),
    ),
    max_size=12,
)


@given(ABSENCES)
def test_whoever_acts_is_there_and_covers_exactly_those_who_are_away(asked):
    known: list[Away] = []
    for absence in asked:
        try:
            check_absence(absence, known, NOW)
        except KaigongError:
            continue
        known.append(absence)
    for hours in range(0, 26 * 24, 7):
        at = NOW + timedelta(hours=hours)
        now_away = {one.login: one for one in known if one.from_at <= at < one.to_at}
        for login in PEOPLE:
            acting = acting_for(login, now_away)
            assert acting is None or acting not in now_away
            # Only a chain that is longer than work goes leads to nobody: never a circle.
            assert acting is not None or len(now_away) > DEEPEST
            if acting is not None and acting != login:
                assert login in stood_in_for(acting, now_away.values())


@pytest.mark.parametrize(
    ("absence", "refusal"),
    [
        (away("a", "b", -1, 3), AbsenceInThePast),
        (away("a", "b", 3, 3), AbsenceNotInOrder),
        (away("a", "b", 1, 400), AbsenceTooLong),
        (away("a", "a", 1, 3), OwnSubstitute),
        (away("c", "b", 4, 6), AwayAlready),
    ],
)
def test_an_absence_that_cannot_be_is_refused(absence, refusal):
    with pytest.raises(refusal):
        check_absence(absence, [away("c", "d", 5, 9)], NOW)


def test_who_follows_two_days_later_is_no_circle():
    known = [away("a", "b", 0, 5)]
    check_absence(away("b", "a", 5, 9), known, NOW)
    assert acting_for("a", {}) == "a"
    gone = Away("a", "b", NOW, NOW + timedelta(days=1), substitute_there=False)
    assert acting_for("a", {"a": gone}) is None
