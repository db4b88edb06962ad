"""What is delivered: the wheel holds every file of the packages, and the locks hold no host."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
import zipfile

import pytest
from packaging.requirements import Requirement

from tests.support.places import ROOT

pytestmark = pytest.mark.source

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
PACKAGES = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
LOCKS = ("requirements.lock", "requirements-dev.lock")


def locked(name: str) -> dict[str, str]:
    lines = (ROOT / name).read_text().splitlines()
    found = (re.match(r"([a-z0-9.-]+)==([^ ]+)", line) for line in lines)
    return {match[1]: match[2] for match in found if match}


@pytest.mark.slow
def test_the_wheel_holds_every_file_of_the_packages(tmp_path):
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", tmp_path],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (wheel,) = tmp_path.glob("*.whl")
    packed = set(zipfile.ZipFile(wheel).namelist())
    kept = {
        path.relative_to(ROOT).as_posix()
        for package in PACKAGES
        for path in (ROOT / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and path.suffix != ".pyc"
    }
    assert kept - packed == set()
    assert not {name.split("/")[0] for name in packed} & {"tests", "bench", "docs"}


def test_the_changelog_begins_with_the_version_that_is_built():
    heading = re.search(r"^## (\S+) \((.+)\)$", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert heading is not None
    assert heading[1] == PROJECT["project"]["version"]


def test_every_package_of_the_project_is_delivered():
    found = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests", "bench"}
    assert found == set(PACKAGES)


@pytest.mark.parametrize("name", LOCKS)
def test_locks_hold_hashes_and_neither_hosts_nor_machine_paths(name):
    text = (ROOT / name).read_text()
    assert not re.search(r"https?://|file:|index-url|/(?:home|root|tmp)/", text)
    assert set(re.findall(r"^\S+==", text, re.MULTILINE))
    for entry in re.split(r"\n(?=\S)", text.strip()):
        if not entry.startswith("#"):
            assert "--hash=sha256:" in entry, entry.splitlines()[0]


def test_every_direct_dependency_is_bounded_reasoned_and_locked():
    lines = (ROOT / "pyproject.toml").read_text().splitlines()
    runtime = locked("requirements.lock")
    for text in PROJECT["project"]["dependencies"]:
        requirement = Requirement(text)
        assert requirement.specifier.contains(runtime[requirement.name]), text
        operators = {specifier.operator for specifier in requirement.specifier}
        assert operators == {"=="} or {">=", "<"} <= operators or requirement.name == "tzdata", text
        number = next(i for i, line in enumerate(lines) if f'"{text}"' in line)
        assert "# " in lines[number] or lines[number - 1].strip().startswith("#"), text


def test_the_tools_are_locked_to_the_same_versions():
    runtime, dev = (locked(name) for name in LOCKS)
    assert runtime.items() <= dev.items()


def test_every_third_party_import_is_a_direct_dependency():
    import ast
    from importlib.metadata import packages_distributions

    allowed = {
        Requirement(text).name.lower().replace("_", "-")
        for text in PROJECT["project"]["dependencies"]
    } | {"starlette", "anyio", "pydantic-core"}  # parts of FastAPI, Prefect and pydantic
    owners = packages_distributions()
    wrong = []
    for package in PACKAGES:
        for path in (ROOT / package).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Import):
                    names = [alias.name for alias in node.names]
                elif isinstance(node, ast.ImportFrom) and node.level == 0:
                    names = [node.module or ""]
                else:
                    continue
                for name in {name.split(".")[0] for name in names}:
                    if name in sys.stdlib_module_names or name in PACKAGES:
                        continue
                    distributions = {d.lower().replace("_", "-") for d in owners.get(name, [name])}
                    if not distributions & allowed:
                        wrong.append(f"{path.relative_to(ROOT)}: {name}")
    assert wrong == []


def test_ci_runs_the_commands_of_the_readme():
    script = ROOT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    assert "make test" in script.read_text()
    assert "make test" in (ROOT / "README.md").read_text()
