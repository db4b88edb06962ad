"""Tests that passed only when they were run again: told at the end, because each is a defect.

The tests play with real processes on whatever machine there is. ``make test`` runs a test that fails
once more, so that one late process does not refuse everybody's work; a rule that is broken fails twice.
"""

from __future__ import annotations

import socket
from dataclasses import dataclass, field

import pytest

TITLE = "passed only when run again: mend the test or what it tests"


def answer_at_once(config: pytest.Config) -> None:
    """Let a worker ask how often a test ran without waiting 40 ms for the acknowledgement of each question.

    The plugin asks over a socket, in several small writes for one answer; with nine thousand tests that waiting
    was half of the run.
    """
    asking = getattr(getattr(config, "failures_db", None), "sock", None)
    if asking is not None:
        asking.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


@dataclass(eq=False)  # a plugin is told from others by what it is
class SecondRuns:
    """Listens to the reports of all workers in the process that collects them."""

    failures: dict[str, str] = field(default_factory=dict)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keeps why the first run failed, until the second fails too: then it is a failure like others."""
        if report.outcome == "rerun":
            self.failures[report.nodeid] = report.longreprtext
        elif report.failed:
            self.failures.pop(report.nodeid, None)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Names each such test with the whole failure of its first run."""
        if not self.failures:
            return
        terminalreporter.section(TITLE, yellow=True)
        for test, failure in self.failures.items():
            terminalreporter.write_line(test, bold=True)
            terminalreporter.write_line(failure)
