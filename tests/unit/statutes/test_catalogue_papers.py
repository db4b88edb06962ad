"""Papers that a statute lists: core, with their article, and never left to follow."""

from __future__ import annotations

import pytest

from models.scenarios.definition import MaterialClass
from rules.cases.instruments.completeness import MaterialsMissing
from rules.scenarios.conditions.evaluation import holds
from services.scenarios.scenario_files import catalogue, shipped
from tests.support.play import Play

LISTED = (
    "developer_qualification",
    "construction_contract",
    "presale_floor_plans",
    "pre_sale_plan",
)


@pytest.mark.parametrize("material", LISTED)
def test_red23_the_papers_of_a_pre_sale(material):
    required = catalogue().item["D03"].required[material]
    assert required.material_class is MaterialClass.CORE
    assert "开发经营管理条例第23条 [L]" in str(required.basis)


def test_red23_no_pre_sale_without_them():
    scenario = shipped()["real-estate-presale"].definition
    assert {"business_licence", *LISTED} <= set(scenario.item["D03"].required)
    play = Play(scenario).conclude("E0", "A01", "A07", "A09", "B01", "B02", "B03")
    play.conclude("C01", "C02", "C03", "C05", "E2")
    play.apply("D03", complete=False)
    with pytest.raises(MaterialsMissing) as refused:
        play.accept("D03")
    assert {"developer_qualification", "presale_floor_plans"} <= set(
        refused.value.params["missing"]
    )
    play.hand_in(*(key for key in refused.value.params["missing"])).accept("D03").approve("D03")
    assert play.differences() == []


@pytest.mark.parametrize("code", ["C05", "C05M", "BC1"])
def test_fp12_no_permit_without_the_fire_protection_drawings(code):
    required = catalogue().item[code].required["fire_design"]
    assert (required.material_class, required.when) == (MaterialClass.CORE, None)
    assert "消防法第12条 [L]" in str(required.basis)


@pytest.mark.parametrize("code", ["C05", "BC1"])
@pytest.mark.parametrize("mandatory", [True, False])
def test_q12_the_contract_of_who_supervises_where_that_is_mandatory(code, mandatory):
    """Never deferred where it is; not asked for where it is not."""
    required = catalogue().item[code].required["supervision_contract"]
    assert required.material_class is MaterialClass.CORE
    assert holds(required.when, {"supervision_mandatory": mandatory}) is mandatory


def test_q12_an_estate_is_supervised():
    scenario = shipped()["real-estate-presale"].definition
    given = {attribute.key: attribute.default for attribute in scenario.attributes}
    assert given["supervision_mandatory"] is True


@pytest.mark.parametrize("code", ["A04", "A34"])
@pytest.mark.parametrize("prone", [True, False])
def test_geo21_no_feasibility_study_without_the_assessment_in_a_prone_zone(code, prone):
    required = catalogue().item[code].required["geo_hazard_assessment"]
    assert required.material_class is MaterialClass.CORE
    assert holds(required.when, {"geo_hazard_zone": prone}) is prone
