"""``kaigong project`` and ``kaigong audit``: JSON on standard output, exit codes, one sentence."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import NamedTuple

import pytest
from sqlalchemy import text

from cli.main import run
from config.settings import get_settings
from models import commands as c
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
def ledger(module_database_url: str) -> Iterator[Ledger]:
    found = Ledger(module_database_url)
    yield found
    found.close()


@pytest.fixture(scope="module")
def project(ledger: Ledger) -> str:
    return ledger.accepted(number=1)


def test_show(ledger, project, kaigong):
    answer = kaigong(ledger.url, "project", "show", project, "--json")
    assert (answer.returncode, answer.stderr) == (0, "")
    found = json.loads(answer.stdout)
    assert found["code"] == project
    items = {item["code"]: item for stage in found["stages"] for item in stage["items"]}
    assert items["A1"]["state"] == "accepted"
    assert items["A1"]["waits_for"] == "department"
    words = kaigong(ledger.url, "project", "show", project, language="zh-CN").stdout
    assert project in words
    assert "item A1(中)" in words


def test_list(ledger, project, kaigong):
    answer = kaigong(ledger.url, "project", "list", "--json")
    found = json.loads(answer.stdout)
    assert found["total"] == len(found["projects"])
    assert project in [row["code"] for row in found["projects"]]
    for option in (["--steward", "nobody"], ["--level", "yellow"]):
        none = json.loads(kaigong(ledger.url, "project", "list", *option, "--json").stdout)
        assert none == {"projects": [], "total": 0}
    assert project in kaigong(ledger.url, "project", "list", "--steward", "steward").stdout


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["project", "show", "2611-611102-04-01-999999"], "2611-611102-04-01-999999"),
        (["project", "list", "--level", "blue"], "blue"),
        (["project", "import", "nowhere.csv"], "nowhere.csv"),
        (["audit", "verify", "--project", "2611-611102-04-01-999999"], "999999"),
    ],
)
def test_a_wrong_call_is_one_sentence(ledger, arguments, named, kaigong):
    answer = kaigong(ledger.url, *arguments)
    assert (answer.returncode, answer.stdout) == (2, "")
    assert named in answer.stderr
    assert len(answer.stderr.splitlines()) == 1


def test_a_database_that_was_never_migrated(postgres_url, kaigong):
    answer = kaigong(postgres_url, "project", "list")
    assert answer.returncode == 2
    assert "kaigong migrate" in answer.stderr


def test_import_and_its_faults(ledger, tmp_path, kaigong):
    path = tmp_path / "projects.csv"
    good = f"2611-611102-04-01-000071,a yard,{ENTERPRISE},yard"
    path.write_text(f"code,title,enterprise,scenario\n{good}\nwrong,a yard,{ENTERPRISE},yard\n")
    answer = kaigong(ledger.url, "project", "import", str(path))
    assert (answer.returncode, answer.stdout) == (2, "")
    first, last = answer.stderr.splitlines()
    assert first.startswith("Row 3, column A (code): code: wrong")
    assert "nothing was imported" in last
    document = json.loads(kaigong(ledger.url, "project", "import", str(path), "--json").stdout)
    assert document["ok"] is False
    assert [(f["row"], f["column"]) for f in document["faults"]] == [(3, "A (code)")]
    path.write_text(f"code,title,enterprise,scenario\n{good}\n")
    done = kaigong(ledger.url, "project", "import", str(path), "--json")
    assert done.returncode == 0
    assert json.loads(done.stdout)["imported"] == ["2611-611102-04-01-000071"]
    with ledger.database.transaction() as connection:
        actor = connection.execute(
            text(
                "SELECT actor FROM case_event e JOIN project p ON p.id = e.project_id"
                " WHERE p.code = '2611-611102-04-01-000071' AND e.seq = 1"
            )
        ).scalar_one()
    assert actor == "console"


def test_audit_finds_the_one_altered_row(database_url, kaigong):
    ledger = Ledger(database_url)
    whole, altered = ledger.accepted(), ledger.accepted()
    ledger.do(altered, c.ApproveItem(item="A1"))
    before = json.loads(kaigong(ledger.url, "audit", "verify", "--json").stdout)
    assert before == {
        "ok": True,
        "events": ledger.count("case_event"),
        "projects": 2,
        "first_broken": None,
        "broken_projects": [],
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
    ledger.close()
