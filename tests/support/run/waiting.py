"""Waiting for what another process or thread does: as long as a busy machine takes, and no longer than needed.

How long that is says nothing about the product: only what never comes waits to the end.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

import psutil

PATIENCE_SECONDS = 120.0
LOOK_SECONDS = 0.03


def until(condition: Callable[[], Any], patience: float = PATIENCE_SECONDS) -> Any:
    """What ``condition`` answers as soon as that is true; fails where it never is."""
    deadline = time.monotonic() + patience
    while not (answer := condition()):
        assert time.monotonic() < deadline, f"not within {patience} s"
        time.sleep(LOOK_SECONDS)
    return answer


def gone(process: psutil.Process) -> bool:
    """Whether a process has ended, be it that nobody has asked for its exit code yet."""
    try:
        return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:  # it went between the two questions
        return True


async def within_reason(condition: Callable[[], Awaitable[Any]]) -> Any:
    """The same for a condition that is awaited."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not (answer := await condition()):
        assert time.monotonic() < deadline, f"not within {PATIENCE_SECONDS} s"
        await asyncio.sleep(LOOK_SECONDS)
    return answer
