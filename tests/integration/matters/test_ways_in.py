"""A grievance by the REST API and by the command line: the same services, told to programs and to people."""

from __future__ import annotations

import json
from datetime import datetime
from urllib.parse import quote

import pytest
from fastapi.testclient import TestClient

from cli.main import run
from config.kind_files import KINDS
from models.clock.values import ZONE
from models.people.actor import Actor
from services.people.tokens import issue_token
from services.unit_of_work import Database
from tests.integration.matters.desk import DISPATCHER, FILER, OFFICER, UNIT, Desk, grievance
from tests.support.portal import Town


def client(town: Town, actor: Actor) -> TestClient:
    """Somebody's programs."""
    token = issue_token(town.database, actor.login, "test", town.now)
    headers = {"authorization": f"Bearer {token}"}
    return TestClient(town.app, base_url="http://portal.test/api/v1", headers=headers)


def test_programs_file_read_and_act(town: Town) -> None:
    Desk(town.database, town.now)
    filer, dispatcher = client(town, FILER), client(town, DISPATCHER)
    assert [kind["key"] for kind in filer.get("/kinds").json()] == ["grievance"]
    filed = filer.post("/matters", json=grievance(), headers={"Idempotency-Key": "one"})
    assert filed.status_code == 201, filed.text
    number = quote(filed.json()["number"])
    act = {"act": "dispatch_matter", "form": {"unit": UNIT}, "version": 1}
    assert dispatcher.post(f"/matters/{number}/acts", json=act).json()["state"] == "dispatched"
    assert dispatcher.post(f"/matters/{number}/acts", json=act).status_code == 409
    page = filer.get(f"/matters/{number}").json()
    assert page["state"] == "dispatched"
    assert {offer["act"] for offer in page["offers"]} == {"withdraw_matter"}
    assert [row["number"] for row in filer.get("/matters?kind=grievance").json()] == [
        page["number"]
    ]
    signed = {"act": "sign_in", "form": {"handler": "officer"}}
    assert filer.post(f"/matters/{number}/acts", json=signed).status_code == 403
    assert client(town, OFFICER).post(f"/matters/{number}/acts", json=signed).status_code == 200


def test_the_console_files_shows_and_acts(
    database: Database, configured: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    Desk(database, datetime(2026, 9, 24, 10, tzinfo=ZONE))
    content = json.dumps(dict(grievance()))
    assert run(["matter", "file", content, "--by", "zhang", "--json"]) == 0
    number = json.loads(capsys.readouterr().out)["number"]
    form = json.dumps({"unit": UNIT})
    assert (
        run(["matter", "act", number, "dispatch_matter", "--by", "dispatcher", "--form", form]) == 0
    )
    capsys.readouterr()
    assert run(["matter", "show", number, "--by", "officer", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["unit"] == UNIT
    assert run(["matter", "list", "--by", "zhang"]) == 0
    assert number in capsys.readouterr().out
    assert run(["matter", "show", number, "--by", "nobody"]) == 2
    assert run(["kind", "check", str(KINDS / "grievance.yaml")]) == 0
