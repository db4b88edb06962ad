"""The supervisor with real processes that do little."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading

import httpx
import psutil
import pytest

from deployments.local import process as process_module
from deployments.local import supervisor as supervisor_module
from deployments.local.process import (
    Part,
    PartFailed,
    PartNotReady,
    PortTaken,
    Process,
    answers,
    check_port_free,
)
from deployments.local.supervisor import (
    AlreadyRunning,
    DataFolderNotWritable,
    Supervisor,
    only_one,
    stop_leftovers,
)
from tests.support.run.ports import free_port
from tests.support.run.waiting import PATIENCE_SECONDS, gone, until

SLEEP = "import time; time.sleep(120)"
#: Notes that it was asked to stop, and ends when the others that it waits for were asked as well; then
#: it notes which of them have ended.
DRAIN = """
import signal, sys, time, pathlib
asked, *others = map(pathlib.Path, sys.argv[1:])
def stop(*_):
    asked.touch()
    while not all(other.exists() for other in others):
        time.sleep(0.02)
    ended = [other.name for other in others if other.with_suffix(".end").exists()]
    asked.with_suffix(".end").write_text(" ".join(ended))
    sys.exit(0)
signal.signal(signal.SIGTERM, stop)
print("ready", flush=True)
time.sleep(120)
"""
#: Lives until a file says that it may end: a part that ends before its start is over fails the start.
MORTAL = """
import sys, time, pathlib
while not pathlib.Path(sys.argv[1]).exists():
    time.sleep(0.02)
sys.exit(int(sys.argv[2]))
"""


def part(name: str, program: str, *arguments: str, **options) -> Part:
    return Part(name=name, command=(sys.executable, "-c", program, *arguments), **options)


@pytest.fixture
def ended():
    return []


@pytest.fixture
def supervisor(tmp_path, ended):
    running = Supervisor(tmp_path, on_ended=ended.append)
    yield running
    running.stop()


@pytest.fixture
def watched(supervisor):
    stop = threading.Event()
    thread = threading.Thread(target=supervisor.watch, args=(stop.is_set,))
    thread.start()
    yield supervisor
    stop.set()
    thread.join()


def test_a_wave_is_ready_when_it_returns(supervisor):
    port = free_port()
    server = Part(
        name="pages",
        command=(sys.executable, "-m", "http.server", "--bind", "127.0.0.1", str(port)),
        ready=lambda: answers(f"http://127.0.0.1:{port}/"),
    )
    supervisor.start([server, part("sleeper", SLEEP)])
    with httpx.Client(timeout=PATIENCE_SECONDS, trust_env=False) as client:
        assert client.get(f"http://127.0.0.1:{port}/").is_success
    assert all(supervisor.parts.values())
    supervisor.stop()
    assert not answers(f"http://127.0.0.1:{port}/")


def test_what_dies_is_started_again_and_told(watched, ended):
    watched.start([part("sleeper", SLEEP)])
    first = watched.parts["sleeper"]
    os.kill(first, signal.SIGKILL)
    until(lambda: watched.parts["sleeper"] not in {first, None})
    assert [(report.part, report.exit_code) for report in ended] == [("sleeper", -signal.SIGKILL)]


@pytest.fixture
def start_mortal(watched, tmp_path):
    """Starts a part that ends, with the exit code asked for, once its start has been seen to be well."""

    def start(exit_code: int) -> None:
        started = tmp_path / "started"
        watched.start([part("mortal", MORTAL, str(started), str(exit_code))])
        started.touch()

    return start


def test_a_part_that_dies_at_once_is_started_less_and_less_often(start_mortal, ended):
    start_mortal(3)
    until(lambda: len(ended) >= 3)
    assert [report.again_in_seconds for report in ended[:3]] == [1.0, 2.0, 4.0]


def test_an_end_of_its_own_will_costs_no_pause(start_mortal, ended):
    start_mortal(0)
    until(lambda: len(ended) >= 2)
    assert [report.again_in_seconds for report in ended[:2]] == [0.0, 2.0]


def test_parts_drain_together_and_the_one_they_need_stops_last(supervisor, tmp_path):
    server, worker, portal = marks = [tmp_path / name for name in ("server", "worker", "portal")]
    # The worker ends once the portal was asked to stop, and the portal once the worker was.
    waits_for = {server: (worker, portal), worker: (portal,), portal: (worker,)}
    programs = [
        part(mark.name, DRAIN, *map(str, (mark, *waits_for[mark])), stops_last=mark is server)
        for mark in marks
    ]
    supervisor.start(programs)
    logs = tmp_path / "logs"
    until(lambda: all("ready" in (logs / f"{m.name}.log").read_text() for m in marks))
    supervisor.stop()
    assert all(mark.with_suffix(".end").exists() for mark in marks)
    assert server.with_suffix(".end").read_text() == "worker portal"


def test_a_part_that_does_not_stop_is_killed(supervisor, tmp_path):
    stubborn = (
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
        "print('ready', flush=True); time.sleep(120)"
    )
    supervisor.start([part("stubborn", stubborn, stop_seconds=0.3)])
    until(lambda: "ready" in (tmp_path / "logs" / "stubborn.log").read_text())
    pid = supervisor.parts["stubborn"]
    supervisor.stop()
    assert not psutil.pid_exists(pid)


def test_a_job_runs_to_its_end(supervisor, tmp_path):
    supervisor.run_once(part("job", f"open({str(tmp_path / 'done')!r}, 'w')"))
    assert (tmp_path / "done").exists()
    with pytest.raises(PartFailed, match=r"exit code 3\): no such thing"):
        supervisor.run_once(part("job", "import sys; print('no such thing'); sys.exit(3)"))


def test_a_part_that_ends_while_starting_says_why(supervisor):
    with pytest.raises(PartFailed, match="the reason"):
        supervisor.start(
            [part("broken", "import sys; print('the reason'); sys.exit(1)", ready=lambda: False)]
        )


def test_the_reason_is_the_error_not_the_words_after_it(supervisor):
    program = "import sys\ntry:\n 1 / 0\nexcept Exception:\n import traceback; traceback.print_exc()\nprint('bye'); sys.exit(3)"
    with pytest.raises(PartFailed, match="ZeroDivisionError: division by zero"):
        supervisor.run_once(part("job", program))


def test_a_part_that_stays_silent_is_named(supervisor):
    with pytest.raises(PartNotReady, match=r"silent did not answer within 0\.3 seconds"):
        supervisor.start([part("silent", SLEEP, ready=lambda: False, start_seconds=0.3)])


def test_a_part_sees_its_environment_and_not_what_is_kept_from_it(tmp_path, monkeypatch):
    monkeypatch.setenv("PREFECT_PROFILE", "someone-elses")
    program = "import os; print(os.environ.get('PREFECT_PROFILE'), os.environ['OURS'])"
    process = Process(
        part("printer", program, environment={"OURS": "1"}, without=("PREFECT_",)), tmp_path / "log"
    )
    process.start()
    process.wait_done()
    assert (tmp_path / "log").read_text() == "None 1\n"


def test_a_taken_port_is_named_with_the_remedy():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(PortTaken, match=rf"Port {port} .* portal .* --port"):
            check_port_free("127.0.0.1", port, "portal", "--port")
    check_port_free("127.0.0.1", free_port(), "portal", "--port")


def test_one_supervisor_for_one_folder(tmp_path):
    with (
        only_one(tmp_path),
        pytest.raises(AlreadyRunning, match=rf"process {os.getpid()}\)"),
        only_one(tmp_path),
    ):
        pass
    with only_one(tmp_path):
        pass


def test_two_supervisors_at_the_same_moment_are_one_and_a_sentence(tmp_path, monkeypatch):
    """However they come: one of them runs, and the others say which."""
    monkeypatch.setattr(supervisor_module, "NUMBER_SECONDS", PATIENCE_SECONDS)
    start, leave = threading.Barrier(8), threading.Barrier(9)
    refused: list[str] = []
    # What an earlier one left names nobody who lives.
    (tmp_path / "up.lock").write_text(str(2**22 + 1))

    def run() -> None:
        start.wait(PATIENCE_SECONDS)
        try:
            with only_one(tmp_path):
                leave.wait(PATIENCE_SECONDS)
        except AlreadyRunning as error:
            refused.append(str(error))
            leave.wait(PATIENCE_SECONDS)

    threads = [threading.Thread(target=run) for _ in range(8)]
    for thread in threads:
        thread.start()
    leave.wait(PATIENCE_SECONDS)
    for thread in threads:
        thread.join()
    assert len(refused) == 7
    assert {f"(process {os.getpid()})" in sentence for sentence in refused} == {True}


def test_the_parts_of_a_killed_supervisor_are_stopped_by_the_next(tmp_path):
    program = (
        "import sys, pathlib, threading;"
        "from deployments.local.supervisor import Supervisor, only_one;"
        "from deployments.local.process import Part;"
        "folder = pathlib.Path(sys.argv[1]);"
        "lock = only_one(folder); lock.__enter__();"
        "s = Supervisor(folder, on_ended=print);"
        f"s.start([Part('sleeper', (sys.executable, '-c', {SLEEP!r}))]);"
        "print(s.parts['sleeper'], flush=True);"
        "s.watch(threading.Event())"
    )
    killed = subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path)], stdout=subprocess.PIPE, text=True
    )
    orphan = psutil.Process(int(killed.stdout.readline()))
    killed.kill()
    killed.wait()
    killed.stdout.close()
    assert orphan.is_running()
    with only_one(tmp_path):
        until(lambda: gone(orphan))


def test_a_stranger_with_a_leftovers_number_is_left_alone(tmp_path):
    me = psutil.Process()
    notes = [{"pid": me.pid, "created": me.create_time() - 1}, {"pid": 2**22 + 1, "created": 0.0}]
    (tmp_path / "parts.json").write_text(json.dumps(notes))
    assert stop_leftovers(tmp_path) == 0
    assert not (tmp_path / "parts.json").exists()


def test_a_log_begins_anew_while_it_is_written(watched, tmp_path, monkeypatch):
    monkeypatch.setattr(process_module, "LOG_LIMIT_BYTES", 2000)
    watched.start(
        [
            part(
                "talker",
                "import time\nfor n in range(10**6): print(n, flush=True); time.sleep(.001)",
            )
        ]
    )
    log = tmp_path / "logs" / "talker.log"
    until(lambda: log.with_suffix(".1").exists())
    until(lambda: 0 < log.stat().st_size < 2000)
    assert "\0" not in log.read_text()


def test_what_dies_while_another_part_starts_is_started_again(supervisor):
    supervisor.start([part("sleeper", SLEEP)])
    first = supervisor.parts["sleeper"]
    os.kill(first, signal.SIGKILL)

    def lives_again() -> bool:
        return supervisor.parts["sleeper"] not in {first, None}

    supervisor.start([part("slow", SLEEP, ready=lives_again)])
    assert lives_again()


@pytest.mark.parametrize("content", ["", "[{", "null"])
def test_a_note_that_a_loss_of_power_left_is_not_the_end(tmp_path, content):
    (tmp_path / "parts.json").write_text(content)
    with only_one(tmp_path):
        pass


def test_a_data_folder_that_cannot_be_written_is_one_sentence(tmp_path):
    (tmp_path / "a file").write_text("")
    with pytest.raises(DataFolderNotWritable, match="--data-dir"), only_one(tmp_path / "a file"):
        pass
