"""What ``make test`` says about the time of its groups."""

from __future__ import annotations

import io

import pytest

from tests.support.run.budgets import BUDGETS, WHOLE_RUN, Budgets, group_of


@pytest.mark.parametrize(
    ("nodeid", "keywords", "group"),
    [
        ("tests/unit/test_a.py::test_b", (), "unit"),
        ("tests/unit/clock/test_a.py::test_b[tests/flows]", (), "unit"),
        ("tests/docs/test_pages.py::test_b", (), "unit"),
        ("tests/integration/cases/test_a.py::test_b", (), "integration"),
        ("tests/integration/test_a.py::test_b", ("api",), "API"),
        ("tests/flows/test_a.py::test_b", (), "flows"),
        ("tests/browser/test_a.py::test_b", (), "browser"),
        ("tests/elsewhere/test_a.py::test_b", (), None),
        ("tests/test_a.py::test_b", (), None),
        ("bench/unit/test_a.py::test_b", (), None),
    ],
)
def test_a_test_counts_for_its_folder_and_the_api_for_itself(nodeid, keywords, group):
    assert group_of(nodeid, keywords) == group


def report(nodeid: str, when: str, duration: float) -> pytest.TestReport:
    return pytest.TestReport(
        nodeid=nodeid,
        location=(nodeid, 0, ""),
        keywords={},
        outcome="passed",
        longrepr=None,
        when=when,
        duration=duration,
    )


def summary(budgets: Budgets, config: pytest.Config) -> str:
    written = io.StringIO()
    budgets.pytest_terminal_summary(pytest.TerminalReporter(config, written))
    return written.getvalue()


def test_a_group_takes_half_of_what_its_tests_take_with_setup_and_teardown(pytestconfig):
    budgets = Budgets()
    for name, phases in {"a": (2.0, 3.0, 1.0), "b": (0.0, 4.0, 0.0)}.items():
        for when, seconds in zip(("setup", "call", "teardown"), phases, strict=True):
            budgets.pytest_runtest_logreport(
                report(f"tests/flows/test_{name}.py::t", when, seconds)
            )
    assert budgets.took("flows") == 5.0
    told = summary(budgets, pytestconfig)
    assert "flows             2     5.0     130" in told
    assert "unit" not in told
    assert "OVER" not in told


def test_a_group_over_its_budget_is_named(pytestconfig):
    budgets = Budgets()
    at_budget = 2.0 * BUDGETS["browser"]
    budgets.pytest_runtest_logreport(report("tests/browser/test_a.py::t", "call", at_budget))
    assert not budgets.exceeded
    budgets.pytest_runtest_logreport(report("tests/browser/test_a.py::t", "teardown", 2.0))
    assert budgets.exceeded == ["browser"]
    assert "OVER ITS BUDGET: browser took 101 s of 100 s" in summary(budgets, pytestconfig)


def test_more_than_ten_minutes_are_said(pytestconfig):
    budgets = Budgets()
    budgets.pytest_runtest_logreport(report("tests/unit/test_a.py::t", "call", 1.0))
    assert "OVER TEN MINUTES" not in summary(budgets, pytestconfig)
    budgets.begun -= WHOLE_RUN
    assert "OVER TEN MINUTES" in summary(budgets, pytestconfig)


def test_a_run_without_groups_says_nothing(pytestconfig):
    assert summary(Budgets(), pytestconfig) == ""


def test_it_is_a_plugin_that_pytest_can_set_aside():
    """Pytest keeps the plugins that a folder does not see in a set."""
    budgets = Budgets()
    assert {budgets, budgets, Budgets()} - {budgets}


def test_the_budgets_fit_into_ten_minutes():
    assert sum(BUDGETS.values()) <= WHOLE_RUN
