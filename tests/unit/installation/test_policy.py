"""The district's policy: what is shipped, what a district writes down otherwise, and what is refused."""

from dataclasses import dataclass, field

import pytest
from pydantic import ValidationError

from config import strict_yaml
from config.policy import POLICY_FILE
from config.texts import translator
from models.clock.values import ClockPolicy, Limit, Thresholds, Unit
from models.values import Value
from rules.installation.choices import choice
from rules.installation.policy import Policy
from services.installation.policy import PolicyNotValid, chosen, policy
from services.installation.policy_file import choices, policy_file, policy_model


@pytest.fixture
def own(tmp_path):
    return tmp_path / "policy.yaml"


def test_what_is_shipped_are_the_defaults_of_the_rules(own):
    assert policy(own) == Policy()


def test_the_shipped_file_says_what_is_declared_and_nothing_else(own):
    shipped = strict_yaml.load(POLICY_FILE.read_text(encoding="utf-8"))
    assert shipped.keys() == policy_file().model_fields.keys()
    own.write_text("steward_within: 21\n")
    with pytest.raises(PolicyNotValid, match="steward_within"):
        chosen(own)


def test_a_choice_is_read_and_bounded_by_its_declaration_alone():
    @dataclass(frozen=True)
    class Walks:
        longest: int = choice(3, least=1, most=5)

    @dataclass(frozen=True)
    class Chosen:
        walks: Walks = field(default_factory=Walks)
        rest: Limit | None = choice(None, at="pause.length")

    model = policy_model("File", Value, Chosen)
    assert model.model_validate({"walks": {"longest": 5}, "pause": {"length": None}})
    with pytest.raises(ValidationError, match=r"walks\.longest"):
        model.model_validate({"walks": {"longest": 6}, "pause": {"length": {"days": 2}}})
    file = model.model_validate({"walks": {"longest": 2}, "pause": {"length": {"days": 2}}})
    assert choices(file, Chosen) == {"walks": Walks(2), "rest": Limit(2, Unit.WORKING_DAY)}


def test_a_district_says_only_what_differs(own):
    own.write_text(
        "yellow: {percent: 30}\n"
        "ladder: {supervision_after: 9}\n"
        "suspension: {end_counts: true}\n"
        "credit: {length: null}\n"
        "commitment: {check: {days: 1, unit: month}}\n"
        "make_up: {days: 20}\n"
        "decider_may_be_handler: true\n"
    )
    found = policy(own)
    assert found.thresholds == Thresholds(30, 1)
    assert {rung.key: rung.after for rung in found.ladder}["supervision"] == 9
    assert found.clock == ClockPolicy(suspension_end_counts=True)
    assert found.credit_length is None
    assert found.commitment.check == Limit(1, Unit.MONTH)
    assert found.commitment.defence == Policy().commitment.defence
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


@pytest.mark.parametrize(
    ("content", "meant"),
    [
        ("put_rigth: {days: 3}", "put_right"),
        ("ladder: {head_aftr: 3}", "head_after"),
        ("commitment: {chek: {days: 3}}", "check"),
    ],
)
def test_calf2_a_typo_is_told_with_the_name_that_is_meant(own, content, meant):
    own.write_text(content)
    with pytest.raises(PolicyNotValid) as refused:
        policy(own)
    assert f"are {meant}" in refused.value.sentence()
    assert "没有这个字段" in refused.value.sentence(translator("zh-CN"))


def test_a_half_written_file_leaves_the_policy_that_was(own):
    own.write_text("yellow: {percent: 30}")
    before = policy(own)
    own.write_text("yellow: {percent: 3000}")
    assert policy(own) == before


def test_calf2_a_key_that_stands_twice_is_refused_with_both_lines(own):
    own.write_text("yellow: {percent: 30}\nyellow: {working_days: 2}\n")
    with pytest.raises(PolicyNotValid, match=r"line 2: 'yellow' stands twice, first in line 1"):
        policy(own)
