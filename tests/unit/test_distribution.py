"""In which order and in which process the tests run."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.support.run.distribution import ByFile, pytest_collection_modifyitems


@pytest.mark.parametrize(
    ("nodeid", "group"),
    [
        ("tests/unit/test_a.py::test_b", "tests/unit/test_a.py"),
        ("tests/unit/test_a.py::test_b[a@b::c]", "tests/unit/test_a.py"),
        ("tests/flows/test_a.py::test_b@prefect", "prefect"),
    ],
)
def test_a_file_stays_together_unless_a_mark_says_more(nodeid, group):
    scheduler = ByFile.__new__(ByFile)
    assert scheduler._split_scope(nodeid) == group


def collected(nodeid: str, mark: str = "") -> SimpleNamespace:
    path = Path(nodeid.partition("::")[0])
    return SimpleNamespace(
        nodeid=nodeid, path=path, get_closest_marker=lambda name: name == mark or None
    )


def test_what_is_slow_begins_and_a_file_is_not_torn():
    items = [
        collected("tests/unit/test_few.py::test_a"),
        collected("tests/unit/test_many.py::test_a"),
        collected("tests/integration/cases/test_c.py::test_a"),
        collected("tests/unit/test_many.py::test_b"),
        collected("tests/flows/test_f.py::test_a"),
        collected("tests/unit/test_slow.py::test_quick"),
        collected("tests/unit/test_slow.py::test_slow", "slow"),
    ]
    pytest_collection_modifyitems(items)
    assert [item.nodeid.rsplit("/", 1)[1] for item in items] == [
        "test_slow.py::test_quick",
        "test_slow.py::test_slow",
        "test_f.py::test_a",
        "test_c.py::test_a",
        "test_many.py::test_a",
        "test_many.py::test_b",
        "test_few.py::test_a",
    ]
