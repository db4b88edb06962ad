"""The verifier against the engine: what it passes is never stuck, what it rejects is, as it says."""

import re
from concurrent.futures import ThreadPoolExecutor

from hypothesis import event, given, settings
from hypothesis import strategies as st

from config.scenario_files import SCENARIOS
from models.cases.states import FINISHED, ItemState
from models.scenarios.definition import ScenarioDefinition
from rules.cases.instruments.completeness import missing
from rules.cases.progress import can_close
from rules.scenarios.reading import read_scenario
from rules.scenarios.verifier import verify
from services.scenarios.scenario_files import catalogue
from tests.support.places import ROOT
from tests.support.play import Play
from tests.support.sizes import size

CONDITIONS = (
    None,
    "project.a",
    "!project.a",
    "project.b",
    "project.a && project.b",
    "project.a || project.b",
)
EXEMPTIONS = (
    None,
    None,
    {"when": "project.b", "basis": "[P:1]"},
    {"when": "!project.a", "basis": "[P:1]"},
    {"basis": "[P:1]"},
)
CODES = "ABCDEF"


def name(words):
    return {"zh": words, "en": words}


@st.composite
def scenarios(draw):
    """Small scenarios whose only possible fault is a paper that no item before it issues under some condition."""
    items, behind, kinds = [], {}, {}
    for index in range(draw(st.integers(2, len(CODES)))):
        code = CODES[index]
        after = draw(st.lists(st.sampled_from(CODES[:index]), unique=True)) if index else []
        behind[code] = set(after).union(*(behind[one] for one in after))
        issued = sorted({kinds[one] for one in behind[code] if one in kinds})
        taken = draw(st.lists(st.sampled_from(issued), unique=True)) if issued else []
        kind = draw(st.sampled_from([None, "d0", "d1"]))
        if kind:
            kinds[code] = kind
        items.append(
            {
                "code": code,
                "identifier": code.lower(),
                "name": name(code),
                "stage": "s",
                "mode": "application",
                "department": "d",
                "promised": {"days": 1},
                "after": after,
                "when": draw(st.sampled_from(CONDITIONS)),
                "exempt": draw(st.sampled_from(EXEMPTIONS)),
                "materials": [{"material": "paper"}, *({"material": key} for key in taken)],
                "document": kind,
            }
        )
    documents = sorted(set(kinds.values()))
    return ScenarioDefinition.model_validate(
        {
            "key": "random",
            "name": name("random"),
            "promise": {"days": 100},
            "attributes": [
                {"key": key, "type": "boolean", "name": name(key), "default": False} for key in "ab"
            ],
            "stages": [{"key": "s", "kind": "generic", "name": name("s"), "lead": "d"}],
            "items": items,
            "materials": [
                {"key": "paper", "name": name("paper")},
                *({"key": kind, "name": name(kind), "from_document": kind} for kind in documents),
            ],
            "documents": [
                {"key": kind, "name": name(kind), "number_pattern": kind + "-{seq}"}
                for kind in documents
            ],
            "departments": [{"key": "d", "name": name("d")}],
        }
    )


def can_conclude(play, code):
    definition = play.facts.definition(code)
    lacking = missing(definition, play.item(code), play.facts.materials)
    held = any(play.facts.scenario.material[key].system_held for key in lacking)
    parts = play.facts.scenario.parts.get(code, ())
    return (
        play.state(code) in {ItemState.OPEN, ItemState.ACCEPTED}
        and not held
        and all(play.state(part) in FINISHED for part in parts)
    )


def finished(scenario, attributes, eager):
    """Whether a project gets through, whoever is first; ``eager``: the last item that can goes first."""
    play = Play(scenario, **attributes)
    while codes := [code for code in play.facts.items if can_conclude(play, code)]:
        play.conclude(codes[-1] if eager else codes[0])
    return can_close(play.facts, play.today)


def errors(scenario):
    return [found for found in verify(scenario) if found.severity == "error"]


@settings(max_examples=size(60, whole=150))
@given(scenarios(), st.booleans(), st.booleans(), st.booleans())
def test_what_passes_is_never_stuck_and_what_is_rejected_is(scenario, a, b, eager):
    # An exemption that nobody has is a slip of the pen; no project is stuck because of it.
    rejected = [found for found in errors(scenario) if found.code != "exempt_never"]
    assert {finding.code for finding in rejected} <= {"source_may_be_missing"}
    event("rejected" if rejected else "passed")
    if rejected:
        assert_witness_is_real(scenario, rejected)
    else:
        assert finished(scenario, {"a": a, "b": b}, eager)


def assert_witness_is_real(scenario, found):
    item = found[0].params["item"]
    attributes = dict.fromkeys("ab", False)
    for said in found[0].params["witness"]:
        key, value = said.split(" = ")
        attributes[key] = value == "true"
    play = Play(scenario, **attributes)
    # Everything the item waits for is done first, and nothing else: its paper is not there.
    needed = _behind(play, item)
    while codes := [code for code in needed if can_conclude(play, code)]:
        play.conclude(codes[0])
    definition = play.facts.definition(item)
    lacking = missing(definition, play.item(item), play.facts.materials)
    assert play.state(item) is ItemState.OPEN or not set(needed) <= _done(play)
    assert found[0].params["material"] in lacking


def _behind(play, item):
    """The items that hold this one back, through items that the project needs."""
    behind, queue = set(), [item]
    while queue:
        for code in play.facts.definition(queue.pop()).after:
            if play.state(code) is not ItemState.NOT_REQUIRED and code not in behind:
                behind.add(code)
                queue.append(code)
    return sorted(behind)


def _done(play):
    return {code for code, item in play.facts.items.items() if item.state in FINISHED}


def test_the_example_of_the_documentation_runs_without_code():
    page = (ROOT / "docs" / "scenarios.md").read_text()
    example = re.search(r"```yaml\n(# yaml-language-server.*?)```", page, re.DOTALL)[1]
    reading = read_scenario(example, catalogue())
    assert reading.findings == ()
    for area in (50, 200):
        assert finished(reading.definition, {"area": area}, eager=True)


def test_two_people_check_their_scenarios_at_the_same_moment():
    text = (SCENARIOS / "industrial-simple.yaml").read_bytes()
    with ThreadPoolExecutor(4) as people:
        readings = list(people.map(lambda _: read_scenario(text, catalogue()), range(16)))
    assert all(reading.publishable for reading in readings)
