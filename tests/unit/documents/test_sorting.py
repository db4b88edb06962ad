"""Which paper a file is, by its name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.values import Text
from rules.documents.sorting import paper_by_name

PAPERS = {
    "site_plan": Text(zh="总平面图", en="Site plan"),
    "design": Text(zh="建设工程设计方案", en="Design of the works"),
    "sunlight": Text(zh="日照分析报告", en="Sunlight analysis"),
    "green": Text(zh="绿化指标核算", en="Green ratio"),
    "contract": Text(zh="国有建设用地使用权出让合同", en="Land contract"),
    "survey": Text(zh="工程勘察报告", en="Survey report"),
}


@pytest.mark.parametrize(
    ("file", "paper"),
    [
        ("总平面图.pdf", "site_plan"),
        ("03-总平面图_v3(终稿).PDF", "site_plan"),
        ("设计方案 v3.pdf", "design"),
        ("智能制造产业园日照分析报告20261130.docx", "sunlight"),
        ("国有建设用地使用权出让合同(补充协议).pdf", "contract"),
        ("SITE PLAN final.dwg", "site_plan"),
        ("ＳＩＴＥ　ＰＬＡＮ.dwg", "site_plan"),
        ("勘察报告.pdf", "survey"),
    ],
)
def test_a_file_is_known_by_its_name(file, paper):
    assert paper_by_name(file, PAPERS) == paper


@pytest.mark.parametrize(
    "file",
    ["IMG_20261130_0914.jpg", "扫描件.pdf", "报告.pdf", "1.pdf", "", "土地合同.pdf", "附件一.zip"],
)
def test_what_is_not_clear_is_left_to_the_person(file):
    assert paper_by_name(file, PAPERS) is None


def test_of_two_papers_of_one_name_neither_is_guessed():
    twins = {"first": PAPERS["site_plan"], "second": PAPERS["site_plan"]}
    assert paper_by_name("总平面图.pdf", twins) is None
    assert paper_by_name("总平面图.pdf", {}) is None


@given(st.text(max_size=60))
def test_any_name_is_answered(file):
    assert paper_by_name(file, PAPERS) in {None, *PAPERS}
