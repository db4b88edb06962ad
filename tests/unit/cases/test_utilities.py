"""Utilities: told in advance, surveyed once, answered together, connected after acceptance."""

from __future__ import annotations

from datetime import timedelta

import pytest

from models.cases import commands as c
from models.cases.states import ItemState
from models.errors import KaigongError
from models.scenarios.definition import ItemDefinition
from models.scenarios.joint import AbsenceRule
from rules.cases import progress as planning
from rules.cases.acts.decision import PlanMissing
from rules.cases.acts.lifecycle import LinesNotConnected
from rules.cases.acts.site_visit import (
    MayNotBeAbsent,
    NobodyCame,
    PartiesMissing,
    SiteVisitHeldAlready,
    SiteVisitMissing,
    ToldAnotherDay,
    VerifiedAlready,
)
from rules.cases.acts.utilities import (
    ConnectedAlready,
    ConnectedBefore,
    ConnectionTooEarly,
    NoLead,
    NoLeads,
    NotALine,
)
from rules.cases.instruments.site_visit import parties
from rules.documents import certificate_face
from services.documents.register import document_register
from services.scenarios.scenario_files import shipped
from tests.support.people import approver, handler
from tests.support.play import Play
from web.forms import Submission, command_of

SCENARIO = shipped()["industrial-simple"].definition
LINES = ("U01", "U03", "U02", "U04", "U05", "U06")
STAGE = "utility_hookups"


ASSESSED = {"energy_assessed": True, "water_soil_assessed": True}


def registered(**attributes: object) -> Play:
    """A project on a parcel that was assessed regionally, as the land sheet says."""
    return Play(SCENARIO, **{**ASSESSED, **attributes})


def filed(**attributes: object) -> Play:
    return registered(**attributes).conclude("A01").machine()


def surveyed(**attributes: object) -> Play:
    """The joint application is in and the site was surveyed."""
    play = filed(**attributes).conclude("E0").apply("U00").accept("U00").approve("U00")
    return play.verify("U00S").approve("U00S")


def replied(**attributes: object) -> Play:
    play = surveyed(**attributes)
    for code in LINES:
        if play.state(code) is ItemState.ACCEPTED:
            play.answer(code)
    return play.approve("U00R")


def accepted(**attributes: object) -> Play:
    """Everything up to the joint acceptance; the utilities answered and connected nothing yet."""
    play = replied(**attributes).conclude(
        "A11", "A07", "A09", "B02", "C01", "C03", "C05", "W0", "W1"
    )
    return play.conclude("D01")


# --- leads ------------------------------------------------------------------------------------------


def test_the_filing_tells_each_utility_once():
    play = filed()
    assert {code for code, line in play.facts.lines.items() if line.lead_on} == set(LINES)
    assert {line.lead_because for line in play.facts.lines.values()} == {"A01"}
    assert sorted(play.told("utility_lead")) == sorted(
        f"department:{play.item(code).department}" for code in LINES
    )
    assert play.kinds().count("LeadSent") == len(LINES)
    play.machine()
    assert play.kinds().count("LeadSent") == len(LINES)
    with pytest.raises(NoLeads):
        play.do(c.SendLeads(stage=STAGE))
    assert play.differences() == []


def test_a_lead_opens_nothing():
    play = filed()
    assert all(play.state(code) is ItemState.WAITING for code in (*LINES, "U00", "U00S"))


def test_before_the_filing_nobody_is_told():
    play = registered().machine()
    assert play.facts.lines == {}


def test_a_key_project_is_announced_at_its_registration():
    play = registered(key_project=True).machine()
    assert {line.lead_because for line in play.facts.lines.values()} == {None}
    assert set(play.facts.lines) == set(LINES)


def test_only_utilities_that_the_project_needs_are_told():
    play = filed(needs_gas=False, needs_heat=False)
    assert set(play.facts.lines) == {"U01", "U03", "U02", "U06"}


def test_a_utility_says_whom_to_ask():
    play = filed()
    play.do(c.AcknowledgeLead(item="U02", contact="customer service"))
    line = play.facts.lines["U02"]
    assert (line.acknowledged_on, line.contact) == (play.today, "customer service")
    assert play.told("lead_acknowledged") == ["enterprise", "steward"]
    with pytest.raises(NoLead):
        play.do(c.AcknowledgeLead(item="U02", contact="customer service"))
    assert play.differences() == []


# --- the one survey ---------------------------------------------------------------------------------


@pytest.mark.parametrize("needs", [True, False])
def test_every_utility_of_the_application_is_on_the_site(needs):
    play = filed(needs_gas=needs, needs_heat=needs).conclude("E0").apply("U00").accept("U00")
    play.approve("U00")
    there = set(parties(play.facts.scenario, play.facts.items, "U00S"))
    lines = [code for code in LINES if play.state(code) is not ItemState.NOT_REQUIRED]
    assert there >= {play.item(code).department for code in lines}
    assert ("gas_company" in there) is needs


def test_without_one_utility_the_survey_is_none():
    play = filed().conclude("E0").apply("U00").accept("U00").approve("U00")
    play.do(c.ScheduleSiteVisit(item="U00S", scheduled_for=play.today))
    everyone = play.visit("U00S")
    some = {k: v for k, v in everyone.officers.items() if k != "gas_company"}
    with pytest.raises(PartiesMissing) as refused:
        play.do(everyone.model_copy(update={"officers": some}))
    assert refused.value.params["missing"] == ["gas_company"]
    with pytest.raises(SiteVisitMissing):
        play.approve("U00S")


def test_there_is_one_survey_only():
    play = surveyed()
    assert len([one for one in play.facts.site_visits.values() if one.item == "U00S"]) == 1
    play = filed().conclude("E0").apply("U00").accept("U00").approve("U00").verify("U00S")
    with pytest.raises(SiteVisitHeldAlready):
        play.do(play.visit("U00S"))


def absent(play: Play, **reasons: str) -> c.RecordSiteVisit:
    """The survey, held today without some utilities."""
    held = play.visit("U00S")
    there = {key: named for key, named in held.officers.items() if key not in reasons}
    return held.model_copy(update={"officers": there, "absent": reasons})


def called(**attributes: object) -> Play:
    """The survey is set for the next working day, and that is today."""
    play = filed(**attributes).conclude("E0").apply("U00").accept("U00").approve("U00")
    day = play.wait(1).today
    return play.go_to(day)


def test_a_utility_that_does_not_come_works_from_the_record():
    play = called()
    play.do(c.ScheduleSiteVisit(item="U00S", scheduled_for=play.today))
    play.do(absent(play, gas_company="a burst pipe", heat_company=""))
    visit = play.facts.site_visits["U00S", 1, 1]
    assert visit.absent == {"gas_company": "a burst pipe", "heat_company": ""}
    assert "gas_company" not in visit.officers
    told = play.told("site_visit_missed")
    assert sorted(told) == ["department:gas_company", "department:heat_company", *["steward"] * 2]
    assert play.differences() == []
    with pytest.raises(SiteVisitHeldAlready):
        play.do(play.visit("U00S"))
    play.approve("U00S")
    with pytest.raises(VerifiedAlready):
        play.do(
            c.RecordVerification(
                item="U04",
                officers=(handler("gas_company").login, approver("gas_company").login),
                finding="-",
            )
        )
    for code in LINES:
        play.answer(code)
    context = play.context(handler(play.item("U00R").department))
    face = certificate_face(play.facts, "U00R", document_register(), context)
    by_record = [one["name"]["en"] for one in face["lines"] if one["by_record"]]
    assert sorted(by_record) == ["Gas", "Heat"]
    play.approve("U00R")


def test_nobody_is_absent_on_a_day_of_which_they_were_not_told():
    play = called()
    play.do(c.ScheduleSiteVisit(item="U00S", scheduled_for=play.today))
    play.wait(1)
    with pytest.raises(ToldAnotherDay):
        play.do(absent(play, gas_company=""))
    play.do(c.ScheduleSiteVisit(item="U00S", scheduled_for=play.today))
    play.do(absent(play, gas_company=""))


def test_the_form_names_who_came_and_who_did_not():
    fields = {
        "act": ["record_site_visit"],
        "item": ["U00S"],
        "held_on": ["2026-11-05"],
        "officers_admin_approval_bureau": ["li, wang"],
        "officers_gas_company": [""],
        "absent_gas_company": ["yes"],
        "excuse_gas_company": [" a burst pipe "],
        "excuse_heat_company": [""],
        "finding": ["as on the plan"],
    }
    command = command_of(Submission(fields))
    assert isinstance(command, c.RecordSiteVisit)
    assert command.officers == {"admin_approval_bureau": ("li", "wang")}
    assert command.absent == {"gas_company": "a burst pipe"}


@pytest.mark.parametrize("who", ["admin_approval_bureau", "no_utility"])
def test_only_a_utility_may_be_absent(who):
    play = called()
    play.do(c.ScheduleSiteVisit(item="U00S", scheduled_for=play.today))
    with pytest.raises(MayNotBeAbsent) as refused:
        play.do(absent(play, **{who: ""}))
    assert "gas_company" in refused.value.params["allowed"]


def test_who_was_there_was_not_absent_and_somebody_came():
    play = called()
    play.do(c.ScheduleSiteVisit(item="U00S", scheduled_for=play.today))
    held = play.visit("U00S")
    with pytest.raises(MayNotBeAbsent):
        play.do(held.model_copy(update={"absent": {"gas_company": ""}}))
    lead = play.item("U00S").department
    utilities = [one for one in held.officers if one != lead]
    with pytest.raises(NobodyCame):
        play.do(absent(play, **dict.fromkeys(utilities, "")))


def test_where_the_district_does_not_allow_it_everyone_has_to_be_there():
    """The choice is the scenario's, item by item; left out, nobody is excused."""
    refused = SCENARIO.model_copy(update={"items": tuple(strict(one) for one in SCENARIO.items)})
    play = Play(refused).conclude("A01").machine().conclude("E0").apply("U00").accept("U00")
    play.approve("U00").do(c.ScheduleSiteVisit(item="U00S", scheduled_for=play.today))
    with pytest.raises(MayNotBeAbsent) as said:
        play.do(absent(play, gas_company=""))
    assert said.value.params["allowed"] == ["none"]


def strict(item: ItemDefinition) -> ItemDefinition:
    visit = item.site_visit
    own = visit.model_copy(update={"absence": AbsenceRule.REFUSED}) if visit else None
    return item.model_copy(update={"site_visit": own})


# --- the answers ------------------------------------------------------------------------------------


def test_a_line_is_granted_by_its_plan_alone():
    play = surveyed()
    with pytest.raises(PlanMissing):
        play.approve("U02")
    play.answer("U02")
    line = play.facts.lines["U02"]
    assert play.state("U02") is ItemState.GRANTED
    assert (line.plan, line.days, line.to_red_line) == ("from the road", 5, True)
    assert play.differences() == []


def test_what_is_no_line_has_no_plan():
    play = surveyed()
    department = play.item("U00R").department
    for code in LINES:
        play.answer(code)
    answer = c.AnswerLine(item="U00R", plan="p", days=1, contact="c", to_red_line=True)
    with pytest.raises(NotALine):
        play.do(answer, approver(department))


def test_the_reply_says_every_plan():
    play = replied(needs_gas=False)
    context = play.context(handler(play.item("U00R").department))
    face = certificate_face(play.facts, "U00R", document_register(), context)
    assert len(face["lines"]) == len(LINES) - 1
    assert {one["plan"] for one in face["lines"]} == {"from the road"}
    other = certificate_face(play.facts, "A01", document_register(), context)
    assert "lines" not in other


@pytest.mark.parametrize(
    ("pipes", "opened"),
    [
        ("none", set()),
        ("road", {"U00P", "C07"}),
        ("green", {"U00P", "C08"}),
        ("road_and_green", {"U00P", "C07", "C08"}),
    ],
)
def test_permits_outside_the_parcel_open_side_by_side_from_the_reply(pipes, opened):
    play = replied(outside_pipes=pipes)
    found = {code for code in ("U00P", "C07", "C08") if play.state(code) is ItemState.OPEN}
    assert found == opened


# --- the connection ---------------------------------------------------------------------------------


def test_nothing_is_connected_before_the_acceptance():
    play = replied()
    with pytest.raises(ConnectionTooEarly) as refused:
        play.do(c.ConnectLine(item="U02", connected_on=play.today))
    assert refused.value.params["missing"] == "U00C"


def test_after_the_acceptance_each_utility_is_asked_to_connect():
    play = accepted()
    assert sorted(play.told("line_to_connect")) == sorted(
        f"department:{play.item(code).department}" for code in LINES
    )
    assert all(play.facts.lines[code].connect_from == play.today for code in LINES)
    with pytest.raises(LinesNotConnected) as refused:
        play.record("U00C")
    assert set(refused.value.params["missing"]) == set(LINES)


def test_the_last_line_ends_the_connection():
    play = accepted()
    for days, code in enumerate(LINES):
        assert play.state("U00C") is ItemState.OPEN
        play.wait(1 if days else 0)
        play.do(c.ConnectLine(item=code, connected_on=play.today))
    assert play.state("U00C") is ItemState.CONCLUDED
    assert play.item("U00C").decided_on == play.today
    assert play.told("line_connected") == ["enterprise"] * len(LINES)
    assert "U00C" not in planning.unfinished(play.facts)
    assert play.differences() == []


def test_the_day_of_a_connection_is_checked():
    play = accepted().wait(2)
    first = play.facts.lines["U02"].connect_from
    with pytest.raises(ConnectedBefore):
        play.do(c.ConnectLine(item="U02", connected_on=first - timedelta(days=1)))
    with pytest.raises(KaigongError, match="happened_on"):
        play.do(c.ConnectLine(item="U02", connected_on=play.today + timedelta(days=1)))
    play.do(c.ConnectLine(item="U02", connected_on=play.today))
    with pytest.raises(ConnectedAlready):
        play.do(c.ConnectLine(item="U02", connected_on=play.today))


# --- the land sheet ---------------------------------------------------------------------------------

INDICATORS = {
    "far_min": 1.0,
    "far_max": 2.0,
    "coefficient_min": 40,
    "green_max": 20,
    "investment_min": 300,
    "tax_min": 20,
    "energy_max": 0.5,
}
DESIGN = {
    "far": 1.5,
    "coefficient": 45,
    "green": 15,
    "investment": 350,
    "tax": 25,
    "energy": 0.3,
}


def designed(**changes: object) -> Play:
    """The land was handed over with its indicators; the planning permit is applied for."""
    play = Play(SCENARIO).conclude("A01")
    play.do(c.RecordMilestone(item="E0", happened_on=play.today, form=INDICATORS))
    play.conclude("A07")
    play.do(c.SubmitApplication(item="B02", form={**DESIGN, **changes}))
    return play


def test_a_design_within_the_indicators_of_its_parcel_passes():
    assert designed().state("B02") is ItemState.RECEIVED


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"far": 0.8}, "floor area ratio"),
        ({"far": 2.1}, "floor area ratio"),
        ({"coefficient": 30}, "building coefficient"),
        ({"green": 25}, "green ratio"),
        ({"investment": 200}, "investment intensity"),
        ({"tax": 10}, "tax per mu"),
        ({"energy": 0.9}, "energy per value added"),
    ],
)
def test_a_design_outside_the_indicators_is_refused_with_its_reason(changes, words):
    with pytest.raises(KaigongError) as refused:
        designed(**changes)
    assert words in refused.value.sentence()


@pytest.mark.parametrize(
    ("attribute", "item"), [("energy_assessed", "A12"), ("water_soil_assessed", "A13")]
)
def test_what_was_assessed_regionally_is_not_asked_again(attribute, item):
    assert registered().state(item) is ItemState.NOT_REQUIRED
    assert registered(**{attribute: False}).state(item) is ItemState.WAITING
