"""Ports for servers that are started a moment later, each given to one test of the run."""

from __future__ import annotations

import os
import random
import socket
from pathlib import Path

from filelock import FileLock

#: Below those from which systems choose one for whoever calls out: none of these is taken meanwhile.
FIRST, LAST = 20_000, 30_000


def free_port() -> int:
    """A port of this machine that nobody listens on and that no other test of the run was given."""
    # Where the run's files lie (tests/conftest.py): all of its processes count on.
    folder = Path(os.environ["KAIGONG_TEST_RUN"])
    with FileLock(folder / "ports.lock"):
        kept = folder / "ports"
        port = int(kept.read_text()) if kept.exists() else random.randrange(FIRST, LAST)
        while True:
            port = port + 1 if port < LAST else FIRST
            if _is_free(port):
                break
        kept.write_text(str(port))
    return port


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True
