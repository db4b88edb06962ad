"""Where the tests' own files lie: in memory, and not for ever."""

from __future__ import annotations

import os
from pathlib import Path

from tests.conftest import run_dir
from tests.support.run import folders
from tests.support.run.folders import LOCK, PREFIX, YOUNG_SECONDS, RunFolder, has_room, sweep


def left_behind(place: Path, name: str, seconds: float) -> Path:
    """The folder of a run that was killed, so long ago."""
    folder = place / f"{PREFIX}{name}"
    folder.mkdir()
    lock = folder / LOCK
    lock.touch()
    begun = lock.stat().st_mtime - seconds
    os.utime(lock, (begun, begun))
    return folder


def test_what_killed_runs_left_is_taken_away_and_what_lives_or_begins_stays(tmp_path, monkeypatch):
    monkeypatch.setattr(folders, "MEMORY", tmp_path)
    monkeypatch.setattr(folders, "ROOM_BYTES", 0)
    living = RunFolder.new()
    assert living.path.parent == tmp_path
    os.utime(living.path / LOCK, (0, 0))
    killed = left_behind(tmp_path, "killed", YOUNG_SECONDS + 60)
    young = left_behind(tmp_path, "young", 0)
    sweep(tmp_path)
    assert not killed.exists()
    assert young.exists()
    assert living.path.exists()
    living.remove()
    assert not living.path.exists()


def test_a_place_without_room_is_not_taken(tmp_path, monkeypatch):
    assert not has_room(tmp_path / "none")
    monkeypatch.setattr(folders, "ROOM_BYTES", 2**60)
    assert not has_room(tmp_path)


def test_this_run_holds_its_lock():
    assert not folders._is_free(run_dir() / LOCK)
