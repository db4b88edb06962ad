"""What ``make test`` says about a test that failed and passed."""

from __future__ import annotations

import io

import pytest

from tests.support.run.second_runs import TITLE, SecondRuns


def report(test: str, outcome: str, failure: str | None = None) -> pytest.TestReport:
    return pytest.TestReport(
        nodeid=test,
        location=(test, 0, ""),
        keywords={},
        outcome=outcome,
        longrepr=failure,
        when="call",
    )


def summary(runs: SecondRuns, config: pytest.Config) -> str:
    written = io.StringIO()
    runs.pytest_terminal_summary(pytest.TerminalReporter(config, written))
    return written.getvalue()


def test_a_test_that_passed_only_the_second_time_is_named_with_its_failure(pytestconfig):
    runs = SecondRuns()
    runs.pytest_runtest_logreport(report("a.py::late", "rerun", "the server had not answered"))
    runs.pytest_runtest_logreport(report("a.py::late", "passed"))
    lines = summary(runs, pytestconfig).splitlines()
    assert TITLE in lines[0]
    assert lines[1:] == ["a.py::late", "the server had not answered"]


def test_a_test_that_failed_twice_is_a_failure_and_named_there(pytestconfig):
    runs = SecondRuns()
    runs.pytest_runtest_logreport(report("a.py::broken", "rerun", "1 is not 2"))
    runs.pytest_runtest_logreport(report("a.py::broken", "failed", "1 is not 2"))
    runs.pytest_runtest_logreport(report("a.py::well", "passed"))
    assert summary(runs, pytestconfig) == ""
