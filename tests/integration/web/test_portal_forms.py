"""The form of an item as people fill it in on its page."""

from __future__ import annotations

from models.cases import commands as c
from services.cases import audit
from tests.support.people import APPLICANT, STEWARD, handler
from tests.support.yard import LAND

FILLED = {
    "field_a_text": "渭城建工",
    "field_a_integer": "3",
    "field_a_decimal": "6.5",
    "field_a_boolean": "yes",
    "field_a_date": "2026-11-30",
    "field_a_choice": "piles",
    "field_a_credit_code": "91611102MA0FAKE175",
}


def test_a_form_is_filled_in_seen_corrected_and_offered_again(town):
    project = town.register()
    town.do(project, c.RecordMilestone(item="E0", happened_on=town.today))
    town.hand_in(project, "plan", "archive", "insurance", "survey")
    address = f"/projects/{project}/items/A2"
    browser = town.browser(APPLICANT)
    form = browser.open(f"{address}/apply").form("submit_application")
    assert set(FILLED) - {"field_a_boolean"} <= set(form.fields)

    refused = browser.send(form, **{**FILLED, "field_a_integer": "three"}, step="file")
    assert refused.status == 422
    assert refused.alert("“a_integer(中)”（a_integer）填写的“three”无效，应为整数")
    kept = refused.form("submit_application")
    assert kept.fields["field_a_text"] == ["渭城建工"]
    assert kept.fields["field_a_boolean"] == ["yes"]
    assert kept.fields["field_a_choice"] == ["piles"]

    seen = browser.send(kept, **FILLED, step="file")
    assert seen.status == 200
    for words in ("渭城建工", "6.5", "piles(中)", "2026-11-30"):
        assert seen.says(words)
    facts = town.facts(project).items["A2"]
    assert facts.form["a_integer"] == 3
    assert facts.form["a_boolean"] is True

    officer = town.browser(handler(LAND))
    notice = officer.open(address).form("request_correction")
    said = {"wrong_paper_plan": "没有盖章（第31条）", "wrong_field_a_decimal": "与图纸不一致"}
    named = {"materials": ["plan"], "fields": ["a_decimal", "a_text"]}
    refused = officer.send(notice, **named, **said)
    assert refused.status == 422
    assert refused.alert("请写明“a_text(中)”需要补正的问题")
    again = refused.form("request_correction")
    assert officer.send(again, **named, **said, wrong_field_a_text="请填写全称").status == 200
    page = browser.open(address)
    for words in ("没有盖章（第31条）", "与图纸不一致", "请填写全称"):
        assert page.region("提交补正").says(words)
    correction = page.form("supply_correction")
    assert correction.files == ["paper_plan"]
    assert correction.fields["field_a_decimal"] == ["6.5"]
    assert "field_a_integer" not in correction.fields
    signed = {"paper_plan": ("a.pdf", b"%PDF-1.4 signed", "application/pdf")}
    browser.send(correction, field_a_decimal="7", field_a_text="", files=signed)
    form = town.facts(project).items["A2"].form
    assert form == {key: value for key, value in facts.form.items() if key != "a_text"} | {
        "a_decimal": 7
    }
    assert audit.verify(town.database, project).ok

    seen = officer.open(address)
    decimal = seen.fact("a_decimal(中)")
    assert decimal.lines[0] == "7"
    assert decimal.says("告知补正的问题：与图纸不一致", "补正前：6.5")
    town.do(project, c.WithdrawApplication(item="A2"))
    town.do(project, c.StartNewRound(item="A2"))
    again = town.browser(STEWARD).open(f"{address}/apply").form("submit_application")
    assert again.fields["field_a_decimal"] == ["7"]
