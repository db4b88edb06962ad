"""An upgrade from the release before while people act: its portal serves all through it, then both do, then
ours alone.

The earlier program is taken out of the repository and runs as it did, with the packages that it had; the
ledger is the frozen one, with projects in every state. ``python -m tests.long.upgrade`` tries it by itself.
"""

from __future__ import annotations

import hashlib
import io
import os
import re
import secrets
import subprocess
import sys
import tarfile
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import cycle
from pathlib import Path
from time import monotonic
from typing import Self

import httpx
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from deployments.local.postgres import Postgres
from deployments.local.process import answers
from models.migrations import LOCK_SECONDS, overlap
from services.cases.audit import verify
from services.cases.filling.rounds import fill
from services.timing import write_clock_file
from services.unit_of_work import Database
from tests.long.record import ROOT, Result
from tests.support.frozen.restoring import manifest, restore_as_written
from tests.support.run.ports import free_port

STEP = "upgrade while people act"
#: The release before this one: 0.1.0 has no tag.
PREVIOUS = "0b2130c"
#: After the newest event of the frozen ledger.
NOW = datetime(2027, 5, 15, 2, tzinfo=UTC)
LEADER, STEWARDS = "leader", ("steward", "steward2")
PEOPLE, ACTS = 6, 8
#: The same request is sent again after these, and each is told of.
AGAIN = frozenset({429, 502, 503, 504})
PATIENCE_SECONDS = 300.0
#: A migration stands in the way for so long, and comes back; the rest is two portals and six people on
#: whatever machine this is.
LONGEST_WAIT_SECONDS = LOCK_SECONDS + 10
_LOCKED = re.compile(r"^([a-z0-9-]+)==([^ ;\\]+)", re.MULTILINE)


@dataclass
class Act:
    """An act that was acknowledged."""

    project: str
    key: str
    portal: str
    waited: float
    """Seconds from the first request to the answer."""


@dataclass
class Person:
    """Somebody who names stewards again and again, at the portal that the proxy sends them to."""

    project: str
    token: str
    crowd: Crowd
    done: list[Act] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    again: Counter[str] = field(default_factory=Counter)
    """Why something was sent again."""

    def work(self) -> None:
        """Act until asked to stop."""
        for number, steward in enumerate(cycle(STEWARDS)):
            if self.crowd.stop.is_set():
                return
            self._act({"act": "assign_steward", "steward": steward}, f"{self.project}/{number}")
            time.sleep(0.1)

    def _act(self, command: dict[str, str], key: str) -> None:
        began = monotonic()
        while monotonic() - began < PATIENCE_SECONDS:
            portal = self.crowd.portal_of(self)
            answer = self._send(portal, command, key)
            if answer is None or answer.status_code in AGAIN:
                told = f"{answer.status_code} {answer.text[:200]}" if answer else "no answer"
                self.again[f"{'ours' if portal != self.crowd.earlier else PREVIOUS}: {told}"] += 1
                time.sleep(0.2)
                continue
            if answer.is_success:
                self.done.append(Act(self.project, key, portal, monotonic() - began))
            else:
                self.refused.append(f"{answer.status_code} {answer.text[:200]}")
            return
        self.refused.append(f"{key}: no answer within {PATIENCE_SECONDS} s")

    def _send(self, portal: str, command: dict[str, str], key: str) -> httpx.Response | None:
        headers = {"Authorization": f"Bearer {self.token}", "Idempotency-Key": key}
        url = f"{portal}/api/v1/projects/{self.project}/acts"
        try:
            return httpx.post(url, json=command, headers=headers, timeout=30, trust_env=False)
        except httpx.HTTPError:
            return None


class Crowd:
    """People who act at the same time, and the portals that they are sent to in turn."""

    def __init__(self, url: str, portal: str) -> None:
        self.earlier, self.portals = portal, [portal]
        self.stop = threading.Event()
        codes = list(manifest().codes.values())[:PEOPLE]
        token = _token(url)
        self.people = [Person(code, token, self) for code in codes]
        self._threads = [threading.Thread(target=person.work) for person in self.people]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.leave()

    def leave(self) -> None:
        """Everybody finishes the act that they are at."""
        self.stop.set()
        for thread in self._threads:
            thread.join()

    def portal_of(self, person: Person) -> str:
        """Where the proxy sends somebody just now: a moment later, the next one."""
        return self.portals[len(person.done) % len(self.portals)]

    @property
    def done(self) -> list[Act]:
        """Every act that was acknowledged."""
        return [act for person in self.people for act in person.done]

    @property
    def again(self) -> Counter[str]:
        """Why something was sent again, and how often."""
        return sum((person.again for person in self.people), Counter())

    @property
    def refused(self) -> list[str]:
        """Every answer that was no acknowledgement."""
        return [answer for person in self.people for answer in person.refused]

    def wait(self, portal: str, acts: int) -> None:
        """Wait until everybody has so many more acts acknowledged by a portal."""
        deadline = monotonic() + PATIENCE_SECONDS
        for person in self.people:
            before = sum(act.portal == portal for act in person.done)
            while sum(act.portal == portal for act in person.done) < before + acts:
                assert not self.refused, self.refused[:3]
                assert monotonic() < deadline, f"{person.project} waits for {portal}"
                time.sleep(0.05)


def run() -> Result:
    """Serve with the release before, migrate, take over; ask the ledger about every act."""
    began = monotonic()
    with tempfile.TemporaryDirectory(prefix="kaigong-upgrade-") as folder, ExitStack() as stack:
        place = Path(folder)
        place.chmod(0o711)
        tree, libraries = earlier_program(place)
        server = stack.enter_context(Postgres(place / "server"))
        url = server.ensure_database("kaigong")
        restore_as_written(url)
        write_clock_file(place / "clock", NOW)
        environment = {
            **{k: v for k, v in os.environ.items() if not k.startswith(("KAIGONG_", "PREFECT_"))},
            "KAIGONG_DATABASE_URL": url,
            "KAIGONG_DATA_DIR": str(place / "data"),
            "KAIGONG_CLOCK_FILE": str(place / "clock"),
            "KAIGONG_SECOND_FACTOR": "false",
        }
        figures = _upgrade(place, tree, libraries, url, environment)
    return Result(STEP, figures, passed=True, seconds=monotonic() - began)


def earlier_program(place: Path) -> tuple[Path, Path]:
    """Its files, and a folder with the packages that ours has in another version or not at all."""
    tree, libraries = place / "earlier", place / "libraries"
    archived = subprocess.run(
        ["git", "archive", PREVIOUS], cwd=ROOT, check=True, capture_output=True
    ).stdout
    with tarfile.open(fileobj=io.BytesIO(archived)) as files:
        files.extractall(tree, filter="data")
    ours = set(_LOCKED.findall((ROOT / "requirements.lock").read_text(encoding="utf-8")))
    theirs = set(_LOCKED.findall((tree / "requirements.lock").read_text(encoding="utf-8")))
    other = [f"{name}=={version}" for name, version in sorted(theirs - ours)]
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps"]
    if other:
        subprocess.run([*install, "--target", str(libraries), *other], check=True)
    return tree, libraries


def _upgrade(
    place: Path, tree: Path, libraries: Path, url: str, environment: dict[str, str]
) -> str:
    """Migrate while the earlier portal serves; both serve; ours alone."""
    paths = os.pathsep.join((str(tree), str(libraries)))
    older = environment | {"PYTHONPATH": paths}
    with (
        # Ours waits beside it: it is not ready, and a proxy sends nobody to it.
        portal("deployments.portal:create_app", ROOT, environment, place) as after,
        ExitStack() as earlier,
    ):
        before = earlier.enter_context(portal("web.app:create_app", tree, older, place))
        with Crowd(url, before) as crowd:
            assert not answers(f"{after}/readyz")
            crowd.wait(before, ACTS)
            began = monotonic()
            _migrate(environment)
            migrated = monotonic() - began
            assert answers(f"{after}/readyz")
            assert _overlap_lasts(url)
            crowd.wait(before, ACTS)
            crowd.portals.append(after)
            crowd.wait(after, ACTS)
            crowd.portals.remove(before)
            crowd.wait(after, ACTS)
            earlier.close()
            _migrate(environment)
            assert not _overlap_lasts(url)
            crowd.wait(after, ACTS)
            crowd.leave()
    _check(url, crowd)
    return _figures(crowd, before, migrated)


def _migrate(environment: dict[str, str]) -> None:
    """What the operator does, twice: with the earlier program there, and when it is gone."""
    command = [sys.executable, "-m", "cli.main", "migrate"]
    subprocess.run(command, cwd=ROOT, env=environment, check=True)


def _overlap_lasts(url: str) -> bool:
    engine = create_engine(url, poolclass=NullPool)
    with engine.connect() as connection:
        return overlap.lasts(connection)


@contextmanager
def portal(factory: str, tree: Path, environment: dict[str, str], place: Path) -> Iterator[str]:
    """A portal of a program, for the length of the block; its address."""
    port = free_port()
    command = [sys.executable, "-m", "uvicorn", factory, "--factory", "--port", str(port)]
    with (place / f"portal-{port}.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=tree, env=environment, stdout=log, stderr=log)
    try:
        deadline = monotonic() + PATIENCE_SECONDS
        while not answers(f"http://127.0.0.1:{port}/healthz"):
            assert process.poll() is None, Path(log.name).read_text()[-2000:]
            assert monotonic() < deadline, "the portal did not start"
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(60)


def _token(url: str) -> str:
    """A bearer token of the leader, in the tables of the earlier program."""
    token = f"kg_{secrets.token_urlsafe(32)}"
    values = {
        "hash": hashlib.sha256(token.encode()).digest(),
        "account": LEADER,
        "at": NOW,
        "until": NOW + timedelta(days=30),
    }
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(_NEW_TOKEN, values)
    return token


def _check(url: str, crowd: Crowd) -> None:
    """Nobody was refused or asked again, every act is in the log once, and the ledger audits clean."""
    assert not crowd.refused, crowd.refused[:3]
    assert not crowd.again, crowd.again
    assert max(act.waited for act in crowd.done) < LONGEST_WAIT_SECONDS
    database = Database(url)
    fill(database)  # as the first start of the program does
    with database.reading() as connection:
        kept = Counter(tuple(row) for row in connection.execute(_KEYS))
    database_report = verify(database)
    database.close()
    assert {kept[act.project, act.key] for act in crowd.done} == {1}
    assert sum(kept.values()) == len(crowd.done)
    assert database_report.ok, database_report.broken[0].sentence()


def _figures(crowd: Crowd, before: str, migrated: float) -> str:
    old = sum(act.portal == before for act in crowd.done)
    longest = max(act.waited for act in crowd.done)
    return (
        f"{len(crowd.done)} acts of {PEOPLE} people, none refused or sent again, each in the log once:"
        f" {old} by {PREVIOUS}, which served all through it, the rest by this program; migrated in"
        f" {migrated:.1f} s, the longest wait for an answer was {longest:.1f} s"
    )


_NEW_TOKEN = text(
    "INSERT INTO api_token (token_hash, account, label, created_at, expires_at)"
    " VALUES (:hash, :account, 'upgrade', :at, :until)"
)
_KEYS = text(
    "SELECT p.code, e.command_key FROM case_event e JOIN project p ON p.id = e.project_id"
    " WHERE e.command_key LIKE p.code || '/%'"
)

if __name__ == "__main__":
    print(run().figures)
