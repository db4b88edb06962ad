"""Four people upload 100 MB each at the same moment: what the portal takes, and how soon it answers others.

``python -m bench.uploads [--megabytes N] [--people N] --json`` prints one JSON document; exit code 1 beyond the
bounds. The portal is a process of its own, as it runs; its memory is what the system counts for it.
"""

from __future__ import annotations

import argparse
import json
import secrets
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import httpx
import psutil

from config.settings import child_environment
from deployments.local.postgres import Postgres
from models import migrations
from services.people import accounts, tokens
from services.timing import now
from services.unit_of_work import Database

MEGABYTE = 1024 * 1024
PIECE = 256 * 1024
#: The bounds: how late an answer to others may come, and what the portal may hold.
HEALTH_MS, MEMORY_MB = 200.0, 300.0


@dataclass(frozen=True)
class Measured:
    """What one run took."""

    people: int
    megabytes: int
    seconds: float
    health_ms_middle: float
    health_ms_most: float
    memory_mb_before: float
    memory_mb_most: float


def measure(url: str, folder: Path, megabytes: int, people: int = 4) -> Measured:
    """Upload over a migrated database; the folder is the portal's data folder."""
    bearers = _people(url, people)
    with _portal(url, folder, megabytes + 1) as (address, process):
        stop = threading.Event()
        memory, health = [_megabytes(process)], []
        with ThreadPoolExecutor(people + 2) as threads:
            watching = threads.submit(_watch_memory, process, memory, stop)
            asking = threads.submit(_ask, address, health, stop)
            began = time.monotonic()
            sent = [threads.submit(_upload, address, token, megabytes) for token in bearers]
            statuses = {future.result() for future in sent}
            seconds = time.monotonic() - began
            stop.set()
            watching.result()
            asking.result()
    assert statuses == {201}, statuses
    health.sort()
    return Measured(
        people,
        megabytes,
        round(seconds, 1),
        round(health[len(health) // 2] * 1000, 1),
        round(health[-1] * 1000, 1),
        round(memory[0], 1),
        round(max(memory), 1),
    )


def _people(url: str, count: int) -> list[str]:
    database = Database(url)
    made = []
    for number in range(count):
        login = f"uploader{number}"
        person = accounts.NewAccount(
            login=login, name=login, role="leader", password=secrets.token_urlsafe(20)
        )
        accounts.create_account(database, person)
        made.append(tokens.issue_token(database, login, "bench", now()))
    database.close()
    return made


@contextmanager
def _portal(url: str, folder: Path, limit_mb: int) -> Iterator[tuple[str, psutil.Process]]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = child_environment(
        KAIGONG_DATABASE_URL=url,
        KAIGONG_DATA_DIR=str(folder),
        KAIGONG_UPLOAD_LIMIT_MB=str(limit_mb),
        KAIGONG_PORT=str(port),
    )
    command = [sys.executable, "-m", "uvicorn", "deployments.portal:create_app", "--factory"]
    process = subprocess.Popen(
        [*command, "--port", str(port), "--log-level", "warning"], env=environment
    )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(address)
        yield address, psutil.Process(process.pid)
    finally:
        process.terminate()
        process.wait(30)


def _wait_for(address: str) -> None:
    until = time.monotonic() + 60
    while True:
        try:
            if httpx.get(f"{address}/readyz", timeout=5, trust_env=False).status_code == 200:
                return
        except httpx.HTTPError:
            pass
        if time.monotonic() > until:
            message = "the portal did not start"
            raise TimeoutError(message)
        time.sleep(0.1)


def _upload(address: str, token: str, megabytes: int) -> int:
    boundary = secrets.token_hex(16)
    head = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="plan.pdf"\r\n\r\n'
    ).encode()
    headers = {
        "authorization": f"Bearer {token}",
        "content-type": f"multipart/form-data; boundary={boundary}",
    }

    def body() -> Iterator[bytes]:
        yield head + b"%PDF-1.7 " + secrets.token_bytes(32)
        piece = secrets.token_bytes(PIECE)
        for _ in range(megabytes * MEGABYTE // PIECE):
            yield piece
        yield f"\r\n--{boundary}--\r\n".encode()

    answer = httpx.post(
        f"{address}/api/v1/files", content=body(), headers=headers, timeout=600, trust_env=False
    )
    return answer.status_code


def _watch_memory(process: psutil.Process, seen: list[float], stop: threading.Event) -> None:
    while not stop.wait(0.05):
        seen.append(_megabytes(process))


def _megabytes(process: psutil.Process) -> float:
    return float(process.memory_info().rss) / MEGABYTE


def _ask(address: str, seen: list[float], stop: threading.Event) -> None:
    with httpx.Client(trust_env=False, timeout=60) as client:
        while not stop.wait(0.02):
            began = time.monotonic()
            assert client.get(f"{address}/healthz").status_code == 200
            seen.append(time.monotonic() - began)


def main() -> None:
    """Measure on a server and in a folder of its own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--megabytes", type=int, default=100)
    parser.add_argument("--people", type=int, default=4)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, Postgres(Path(folder)) as server:
        url = server.ensure_database("uploads")
        migrations.upgrade(url)
        result = measure(url, Path(folder), asked.megabytes, asked.people)
    print(json.dumps(asdict(result), indent=2))
    sys.exit(result.health_ms_most > HEALTH_MS or result.memory_mb_most > MEMORY_MB)


if __name__ == "__main__":
    main()
