"""Official documents as pages: what each kind says, and the same bytes every time."""

from __future__ import annotations

import hashlib
import io
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
import zxingcpp
from PIL import Image
from pypdf import PdfReader

from config.official_documents import TEMPLATES
from models.cases import commands as c
from models.cases.states import ClockKind, ItemState
from models.documents.official_document import DocumentCategory
from models.errors import Unavailable
from models.scenarios.definition import (
    DepartmentDefinition,
    DepartmentKind,
    ItemCategory,
    ScenarioDefinition,
    Text,
)
from rules.cases.declarations.registry import registry
from rules.documents import (
    Face,
    certificate_face,
    kind_written,
    procedure_face,
    supervision_face,
    void_reason,
)
from services.documents.register import RegisterNotValid, document_register
from services.documents.rendering import render, sheet
from services.documents.supervision_letters import KIND
from tests.support.people import ADMINISTRATOR, SYSTEM, head
from tests.support.places import ROOT
from tests.support.play import SIGNED, Play
from tests.support.states import accepted, granted, preliminary, received, written_to, yard
from tests.support.yard import HOUSING, LAND, PLANNING, YARD, changed_item, name

ADDRESS = "https://kaigong.example.org/verify/Xk3vJq0yR8mZpL2wQnT5aA"
REGISTER = document_register()


def paper(play: Play, command: c.ItemCommand, actor=None, **said: object) -> Face:
    """The face of the paper that an act writes, with what the services add."""
    play.do(command, actor)
    context = play.context(actor or ADMINISTRATOR)
    kind = kind_written(play.facts, command)
    assert kind is not None
    face = procedure_face(play.facts, command, kind, REGISTER, context)
    return sheet({**face, "enterprise_name": "陕西秦汉智能装备有限公司", **said}, kind, "notice", "西咸字〔2026〕0001号")  # fmt: skip


def certificate(play: Play, item: str = "A1", **said: object) -> Face:
    face = certificate_face(play.facts, item, REGISTER, play.context(ADMINISTRATOR))
    category = DocumentCategory.CERTIFICATE
    return sheet(
        {**face, "enterprise_name": "陕西秦汉智能装备有限公司", **said}, "x", category, "LC-1"
    )


def voiding(reason: str = "没有补齐", actor=ADMINISTRATOR) -> tuple[Play, Face]:
    play = yard().apply("A2", defer=("archive",)).accept("A2").approve("A2")
    (owed,) = play.facts.open_deficiencies("A2")
    play.after(owed.due_on)
    command = c.VoidApproval(item="A2", reason=reason)
    revoked = [
        {"name": {"zh": "准予行政许可决定书", "en": "x"}, "number": "西咸准许〔2026〕0007号"}
    ]
    return play, paper(play, command, None if actor is ADMINISTRATOR else actor, revoked=revoked)


def delivery(method: str) -> Face:
    play = granted().play
    play.do(c.IssueDocument(item="A1", number="LC-1"))
    delivered = [{"name": {"zh": "土地证", "en": "x"}, "number": "LC-1"}]
    return paper(play, c.RecordDelivery(item="A1", method=method), delivered=delivered)


def deferred(item: str = "A2") -> Play:
    return yard().apply(item, defer=("archive", "insurance"))


def deemed() -> Face:
    play = received().play.wait(6)
    return paper(play, c.DeemAccepted(item="A1"), SYSTEM)


def supervision(**changes: object) -> Face:
    """The letter about A1, or about what ``changes`` of it say, and missed on 9 November."""
    play = written_to(ItemState.ACCEPTED).play
    letter = replace(play.facts.supervision[1], due_on=date(2026, 11, 20), **changes)
    face = supervision_face(play.facts, letter, date(2026, 11, 9), REGISTER, play.context(SYSTEM))
    page = {**face, "enterprise_name": "陕西秦汉智能装备有限公司"}
    return sheet(page, "supervision_letter", "internal", "西咸督办〔2026〕0001号")


def with_departments(*departments: DepartmentDefinition) -> ScenarioDefinition:
    """The yard with other departments described."""
    yard_ = YARD.model_dump(by_alias=True)
    return ScenarioDefinition.model_validate(yard_ | {"departments": departments})


#: Kind → the page of one, and what it has to say.
PAGES: dict[str, tuple[Callable[[], Face], list[str]]] = {
    "acceptance_notice": (
        lambda: paper(received().play, c.AcceptApplication(item="A1")),
        ["受理通知书", "予以受理", "第三十二条", "法定办理期限20个工作日", "承诺办理期限5个工作日", "2026年11月9日", "business licence(中)（系统共享，免予提交）"],
    ),
    "acceptance_deemed": (deemed, ["视为受理", "第三十二条", "2026年11月2日"]),
    "acceptance_deferred": (
        lambda: paper(deferred(), c.AcceptApplication(item="A2")),
        ["容　缺", "容缺受理", "archive(中)", "insurance(中)", "30个工作日"],
    ),
    "correction_notice": (
        lambda: paper(received().play, c.RequestCorrection(item="A1", materials={"plan": "缺少第3页签章（许可法第31条）"})),
        ["补正告知书", "一次告知", "第三十二条第一款第四项", "1. plan(中)：缺少第3页签章（许可法第31条）"],
    ),
    "correction_notice_fields": (
        lambda: paper(deferred(), c.RequestCorrection(item="A2", materials={"plan": "无签章（许可法第31条）"}, fields={"a_choice": "与图纸不一致", "a_boolean": "请核对"})),
        ["需要补正的材料", "1. plan(中)：无签章（许可法第31条）", "需要更正的填报内容", "1. a_boolean(中)（所填：是）：请核对", "2. a_choice(中)（所填：open_cut(中)）：与图纸不一致"],
    ),
    "refusal_notice": (
        lambda: paper(received().play, c.RefuseApplication(item="A1", reason="不属于本机关职权", competent_authority="陕西省自然资源厅")),
        ["不予受理通知书", "第三十二条第一款第二项", "陕西省自然资源厅", "六十日", "行政复议", "六个月", "行政诉讼"],
    ),
    "not_required_notice": (
        lambda: paper(received().play, c.DeclareNotRequired(item="A1", reason="用地已一并批准")),
        ["不受理通知书", "第三十二条第一款第一项", "不需要取得行政许可", "用地已一并批准", "可以直接办理后续事项", "行政复议"],
    ),
    "special_procedure_notice": (
        lambda: paper(accepted().play, c.SuspendClock(item="A1", procedure="expert_review", planned_days=5)),
        ["特别程序告知书", "第四十五条", "专家评审", "5个工作日", "2026年11月9日", "不计算在办理期限内"],
    ),
    "supervision_letter": (
        supervision,
        ["营商环境建设办公室", "“itemA1(中)”由你单位办理，其办理期限已于2026年11月9日届满", "2026年11月20日前（含当日）书面答复", "西咸督办"],
    ),
    "supervision_letter_consulted": (
        lambda: supervision(clock=ClockKind.CONSULTATION, department=HOUSING, subject=HOUSING),
        ["由你单位答复意见，其征求意见答复期限已于"],
    ),
    "supervision_letter_make_up": (
        lambda: supervision(clock=ClockKind.MAKE_UP, subject="archive"),
        ["涉及《archive(中)》，其容缺材料审核期限已于"],
    ),
    "extension_notice": (
        lambda: paper(accepted().play, c.ExtendLimit(item="A1", reason="会商未结束"), head(PLANNING)),
        ["延期通知书", "第四十二条第一款", "会商未结束", "负责人批准", "10个工作日", "2026年11月23日"],
    ),
    "grant_decision": (
        lambda: paper(accepted().play, c.ApproveItem(item="A1", comment="按图施工")),
        ["准予行政许可决定书", "第三十八条第一款", "准予行政许可", "按图施工", "《land certificate(中)》"],
    ),
    "grant_deferred": (
        lambda: paper(deferred().accept("A2"), c.ApproveItem(item="A2")),
        ["容　缺", "容缺材料", "archive(中)（最迟2026年12月14日补齐）", "作废"],
    ),
    "denial_decision": (
        lambda: paper(accepted().play, c.DenyItem(item="A1", reason="位于水源保护区内")),
        ["不予行政许可决定书", "第三十八条第二款", "位于水源保护区内", "六十日", "行政复议", "六个月", "行政诉讼"],
    ),
    "preliminary_opinion": (
        lambda: paper(yard().apply("A2", defer=("survey",)).accept("A2"), c.IssuePreliminaryOpinion(item="A2")),
        ["初审意见", "survey(中)", "不是审批决定", "2026年12月14日"],
    ),
    "void_decision": (
        lambda: voiding()[1],
        ["作废决定书", "archive(中)", "没有补齐", "《准予行政许可决定书》", "西咸准许〔2026〕0007号", "行政复议"],
    ),
    "delivery_receipt": (
        lambda: delivery("courier"),
        ["送达回证", "《土地证》", "LC-1", "邮寄送达", "第四十四条", "受送达人签名"],
    ),
    "certificate": (
        lambda: certificate(granted().play),
        ["land certificate(中)", "LC-1", "a yard", "2611-611102-04-01-000001", "91611102MA0FAKE175"],
    ),
}  # fmt: skip


def words(pdf: bytes) -> str:
    """What a PDF says, lines joined: Chinese may break anywhere."""
    pages = PdfReader(io.BytesIO(pdf)).pages
    return "".join(page.extract_text() for page in pages).replace("\n", "").replace(" ", "")


def says(page: Face, *expected: str) -> bool:
    found = words(render(page, ADDRESS))
    return all(one.replace(" ", "") in found for one in expected)


@pytest.mark.parametrize("kind", PAGES)
def test_every_kind_says_what_it_has_to(kind):
    make, expected = PAGES[kind]
    page = make()
    found = words(render(page, ADDRESS))
    everywhere = [
        page["number"],
        page["issuer"]["zh"],
        page["addressee"]["zh"] if "addressee" in page else "陕西秦汉智能装备有限公司",
        page["name"]["zh"],
    ]
    missing = [one for one in everywhere + expected if one.replace(" ", "") not in found]
    assert missing == [], found
    assert "演示" not in found


@pytest.mark.parametrize("kind", PAGES)
def test_the_same_face_is_the_same_file(kind):
    page = PAGES[kind][0]()
    assert render(page, ADDRESS) == render(dict(reversed(page.items())), ADDRESS)


def test_the_same_face_is_the_same_file_in_another_process(tmp_path):
    program = (
        "import hashlib; from services.documents.rendering import render;"
        "from tests.unit.documents.test_document_rendering import ADDRESS, PAGES;"
        "print(hashlib.sha256(render(PAGES['grant_deferred'][0](), ADDRESS)).hexdigest())"
    )
    found = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, check=True, capture_output=True, text=True
    )
    here = hashlib.sha256(render(PAGES["grant_deferred"][0](), ADDRESS)).hexdigest()
    assert found.stdout.strip() == here


@pytest.mark.parametrize("kind", ["certificate", "delivery_receipt", "void_decision"])
def test_the_printed_code_leads_to_the_verification(kind):
    picture = Image.open(io.BytesIO(render(PAGES[kind][0](), ADDRESS, "png")))
    assert picture.size == (1191, 1684)
    assert [found.text for found in zxingcpp.read_barcodes(picture)] == [ADDRESS]


def test_there_is_a_template_for_every_kind_in_the_register():
    papers = {act.paper for act in registry().acts.values() if act.paper}
    assert {*papers, KIND} == set(REGISTER.document)
    templates = {path.stem for path in TEMPLATES.glob("*.typ")}
    assert templates == {*REGISTER.document, "certificate", "official"}


# --- marks ----------------------------------------------------------------------------------------


def test_a_conditional_certificate_shows_what_is_owed_and_until_when():
    scenario = changed_item("A2", document="permit")
    play = Play(scenario).record("E0").apply("A2", defer=("archive",)).accept("A2").approve("A2")
    page = certificate(play, "A2")
    assert says(page, "容　缺", "archive(中)（最迟2026年12月14日补齐）")
    assert not says(certificate(granted().play), "容　缺")


def test_the_scope_of_a_phased_permit_is_printed():
    scope = Text(zh="基坑支护及土方开挖", en="pit")
    play = Play(changed_item("A1", scope=scope.model_dump())).apply("A1").accept("A1")
    assert says(paper(play, c.ApproveItem(item="A1")), "准予范围：基坑支护及土方开挖")
    assert says(certificate(play), "基坑支护及土方开挖", "只在上列范围内有效")


def test_a_rehearsal_is_marked_on_every_page():
    page = certificate(granted().play, rehearsal=True)
    assert says(page, "演示", "不具有法律效力")


def test_a_long_document_goes_on_with_the_code_on_every_page():
    reason = "该图缺少签章，不符合第31条。" * 110
    page = paper(received().play, c.RequestCorrection(item="A1", materials={"plan": reason}))
    pages = PdfReader(io.BytesIO(render(page, ADDRESS))).pages
    assert len(pages) > 1
    assert all(ADDRESS in one.extract_text() for one in pages)


def test_what_people_write_is_text_and_nothing_else():
    reason = '#panic("x") $ *b* _i_ `c` <l> @r \\ // /* "quoted" [brackets] #import "official.typ"'
    assert says(paper(accepted().play, c.DenyItem(item="A1", reason=reason)), reason)


# --- which law, which title -----------------------------------------------------------------------


def test_what_is_no_licence_is_decided_by_analogy():
    play = Play(changed_item("A1", category=ItemCategory.FILING, document=None))
    page = paper(play.apply("A1").accept("A1"), c.ApproveItem(item="A1"))
    assert says(page, "准予决定书", "参照《中华人民共和国行政许可法》")
    assert "行政许可决定书" not in words(render(page, ADDRESS))


def test_a_utility_is_no_authority():
    kind = DepartmentKind.UTILITY
    play = Play(with_departments(DepartmentDefinition(key=PLANNING, name=name("gas"), kind=kind)))
    play.apply("A1").accept("A1")
    found = words(render(paper(play, c.DenyItem(item="A1", reason="容量不足")), ADDRESS))
    for of_an_authority in ("行政许可法", "行政复议", "行政诉讼", "本机关", "西咸新区"):
        assert of_an_authority not in found


def test_marks_of_the_catalogue_are_not_printed():
    basis = "企业投资项目核准和备案管理条例第13条 [L]; 建筑法第8条 [S:004]"
    play = Play(changed_item("A1", legal_basis=basis)).apply("A1").accept("A1").approve("A1")
    assert certificate(play)["legal_basis"] == "企业投资项目核准和备案管理条例第13条; 建筑法第8条"


@pytest.mark.parametrize(
    ("changes", "written"),
    [
        ({}, True),
        ({"category": ItemCategory.LICENCE}, True),
        ({"category": ItemCategory.TECHNICAL_REVIEW}, False),
        ({"category": ItemCategory.TECHNICAL_REVIEW, "document": None}, True),
    ],
)
def test_an_item_whose_document_is_its_decision_gets_no_second_one(changes, written):
    play = Play(changed_item("A1", **changes)).apply("A1").accept("A1").approve("A1")
    kind = kind_written(play.facts, c.ApproveItem(item="A1"))
    assert kind == ("grant_decision" if written else None)


def test_nobody_is_written_to_where_nobody_applies():
    play = granted().play
    assert kind_written(play.facts, c.ApproveItem(item="N1")) is None
    assert kind_written(play.facts, c.SuspendClock(item="N1", procedure="hearing", planned_days=3)) is None  # fmt: skip
    assert kind_written(play.facts, c.SubmitApplication(item="A1")) is None


def test_what_time_voids_gives_its_reason_in_chinese():
    play, page = voiding("not made good: archive", SYSTEM)
    assert not says(page, "not made good")
    command = c.VoidApproval(item="A2", reason="not made good: archive")
    reason = void_reason(play.facts, command, play.context(SYSTEM))
    assert reason == "未在规定期限内补齐容缺材料：archive(中)"


def test_a_material_by_commitment_is_named_as_such():
    play = Play().conclude("E0", "A1", "A2")
    play.hand_in("drawings")
    play.do(c.SubmitApplication(item="B0", commitment=SIGNED))
    page = paper(play, c.AcceptApplication(item="B0"))
    by = {one["name"]["en"]: one["by"] for one in page["materials"]}
    assert by == {"drawings": "applicant", "land certificate": "system", "pledge": "commitment"}


def test_a_preliminary_opinion_owes_what_it_says():
    place = preliminary()
    owed = {d.material for d in place.play.facts.open_deficiencies("A2")}
    assert owed == {"survey", "archive"}


def test_a_department_that_the_scenario_does_not_describe_is_named_by_its_key():
    play = Play(with_departments()).record("E0").apply("A2").accept("A2")
    face = paper(play, c.ApproveItem(item="A2"))
    assert face["issuer"]["zh"] == f"陕西省西咸新区{LAND}"


# --- the register ---------------------------------------------------------------------------------


def test_an_installation_words_and_numbers_what_it_wants(tmp_path):
    own = tmp_path / "official_documents.yaml"
    own.write_text(
        "court: 西安铁路运输法院\n"
        "documents:\n  - {key: acceptance_notice, number_pattern: 'SL{region}-{seq}'}\n",
        encoding="utf-8",
    )
    register = document_register(own)
    assert register.court == "西安铁路运输法院"
    assert register.document["acceptance_notice"].number_pattern == "SL{region}-{seq}"
    assert register.document["acceptance_notice"].name.zh == "受理通知书"
    assert register.place == REGISTER.place


@pytest.mark.parametrize(
    ("content", "where"),
    [
        ("documents:\n  - {key: acceptance_notice, number_pattern: '{year}'}\n", "number_pattern"),
        ("documents:\n  - {key: acceptance_notice, number_pattern: '{who}{seq}'}\n", "number_pattern"),
        ("documents:\n  - {key: letter}\n", "documents"),
        ("documents:\n  - nothing\n", "documents"),
        ("seal: red\n", "seal"),
        ("place: [\n", "line 2"),
        ("- 1\n", "file"),
    ],
)  # fmt: skip
def test_a_faulty_register_is_refused_with_its_place(tmp_path, content, where):
    own = tmp_path / "official_documents.yaml"
    own.write_text(content, encoding="utf-8")
    with pytest.raises(RegisterNotValid) as refused:
        document_register(own)
    assert where in refused.value.sentence()


def test_a_broken_template_says_so(monkeypatch, tmp_path):
    (tmp_path / "certificate.typ").write_text("#let")
    monkeypatch.setattr("services.documents.rendering.TEMPLATES", tmp_path)
    with pytest.raises(Unavailable, match="certificate"):
        render(certificate(granted().play), ADDRESS)


def test_names_of_the_yard_are_chinese_on_paper():
    assert certificate(granted().play)["name"] == name("land certificate").model_dump()
