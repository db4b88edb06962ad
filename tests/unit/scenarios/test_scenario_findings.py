"""Every kind of finding has a faulty file; ``# ! code`` marks the line on which it is found.

A file without a mark is sound.
"""

import re

import pytest

from config.texts import catalogue as texts
from config.texts import entry_of, translator
from models.findings import Finding, Severity
from rules.scenarios.reading import read_scenario
from rules.scenarios.reading.codes import READING_KINDS, UNREADABLE
from rules.scenarios.reading.yaml_source import MAX_BYTES, MAX_VALUES
from rules.scenarios.verifier import Installation
from rules.scenarios.verifier.codes import KINDS
from services.documents.rendering import templates
from services.scenarios.scenario_files import catalogue
from tests.support.places import DATA, ROOT

FOLDER = DATA / "scenarios"
FILES = sorted(FOLDER.glob("*.yaml"))
ALL_KINDS = (*READING_KINDS, *KINDS)
DOCUMENTATION = ROOT / "docs" / "scenarios.md"

#: Every department of the catalogue has an officer who decides, and no other one has.
INSTALLATION = Installation(templates(), frozenset(catalogue().department))

#: Kinds that are about the file as a whole, with a file that has them.
WHOLE_FILES = {
    "file_not_utf8": "key: 场景".encode("gb18030"),
    "file_too_large": b"#" * (MAX_BYTES + 1),
    "file_empty": b"# nothing here\n",
    "yaml_too_long": "key: [" + "1," * MAX_VALUES + "1]",
}


def marked(text: str) -> set[tuple[str, int]]:
    return {
        (code, number)
        for number, line in enumerate(text.splitlines(), start=1)
        if (mark := re.search(r"# ! (.*)$", line))
        for code in mark[1].split(", ")
    }


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_faulty_file(path):
    reading = read_scenario(path.read_bytes(), catalogue(), INSTALLATION)
    assert {(found.code, found.line) for found in reading.findings} == marked(path.read_text())
    faulty = any(found.severity is Severity.ERROR for found in reading.findings)
    assert reading.publishable is not faulty


@pytest.mark.parametrize("code", WHOLE_FILES)
def test_file_that_cannot_be_read(code):
    reading = read_scenario(WHOLE_FILES[code], catalogue())
    assert [found.code for found in reading.findings] == [code]
    assert not reading.readable
    assert not reading.publishable


def test_every_kind_has_its_faulty_file():
    codes = {kind.code for kind in ALL_KINDS}
    assert codes == ({path.stem for path in FILES} - {"sound"}) | set(WHOLE_FILES)
    for path in FILES:
        if path.stem != "sound":
            assert path.stem in {code for code, _ in marked(path.read_text())}, path.name


def test_codes_are_unique():
    codes = [kind.code for kind in ALL_KINDS]
    assert len(codes) == len(set(codes))


def test_unreadable_files_have_no_definition():
    unreadable = {kind.code for kind in UNREADABLE}
    for path in FILES:
        reading = read_scenario(path.read_bytes(), catalogue())
        assert reading.readable is not (path.stem in unreadable), path.name


def test_every_finding_says_where_and_what_to_do():
    for path in FILES:
        for finding in read_scenario(path.read_bytes(), catalogue(), INSTALLATION).findings:
            assert finding.line is not None
            assert finding.column is not None
            template = finding.kind.sentence + finding.kind.remedy
            names = re.findall(r"(?<!\{)\{(\w+)\}(?!\})", template)
            assert [name for name in names if f"{{{name}}}" in finding.message()] == []


@pytest.mark.parametrize("kind", ALL_KINDS, ids=lambda kind: kind.code)
def test_findings_are_translated(kind):
    chinese = texts("zh-CN")
    assert entry_of(kind.sentence) in chinese
    assert entry_of(kind.remedy) in chinese


def test_every_code_is_documented():
    documented = set(
        re.findall(
            r"^\| `([a-z0-9_]+)` \| (?:error|warning) \|", DOCUMENTATION.read_text(), re.MULTILINE
        )
    )
    assert documented == {kind.code for kind in ALL_KINDS}


def test_names_stay_as_written_in_every_language():
    kind = next(kind for kind in ALL_KINDS if kind.code == "field_missing")
    message = Finding(kind, params={"field": "name"}).message(translator("zh-CN"))
    assert message == "缺少 name。 请补上，该字段没有默认值。"
