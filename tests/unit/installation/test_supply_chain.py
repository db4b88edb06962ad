"""What an installation consists of can be listed, and nothing secret is under version control."""

from __future__ import annotations

import json
import shutil
import tomllib

import pytest

from tests.supply.bill_of_materials import LOCK, bill
from tests.supply.secret_scan import committed, secrets_in
from tests.support.places import ROOT


@pytest.mark.source
def test_the_bill_of_materials_is_valid_and_lists_every_locked_package():
    document = bill()
    found = json.loads(document)
    locked = [line.split("==")[0] for line in LOCK.read_text().splitlines() if "==" in line[:80]]
    assert {part["name"] for part in found["components"]} == set(locked)
    assert (found["bomFormat"], found["specVersion"]) == ("CycloneDX", "1.6")
    assert all(part["purl"].startswith("pkg:pypi/") for part in found["components"])
    assert all(len(part["hashes"]) > 0 for part in found["components"])
    assert bill() == document


@pytest.mark.source
def test_nothing_secret_is_under_version_control():
    if shutil.which("git") is None or not (ROOT / ".git").exists():
        pytest.skip("no checkout")
    assert list(committed()) == []


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("AKIA" + "ABCDEFGHIJKLMNOP", "key of a cloud"),
        ("kg_" + "a" * 43, "token of ours"),
        ("-----BEGIN PRIVATE" + " KEY-----\n" + "A" * 64, "private key"),
        ("postgresql://u:" + "correct-horse-battery" + "@db/x", "password in an address"),
        ("webhook/send?key=" + "01234567-89ab-cdef-0123-456789abcdef", "key of a robot"),
    ],
)
def test_what_a_secret_looks_like_is_found(text, kind):
    assert list(secrets_in(text)) == [kind]


@pytest.mark.source
def test_the_rules_about_security_are_on_and_every_exception_has_its_reason():
    written = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    lint = tomllib.loads(written)["tool"]["ruff"]["lint"]
    assert "ALL" in lint["select"]
    off = [code for code in lint["ignore"] if code.startswith("S")]
    assert off == ["S603", "S607"]
    for line in written.splitlines():
        if line.strip().startswith('"S') and line.strip()[2:3].isdigit():
            assert "#" in line, line
    policy = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
    assert "disclos" in policy
