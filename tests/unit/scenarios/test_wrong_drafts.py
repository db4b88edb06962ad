"""No draft breaks the verifier, or what shows a draft: what could be read ends in findings."""

from __future__ import annotations

import copy
import json
from contextlib import suppress
from random import Random

import pytest

from config.scenario_files import SCENARIOS
from rules.scenarios.drawing import TooLargeToDraw
from rules.scenarios.editing import values_of
from rules.scenarios.reading import ScenarioReading, read_scenario
from rules.scenarios.verifier import longest_path, verify
from services.scenarios.drawing import svg
from services.scenarios.scenario_files import catalogue
from tests.support.sizes import SEED, size

SHIPPED = [
    values_of((SCENARIOS / f"{name}.yaml").read_text(encoding="utf-8"))
    for name in ("industrial-simple", "factory-warehouse", "real-estate-presale", "municipal-road")
]

#: Case CODE1: what everything is added to.
START = """\
key: twice
name: {zh: 重码, en: Twice}
stages:
  - {key: one, kind: land, name: {zh: 一, en: One}, lead: admin_approval_bureau}
  - {key: two, kind: joint_acceptance, name: {zh: 二, en: Two}, lead: housing_construction_bureau}
items:
  - {use: A01, stage: one, promised: {days: 1}}
  - {use: W1, stage: one, after: [A01]}
  - {use: D01, stage: two, after: [W1], promised: {days: 1}}
  - {use: D12, stage: two, part_of: D01}
"""


def own(code: str, after: str) -> str:
    return (
        f"  - {{code: {code}, identifier: {code.lower()}, name: {{zh: 自有, en: Own}}, stage: two, mode: internal,"
        f" department: admin_approval_bureau, counted: false, promised: {{days: 1}}, after: [{after}]}}\n"
    )


#: Case CODE1 → what is added, and the lines on which a code stands for the second time.
TWICE = {
    "a part again, after its whole": ("  - {use: D12, stage: two, after: [D01]}\n", [11]),
    "an own item after its namesake": (own("X01", "D01") + own("X01", "X01"), [12]),
    "an own item after itself": (own("X01", "D01") + own("X02", "X01") + own("X02", "X02"), [13]),
    "a milestone again, after what followed it": (
        "  - {use: W1, stage: two, after: [D01]}\n",
        [11],
    ),
    "in a circle": (own("X01", "X02") + own("X02", "X01") + own("X01", "D01"), [13]),
    "a pick and an own item": (own("D12", "D01"), [11]),
    "three times": (own("X01", "D01") + own("X01", "X01") + own("X01", "X01"), [12, 13]),
    "part of itself": ("  - {use: D01, stage: two, part_of: D01, after: [D12]}\n", [11]),
}


def played(text: str) -> ScenarioReading:
    """A text, with everything that shows a draft done to it."""
    reading = read_scenario(text, catalogue())
    if reading.definition is not None:
        longest_path(reading.definition, reading.findings)
        verify(reading.definition)
        for language in ("zh-CN", "en"):
            with suppress(TooLargeToDraw):
                svg(reading.definition, language)
    for finding in reading.findings:
        assert finding.message()
        assert finding.line
    return reading


@pytest.mark.parametrize("what", TWICE)
def test_code1_a_code_that_is_there_twice_is_a_finding(what):
    added, lines = TWICE[what]
    reading = played(START + added)
    found = [finding for finding in reading.findings if finding.code == "duplicate"]
    assert [finding.line for finding in found] == lines
    assert all("Keep one of the two" in finding.message() for finding in found)
    assert not reading.publishable


def test_code1_the_rest_is_told_of_the_first_of_the_two():
    # Whatever follows from guessing which of the two is meant is not said: here, a circle.
    reading = played(START + TWICE["a part again, after its whole"][0])
    assert [finding.code for finding in reading.errors] == ["duplicate"]
    faulty = START.replace("part_of: D01}", "part_of: A09}") + own("X01", "Z9") + own("X01", "D01")
    found = {finding.code: finding.line for finding in played(faulty).errors}
    assert found == {"unknown_whole": 10, "unknown_item": 11, "duplicate": 12}


@pytest.mark.parametrize(
    "section", ["stages", "attributes", "items", "materials", "documents", "departments", "bundles"]
)
def test_code1_every_list_of_names_knows_its_repeats(section):
    values = copy.deepcopy(SHIPPED[0])
    values |= {
        "materials": [{"key": "own_paper", "name": {"zh": "自有材料", "en": "Own paper"}}],
        "documents": [
            {"key": "own", "name": {"zh": "文", "en": "Own"}, "number_pattern": "文{year}{seq}"}
        ],
        "departments": [{"key": "own_office", "name": {"zh": "办", "en": "Own office"}}],
    }
    values["bundles"] = values.get("bundles") or [
        {
            "key": "four",
            "name": {"zh": "四证", "en": "Four"},
            "event": "E0",
            "items": ["A07", "B02"],
        }
    ]
    values[section].append(copy.deepcopy(values[section][0]))
    reading = played(written(values))
    path = (section, len(values[section]) - 1)
    assert [found.path[:2] for found in reading.errors if found.code == "duplicate"] == [path]
    assert len(getattr(reading.definition, section)) >= len(values[section]) - 1


def written(values: object) -> str:
    """Values as a text that is read as YAML, each on a line of its own."""
    return json.dumps(values, ensure_ascii=False, indent=1)


def places(value, path=()):
    """Every place of a value: each path with what stands there."""
    yield path, value
    if isinstance(value, dict | list):
        inside = value.items() if isinstance(value, dict) else enumerate(value)
        for key, inner in inside:
            yield from places(inner, (*path, key))


def spoilt(values, random: Random):
    """A scenario with some things doubled, dropped, exchanged or pointed elsewhere."""
    values = copy.deepcopy(values)
    for _ in range(random.randint(1, 4)):
        everything = list(places(values))
        _spoil(values, random, everything, [one for one in everything if one[0]])
    return values


def _spoil(values, random, everything, inside):
    path, _ = random.choice(inside)
    holder = _at(values, path[:-1])
    match random.choice(("double", "double", "like", "like", "wait", "part", "drop", "exchange")):
        case "double":
            _, listed = random.choice([one for one in everything if isinstance(one[1], list)])
            if listed:
                listed.insert(random.randint(0, len(listed)), copy.deepcopy(random.choice(listed)))
        case "like":
            # The value that the same field has elsewhere.
            others = [other for at, other in inside if at[-1] == path[-1]]
            holder[path[-1]] = copy.deepcopy(random.choice(others))
        case "drop":
            del holder[path[-1]]
        case "exchange":
            holder[path[-1]] = copy.deepcopy(random.choice(everything)[1])
        case act:
            items = [item for item in values.get("items") or [] if isinstance(item, dict)]
            if isinstance(values.get("items"), list) and items:
                one, other = random.choice(items), random.choice(items)
                code = other.get("use", other.get("code"))
                one.update({"after": [code]} if act == "wait" else {"part_of": code})


def _at(values, path):
    for key in path:
        values = values[key]
    return values


@pytest.mark.parametrize("number", range(4))
def test_no_change_of_a_shipped_file_breaks_what_reads_it(number):
    random = Random(SEED + number)
    for _ in range(size(10, whole=25)):
        played(written(spoilt(SHIPPED[number % len(SHIPPED)], random)))
