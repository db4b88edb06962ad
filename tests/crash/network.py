"""A network of our own on loopback that can be cut: connections to a unix socket through a TCP port."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from pathlib import Path

CHUNK = 65536


class Cable:
    """Carries connections from a port on loopback to a unix socket, as long as it is whole."""

    def __init__(self, target: Path) -> None:
        self._target = str(target)
        self._open: set[socket.socket] = set()
        self._guard = threading.Lock()
        self._whole = threading.Event()
        self._whole.set()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        """Break every connection and refuse new ones."""
        self._whole.clear()
        with self._guard:
            ends, self._open = self._open, set()
        for end in ends:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def mend(self) -> None:
        """Carry connections again."""
        self._whole.set()

    def close(self) -> None:
        """Stop carrying for good."""
        self._listener.close()
        self.cut()

    def _accept(self) -> None:
        with suppress(OSError):  # closed
            while True:
                near, _ = self._listener.accept()
                threading.Thread(target=self._carry, args=(near,), daemon=True).start()

    def _carry(self, near: socket.socket) -> None:
        with near, socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as far:
            try:
                if not self._whole.is_set():
                    return
                far.connect(self._target)
            except OSError:
                return  # nobody at the other end: as a refused connection
            with self._guard:
                self._open |= {near, far}
            back = threading.Thread(target=_pour, args=(far, near), daemon=True)
            back.start()
            _pour(near, far)
            back.join()
            with self._guard:
                self._open -= {near, far}


def _pour(source: socket.socket, sink: socket.socket) -> None:
    """Everything from one end to the other; the end of one is the end of both."""
    with suppress(OSError):
        while data := source.recv(CHUNK):
            sink.sendall(data)
    for end in (source, sink):
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
