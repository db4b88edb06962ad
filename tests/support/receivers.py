"""Real receivers of notices on loopback: a mail server and a webhook."""

from __future__ import annotations

import email
import email.policy
import json
import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from aiosmtpd.controller import Controller

from tests.support.run.ports import free_port
from tests.support.run.waiting import PATIENCE_SECONDS


class Mailbox:
    """An SMTP server that keeps what it is given; ``before_answer`` runs with the letter in hand."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []
        self.recipients: list[list[str]] = []
        self.before_answer: Callable[[], None] = lambda: None
        self.port = free_port()

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        letter = email.message_from_bytes(envelope.content, policy=email.policy.default)
        assert isinstance(letter, EmailMessage)
        self.letters.append(letter)
        self.recipients.append(envelope.rcpt_tos)
        self.before_answer()
        return "250 OK"

    def url(self, to: str) -> str:
        return f"mailto://127.0.0.1:{self.port}/{to}?from=kaigong@example.org"

    @property
    def server_url(self) -> str:
        return f"mailto://127.0.0.1:{self.port}/?from=kaigong@example.org"


class Hook:
    """A webhook that keeps what it is given and answers with ``status``."""

    def __init__(self) -> None:
        self.calls: list[dict[str, Any]] = []
        self.keys: list[str] = []
        self.status = 200
        hook = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                hook.calls.append(json.loads(body))
                hook.keys.append(self.headers["Idempotency-Key"])
                self.send_response(hook.status)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)

    @property
    def url(self) -> str:
        return f"json://someone:s3cret-word@127.0.0.1:{self.server.server_port}/hooks/t0ken-path"

    @property
    def titles(self) -> list[str]:
        return [call["title"] for call in self.calls]


@contextmanager
def mailbox() -> Iterator[Mailbox]:
    box = Mailbox()
    controller = Controller(
        box, hostname="127.0.0.1", port=box.port, ready_timeout=PATIENCE_SECONDS
    )
    controller.start()
    try:
        yield box
    finally:
        controller.stop()


@contextmanager
def hook() -> Iterator[Hook]:
    found = Hook()
    thread = threading.Thread(target=found.server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield found
    finally:
        found.server.shutdown()
        thread.join()
        found.server.server_close()


@contextmanager
def silence() -> Iterator[str]:
    """A webhook that takes calls and never answers."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen(16)
        yield f"json://127.0.0.1:{server.getsockname()[1]}/"


@contextmanager
def dripping() -> Iterator[str]:
    """A webhook that answers a letter at a time and never comes to an end."""
    over = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            with suppress(OSError):
                self.wfile.write(b"HTTP/1.1 200 OK\r\nX-Long: ")
                while not over.wait(0.1):
                    self.wfile.write(b"a")

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"json://127.0.0.1:{server.server_port}/"
    finally:
        over.set()
        server.shutdown()
        thread.join()
        server.server_close()


def kill(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)
