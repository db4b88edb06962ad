"""What each group of tests took, against what it may take: ``make test`` stays under ten minutes.

The budgets are seconds of a run on two cores. Two tests run at a time there, so that a group takes
half of what its tests take one after the other, wherever and with however many workers they ran.
A group over its budget is said loudly and fails nothing: machines are noisy.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from time import monotonic

import pytest

BUDGETS = {"unit": 150, "integration": 180, "flows": 130, "browser": 100, "API": 30}
WHOLE_RUN = 600
CORES = 2
COUNTED_WITH = {"docs": "unit"}
API_MARKER = "api"
TITLE = f"seconds on {CORES} cores against the budget"
HEADER = f"{'group':<12} {'tests':>6} {'took':>7} {'budget':>7}"


def group_of(nodeid: str, keywords: Iterable[str] = ()) -> str | None:
    """The group that a test's time counts for; ``None`` where no budget is set for its folder."""
    folders = nodeid.split("::", maxsplit=1)[0].split("/")
    if folders[0] != "tests" or len(folders) < 3:
        return None
    if API_MARKER in keywords:
        return "API"
    group = COUNTED_WITH.get(folders[1], folders[1])
    return group if group in BUDGETS else None


@dataclass(eq=False)  # a plugin is told from others by what it is
class Budgets:
    """Listens to the reports of all workers in the process that collects them."""

    seconds: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))
    tests: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    begun: float = field(default_factory=monotonic)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Setup, call and teardown count: a fixture's time is time that somebody waits for."""
        group = group_of(report.nodeid, report.keywords)
        if group is not None:
            self.seconds[group] += report.duration
            self.tests[group].add(report.nodeid)

    def took(self, group: str) -> float:
        """Seconds of a run on two cores."""
        return self.seconds[group] / CORES

    @property
    def exceeded(self) -> list[str]:
        """The groups that took longer than they may."""
        return [group for group, budget in BUDGETS.items() if self.took(group) > budget]

    def lines(self) -> list[str]:
        """The table of the groups that ran."""
        return [
            f"{group:<12} {len(self.tests[group]):>6} {self.took(group):>7.1f} {budget:>7}"
            for group, budget in BUDGETS.items()
            if self.tests[group]
        ]

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """The table at the end of the run, and what is over its budget, in red."""
        lines = self.lines()
        if not lines:
            return
        terminalreporter.section(TITLE)
        for line in (HEADER, *lines):
            terminalreporter.write_line(line)
        elapsed = monotonic() - self.begun
        terminalreporter.write_line(
            f"{'whole run':<12} {'':>6} {elapsed:>7.1f} {WHOLE_RUN:>7}  by the clock on the wall"
        )
        for group in self.exceeded:
            terminalreporter.write_line(
                f"OVER ITS BUDGET: {group} took {self.took(group):.0f} s of {BUDGETS[group]} s",
                red=True,
                bold=True,
            )
        if elapsed > WHOLE_RUN:
            terminalreporter.write_line(
                f"OVER TEN MINUTES: the run took {elapsed:.0f} s", red=True, bold=True
            )
