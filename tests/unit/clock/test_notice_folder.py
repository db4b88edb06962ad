"""Every look at a folder of notices tells whether a file was added, changed or removed."""

from __future__ import annotations

import os
import time

import pytest

from config import working_calendar
from config.working_calendar import fingerprint


def settled(folder) -> None:
    """The folder as if nothing had been put into it for a minute."""
    before = time.time_ns() - 60_000_000_000
    os.utime(folder, ns=(before, before))


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "2026.yaml").write_text("year: 2026\n")
    settled(tmp_path)
    return tmp_path


def test_a_folder_at_rest_is_listed_once(folder, monkeypatch):
    first = fingerprint(folder)
    monkeypatch.setattr(working_calendar.os, "scandir", None)
    assert fingerprint(folder) == first
    assert [name for name, _, _ in first] == [str(folder / "2026.yaml")]


def test_a_file_that_comes_goes_or_changes_is_seen_at_once(folder):
    seen = [fingerprint(folder)]
    (folder / "2027.yaml").write_text("year: 2027\n")
    seen.append(fingerprint(folder))
    (folder / "2027.yaml").write_text("year: 2027 # and more\n")
    seen.append(fingerprint(folder))
    (folder / "2027.yaml").unlink()
    seen.append(fingerprint(folder))
    (folder / "notes.txt").write_text("no notice")
    assert fingerprint(folder) == seen[0] == seen[3]
    assert len(set(seen)) == 3


def test_a_folder_that_just_changed_is_listed_again_whatever_its_time_says(folder, monkeypatch):
    # A minute, in which a busy machine comes to the end of this.
    monkeypatch.setattr(working_calendar, "_UNSETTLED_NS", 59_000_000_000)
    fingerprint(folder)
    (folder / "2028.yaml").write_text("year: 2028\n")
    changed = folder.stat().st_mtime_ns
    fingerprint(folder)
    (folder / "2029.yaml").write_text("year: 2029\n")
    os.utime(folder, ns=(changed, changed))
    assert [name[-9:] for name, _, _ in fingerprint(folder)] == [
        "2026.yaml",
        "2028.yaml",
        "2029.yaml",
    ]


def test_a_folder_that_is_taken_away_holds_nothing(folder):
    fingerprint(folder)
    (folder / "2026.yaml").unlink()
    settled(folder)
    folder.rmdir()
    assert fingerprint(folder) == ()
