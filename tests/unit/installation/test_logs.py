"""What a fault leaves in the log: where it happened, and nothing of what was worked on."""

from __future__ import annotations

import json

from config.logs import get_logger
from config.settings import get_settings


def _fails(password: str) -> None:
    raise ValueError(len(password))


def test_a_fault_is_logged_with_its_place_and_without_the_values_of_variables(capsys):
    try:
        _fails("horse" * 3)
    except ValueError:
        get_logger().exception("it_failed", project="QH-1")
    told = capsys.readouterr().err
    assert "it_failed" in told
    assert "QH-1" in told
    assert "in _fails" in told
    assert "ValueError: 15" in told
    assert "horse" * 3 not in told
    assert len(told.splitlines()) < 15


def test_programs_that_gather_logs_get_one_object_a_line(capsys, monkeypatch):
    monkeypatch.setenv("KAIGONG_LOG_FORMAT", "json")
    get_settings.cache_clear()
    try:
        get_logger().debug("not_important_enough")
        get_logger().info("security_event", kind="signed_in", detail={"by": "口令"})
        try:
            _fails("horse" * 3)
        except ValueError:
            get_logger().exception("it_failed", project="QH-1")
    finally:
        monkeypatch.undo()
        get_settings.cache_clear()
    first, second = map(json.loads, capsys.readouterr().err.splitlines())
    moment = first.pop("timestamp")
    assert moment.endswith("Z")
    expected = {"event": "security_event", "level": "info", "kind": "signed_in"}
    assert first == {**expected, "detail": {"by": "口令"}}
    assert (second["event"], second["level"], second["project"]) == ("it_failed", "error", "QH-1")
    assert "in _fails" in second["exception"]
    assert "horse" * 3 not in second["exception"]
