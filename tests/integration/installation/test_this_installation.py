"""Commands look at the installation that the settings name: nothing else is shown, and none is made."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from sqlalchemy import text

from cli.main import run
from config.settings import Settings, get_settings
from deployments.local.findings import State
from deployments.local.health import _portal, _prefect
from models.migrations import DatabaseNewer, upgrade
from services.unit_of_work import Database
from tests.integration.installation.test_command_line import kaigong


class Neighbour(BaseHTTPRequestHandler):
    """Portal and Prefect server of somebody else: the one answers everybody, the other nobody."""

    def do_GET(self) -> None:
        ready = self.path == "/readyz"
        body = json.dumps({"ready": True, "installation": "somebody else's"}).encode()
        self.send_response(200 if ready else 401)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        self.do_GET()

    def log_message(self, *_: object) -> None:
        """Says nothing."""


@pytest.fixture(scope="module")
def neighbour() -> Iterator[int]:
    server = HTTPServer(("127.0.0.1", 0), Neighbour)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port
    server.shutdown()
    server.server_close()


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Path]:
    """A data folder in which nothing was started."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KAIGONG_DATA_DIR", str(tmp_path / "data"))
        patch.setenv("KAIGONG_LANGUAGE", "en")
        get_settings.cache_clear()
        yield tmp_path / "data"
    get_settings.cache_clear()


def test_a_neighbours_portal_and_prefect_are_not_shown_as_ones_own(neighbour, tmp_path):
    settings = Settings(data_dir=tmp_path, port=neighbour, prefect_port=neighbour)
    assert settings.fingerprint is None
    never = [*_prefect(settings)]
    assert [(found.part, found.state) for found in never] == [("Prefect server", State.DOWN)]
    settings.make_prefect_credentials()
    assert settings.signing_key
    assert settings.fingerprint is not None
    for found in (_portal(settings), *_prefect(settings)):
        assert found.state is State.DOWN
        assert "another installation" in found.detail


@pytest.mark.parametrize(
    "command", [("project", "list"), ("audit", "verify"), ("clock", "recompute"), ("reconcile",)]
)
def test_whoever_only_looks_makes_no_empty_database(empty, capsys, command):
    assert run([*command]) == 2
    assert "There is no installation in" in capsys.readouterr().err
    assert not (empty / "postgres").exists()


def test_an_older_program_on_a_newer_database_says_so(database_url, capsys, monkeypatch, postgres):
    owner = database_url
    database = Database(owner)
    with database.transaction() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    database.close()
    with pytest.raises(DatabaseNewer):
        upgrade(owner)
    monkeypatch.setenv("KAIGONG_DATABASE_URL", owner)
    monkeypatch.setenv("KAIGONG_LANGUAGE", "en")
    get_settings.cache_clear()
    try:
        for command in (["project", "list"], ["migrate"], ["reconcile"]):
            assert run(command) == 2
            assert "which this program does not know" in capsys.readouterr().err
    finally:
        monkeypatch.undo()
        get_settings.cache_clear()


def test_reconcile_with_prefect_down_is_one_sentence(ledger):
    ledger.register()
    url = "http://127.0.0.1:9/api"
    done = kaigong("reconcile", KAIGONG_DATABASE_URL=ledger.url, PREFECT_API_URL=url)
    assert done.returncode == 2
    assert done.stderr.startswith(f"The Prefect server at {url} does not answer"), done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
