"""Case ORDER1: what is put together from the catalogue is lawful, and what is not is refused."""

from __future__ import annotations

import json
from random import Random

import pytest

from config.scenario_files import scenario_paths
from models.scenarios.file import OrderDefinition
from rules.scenarios.editing import composed, proposed
from rules.scenarios.editing.changes import code_of, items_of
from rules.scenarios.reading import read_scenario
from rules.scenarios.verifier.analysis.graph import ancestors
from services.scenarios.proposals import STAGES, kind_of, proposals
from services.scenarios.scenario_files import catalogue
from tests.support.sizes import SEED, size

#: The items of the case, without stages.
CHOSEN = (
    *("A01", "A07", "B02", "B05", "C01", "C02", "C03", "C05", "W1"),
    *("D01", "D11", "D13", "D15", "D16", "D17"),
)
AGAINST = "order_against_law"


def made(codes):
    """A scenario of these items, as the portal proposes it."""
    kinds = {code: kind_of(code) for code in codes}
    stages = [
        {"key": kind.value, "kind": kind.value, "name": name.model_dump(), "lead": lead}
        for kind, (name, lead) in STAGES.items()
        if kind in kinds.values()
    ]
    chosen = {
        stage["key"]: [code for code in codes if kinds[code].value == stage["key"]]
        for stage in stages
    }
    top = {"key": "made-up", "version": 1, "name": {"zh": "新场景", "en": "Made up"}}
    return proposed(proposals(), chosen, stages, top)


def entry(values, code):
    return next(item for item in items_of(values) if code_of(item) == code)


def found(values):
    text = json.dumps(values, ensure_ascii=False, indent=1)
    return [
        finding for finding in read_scenario(text, catalogue()).errors if finding.code == AGAINST
    ]


def test_order1_what_is_proposed_waits_for_what_the_law_wants():
    values = made(CHOSEN)
    assert {"C02", "B05"} <= set(entry(values, "C05")["after"])
    assert entry(values, "B05")["after"] == ["B02"]
    assert entry(values, "D17")["after"] == ["W1"]
    assert entry(values, "D17")["part_of"] == "D01"
    reading = read_scenario(composed(values), catalogue())
    assert reading.errors == ()
    before = ancestors(reading.definition)
    assert {"C05", "C02", "B05"} <= before["W1"]


@pytest.mark.parametrize(
    ("code", "after", "wanted"),
    [
        ("D17", [], [("D17", "W1")]),
        ("C05", ["C01", "C03"], [("W1", "B05"), ("W1", "C02")]),
        ("W1", [], [("W1", "C05"), ("W1", "C02"), ("W1", "B05")]),
        ("C05", ["C02", "B05"], []),
    ],
)
def test_order1_the_verifier_refuses_a_scenario_that_breaks_it(code, after, wanted):
    values = made(CHOSEN)
    item = entry(values, code)
    item["after"] = after
    if code == "D17":
        item.pop("part_of")
        item["counted"] = False
    findings = found(values)
    told = sorted((finding.params["item"], finding.params["other"]) for finding in findings)
    assert told == sorted(wanted)
    assert all(finding.line for finding in findings)
    assert all("条" in str(finding.params["basis"]) for finding in findings)


def test_order1_a_default_is_proposed_and_may_be_changed():
    # The permit waits for the reviews by default; the works by law.
    values = made(CHOSEN)
    entry(values, "C05")["after"] = ["C01", "C03"]
    entry(values, "W1")["after"] = ["C05", "C02", "B05"]
    assert found(values) == []


def test_order1_shipped_scenarios_keep_it():
    for path in scenario_paths():
        reading = read_scenario(path.read_bytes(), catalogue())
        assert [one for one in reading.errors if one.code == AGAINST] == [], path.name


def test_order1_any_choice_of_the_catalogue_is_proposed_lawfully():
    random = Random(SEED)
    codes = [item.code for item in catalogue().items]
    for _ in range(size(40)):
        chosen = random.sample(codes, random.randint(2, 25))
        values = made(chosen)
        assert found(values) == [], chosen
        reading = read_scenario(json.dumps(values, ensure_ascii=False), catalogue())
        assert not {"cycle", "duplicate"} & {one.code for one in reading.errors}, chosen


def test_order1_every_rule_names_items_of_the_catalogue_and_its_basis():
    rules = [(item.code, rule) for item in catalogue().items for rule in item.order]
    assert any(rule.is_law for _, rule in rules)
    for code, rule in rules:
        assert (rule.follows or rule.precedes or rule.part_of) in catalogue().item, code
        assert rule.basis.endswith("]"), code


def test_order1_a_rule_says_one_thing():
    for values in ({}, {"follows": "W1", "part_of": "D01"}, {"follows": "W1", "precedes": "W0"}):
        with pytest.raises(ValueError, match="one of follows, precedes and part_of"):
            OrderDefinition(basis="[L]", **values)


@pytest.mark.parametrize(
    ("codes", "before", "after"),
    [
        (("A11", "W0", "W1"), "A11", "W0"),
        (("A01", "A07", "E0"), "E0", "A07"),
        (("A14", "E0"), "A14", "E0"),
        (("A03", "A04", "A12", "C03"), "A12", "A04"),
        (("A34", "C03"), "A34", "C03"),
        (("D01", "D20"), "D01", "D20"),
    ],
)
def test_order1_what_comes_before_by_an_article_is_proposed_and_asked_for(codes, before, after):
    """Whichever of the two items names the rule: `precedes` and `follows` are one order."""
    values = made(codes)
    assert found(values) == []
    entry(values, after)["after"] = []
    assert (after, before) in [(one.params["item"], one.params["other"]) for one in found(values)]


def test_order1_the_planning_verification_is_before_the_acceptance_or_in_it():
    """城乡规划法第45条: a part of the joint acceptance, or an item before it."""
    values = made(("W1", "D01", "D11"))
    assert entry(values, "D11")["part_of"] == "D01"
    assert found(values) == []
    for alone in ("part_of", "after"):
        entry(values, "D11").pop(alone, None)
    entry(values, "D11")["after"] = ["W1"]
    entry(values, "D01")["after"] = ["W1"]
    assert [(one.params["item"], one.params["other"]) for one in found(values)] == [("D01", "D11")]
    entry(values, "D01")["after"] = ["D11"]
    assert found(values) == []
