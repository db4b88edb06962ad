"""The console script as a process: exit codes, one sentence, never a traceback."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import pytest

from cli.main import COMMANDS, run
from config.settings import get_settings
from tests.support.run.waiting import PATIENCE_SECONDS

KAIGONG = Path(sys.executable).with_name("kaigong")


def kaigong(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [KAIGONG, *arguments],
        check=False,
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        env={**os.environ, "KAIGONG_LANGUAGE": "en", **environment},
    )


@pytest.fixture
def within(capsys) -> Callable[..., subprocess.CompletedProcess[str]]:
    """What a command does and says, without the second that the start of its process takes."""

    def call(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        with pytest.MonkeyPatch.context() as patch:
            for name, value in {"KAIGONG_LANGUAGE": "en", **environment}.items():
                patch.setenv(name, value)
            get_settings.cache_clear()
            code = run([*arguments])
        get_settings.cache_clear()
        told = capsys.readouterr()
        return subprocess.CompletedProcess(arguments, code, told.out, told.err)

    return call


def test_version():
    assert kaigong("--version").stdout == f"{version('kaigong')}\n"


def test_help_lists_every_command_in_the_language_of_the_settings():
    english, chinese = kaigong("--help"), kaigong("--help", KAIGONG_LANGUAGE="zh-CN")
    assert english.returncode == chinese.returncode == 0
    for name in COMMANDS:
        assert f" {name} " in english.stdout
    assert "Start everything on this machine" in english.stdout
    assert "在本机启动全部服务" in chinese.stdout


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_every_command_answers_help(command, capsys):
    assert run([command, "--help"]) == 0
    assert f"kaigong {command}" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["nonsense"], "No such command 'nonsense'. See 'kaigong --help'."),
        # More wrong calls: tests/unit/test_wrong_calls.py.
        (["up", "--port", "99", "--prefect-port", "99"], "--prefect-port: 99 is also the port"),
    ],
)
def test_a_wrong_call_is_one_sentence(arguments, sentence):
    answer = kaigong(*arguments)
    assert answer.returncode == 2
    assert answer.stdout == ""
    assert sentence in answer.stderr
    assert len(answer.stderr.splitlines()) == 1


def test_a_wrong_setting_names_the_variable_the_value_and_the_remedy():
    answer = kaigong("doctor", KAIGONG_PORT="70000")
    assert answer.returncode == 2
    assert len(answer.stderr.splitlines()) == 1
    for part in ("KAIGONG_PORT", "70000", "65535", "环境变量"):
        assert part in answer.stderr


def test_a_secret_is_not_shown_when_it_is_wrong(within):
    answer = within("doctor", KAIGONG_SECRET_KEY="hush")
    assert answer.returncode == 2
    assert "hush" not in answer.stderr


def test_a_database_that_does_not_answer_is_one_sentence():
    url = "postgresql://nobody@127.0.0.1:9/kaigong"
    answer = kaigong("migrate", KAIGONG_DATABASE_URL=url)
    assert answer.returncode == 2
    assert "Traceback" not in answer.stderr
    assert "KAIGONG_DATABASE_URL" in answer.stderr


def test_a_fault_of_our_own_is_one_sentence_and_a_traceback_in_the_log(tmp_path):
    program = (
        "import sys, types, cli.main as m;"
        "module = types.ModuleType('broken'); module.command = lambda: 1 / 0;"
        "sys.modules['broken'] = module; m.COMMANDS['broken'] = ('broken', 'Breaks');"
        "sys.exit(m.run(['broken']))"
    )
    answer = subprocess.run(
        [sys.executable, "-c", program],
        check=False,
        capture_output=True,
        text=True,
        env={**os.environ, "KAIGONG_DATA_DIR": str(tmp_path), "KAIGONG_LANGUAGE": "en"},
    )
    assert answer.returncode == 2
    assert "ZeroDivisionError" in answer.stderr
    assert len(answer.stderr.splitlines()) == 1
    assert "Traceback" in (tmp_path / "logs" / "faults.log").read_text()


def test_doctor_says_what_is_down_and_starts_nothing(within, tmp_path):
    answer = within(
        "doctor",
        "--json",
        KAIGONG_DATA_DIR=str(tmp_path / "new"),
        KAIGONG_PORT="9",
        KAIGONG_PREFECT_PORT="9",
    )
    assert answer.returncode == 1
    document = json.loads(answer.stdout)
    states = {part["part"]: part["state"] for part in document["parts"]}
    assert document["ok"] is False
    assert states["Python"] == states["disk"] == "up"
    assert states["PostgreSQL"] == states["Prefect server"] == states["portal"] == "down"
    assert all(part["remedy"] for part in document["parts"] if part["state"] == "down")
    assert not (tmp_path / "new").exists()


def test_doctor_looks_into_the_database(within, database_url, postgres_url):
    migrated = json.loads(within("doctor", "--json", KAIGONG_DATABASE_URL=database_url).stdout)
    empty = json.loads(within("doctor", "--json", KAIGONG_DATABASE_URL=postgres_url).stdout)
    states = [{p["part"]: p["state"] for p in found["parts"]} for found in (migrated, empty)]
    assert states[0]["PostgreSQL"] == states[0]["pg_trgm"] == states[0]["migrations"] == "up"
    assert states[1]["migrations"] == "down"


def test_migrate_brings_a_database_to_the_newest_version(within, postgres_url):
    first = within("migrate", KAIGONG_DATABASE_URL=postgres_url)
    again = within("migrate", KAIGONG_DATABASE_URL=postgres_url)
    assert first.returncode == again.returncode == 0
    assert first.stdout == again.stdout


def test_every_command_starts_fast():
    process = subprocess.Popen([KAIGONG, "--help"], stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0
    # Of the processor, and of this process alone: what others do meanwhile is not counted.
    assert used.ru_utime + used.ru_stime < 1.5
