"""The district's policy: what is shipped, what a district writes down otherwise, and what is refused."""

from __future__ import annotations

import pytest

from models.clock import ClockPolicy, Limit, Thresholds, Unit
from rules.context import Policy
from services.policy import PolicyNotValid, policy


@pytest.fixture
def own(tmp_path):
    return tmp_path / "policy.yaml"


def test_what_is_shipped_are_the_defaults_of_the_rules(own):
    assert policy(own) == Policy()


def test_a_district_says_only_what_differs(own):
    own.write_text(
        "yellow: {percent: 30}\n"
        "ladder: {supervision_after: 9}\n"
        "suspension: {end_counts: true}\n"
        "credit: {length: null}\n"
        "make_up: {days: 20}\n"
        "decider_may_be_handler: true\n"
    )
    found = policy(own)
    assert found.thresholds == Thresholds(30, 1)
    assert {rung.key: rung.after for rung in found.ladder}["supervision"] == 9
    assert found.clock == ClockPolicy(suspension_end_counts=True)
    assert found.credit_length is None
    assert found.make_up == Limit(20, Unit.WORKING_DAY)
    assert found.decider_may_be_handler
    assert found.appeal == Policy().appeal
    own.write_text("# nothing\n")
    assert policy(own) == Policy()


@pytest.mark.parametrize(
    ("content", "where"),
    [
        ("yellow: {percent: 200}", "yellow.percent"),
        ("ladder: {supervision_after: 1}", "ladder"),
        ("make_up: {days: 0}", "make_up.days"),
        ("credit: {threshold: none}", "credit.threshold"),
        ("law: none", "law"),
        ("[]", "file"),
        ("yellow: {", "line"),
    ],
)
def test_a_faulty_file_is_refused_with_its_place(own, content, where):
    own.write_text(content)
    with pytest.raises(PolicyNotValid) as refused:
        policy(own)
    assert where in refused.value.sentence()
    assert "policy.yaml" in refused.value.sentence()


def test_a_half_written_file_leaves_the_policy_that_was(own):
    own.write_text("yellow: {percent: 30}")
    before = policy(own)
    own.write_text("yellow: {percent: 3000}")
    assert policy(own) == before
