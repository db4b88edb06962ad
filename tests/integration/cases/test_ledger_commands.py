"""``kaigong project``, ``audit``, ``watch``, ``steward`` and ``document``: JSON on standard output, exit codes, one sentence."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import NamedTuple

import pytest
from sqlalchemy import text

from cli.main import run
from config.settings import get_settings
from models.cases import commands as c
from services.documents.writing import document_file
from services.unit_of_work import WithoutSteward
from tests.support.ledger import Ledger
from tests.support.yard import ENTERPRISE


class Answer(NamedTuple):
    returncode: int
    stdout: str
    stderr: str


@pytest.fixture
def kaigong(monkeypatch, capsys) -> Iterator[Callable[..., Answer]]:
    """The command line in this process: starting one for every call takes its time."""

    def call(url: str, *arguments: str, language: str = "en") -> Answer:
        monkeypatch.setenv("KAIGONG_DATABASE_URL", url)
        monkeypatch.setenv("KAIGONG_LANGUAGE", language)
        monkeypatch.setenv("COLUMNS", "160")
        get_settings.cache_clear()
        capsys.readouterr()
        code = run(list(arguments))
        return Answer(code, *capsys.readouterr())

    yield call
    monkeypatch.undo()
    get_settings.cache_clear()


@pytest.fixture(scope="module")
def project(module_ledger: Ledger) -> str:
    return module_ledger.accepted(number=1)


def test_show(module_ledger, project, kaigong):
    answer = kaigong(module_ledger.url, "project", "show", project, "--json")
    assert (answer.returncode, answer.stderr) == (0, "")
    found = json.loads(answer.stdout)
    assert found["code"] == project
    items = {item["code"]: item for stage in found["stages"] for item in stage["items"]}
    assert items["A1"]["state"] == "accepted"
    assert items["A1"]["waits_for"] == "department"
    words = kaigong(module_ledger.url, "project", "show", project, language="zh-CN").stdout
    assert project in words
    assert "item A1(中)" in words


def test_list(module_ledger, project, kaigong):
    answer = kaigong(module_ledger.url, "project", "list", "--json")
    found = json.loads(answer.stdout)
    assert found["total"] == len(found["projects"])
    assert project in [row["code"] for row in found["projects"]]
    for option in (["--steward", "nobody"], ["--level", "yellow"]):
        none = json.loads(kaigong(module_ledger.url, "project", "list", *option, "--json").stdout)
        assert none == {"projects": [], "total": 0}
    assert project in kaigong(module_ledger.url, "project", "list", "--steward", "steward").stdout


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["project", "show", "2611-611102-04-01-999999"], "2611-611102-04-01-999999"),
        (["project", "list", "--level", "blue"], "blue"),
        (["project", "import", "nowhere.csv"], "nowhere.csv"),
        (["audit", "verify", "--project", "2611-611102-04-01-999999"], "999999"),
    ],
)
def test_a_wrong_call_is_one_sentence(module_ledger, arguments, named, kaigong):
    answer = kaigong(module_ledger.url, *arguments)
    assert (answer.returncode, answer.stdout) == (2, "")
    assert named in answer.stderr
    assert len(answer.stderr.splitlines()) == 1


def test_a_database_that_was_never_migrated(postgres_url, kaigong):
    answer = kaigong(postgres_url, "project", "list")
    assert answer.returncode == 2
    assert "kaigong migrate" in answer.stderr


def test_import_and_its_faults(module_ledger, tmp_path, kaigong):
    path = tmp_path / "projects.csv"
    good = f"2611-611102-04-01-000071,a yard,{ENTERPRISE},yard"
    path.write_text(f"code,title,enterprise,scenario\n{good}\nwrong,a yard,{ENTERPRISE},yard\n")
    answer = kaigong(module_ledger.url, "project", "import", str(path))
    assert (answer.returncode, answer.stdout) == (2, "")
    first, last = answer.stderr.splitlines()
    assert first.startswith("Row 3, column A (code): code: wrong")
    assert "nothing was imported" in last
    document = json.loads(
        kaigong(module_ledger.url, "project", "import", str(path), "--json").stdout
    )
    assert document["ok"] is False
    assert [(f["row"], f["column"]) for f in document["faults"]] == [(3, "A (code)")]
    path.write_text(f"code,title,enterprise,scenario\n{good}\n")
    done = kaigong(module_ledger.url, "project", "import", str(path), "--json")
    assert done.returncode == 0
    assert json.loads(done.stdout)["imported"] == ["2611-611102-04-01-000071"]
    with module_ledger.database.transaction() as connection:
        actor = connection.execute(
            text(
                "SELECT actor FROM case_event e JOIN project p ON p.id = e.project_id"
                " WHERE p.code = '2611-611102-04-01-000071' AND e.seq = 1"
            )
        ).scalar_one()
    assert actor == "console"


def test_audit_finds_the_one_altered_row(ledger, kaigong):
    whole, altered = ledger.accepted(), ledger.accepted()
    ledger.do(altered, c.ApproveItem(item="A1"))
    before = json.loads(kaigong(ledger.url, "audit", "verify", "--json").stdout)
    assert before == {
        "matters": 0,
        "ok": True,
        "events": ledger.count("case_event"),
        "projects": 2,
        "first_broken": None,
        "broken_projects": [],
        "faults": [],
        "anchored": None,
        "as_found": None,
    }
    with ledger.database.transaction() as connection:
        connection.execute(text("ALTER TABLE case_event DISABLE TRIGGER ALL"))
        statement = (
            "UPDATE case_event SET actor = 'somebody' WHERE kind = 'ItemApproved' RETURNING seq"
        )
        seq = connection.execute(text(statement)).scalar_one()
        connection.execute(text("ALTER TABLE case_event ENABLE TRIGGER ALL"))
    answer = kaigong(ledger.url, "audit", "verify", "--json")
    assert answer.returncode == 1
    found = json.loads(answer.stdout)
    assert (found["ok"], found["broken_projects"]) == (False, [altered])
    assert found["first_broken"]["project"] == altered
    assert found["first_broken"]["seq"] == seq
    assert found["first_broken"]["code"] == "event_altered"
    words = kaigong(ledger.url, "audit", "verify", language="zh-CN")
    assert words.returncode == 1
    assert altered in words.stderr
    assert "哈希" in words.stderr
    assert kaigong(ledger.url, "audit", "verify", "--project", whole).returncode == 0


def test_watch_does_once_what_the_flow_does(ledger, kaigong):
    ledger.accepted(number=1)
    answer = kaigong(ledger.url, "watch", "--json")
    assert (answer.returncode, answer.stderr) == (0, "")
    report = json.loads(answer.stdout)
    assert report["failed"] == []
    assert report["warnings"] > 0  # the item was accepted long before today
    again = json.loads(kaigong(ledger.url, "watch", "--json").stdout)
    assert again["warnings"] == 0
    assert "0 warnings given" in kaigong(ledger.url, "watch").stdout


def test_steward_coverage_counts_projects_and_the_database_keeps_it_whole(ledger, kaigong):
    code = ledger.accepted(number=1)
    covered = kaigong(ledger.url, "steward", "coverage", "--json")
    answer = json.loads(covered.stdout)
    assert (covered.returncode, answer["projects"], answer["without_steward"]) == (0, 1, 0)
    assert sum(load["projects"] for load in answer["loads"]) == 1
    # The database refuses a project without one.
    with pytest.raises(WithoutSteward, match=code), ledger.database.transaction() as connection:
        connection.execute(text("UPDATE project SET steward = NULL"))


def test_document_verify_says_what_a_document_is_worth(ledger, kaigong):
    code = ledger.accepted(number=1)
    with ledger.database.reading() as connection:
        row = connection.execute(text("SELECT token, number FROM official_document")).first()
    assert row is not None, code
    answer = kaigong(ledger.url, "document", "verify", f"https://portal/d/{row.token}", "--json")
    assert answer.returncode == 0
    verified = json.loads(answer.stdout)
    assert (verified["genuine"], verified["state"], verified["number"]) == (
        True,
        "valid",
        row.number,
    )
    forged = kaigong(ledger.url, "document", "verify", "no-such-code", "--json")
    assert (forged.returncode, json.loads(forged.stdout)["genuine"]) == (1, False)
    assert "was ever issued here" in kaigong(ledger.url, "document", "verify", "no").stdout


def test_document_verify_takes_the_file_with_and_without_the_ledger(ledger, kaigong, tmp_path):
    ledger.accepted(number=1)
    with ledger.database.reading() as connection:
        row = connection.execute(text("SELECT token, number FROM official_document")).one()
    paper, changed = tmp_path / "paper.pdf", tmp_path / "changed.pdf"
    paper.write_bytes(b"".join(document_file(ledger.database, row.token).content.parts))
    changed.write_bytes(paper.read_bytes().replace(b"%PDF-1.", b"%PDF-2.", 1))

    def verify(*arguments: str, url: str = ledger.url) -> tuple[int, bool, str, str]:
        answer = kaigong(url, "document", "verify", *arguments, "--json")
        told = json.loads(answer.stdout)
        return answer.returncode, told["genuine"], told["state"], told["number"]

    nowhere = "postgresql://nobody@127.0.0.1:9/none"
    assert verify(str(paper)) == (0, True, "valid", row.number)
    assert verify(str(paper), "--offline", url=nowhere) == (0, True, "unknown", row.number)
    assert verify(str(changed)) == (1, False, None, None)
    assert verify(str(changed), "--offline", url=nowhere) == (1, False, None, None)
    key = kaigong(nowhere, "document", "key").stdout.strip()
    assert verify(str(paper), "--offline", "--key", key, url=nowhere)[0] == 0
    refused = kaigong(nowhere, "document", "verify", row.token, "--offline")
    assert (refused.returncode, len(refused.stderr.splitlines())) == (2, 1)
