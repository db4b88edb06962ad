"""Promises between events: written, proven, told apart by class of project."""

from rules.scenarios.reading import read_scenario
from services.scenarios.scenario_files import catalogue

HEAD = """
key: sample
name: {zh: 示例, en: Sample}
stages:
  - {key: one, kind: generic, name: {zh: 一, en: One}, lead: admin_approval_bureau}
attributes:
  - {key: big, type: boolean, name: {zh: 大, en: Big}, default: false}
"""
ITEM = (
    "  - {{code: {code}, identifier: x, name: {{zh: 事, en: It}}, stage: one, mode: {mode},"
    " department: admin_approval_bureau, {terms}after: [{after}]{more}}}\n"
)


def items(**days: str) -> str:
    """Items one after another: ``E0="-"`` is a milestone, ``A="5"`` takes five days, ``big:5`` only some."""
    lines, before = "items:\n", ""
    for code, said in days.items():
        when, _, length = said.rpartition(":")
        milestone = length == "-"
        lines += ITEM.format(
            code=code,
            mode="milestone" if milestone else "internal",
            terms="counted: false, " if milestone else f"promised: {{days: {length}}}, ",
            after=before,
            more=f", when: project.{when}" if when else "",
        )
        before = code
    return lines


def found(promises: str, chain: str, *codes: str) -> list[tuple[str, dict[str, object]]]:
    """Findings about promises, of these codes where there are any, else all errors."""
    reading = read_scenario((HEAD + promises + chain).encode(), catalogue())
    return [
        (finding.kind.code, dict(finding.params))
        for finding in reading.findings
        if finding.kind.code in codes or (not codes and "promise" in finding.kind.code)
    ]


def promise(text: str) -> str:
    return f"promises:\n  - {{key: span, name: {{zh: 承诺, en: Promise}}, {text}}}\n"


CHAIN = items(A1="3", E0="-", A7="4", W="-", D3="5")


def test_lang1_half_a_year_between_two_events_is_proven():
    assert found(promise("from: E0, to: D3, days: 6, unit: month"), CHAIN) == []
    assert found("promise: {from: E0, to: D3, days: 6, unit: month}\n", CHAIN) == []


def test_lang1_what_cannot_fit_is_an_error_with_its_path():
    [(code, params)] = found(promise("from: E0, to: D3, days: 8, unit: working_day"), CHAIN)
    assert code == "promise_too_short"
    assert (params["path"], params["least"], params["most"]) == ("A7 → W → D3", 9, 8)
    assert found(promise("from: E0, to: D3, days: 9, unit: working_day"), CHAIN) == []


def test_lang1_what_depends_on_holidays_is_a_warning():
    [(code, _)] = found(promise("from: E0, to: D3, days: 12, unit: natural_day"), CHAIN)
    assert code == "promise_perhaps_broken"
    [(code, _)] = found(
        promise("from: E0, to: D3, days: 1, unit: month"), items(E0="-", A="40", D3="5")
    )
    assert code == "promise_cannot_fit"


def test_lang1_items_together_are_counted_alone():
    chain = items(A="2", B="2", X="9", C="2")
    assert found(promise("items: [A, B, C], days: 6"), chain) == []
    [(code, params)] = found(promise("items: [A, B, C], days: 5"), chain)
    assert (code, params["days"], params["path"]) == ("promise_broken", 6, "A → B → C")
    # In days that pass what lies between passes too.
    [(code, params)] = found(promise("items: [A, B, C], days: 6, unit: working_day"), chain)
    assert (code, params["least"]) == ("promise_too_short", 15)


def test_lang1_an_event_within_an_item():
    chain = items(A="2", B="3")
    span = "from: A.accepted, to: B.accepted, days: {days}, unit: working_day"
    assert found(promise(span.format(days=2)), chain) == []
    [(code, _)] = found(promise(span.format(days=1)), chain)
    assert code == "promise_too_short"
    assert found(promise("from: A.opened, to: A, days: 2, unit: working_day"), chain) == []
    assert found(promise("from: registered, to: B, days: 5, unit: working_day"), chain) == []


def test_lang1_each_class_has_its_own_critical_path():
    chain = items(A="10", X="big:15", D="5")
    classes = (
        "promise: {days: 15, when: '!project.big'}\n"
        "promises:\n  - {key: big, name: {zh: 大, en: Big}, days: 30, when: project.big}\n"
    )
    assert found(classes, chain) == []
    [(code, params)] = found(classes.replace("30", "29"), chain)
    assert (code, params["days"]) == ("promise_broken", 30)
    assert params["path"] == "A → X → D (big = true)"
    [(code, params)] = found("promise: {days: 15, when: '!project.big'}\n", chain)
    assert (code, params["witness"]) == ("promised_to_some", ["big = true"])


def test_what_is_wrong_with_a_promise_is_said():
    def codes(text: str) -> list[str]:
        return [code for code, _ in found(text, CHAIN)]

    assert codes("") == ["no_promise"]
    assert codes(promise("from: E9, to: D3, days: 6, unit: month")) == ["promise_unknown_item"]
    assert codes(promise("from: D3, to: E0, days: 6, unit: month")) == ["promise_no_way"]
    assert codes(promise("from: D3, to: D3.accepted, days: 6, unit: month")) == ["promise_no_way"]
    assert codes(promise("from: E0, items: [D3], days: 6")) == ["promise_two_spans"]
    assert codes(promise("from: E0, days: 6, unit: month")) == ["promise_without_end"]
    for event in ("E0.accepted", "E0.received"):
        assert codes(promise(f"from: {event}, to: D3, days: 6, unit: month")) == [
            "promise_event_never"
        ]
    never = promise("days: 60, when: project.big && !project.big")
    assert "promise_never" in codes(never)
    twice = promise("days: 60") + promise("days: 70").partition("\n")[2]
    assert [code for code, _ in found(twice, CHAIN, "duplicate")] == ["duplicate"]
