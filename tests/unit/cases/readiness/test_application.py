"""What an application lacks before it is made: all of it at once, in the words of the rules that would refuse it."""

from __future__ import annotations

from decimal import Decimal

import pytest

from models.cases import commands as c
from models.errors import KaigongError
from models.scenarios.definition import ScenarioDefinition
from models.scenarios.forms import FieldType
from rules.cases.instruments.completeness import EmptyApplication
from rules.cases.instruments.forms import FieldMissing, WrongField
from rules.cases.instruments.guards import GuardRefused
from rules.cases.readiness.application import PaperStanding, Readiness, readiness
from rules.cases.readiness.compared import limits_by_field
from tests.support.people import APPLICANT
from tests.support.play import SIGNED, Play
from tests.support.yard import PAPERS, YARD, changed_item, field


def ready(play: Play, item: str, **application: object) -> Readiness:
    command = c.SubmitApplication(item=item, **application)
    return readiness(play.facts, command, play.context(APPLICANT))


def standings(checked: Readiness) -> dict[str, PaperStanding]:
    return {paper.material: paper.standing for paper in checked.papers}


def anchors(checked: Readiness) -> list[str]:
    return [blocker.anchor for blocker in checked.blockers]


def test_every_paper_that_lacks_is_named_at_once():
    checked = ready(Play().record("E0"), "A2")
    assert anchors(checked) == ["paper_plan", "paper_archive", "paper_insurance", "paper_survey"]
    assert standings(checked) == {
        "plan": PaperStanding.MISSING,
        "archive": PaperStanding.MAY_FOLLOW,
        "insurance": PaperStanding.MAY_FOLLOW,
        "survey": PaperStanding.MAY_FOLLOW,
    }


def test_what_is_chosen_to_follow_takes_a_signed_commitment_and_nothing_else():
    play = Play().record("E0").hand_in("plan", "insurance", "survey")
    checked = ready(play, "A2", defer=("archive",))
    assert anchors(checked) == ["commitment"]
    assert checked.needs_commitment
    assert not ready(play, "A2", defer=("archive",), commitment=SIGNED).blockers


@pytest.mark.parametrize(("later", "preliminary"), [("archive", False), ("survey", True)])
def test_only_what_may_change_the_result_leads_to_an_opinion(later, preliminary):
    there = {"plan", "archive", "insurance", "survey"} - {later}
    play = Play().record("E0").hand_in(*there)
    assert ready(play, "A2", defer=(later,), commitment=SIGNED).preliminary is preliminary


def test_a_returned_paper_is_uploaded_again():
    play = Play().record("E0").hand_in("plan").apply("A2")
    play.do(c.RequestCorrection(item="A2", materials={"plan": "no seal (art. 31)"}))
    assert standings(ready(play, "A1"))["plan"] is PaperStanding.RETURNED


def test_what_the_system_holds_is_asked_of_nobody():
    checked = ready(Play().hand_in("plan"), "A1")
    assert standings(checked)["business_licence"] is PaperStanding.HELD
    assert not checked.blockers


def test_a_commitment_takes_the_place_of_a_paper():
    play = Play().conclude("E0", "A1", "A2").hand_in("drawings")
    assert anchors(ready(play, "B0")) == ["commitment"]
    assert standings(ready(play, "B0"))["pledge"] is PaperStanding.BY_COMMITMENT
    assert not ready(play, "B0", commitment=SIGNED).blockers


def test_what_only_the_act_knows_is_told_last():
    play = Play().hand_in("plan").apply("A1")
    (blocker,) = ready(play, "A1").blockers
    assert blocker.anchor == "item"
    assert "received" in blocker.error.sentence()


# --- the form -------------------------------------------------------------------------------------


def limited() -> ScenarioDefinition:
    """A1 asks for floors, at most as many as the project names, and for an area between two limits."""
    fields = [
        field(FieldType.INTEGER, required=True, key="floors").model_dump(),
        field(FieldType.DECIMAL, required=True, key="area").model_dump(),
    ]
    checks = ("form.A1.floors <= project.floors", "1000.5 <= form.A1.area && form.A1.area < 2000")
    guards = [{"check": check, "refusal": {"zh": "超", "en": check}} for check in checks]
    return changed_item("A1", form=fields, guards=guards)


def test_every_fault_of_the_form_is_told_at_its_field():
    checked = ready(Play(limited()).hand_in("plan"), "A1", form={"area": "much"})
    kinds = {blocker.anchor: type(blocker.error) for blocker in checked.blockers}
    assert kinds == {"field_floors": FieldMissing, "field_area": WrongField}


def test_a_figure_stands_beside_its_limits_with_what_it_misses_them_by():
    checked = ready(Play(limited()).hand_in("plan"), "A1", form={"floors": 4, "area": 2000.1})
    by_field = {}
    for limit in checked.limits:
        by_field.setdefault(limit.field, []).append((limit.operator, limit.limit, limit.fits))
    assert by_field == {
        "floors": [("<=", 3, False)],
        "area": [(">=", 1000.5, True), ("<", 2000, False)],
    }
    assert [limit.over for limit in checked.limits] == [Decimal(1), None, Decimal("0.1")]
    assert anchors(checked) == ["field_floors", "field_area"]
    assert all(isinstance(blocker.error, GuardRefused) for blocker in checked.blockers)


def test_a_limit_stands_there_before_anything_is_typed():
    checked = ready(Play(limited()).hand_in("plan"), "A1")
    assert [limit.fits for limit in checked.limits] == [None, None, None]


def test_whoever_examines_sees_the_limits_of_both_moments_at_each_field():
    decide = {"check": "form.A1.area >= 1500", "at": "decide", "refusal": {"zh": "少", "en": "few"}}
    definition = limited().item["A1"]
    guards = [guard.model_dump() for guard in definition.guards]
    fields = [asked.model_dump() for asked in definition.form]
    play = Play(changed_item("A1", form=fields, guards=[*guards, decide])).hand_in("plan")
    play.do(c.SubmitApplication(item="A1", form={"floors": 3, "area": 1200}))
    limits = limits_by_field(play.facts, "A1")
    assert [limit.fits for limit in limits["floors"]] == [True]
    assert [(limit.limit, limit.fits) for limit in limits["area"]] == [
        (1000.5, True),
        (2000, True),
        (1500, False),
    ]


# --- the same as the act --------------------------------------------------------------------------


@pytest.mark.parametrize("code", [item.code for item in YARD.items])
@pytest.mark.parametrize("there", [("plan",), PAPERS])
def test_what_is_ready_is_received_and_what_is_refused_was_not_ready(code, there):
    """Whatever state an item is in."""
    play = Play().conclude("E0", "A1").hand_in(*there)
    command = c.SubmitApplication(item=code, commitment=SIGNED)
    blockers = readiness(play.facts, command, play.context(APPLICANT)).blockers
    try:
        play.do(command, APPLICANT)
    except KaigongError:
        assert blockers
    else:
        assert {blocker.anchor for blocker in blockers} <= {
            f"paper_{material}" for material in play.facts.definition(code).required
        }


def test_an_empty_application_is_refused_everywhere():
    asks_plan = changed_item("A1", materials=[{"material": "plan", "material_class": "core"}])
    with pytest.raises(EmptyApplication):
        Play(asks_plan).do(c.SubmitApplication(item="A1"), APPLICANT)
    Play(asks_plan).hand_in("plan").do(c.SubmitApplication(item="A1"), APPLICANT)
