"""The commands that PostgreSQL copies its log with, run as it runs them."""

from __future__ import annotations

import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from deployments.local.archive import Archive


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    """In a folder whose name a shell and PostgreSQL could both misread."""
    archive = Archive(tmp_path / "it's 100% ours")
    archive.prepare(None)
    return archive


def done(command: str, segment: str, path: Path) -> int:
    """What a command comes to; the placeholders are filled in as PostgreSQL does it."""
    filled = command.replace("%f", segment).replace("%p", str(path)).replace("%%", "%")
    return subprocess.run(["sh", "-c", filled], check=False, capture_output=True).returncode


def test_a_segment_is_kept_once_and_never_another_under_its_name(archive, tmp_path):
    keep = archive.kept()["archive_command"]
    first, other = tmp_path / "first", tmp_path / "other"
    first.write_bytes(b"log" * 1000)
    other.write_bytes(b"another log")
    assert [done(keep, "0001", path) for path in (first, first, other)] == [0, 0, 1]
    assert [path.name for path in archive.folder.iterdir()] == ["0001.gz"]

    archive.write_recovery(tmp_path, datetime(2026, 11, 30, 6, tzinfo=UTC))
    assert (tmp_path / "recovery.signal").exists()
    settings = (tmp_path / "postgresql.auto.conf").read_text().splitlines()
    assert settings[1:] == [
        "recovery_target_time = '2026-11-30 06:00:00+00:00'",
        "recovery_target_action = 'promote'",
    ]
    fetch = settings[0].removeprefix("restore_command = '").removesuffix("'").replace("''", "'")
    assert done(fetch, "0001", tmp_path / "back") == 0
    assert (tmp_path / "back").read_bytes() == first.read_bytes()
    assert done(fetch, "0002", tmp_path / "none") != 0
