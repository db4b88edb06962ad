"""The compose file starts what our table of parts starts, and opens nothing to the outside."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from cli.main import COMMANDS
from deployments.local import prefect_server

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def services():
    return yaml.safe_load((ROOT / "deployments" / "compose.yaml").read_text())["services"]


def test_every_port_answers_this_host_only(services):
    ports = [port for service in services.values() for port in service.get("ports", ())]
    assert len(ports) == 2
    assert all(port.startswith("127.0.0.1:") for port in ports)


def test_our_commands_exist(services):
    commands = [
        service["command"][1]
        for service in services.values()
        if service.get("command", [""])[0] == "kaigong"
    ]
    assert set(commands) == {"migrate", "deploy", "relay", "worker"}
    assert set(commands) <= COMMANDS.keys()


def test_prefect_runs_with_the_measured_settings(services):
    here = services["prefect"]["environment"]
    measured = prefect_server.settings("", port=0)
    for name, value in measured.items():
        if "SERVICES" in name or "ANALYTICS" in name or name == "DO_NOT_TRACK":
            assert here[name] == value, name
    assert "PREFECT_SERVER_API_AUTH_STRING" in here


def test_no_secret_stands_in_the_file():
    text = (ROOT / "deployments" / "compose.yaml").read_text()
    for name in ("POSTGRES_PASSWORD", "KAIGONG_SECRET_KEY", "PREFECT_AUTH"):
        assert f"${{{name}:?" in text
