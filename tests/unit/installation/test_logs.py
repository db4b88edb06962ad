"""What a fault leaves in the log: where it happened, and nothing of what was worked on."""

from __future__ import annotations

from config.logs import get_logger


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
