"""The whole system at once: ``kaigong demo`` on real parts, killed at the worst moments.

One run of the demonstration proves the contract's keys, the story (every incident happens), the
published dates of a real project, and that nothing is lost or done twice when the worker, the
Prefect server and PostgreSQL are killed in the middle of it.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil
import pytest
from sqlalchemy import text

from deployments.local.postgres import Postgres
from services.notices.notices import pump
from services.unit_of_work import Database
from tests.support.run.waiting import PATIENCE_SECONDS, until

pytestmark = [
    pytest.mark.prefect,
    pytest.mark.slow,
    pytest.mark.timeout(1200),
    pytest.mark.xdist_group("demonstration"),
]

#: Part → the simulated day after whose line it is killed.
KILLS = {"worker": "2026-01-14", "Prefect": "2026-01-22", "PostgreSQL": "2026-02-06"}


@pytest.fixture(scope="module")
def folder(new_folder: Callable[[], Path]) -> Path:
    return new_folder() / "demo"


@pytest.fixture(scope="module")
def summary(folder: Path) -> dict[str, Any]:
    """What ``kaigong demo --json`` says after each part was killed once."""
    command = [sys.executable, "-m", "cli.main", "demo", "--projects", "2", "--json"]
    # A file takes as much as comes; a pipe that nobody reads before the end does not.
    output = folder.with_name("summary.json")
    with output.open("w") as written:
        demo = subprocess.Popen(
            [*command, "--data-dir", str(folder)],
            stdout=written,
            stderr=subprocess.PIPE,
            text=True,
            env=_environment(),
        )
    assert demo.stderr is not None
    lines: list[str] = []
    try:
        killed = list(_kill_on_the_way(folder, _kept(demo.stderr, lines)))
        assert demo.wait(PATIENCE_SECONDS) == 0, "".join(lines[-20:])
    finally:
        demo.terminate()
    assert killed == list(KILLS)
    found: dict[str, Any] = json.loads(output.read_text())
    return found


def _environment() -> dict[str, str]:
    mine = ("KAIGONG_", "PREFECT_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(mine)}
    return kept | {"COLUMNS": "200"}


def _kept(stream: Iterable[str], lines: list[str]) -> Iterator[str]:
    """The lines as they come, kept for the report of a failure."""
    for line in stream:
        lines.append(line)
        yield line


def _kill_on_the_way(folder: Path, lines: Iterator[str]) -> Iterator[str]:
    """Read the demonstration's progress and kill what is to be killed when its day has come."""
    waiting = dict(KILLS)
    for line in lines:
        for part, day in list(waiting.items()):
            if line[:10] >= day and line[:4].isdigit():
                del waiting[part]
                # What was killed before may just be coming back.
                os.kill(until(lambda part=part: _process(folder, part)), signal.SIGKILL)
                yield part


def _process(folder: Path, part: str) -> int | None:
    """The number of a part's process; ``None`` while it does not run."""
    if part == "PostgreSQL":
        with suppress(FileNotFoundError):
            pid_file = folder / "postgres" / "data" / "postmaster.pid"
            return int(pid_file.read_text().splitlines()[0])
        return None
    word = {"worker": "worker", "Prefect": "prefect"}[part]
    for note in json.loads((folder / "parts.json").read_text()):
        with suppress(psutil.NoSuchProcess):
            process = psutil.Process(note["pid"])
            if any(word in argument for argument in process.cmdline()[1:]):
                return int(process.pid)
    return None


def test_every_project_comes_to_its_keys(summary: dict[str, Any]) -> None:
    assert [project["completed"] for project in summary["projects"]] == [True, True]
    states = {i["state"] for project in summary["projects"] for i in project["items"]}
    assert states <= {"granted", "concluded", "not_required"}


def test_every_incident_of_the_story_happened(summary: dict[str, Any]) -> None:
    eventful = summary["projects"][0]
    deficiencies = {d["state"] for d in eventful["deficiencies"]}
    assert eventful["corrections"] >= 1
    assert deficiencies == {"cured", "expired"}
    assert eventful["voided"] >= 1
    assert eventful["alerts"]["yellow"] >= 1
    assert eventful["alerts"]["red"] >= 1
    assert {"valid", "revoked"} <= {document["state"] for document in eventful["certificates"]}


def test_a_real_project_keeps_its_published_dates(summary: dict[str, Any]) -> None:
    """Published: land contract 2023-02-14, five approvals on these days, 15 working days in all; one of
    them was the filing's, which takes none now: it is done with its receipt (Reg. 673 art. 13).
    """
    talent = summary["projects"][1]
    decided = {item["code"]: item["decided_on"] for item in talent["items"]}
    published = {
        "E0": "2023-02-14",
        "A01": "2023-03-09",
        "A09": "2023-03-15",
        "A07": "2023-03-17",
        "B02": "2023-05-26",
        "C05": "2023-06-27",
    }
    assert {code: decided[code] for code in published} == published
    assert talent["counted_working_days"] == 14


def test_the_promise_of_the_scenario_is_kept(summary: dict[str, Any]) -> None:
    for project in summary["projects"]:
        assert project["promised_working_days"] == 20
        assert project["counted_working_days"] <= 20


def test_the_log_is_whole(summary: dict[str, Any]) -> None:
    assert summary["audit"]["ok"] is True
    assert summary["audit"]["events"] > 300


def test_prefect_shows_each_stage_once_per_round(summary: dict[str, Any]) -> None:
    runs = {run["project"]: run for run in summary["prefect_flow_runs"]}
    assert {run["state"] for run in runs.values()} == {"Completed"}
    for run in runs.values():
        names = [stage["name"] for stage in run["stages"]]
        assert len(names) == len(set(names))
    eventful = runs[summary["projects"][0]["code"]]
    rounds = {stage["name"].split()[0]: stage["state"] for stage in eventful["stages"]}
    assert rounds["land/1"] == "Voided"
    assert rounds["land/2"] == "Approved"


def test_nothing_is_there_twice(summary: dict[str, Any], folder: Path) -> None:
    """No decision, document or notice twice, whatever was killed while it was made."""
    assert summary["projects"]
    with Postgres(folder) as server:
        for query in (_DECIDED_TWICE, _DOCUMENT_TWICE, _WARNED_TWICE, _GAP_IN_NUMBERS):
            assert _rows(server, query) == [], query


def test_no_notice_was_lost(summary: dict[str, Any], folder: Path) -> None:
    """Every notice reached everybody it was for, once on each channel."""
    assert summary["projects"]
    with Postgres(folder) as server:
        database = Database(server.url())
        pump(database, datetime.now(UTC))
        database.close()
        assert _rows(server, _NOT_EXPANDED) == []
        assert _rows(server, _DELIVERED_TWICE) == []


def _rows(server: Postgres, query: str) -> list[Any]:
    database = Database(server.url())
    try:
        with database.reading() as connection:
            return list(connection.execute(text(query)).all())
    finally:
        database.close()


_DECIDED_TWICE = (
    "SELECT project_id, item, data->>'round', count(*) FROM case_event"
    " WHERE kind IN ('ItemApproved', 'ItemDenied') GROUP BY 1, 2, 3 HAVING count(*) > 1"
)
_DOCUMENT_TWICE = (
    "SELECT project_id, item, data->>'round', data->>'document', count(*) FROM case_event"
    " WHERE kind = 'DocumentIssued' GROUP BY 1, 2, 3, 4 HAVING count(*) > 1"
)
_WARNED_TWICE = (
    "SELECT project_id, item, data->>'clock', data->>'subject', data->>'due_on', data->>'rung',"
    " count(*) FROM case_event WHERE kind = 'WarningGiven' GROUP BY 1, 2, 3, 4, 5, 6"
    " HAVING count(*) > 1"
)
_GAP_IN_NUMBERS = (
    "SELECT n.kind, n.last, count(d.id) FROM document_number n LEFT JOIN official_document d"
    " ON d.kind = n.kind AND extract(year FROM d.issued_on) = n.year"
    " GROUP BY n.kind, n.region, n.year, n.last HAVING count(d.id) <> n.last"
)
_NOT_EXPANDED = "SELECT id FROM notice WHERE expanded_at IS NULL"
_DELIVERED_TWICE = (
    "SELECT notice_id, account, channel, count(*) FROM delivery"
    " GROUP BY 1, 2, 3 HAVING count(*) > 1"
)
