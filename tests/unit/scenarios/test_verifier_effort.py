"""How much the verifier may do before it says that it cannot tell, and how far real scenarios are from it."""

from itertools import pairwise
from random import Random

import pytest

from config.scenario_files import scenario_paths
from config.texts import translator
from models.findings import errors
from models.scenarios.definition import ScenarioDefinition
from rules.scenarios.diff import differences
from rules.scenarios.drawing import draw
from rules.scenarios.reading import read_scenario
from rules.scenarios.verifier import critical_path, longest_path, verify, worst_case
from rules.scenarios.verifier.analysis import combinations
from services.scenarios.scenario_files import catalogue, read_file
from tests.support.sizes import SEED, size


def name(words):
    return {"zh": words, "en": words}


def scenario(whens, days=None, after=None, *, switches=(), numbers=(), promise=3660):
    """Internal items in a row (or after others), each with a condition."""
    attributes = [
        *({"key": key, "type": "boolean", "name": name(key), "default": False} for key in switches),
        *({"key": key, "type": "integer", "name": name(key), "default": 1} for key in numbers),
    ]
    items = [
        {
            "code": f"A{place}",
            "identifier": f"a{place}",
            "name": name("It"),
            "stage": "s",
            "mode": "internal",
            "department": "d",
            "promised": {"days": days[place] if days else 1},
            "after": after[place] if after else [f"A{place - 1}"] if place else [],
            "when": when,
        }
        for place, when in enumerate(whens)
    ]
    return ScenarioDefinition.model_validate(
        {
            "key": "made",
            "name": name("made"),
            "promise": {"days": promise},
            "attributes": attributes,
            "stages": [{"key": "s", "kind": "generic", "name": name("s"), "lead": "d"}],
            "items": items,
            "departments": [{"key": "d", "name": name("d")}],
        }
    )


def a_large_one(seed, count=100):
    """A hundred items that wait for some of the twenty before them, under all kinds of conditions."""
    random = Random(seed)
    switches, numbers = [f"b{n}" for n in range(8)], [f"n{n}" for n in range(8)]

    def literal():
        if random.random() < 0.5:
            return random.choice(("", "!")) + f"project.{random.choice(switches)}"
        sign = random.choice(("<", ">=", "=="))
        return f"project.{random.choice(numbers)} {sign} {random.randrange(10)}"

    def when():
        joint = random.choice((" && ", " || "))
        return joint.join(literal() for _ in range(random.randint(1, 4)))

    after = [
        [f"A{n}" for n in random.sample(range(max(0, place - 20), place), min(place, 3))]
        for place in range(count)
    ]
    whens = [None if random.random() < 0.2 else when() for _ in range(count)]
    days = [random.randint(1, 15) for _ in range(count)]
    return scenario(whens, days, after, switches=switches, numbers=numbers)


def effort(monkeypatch, prove):
    """The most that one of the solvers of a proof has done."""
    solvers = []
    begin = combinations.Combinations.__init__

    def noted(self, made):
        begin(self, made)
        solvers.append(self)

    monkeypatch.setattr(combinations.Combinations, "__init__", noted)
    prove()
    return max((combinations.EFFORT - solver._effort_left for solver in solvers), default=0)


@pytest.mark.parametrize("path", scenario_paths(), ids=lambda path: path.stem)
def test_what_is_shipped_needs_a_fiftieth(monkeypatch, path):
    made = read_file(path).definition
    assert effort(monkeypatch, lambda: verify(made)) < combinations.EFFORT / 50


@pytest.mark.parametrize("seed", range(SEED + 1, SEED + 1 + size(3)))
def test_a_hundred_items_and_sixteen_attributes_need_a_tenth(monkeypatch, seed):
    made = a_large_one(seed)
    assert effort(monkeypatch, lambda: verify(made)) < combinations.EFFORT / 10
    worst = worst_case(made)
    taken = {
        key: value == "true" if key[0] == "b" else int(value)
        for key, value in worst.witness.items()
    }
    assert critical_path(made, taken).days == worst.path.days < critical_path(made).days


def test_alternatives_one_behind_the_other_are_never_added_up():
    pairs = [f"{no}project.b{n}" for n in range(5) for no in ("", "!")]
    worst = worst_case(scenario(pairs, days=[3, 2] * 5, switches=[f"b{n}" for n in range(5)]))
    assert worst.path.days == 15
    assert worst.witness == {f"b{n}": "true" for n in range(5)}


TOO_MANY_ALTERNATIVES = scenario(
    [f"{no}project.b{n}" for n in range(20) for no in ("", "!")],
    switches=[f"b{n}" for n in range(20)],
)


def test_what_cannot_be_told_is_said_and_nothing_is_made_up():
    made = TOO_MANY_ALTERNATIVES
    found = verify(made)
    (error,) = errors(found)
    assert error.code == "conditions_too_entangled"
    assert error.message(translator("zh-CN")).startswith("各条件相互牵连过多")
    assert worst_case(made) is None
    assert longest_path(made, found) is None


def test_what_cannot_be_told_can_still_be_drawn_and_compared():
    made = TOO_MANY_ALTERNATIVES
    assert not any(box.critical for box in draw(made).boxes)
    other = made.model_copy(update={"version": 2})
    assert "critical_path" not in {said.kind for said in differences(made, other)}


DATES = """
key: sample
name: {zh: 示例, en: Sample}
promise: {days: 100}
stages: [{key: one, kind: generic, name: {zh: 一, en: One}, lead: admin_approval_bureau}]
items:
  - code: A1
    identifier: a1
    name: {zh: 事, en: It}
    stage: one
    mode: milestone
    department: admin_approval_bureau
    form:
      - {key: d0, type: date, name: {zh: 日, en: Day}}
      - {key: d1, type: date, name: {zh: 日, en: Day}}
      - {key: d2, type: date, name: {zh: 日, en: Day}}
      - {key: d3, type: date, name: {zh: 日, en: Day}}
    guards: [{check: 'CHECK', refusal: {zh: 不对, en: Wrong}}]
"""
IN_ORDER = [f"form.A1.{one} < form.A1.{other}" for one, other in pairwise(("d0", "d1", "d2", "d3"))]


@pytest.mark.parametrize(
    ("check", "codes"),
    [
        (" && ".join(IN_ORDER), []),
        (" && ".join([*IN_ORDER, "form.A1.d3 <= form.A1.d0"]), ["guard_never"]),
        ('form.A1.d0 > "2026-02-28" && form.A1.d0 < "2026-03-01"', ["guard_never"]),
        ('form.A1.d0 > "2028-02-28" && form.A1.d0 < "2028-03-01"', []),
        ('form.A1.d0 in ["2026-11-02", "2026-11-03"]', []),
        ('form.A1.d0 >= "0001-01-01"', ["guard_always"]),
    ],
)
def test_days_are_in_the_order_of_the_calendar(check, codes):
    reading = read_scenario(DATES.replace("CHECK", check), catalogue())
    assert [found.code for found in reading.findings if found.code.startswith("g")] == codes
