"""A demonstration from an empty folder to its summary: real parts, simulated calendar."""

from __future__ import annotations

import random
import shutil
import socket
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any, Protocol

import httpx
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from config.logs import warnings_alone
from config.settings import Settings, get_settings, set_environment
from deployments.demo.accounts import seed_demo_accounts
from deployments.demo.cast import Cast
from deployments.demo.chapters import chapters, told
from deployments.demo.play import Rehearsal, Watcher
from deployments.demo.scenario_choice import Choice
from deployments.demo.stories import Story
from deployments.demo.summary import summarise
from deployments.local.installation import Reports, installation
from deployments.local.prefect_client import connected
from deployments.local.process_table import Place
from deployments.local.supervisor import Supervisor
from models.errors import KaigongError, Unavailable
from models.scenarios.definition import ScenarioDefinition
from rules.cases.context import ZONE
from services.cases.commitments.commitment_lists import PublishList, publish
from services.notices.bell import WAKE_UPS, ring
from services.scenarios.published import effective
from services.timing import write_clock_file
from services.unit_of_work import Database, open_database

#: Below those that systems give to whoever calls out.
PORTS = range(20_000, 30_000)
#: How long the lifecycle flow may take to see another project, killed parts and all.
SETTLE_SECONDS = 180.0
POLL_SECONDS = 0.03
#: How long Prefect may take to write down the last runs and task runs, on a busy machine.
RECORD_SECONDS = 120.0


class MachineStuck(KaigongError):
    template = "The lifecycle flow has not seen {waiting} projects after {seconds} s; the logs are in {logs}."


class Show(Watcher, Protocol):
    """An observer that also shows the start of the installation."""

    def reports(self) -> Reports:
        """Receiver of the steps of the installation."""

    def ready(self, place: Place) -> None:
        """Called when every part runs."""


class LifecycleFlow:
    """The machine's part, done by the real flow; settled when no wake-up is left."""

    def __init__(self, database: Database, logs: Path) -> None:
        self._database = database
        self._logs = logs

    def settle(self, moment: datetime) -> None:
        """Return when every project was evaluated at its newest version."""
        del moment  # the worker reads the clock file
        deadline, before = time.monotonic() + SETTLE_SECONDS, 0
        self._ring()
        while (waiting := self._waiting()) != 0:
            if waiting != before:
                deadline, before = time.monotonic() + SETTLE_SECONDS, waiting
            if time.monotonic() > deadline:
                raise MachineStuck(waiting=waiting, seconds=SETTLE_SECONDS, logs=str(self._logs))
            time.sleep(POLL_SECONDS)

    def _waiting(self) -> int:
        """Wake-ups that no run has answered; -1 while PostgreSQL is away."""
        try:
            with self._database.reading() as connection:
                return int(connection.execute(text("SELECT count(*) FROM wake_up")).scalar_one())
        except (Unavailable, DBAPIError):
            time.sleep(0.5)
            return -1

    def _ring(self) -> None:
        try:
            with self._database.transaction() as connection:
                ring(connection, WAKE_UPS)
        except (Unavailable, DBAPIError):
            return  # the relay looks by itself soon after PostgreSQL is back


def demonstrate(
    choice: Choice, count: int, seed: int, show: Show, data_dir: Path | None = None
) -> dict[str, Any]:
    """Play ``count`` projects of a scenario; answers the summary that ``demo --json`` prints."""
    warnings_alone()
    with _stage(data_dir) as folder:
        settings = get_settings()
        tales = choice.stories(count, seed)
        beside = chapters(choice.definition.key, seed)
        told_by = [*tales, *(chapter.story for chapter in beside)]
        opening = datetime.combine(min(tale.begins for tale in told_by), datetime.min.time(), ZONE)
        clock_file = folder / "clock"
        write_clock_file(clock_file, opening)
        with installation(settings, show.reports()) as (supervisor, place), _kept_up(supervisor):
            database = open_database(place.database_url)
            with database.transaction() as connection:
                played = [choice.publish(connection, opening)]
                played += [_effective(connection, chapter.story, opening) for chapter in beside]
            seed_demo_accounts(database)
            cast = Cast(database, *played)
            cast.gather({tale.enterprise: tale.enterprise_name for tale in told_by})
            publish_lists(database, cast, told_by, played, opening)
            show.ready(place)
            machine = LifecycleFlow(database, settings.logs_dir)
            Rehearsal(database, cast, machine, show, clock_file, run=f"demo-{seed}").play(told_by)
            codes = [tale.code for tale in tales]
            return summarise(database, codes) | {
                "chapters": [told(database, chapter) for chapter in beside],
                "prefect_flow_runs": _flow_runs(database, settings, codes),
            }


def publish_lists(
    database: Database,
    cast: Cast,
    tales: Sequence[Story],
    scenarios: Sequence[ScenarioDefinition],
    on: datetime,
) -> None:
    """The lists by which the departments grant on commitment at once what the stories need."""
    wanted = sorted({code for tale in tales for code in tale.at_once})
    departments = {item.code: item.department for each in scenarios for item in each.items}
    for number, code in enumerate(wanted, start=1):
        listed = PublishList(item=code, number=f"西咸承诺即批清单〔{on.year}〕{number}号")
        publish(database, listed, cast.approver(departments[code]), on)


def _effective(connection: Connection, story: Story, opening: datetime) -> ScenarioDefinition:
    """The version of a chapter's scenario that its project will be on."""
    return effective(connection, story.scenario, opening.date())[1]


@contextmanager
def _stage(data_dir: Path | None) -> Iterator[Path]:
    """Settings with a temporary data folder, free ports and a clock file of the demonstration's own."""
    folder = data_dir or Path(tempfile.mkdtemp(prefix="kaigong-demo-"))
    folder.mkdir(parents=True, exist_ok=True)
    portal, prefect = _free_ports()
    set_environment(
        KAIGONG_DATA_DIR=str(folder),
        KAIGONG_DATABASE_URL="",
        KAIGONG_PORT=str(portal),
        KAIGONG_PREFECT_PORT=str(prefect),
        KAIGONG_CLOCK_FILE=str(folder / "clock"),
        PREFECT_API_URL="",
    )
    try:
        yield folder
    finally:
        if data_dir is None:
            shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _kept_up(supervisor: Supervisor) -> Iterator[None]:
    """Restart dead parts inside the block; a fault of the supervisor itself is reported."""
    stop = threading.Event()
    with ThreadPoolExecutor(1, "kaigong-watch") as threads:
        watching = threads.submit(supervisor.watch, stop.is_set)
        try:
            yield
        finally:
            stop.set()
    watching.result()


def _free_ports() -> tuple[int, int]:
    """Two free ports, none of which anybody else is given while its server is down for a moment."""
    portal, prefect = islice(filter(_is_free, random.sample(PORTS, len(PORTS))), 2)
    return portal, prefect


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def _flow_runs(
    database: Database, settings: Settings, codes: Sequence[str]
) -> list[dict[str, Any]]:
    """The Prefect run of each project, read from the Prefect API."""
    with database.reading() as connection:
        rows = connection.execute(_RUNS, {"codes": list(codes)}).all()
    with connected(settings) as client:
        client.timeout = RECORD_SECONDS
        return [_flow_run(client, row.code, str(row.flow_run_id)) for row in rows]


def _flow_run(client: httpx.Client, code: str, flow_run_id: str) -> dict[str, Any]:
    deadline = time.monotonic() + RECORD_SECONDS
    while True:
        run = client.get(f"/flow_runs/{flow_run_id}").raise_for_status().json()
        stages = _stage_runs(client, flow_run_id)
        if _written_down(run, stages) or time.monotonic() > deadline:
            break
        time.sleep(0.5)
    return {
        "id": run["id"],
        "name": run["name"],
        "state": run["state_name"],
        "project": code,
        "stages": [{"name": s["name"], "state": s["state_name"]} for s in stages],
    }


def _written_down(run: dict[str, Any], stages: Sequence[dict[str, Any]]) -> bool:
    """Whether Prefect has what happened: the end of a run comes a moment, task runs some seconds later."""
    if run["state_type"] == "COMPLETED":
        return all(stage["state_type"] != "PAUSED" for stage in stages)
    return bool(run["state_type"] == "PAUSED")


def _stage_runs(client: httpx.Client, flow_run_id: str) -> list[dict[str, Any]]:
    wanted = {"flow_runs": {"id": {"any_": [flow_run_id]}}}
    answer = client.post("/task_runs/filter", json=wanted).raise_for_status()
    return sorted(answer.json(), key=lambda run: str(run["name"]))


_RUNS = text("SELECT code, flow_run_id FROM project WHERE code = ANY(:codes) ORDER BY code")
