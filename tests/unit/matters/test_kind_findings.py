"""Broken kinds: each fault with its code and the line it stands in; what is sound has none."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from config.kind_files import KINDS
from rules.matters.reading import Library, read_kind
from rules.matters.reading import codes as shape
from rules.matters.verifier import codes as meaning
from services.matters.kind_files import read_kind_text, shipped

GRIEVANCE = (KINDS / "grievance.yaml").read_text(encoding="utf-8")
SMALL = """\
key: small
version: 1
name: {zh: 小事, en: Small}
life: own
number: {pattern: "小〔{year}〕{seq}号"}
office: business_environment_office
channels: [{key: portal, name: {zh: 门户, en: Portal}}]
classes: [{key: ordinary, name: {zh: 一般, en: Ordinary}}]
states:
  open: {name: {zh: 办理, en: Open}}
  closed: {name: {zh: 办结, en: Closed}, final: true}
clocks:
  handle: {name: {zh: 办理, en: Handling}, owner: dispatcher, limit: {days: 3}}
acts:
  file_matter: {name: {zh: 登记, en: File}, by: [officer], to: open, starts: [handle]}
  close: {name: {zh: 办结, en: Close}, by: [dispatcher], from: [open], to: closed, closes: true, guards: [{check: matter.round >= 1, refusal: {zh: 否, en: No}}]}
ledger: {name: {zh: 台账, en: Ledger}}
"""


def codes_of(text: str) -> set[str]:
    """Codes of what is found in a text."""
    return {finding.code for finding in read_kind_text(text).findings}


@pytest.mark.parametrize("name", sorted(shipped()))
def test_what_is_shipped_is_sound(name: str) -> None:
    assert [finding.message() for finding in shipped()[name].findings] == []


def test_a_small_kind_of_its_own_is_sound() -> None:
    assert codes_of(SMALL) == set()


def with_(old: str, new: str, base: str = SMALL) -> Callable[[], str]:
    """A kind in which something else is written."""
    assert old in base
    return lambda: base.replace(old, new, 1)


FAULTS = {
    "unknown_life": with_("life: own", "life: nothing"),
    "extends_unknown": with_("life: own", "extends: nothing"),
    "extends_chain": None,  # needs another library: below
    "state_unknown": with_("from: [open]", "from: [opened]"),
    "clock_unknown": with_("starts: [handle]", "starts: [handling]"),
    "predicate_unknown": with_("by: [officer]", "by: [somebody]"),
    "field_not_settable": with_("to: closed,", "to: closed, sets: {title: nobody},"),
    "field_not_in_form": with_("to: closed,", "to: closed, sets: {unit: form.unit},"),
    "field_twice": with_(
        "to: closed,",
        "to: closed, form: [{key: a, type: text, name: {zh: 甲, en: A}}, {key: a, type: text, name: {zh: 乙, en: B}}],",
    ),
    "choice_without_choices": with_(
        "to: closed,", "to: closed, form: [{key: a, type: choice, name: {zh: 甲, en: A}}],"
    ),
    "no_filing": with_("by: [officer], to: open", "by: [officer], from: [open], to: open"),
    "no_final_state": with_(", final: true", ""),
    "class_without_limit": with_(", limit: {days: 3}", ""),
    "number_not_counting": with_("{seq}号", "号"),
    "condition_faulty": with_("matter.round >= 1", "matter.round >="),
    "condition_unknown": with_("matter.round >= 1", "matter.rounds >= 1"),
    "extension_form": with_("to: closed,", "to: closed, extends: handle,"),
    "state_unreachable": with_("  closed: {", "  lost: {name: {zh: 丢, en: Lost}}\n  closed: {"),
    "state_dead_end": with_(
        "acts:\n",
        "acts:\n  lose: {name: {zh: 丢, en: Lose}, by: [officer], from: [open], to: lost}\n",
        SMALL.replace("  closed: {", "  lost: {name: {zh: 丢, en: Lost}}\n  closed: {"),
    ),
    "closed_unreachable": with_(
        "acts:\n",
        "acts:\n  lose: {name: {zh: 丢, en: Lose}, by: [officer], from: [open, gone], to: lost}\n"
        "  go: {name: {zh: 走, en: Go}, by: [officer], from: [lost], to: gone}\n",
        SMALL.replace(
            "  closed: {",
            "  lost: {name: {zh: 丢, en: Lost}}\n  gone: {name: {zh: 走, en: Gone}}\n  closed: {",
        ),
    ),
    "state_without_clock": with_(
        "acts:\n",
        "acts:\n  stop: {name: {zh: 停, en: Stop}, by: [officer], from: [open], stops: [handle]}\n",
    ),
    "clock_never_started": with_(
        "acts:\n",
        "  other: {name: {zh: 他, en: Other}, owner: dispatcher, limit: {days: 1}}\nacts:\n",
    ),
    "dispatcher_missing": with_("office: business_environment_office\n", ""),
    "closing_hangs_on_filer": with_("by: [dispatcher], from", "by: [filer], from"),
    "close_without_guard": with_(
        ", guards: [{check: matter.round >= 1, refusal: {zh: 否, en: No}}]", ""
    ),
}


@pytest.mark.parametrize("code", sorted(code for code, text in FAULTS.items() if text))
def test_each_fault_is_found(code: str) -> None:
    text = FAULTS[code]
    assert text is not None
    assert code in codes_of(text())


def test_a_kind_extends_one_step() -> None:
    library = Library({}, {"above": {"extends": "top"}})
    reading = read_kind(SMALL.replace("life: own", "extends: above"), library)
    assert [finding.code for finding in reading.findings] == ["extends_chain"]


def test_every_kind_of_finding_is_tried() -> None:
    assert {kind.code for kind in (*shape.KINDS, *meaning.KINDS)} == set(FAULTS)


def test_a_fault_is_told_with_its_line() -> None:
    text = GRIEVANCE.replace("check: answer.given", "check: answers.given")
    (finding,) = read_kind_text(text).errors
    line = next(n for n, row in enumerate(text.splitlines(), 1) if "answers.given" in row)
    assert (finding.line, finding.code) == (line, "condition_faulty")


def test_a_kind_over_another_says_only_what_differs() -> None:
    park = """\
key: park_grievance
version: 1
extends: grievance
name: {zh: 园区诉求, en: Grievance of the park}
number: {pattern: "园诉〔{year}〕{seq:04d}号"}
ledger: {name: {zh: 园区诉求台账, en: Ledger of the park}}
acts: {extend_limit: off}
"""
    reading = read_kind_text(park)
    assert [finding.message() for finding in reading.findings] == []
    kind = reading.definition
    assert "extend_limit" not in kind.acts
    assert kind.ledger.close_out_number.startswith("西咸诉销")
