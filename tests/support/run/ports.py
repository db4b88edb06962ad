"""Ports for servers that are started a moment later, each given to one test of this machine."""

from __future__ import annotations

import fcntl
import os
import random
import socket
import tempfile
from functools import cache
from pathlib import Path
from typing import IO

#: Below those from which systems choose one for whoever calls out: none of these is taken meanwhile.
FIRST, LAST = 20_000, 30_000
#: Not the dice of the tests: runs with the same seed would try the same ports.
_dice = random.SystemRandom()
_given: set[int] = set()


def free_port() -> int:
    """A port that nobody listens on, and that no other test of any run was given while its process lives."""
    while True:
        port = _dice.randrange(FIRST, LAST)
        if port not in _given and _is_ours(port) and _is_free(port):
            _given.add(port)
            return port


@cache
def _lock() -> IO[str]:
    """A file of which each byte stands for a port; what a process has locked goes when it ends."""
    return (Path(tempfile.gettempdir()) / f"kaigong-test-ports-{os.geteuid()}").open("a+")


def _is_ours(port: int) -> bool:
    try:
        fcntl.lockf(_lock(), fcntl.LOCK_EX | fcntl.LOCK_NB, 1, port)
    except OSError:
        return False
    return True


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True
