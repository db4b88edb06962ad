"""What is released: wheel and sdist, built, installed into a new environment and run from an empty folder.

``python -m tests.long.release`` tries it by itself. It asks the package index, as whoever installs does.
"""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import tomllib
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep

import httpx

from deployments.demo.accounts import demo_sign_ins
from tests.long.record import ROOT, Result
from tests.support.page import Page
from tests.support.run.ports import free_port

STEP = "the release from an empty folder"
START_SECONDS = 600.0
READY = "Ctrl-C stops everything"


def run() -> Result:
    """Build both, install the wheel, start it, sign in, and stop it."""
    began = monotonic()
    with tempfile.TemporaryDirectory(prefix="kaigong-release-") as folder:
        place = Path(folder)
        place.chmod(0o711)
        wheel, sdist = _built(place)
        programs = _installed(place, wheel)
        installed = monotonic() - began
        _check_version(programs)
        empty = place / "empty"
        empty.mkdir()
        with up(programs, empty) as (address, started):
            _sign_in(address)
    figures = (
        f"{wheel.name} and {sdist.name} hold the same; installed in {installed:.0f} s, everything up"
        f" in {started:.0f} s, signed in, stopped with 0"
    )
    return Result(STEP, figures, passed=True, seconds=monotonic() - began)


def _built(place: Path) -> tuple[Path, Path]:
    """The wheel, and the sdist, from which the same wheel is built."""
    _build(ROOT, place / "dist", "wheel", "sdist")
    (wheel,) = (place / "dist").glob("*.whl")
    (sdist,) = (place / "dist").glob("*.tar.gz")
    subprocess.run(["tar", "xf", str(sdist), "-C", str(place)], check=True)
    _build(place / sdist.name.removesuffix(".tar.gz"), place / "again", "wheel")
    (again,) = (place / "again").glob("*.whl")
    assert _contents(again) == _contents(wheel)
    return wheel, sdist


def _build(tree: Path, to: Path, *targets: str) -> None:
    options = [option for target in targets for option in ("-t", target)]
    command = [sys.executable, "-m", "hatchling", "build", *options, "-d", str(to)]
    subprocess.run(command, cwd=tree, check=True, capture_output=True)


def _contents(wheel: Path) -> set[tuple[str, int]]:
    with zipfile.ZipFile(wheel) as packed:
        return {(entry.filename, entry.CRC) for entry in packed.infolist()}


def _installed(place: Path, wheel: Path) -> Path:
    """The folder with the programs of a new environment that has the wheel, and what it asks for."""
    environment = place / "venv"
    subprocess.run([sys.executable, "-m", "venv", str(environment)], check=True)
    pip = [str(environment / "bin" / "python"), "-m", "pip", "install", "--quiet"]
    subprocess.run([*pip, "--disable-pip-version-check", str(wheel)], check=True)
    return environment / "bin"


def _check_version(programs: Path) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    said = subprocess.run(
        [programs / "kaigong", "--version"], check=True, capture_output=True, text=True
    ).stdout.strip()
    assert said == project["version"], said


@contextmanager
def up(programs: Path, folder: Path) -> Iterator[tuple[str, float]]:
    """``kaigong up --demo`` in an empty folder; its address, and the seconds until it was up."""
    ports = {"KAIGONG_PORT": str(free_port()), "KAIGONG_PREFECT_PORT": str(free_port())}
    environment = {
        **{k: v for k, v in os.environ.items() if not k.startswith(("KAIGONG_", "PREFECT_"))},
        **ports,
        "KAIGONG_LANGUAGE": "en",
        "KAIGONG_DATA_DIR": str(folder / "data"),
        "KAIGONG_SECOND_FACTOR": "false",
    }
    environment.pop("PYTHONPATH", None)
    log, began = folder / "up.log", monotonic()
    with log.open("wb") as output:
        process = subprocess.Popen(
            [programs / "kaigong", "up", "--demo"],
            cwd=folder, env=environment, stdout=output, stderr=output, start_new_session=True,
        )  # fmt: skip
    try:
        while READY not in (said := log.read_text(errors="replace")):
            assert process.poll() is None, said[-3000:]
            assert monotonic() - began < START_SECONDS, said[-3000:]
            sleep(0.2)
        started = monotonic() - began
        yield f"http://127.0.0.1:{ports['KAIGONG_PORT']}", started
        _check_doctor(programs, folder, environment)
    finally:
        process.send_signal(signal.SIGINT)
        ended = process.wait(180)
    assert ended == 0, log.read_text(errors="replace")[-3000:]


def _sign_in(address: str) -> None:
    """The steward signs in by the form and sees the projects of the demonstration."""
    steward = next(person for person in demo_sign_ins() if person.login == "steward")
    with httpx.Client(
        base_url=address, follow_redirects=True, timeout=60, trust_env=False
    ) as browser:
        form = Page(browser.get("/sign-in")).form("/sign-in")
        fields = {**form.fields, "login": steward.login, "password": steward.password}
        assert browser.post(form.action, data=fields).is_success
        page = browser.get("/projects")
        assert page.is_success, page.status_code
        assert re.search(r"\d{4}-\d{6}-\d{2}-\d{2}-\d{6}", page.text), page.text[:500]


def _check_doctor(programs: Path, folder: Path, environment: dict[str, str]) -> None:
    said = subprocess.run(
        [programs / "kaigong", "doctor", "--json"],
        cwd=folder, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    down = [part for part in json.loads(said.stdout)["parts"] if part["state"] == "down"]
    assert not down, down


if __name__ == "__main__":
    print(run().figures)
