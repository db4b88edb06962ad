"""The construction permit of the shipped scenario, word by word: whole, or the pit and then the main structure."""

from __future__ import annotations

import pytest

from models.cases import commands as c
from models.cases.states import ClockKind, ItemState
from models.cases.supervision import SupervisionKind
from models.scenarios.definition import MaterialClass
from rules.cases.instruments.completeness import MaterialsMissing
from rules.cases.instruments.forms import example
from rules.cases.instruments.guards import GuardRefused
from rules.cases.instruments.phases import open_tasks
from rules.documents import certificate_face
from services.documents.register import document_register
from services.scenarios.scenario_files import shipped
from tests.support.people import handler
from tests.support.play import Play

SCENARIO = shipped()["industrial-simple"].definition
S = ItemState
#: What the pit stage needs of papers [S:004 case 10].
PIT = {"land_contract", "dangerous_works_list", "quality_safety_measures"}
#: What an over-scale pit needs besides.
OVER_SCALE = {"pit_special_plan", "pit_expert_opinion"}
OTHER_CONTRACTOR = "91611102MA0FAKE250"


def phased(**attributes: object) -> Play:
    """The land is there, contractor and supervisor are determined."""
    return Play(SCENARIO, phased_permit=True, **attributes).conclude("A01", "E0", "C03")


def pit_permitted() -> Play:
    return phased().conclude("C05F")


def main_open() -> Play:
    return pit_permitted().conclude("A07", "B02", "C01")


def test_the_enterprise_chooses_whole_or_phased():
    whole, split = Play(SCENARIO), Play(SCENARIO, phased_permit=True)
    assert (whole.state("C05"), whole.state("C05F"), whole.state("C05M")) == (
        S.WAITING,
        S.NOT_REQUIRED,
        S.NOT_REQUIRED,
    )
    assert (split.state("C05"), split.state("C05F")) == (S.NOT_REQUIRED, S.WAITING)


def test_the_pit_waits_for_land_contractor_and_supervisor():
    play = Play(SCENARIO, phased_permit=True).conclude("A01")
    assert play.state("C05F") is S.WAITING
    assert play.conclude("E0").state("C05F") is S.WAITING
    assert play.conclude("C03").state("C05F") is S.OPEN
    form = play.item("C03").form
    assert {"contractor_code", "supervisor_code"} <= set(form)


@pytest.mark.parametrize(("depth", "more"), [(4.9, set()), (5, OVER_SCALE)])
def test_the_pit_needs_what_is_declared_and_more_when_it_is_deep(depth, more):
    play = phased(pit_depth=depth)
    required = play.facts.definition("C05F").required
    wanted = PIT | more
    assert {required[key].material_class for key in wanted} == {MaterialClass.CORE}
    assert not (OVER_SCALE - more) & set(required)
    first, *others = sorted(wanted)
    play.hand_in(first).apply("C05F", complete=False)
    with pytest.raises(MaterialsMissing) as refused:
        play.accept("C05F")
    assert set(others) <= set(refused.value.params["missing"])


def test_no_stage_is_skipped_and_nothing_is_built_on_the_pit_alone():
    play = phased().conclude("A07", "B02", "C01")
    assert play.state("C05M") is S.WAITING
    play.conclude("C05F")
    assert play.state("C05M") is S.OPEN
    assert play.state("W1") is S.WAITING


def test_the_certificate_says_its_scope_and_who_supervises():
    play = pit_permitted()
    context = play.context(handler(play.item("C05F").department))
    face = certificate_face(play.facts, "C05F", document_register(), context)
    assert face["scope"]["zh"] == "基坑部分：土方开挖、支护"
    assert face["supervision"]["zh"] == "住房和城乡建设局"


def test_six_months_run_from_the_pit_to_the_application_for_the_whole():
    clock = pit_permitted().clock("C05F", ClockKind.NEXT_PHASE)
    assert (clock.promised_length, clock.promised_unit.value) == (6, "month")
    assert clock.started_on is not None
    assert (clock.due_on.month - clock.started_on.month) % 12 == 6


def test_both_phases_are_built_by_the_same_contractor():
    play = main_open()
    form = play.item("C03").form
    other = {
        **example(play.facts.definition("C05M"), play.today),
        "contractor_code": OTHER_CONTRACTOR,
    }
    with pytest.raises(GuardRefused) as refused:
        play.do(c.SubmitApplication(item="C05M", form=other))
    assert "general contractor" in refused.value.sentence()
    same = {**other, "contractor_code": form["contractor_code"]}
    play.do(c.SubmitApplication(item="C05M", form=same))
    assert play.state("C05M") is S.RECEIVED


def test_work_beyond_the_pit_is_stopped_and_supervision_handed_over():
    play = main_open()
    play.do(c.RecordViolation(item="C05F", happened_on=play.today, finding="columns stand"))
    kinds = {task.kind for task in open_tasks(play.facts.supervision, "C05F")}
    assert SupervisionKind.STOP_WORK in kinds
    assert "enterprise" in play.told("violation_recorded")
    play.conclude("C05M")
    kinds = {task.kind for task in open_tasks(play.facts.supervision)}
    assert SupervisionKind.HANDOVER in kinds
    assert play.differences() == []
