"""Which process runs which tests: those of one file stay together, and the long ones begin.

What a module's tests share (a town with its portal, a ledger in every state) is made once then, not
once in each process; and no process is left alone with a long file at the end.
"""

from __future__ import annotations

from collections import Counter

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadGroupScheduling

#: Folders in the order in which their tests begin: other processes are waited for in the first ones.
FIRST = ("flows", "browser", "integration")
SLOW = "slow"


class ByFile(LoadGroupScheduling):
    """As ``--dist loadgroup``, with each file a group where no mark says more; in the order of collection."""

    def __init__(self, config: pytest.Config, log: Producer | None = None) -> None:
        super().__init__(config, log)
        config.option.loadscopereorder = False

    def _split_scope(self, nodeid: str) -> str:
        group = super()._split_scope(nodeid)
        return group.split("::", maxsplit=1)[0]


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> ByFile | None:
    """Take the place of ``loadgroup`` alone; every other distribution stays as it is."""
    return ByFile(config, log) if config.getvalue("dist") == "loadgroup" else None


def _place(folder: str) -> int:
    return FIRST.index(folder) if folder in FIRST else len(FIRST)


@pytest.hookimpl(trylast=True)  # after whoever shuffles
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put what is slow in front, then the folders that wait for others, then files with many tests."""
    many = Counter(item.path for item in items)
    slow = {item.path for item in items if item.get_closest_marker(SLOW)}
    folders = {item.path: item.nodeid.split("/")[1:2] for item in items}

    def order(item: pytest.Item) -> tuple[bool, int, int]:
        place = min((_place(folder) for folder in folders[item.path]), default=len(FIRST))
        return item.path not in slow, place, -many[item.path]

    items.sort(key=order)
