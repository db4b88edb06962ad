"""Mutants of the tables that mutmut cannot reach: which act leads where, and who may do it.

Every mutant drops or adds one entry of a table and runs the tests of the tables in a process of its own;
one that no test notices survives.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from multiprocessing import get_context
from pathlib import Path
from time import monotonic

import pytest

from models.cases.states import ItemState
from models.people.actor import Role
from rules.cases.declarations import registry as declared
from rules.cases.declarations.act import Act
from tests.long.record import ROOT, Result

STEP = "mutants of the tables"
#: The tests that should notice, by their names: where they lie is not what matters.
TESTS = ("test_transitions", "test_permissions", "test_acts_*")
#: A table that the tests cannot even be collected with is noticed as well.
NOTICED = (pytest.ExitCode.TESTS_FAILED, pytest.ExitCode.INTERRUPTED)


@dataclass(frozen=True)
class Mutant:
    """One changed entry."""

    name: str
    change: Callable[[], None]
    act: str = ""
    """Tests that have it in their name are tried first."""


def mutants() -> Iterator[Mutant]:
    """Every transition and every role dropped, and every one that is not there added."""
    for act in declared.registry().acts.values():
        yield from _of_transitions(act) if act.on_item else ()
        for role in Role:
            yield _mutant(
                f"{act.name}: {'not ' if role in act.roles else ''}by {role}",
                replace(act, roles=act.roles ^ {role}),
            )


def _of_transitions(act: Act) -> Iterator[Mutant]:
    row = dict(act.transitions)
    for state in ItemState:
        if state in row:
            rest = {other: leads for other, leads in row.items() if other is not state}
            yield _mutant(f"{act.name}: not from {state}", replace(act, transitions=rest))
        else:
            more = row | {state: (state,)}
            yield _mutant(f"{act.name}: from {state}", replace(act, transitions=more))
    for state, leads in row.items():
        for target in leads if len(leads) > 1 else ():
            fewer = row | {state: tuple(other for other in leads if other is not target)}
            name = f"{act.name}: from {state} not to {target}"
            yield _mutant(name, replace(act, transitions=fewer))


def _mutant(name: str, act: Act) -> Mutant:
    return Mutant(name, lambda: _declare_instead(act), act.name)


def _declare_instead(act: Act) -> None:
    """From here on, in this process, the act is declared like this."""
    known = declared.registry()
    acts = [act if one.name == act.name else one for one in known.acts.values()]
    declared._current = declared.Registry(acts, known.events.values())


def _try_in_child(mutant: Mutant, tests: list[str]) -> None:
    os.chdir(ROOT)
    silent = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - until the process ends
    sys.stdout = sys.stderr = silent
    mutant.change()
    options = ["-x", "-q", "-p", "no:randomly", "-p", "no:cacheprovider", *tests]
    if mutant.act and pytest.main([*options, "-k", mutant.act]) in NOTICED:
        raise SystemExit(int(pytest.ExitCode.TESTS_FAILED))
    raise SystemExit(int(pytest.main(options)))


def is_killed(mutant: Mutant, tests: list[str]) -> bool:
    """Whether a test fails in a process that has the mutant instead of the table."""
    process = get_context("fork").Process(target=_try_in_child, args=(mutant, tests))
    process.start()
    process.join()
    return process.exitcode in NOTICED


def run() -> Result:
    """All mutants of both tables; the survivors are printed."""
    began = monotonic()
    tests = [
        str(path) for name in TESTS for path in sorted((ROOT / "tests/unit").rglob(f"{name}.py"))
    ]
    tried = list(mutants())
    survivors = [mutant.name for mutant in tried if not is_killed(mutant, tests)]
    for name in survivors:
        print(f"  survived: {name}", flush=True)
    figures = f"{len(tried) - len(survivors)} of {len(tried)} killed, {len(survivors)} survived"
    return Result(STEP, figures, passed=True, seconds=monotonic() - began)
