"""城市房地产管理法第45条: what a pre-sale rests on is asked in numbers, and never put off."""

from __future__ import annotations

import pytest

from models.cases.commands import SubmitApplication
from rules.cases.instruments.guards import GuardRefused
from services.scenarios.scenario_files import catalogue
from tests.support.play import Play
from tests.support.yard import changed_item

SHEET = {"progress": "up to the fourth floor", "handover_on": "2027-12-31"}


def pre_sale() -> Play:
    """The yard, with form and guards of the pre-sale permit on its own application."""
    item = catalogue().item["D03"]
    form = [field.model_dump() for field in item.form]
    guards = [
        guard.model_dump() | {"check": guard.check.replace("D03", "A1")} for guard in item.guards
    ]
    return Play(changed_item("A1", form=form, guards=guards)).hand_in("plan")


def apply(play: Play, total: float, spent: float) -> None:
    form = SHEET | {"part_total": total, "part_spent": spent}
    play.do(SubmitApplication(item="A1", form=form))


@pytest.mark.parametrize(
    ("total", "spent"), [(40000, 10000), (40000.04, 10000.01), (0.3, 0.075), (100, 25)]
)
def test_re45_1_a_quarter_of_the_part_for_sale_to_the_last_fen(total, spent):
    play = pre_sale()
    with pytest.raises(GuardRefused) as refused:
        apply(play, total, round(spent - 0.001, 6))
    assert "25 %" in refused.value.sentence()
    apply(play, total, spent)
    assert play.item("A1").form["part_spent"] == spent


def test_re45_1_papers_are_never_put_off():
    required = catalogue().item["D03"].required
    for material in ("real_estate_certificate", "construction_planning_permit", "investment_proof"):
        assert "房地产管理法第45条 [L]" in str(required[material].basis)


@pytest.mark.parametrize("key", ["progress", "handover_on"])
def test_re45_1_progress_and_hand_over_are_asked_for(key):
    assert catalogue().item["D03"].field[key].required
