"""A portal on a port of this machine, for what only a real browser or a real connection can show."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from fastapi import FastAPI

from tests.support.run.waiting import PATIENCE_SECONDS, until


@contextmanager
def served(app: FastAPI) -> Iterator[str]:
    """The address at which the application answers inside the block."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning"))
        own = {"sockets": [listening]}
        thread = threading.Thread(target=server.run, kwargs=own, daemon=True)
        thread.start()
        until(lambda: server.started)
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(PATIENCE_SECONDS)
