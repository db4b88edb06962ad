"""Compose, Kubernetes and systemd start what our table of parts starts, and open nothing more."""

from __future__ import annotations

import pytest
import yaml

from cli.main import COMMANDS
from config.settings import Settings
from deployments.local import prefect_server
from tests.support.places import ROOT

pytestmark = pytest.mark.source


@pytest.fixture(scope="module")
def services():
    return yaml.safe_load((ROOT / "deployments" / "compose.yaml").read_text())["services"]


def test_every_port_answers_this_host_only(services):
    ports = [port for service in services.values() for port in service.get("ports", ())]
    assert len(ports) == 1
    assert all(port.startswith("127.0.0.1:") for port in ports)


def test_our_commands_exist(services):
    commands = [
        service["command"][1]
        for service in services.values()
        if service.get("command", [""])[0] == "kaigong"
    ]
    assert set(commands) == {"migrate", "load", "deploy", "relay", "worker"}
    assert set(commands) <= COMMANDS.keys()


def test_prefect_runs_with_the_measured_settings(services):
    here = services["prefect"]["environment"]
    measured = prefect_server.settings("", port=0, auth="a:b")
    for name, value in measured.items():
        if "SERVICES" in name or "ANALYTICS" in name or "_UI_" in name or name == "DO_NOT_TRACK":
            assert here[name] == value, name
    assert "PREFECT_SERVER_API_AUTH_STRING" in here
    assert "ports" not in services["prefect"]


def test_no_secret_stands_in_the_file():
    text = (ROOT / "deployments" / "compose.yaml").read_text()
    for name in ("POSTGRES_PASSWORD", "KAIGONG_SECRET_KEY", "PREFECT_AUTH"):
        assert f"${{{name}:?" in text


def test_kubernetes_starts_the_same_parts():
    text = (ROOT / "deployments" / "kubernetes" / "kaigong.yaml").read_text()
    documents = list(yaml.safe_load_all(text))
    pods = [d["spec"]["template"]["spec"] for d in documents if d["kind"] == "Deployment"]
    containers = [c for pod in pods for c in pod["containers"] + pod.get("initContainers", [])]
    commands = {c["command"][1] for c in containers if "command" in c}
    assert commands == {"migrate", "load", "deploy", "relay", "worker"}
    assert {c["name"] for c in containers} == commands | {"portal"}


def test_containers_know_their_proxies(services, monkeypatch):
    """Everybody would come from one address otherwise; networks may be named as well as addresses."""
    text = (ROOT / "deployments" / "kubernetes" / "kaigong.yaml").read_text()
    (settings,) = (d for d in yaml.safe_load_all(text) if d["kind"] == "ConfigMap")
    for name in ("KAIGONG_TRUSTED_PROXIES", "KAIGONG_PORTAL_URL"):
        assert name in services["portal"]["environment"]
        monkeypatch.setenv(name, settings["data"][name])
    assert Settings().trusted_proxies.endswith("/16")


def test_systemd_stops_the_parts_in_order():
    text = (ROOT / "deployments" / "systemd" / "kaigong.service").read_text()
    lines = text.splitlines()
    assert "ExecStart=/opt/kaigong/bin/kaigong up" in lines
    assert "KillMode=mixed" in lines
