"""A backup is made while people work, checked, and restored elsewhere as it was."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text

from config.settings import Settings
from deployments.local.backup import (
    DatabaseNotEmpty,
    FolderNotEmpty,
    NoBackup,
    create,
    restore,
    verify,
)
from deployments.local.postgres import Postgres
from services.cases.audit import verify as audit
from services.unit_of_work import Database
from tests.support.play import moment

KAIGONG = Path(sys.executable).with_name("kaigong")


@pytest.fixture
def settings(town) -> Settings:
    """The town's data folder, with what a district keeps in one."""
    folder = town.settings.data_dir
    for name, content in {
        "files/ab/abcd": "a paper",
        "secret_key": "k" * 48,
        "policy.yaml": "{}\n",
        "calendars/2027.yaml": "# none\n",
        "logs/portal.log": "not kept",
        "prefect_password": "not kept",
    }.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content)
    return town.settings


@pytest.fixture
def empty(postgres: Postgres) -> Iterator[str]:
    name = f"restored_{os.getpid()}"
    yield postgres.ensure_database(name)
    postgres.drop_database(name)


@pytest.fixture
def made(town, settings, database_url, tmp_path_factory) -> Path:
    town.register()
    to = tmp_path_factory.mktemp("backups") / "today"
    create(settings, database_url, to, moment(town.today))
    return to


def test_it_holds_what_the_installation_is_made_of(made):
    files = {str(p.relative_to(made)) for p in made.rglob("*") if p.is_file()}
    assert files >= {
        "kaigong.dump",
        "manifest.json",
        "data/files/ab/abcd",
        "data/secret_key",
        "data/policy.yaml",
        "data/calendars/2027.yaml",
    }
    assert not {f for f in files if "logs" in f or "prefect" in f}
    assert made.stat().st_mode & 0o077 == 0
    assert verify(made).projects == 1


def test_it_is_restored_on_another_machine_as_it_was(made, town, empty, tmp_path):
    elsewhere = Settings(data_dir=tmp_path / "elsewhere")
    manifest = restore(elsewhere, empty, made)
    assert (elsewhere.data_dir / "files/ab/abcd").read_text() == "a paper"
    assert (elsewhere.data_dir / "secret_key").read_text() == "k" * 48
    heads = text("SELECT code, encode(event_hash, 'hex') FROM project ORDER BY code")
    with closing(Database(empty)) as restored:
        report = audit(restored)
        assert report.ok
        assert (report.projects, report.events) == (manifest.projects, manifest.events)
        with town.database.reading() as here, restored.reading() as there:
            assert there.execute(heads).all() == here.execute(heads).all()


def test_it_goes_into_an_empty_installation_only(made, town, settings, database_url):
    with pytest.raises(DatabaseNotEmpty):
        restore(settings, database_url, made)
    with pytest.raises(FolderNotEmpty):
        create(settings, database_url, made, moment(town.today))


def _name_outside(backup) -> None:
    """A manifest that lists a file above the backup."""
    told = json.loads((backup / "manifest.json").read_text())
    told["files"]["data/../../outside"] = ["0" * 64, 1]
    (backup / "manifest.json").write_text(json.dumps(told))


@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        (lambda b: (b / "data/files/ab/abcd").write_text("another"), "was changed"),
        (lambda b: (b / "data/secret_key").unlink(), "is missing"),
        (lambda b: (b / "data/more").write_text("x"), "not in the manifest"),
        (lambda b: (b / "manifest.json").unlink(), "cannot be read"),
        (lambda b: (b / "manifest.json").write_text("{"), "cannot be read"),
        (_name_outside, "is missing"),
        (lambda b: (b / "data/more").symlink_to("/etc/hostname"), "is a link"),
        (lambda b: (b / "data/files/more").symlink_to("/etc"), "is a link"),
    ],
)
def test_a_damaged_one_is_refused_and_nothing_restored(made, empty, tmp_path, damage, reason):
    damage(made)
    elsewhere = Settings(data_dir=tmp_path / "elsewhere")
    with pytest.raises(NoBackup, match=reason):
        restore(elsewhere, empty, made)
    assert not elsewhere.data_dir.exists()
    with closing(Database(empty)) as untouched, untouched.reading() as connection:
        tables = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"
        assert connection.execute(text(tables)).scalar_one() == 0


def test_by_command(made, town, database_url, tmp_path):
    environment = {
        **os.environ,
        "KAIGONG_DATABASE_URL": database_url,
        "KAIGONG_DATA_DIR": str(town.settings.data_dir),
        "KAIGONG_LANGUAGE": "en",
    }

    def kaigong(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [KAIGONG, *arguments], env=environment, capture_output=True, text=True, check=False
        )

    to = str(tmp_path / "again")
    answer = kaigong("backup", "create", to, "--json")
    assert json.loads(answer.stdout)["projects"] == 1, answer.stderr
    assert kaigong("backup", "verify", to).returncode == 0
    (tmp_path / "again" / "kaigong.dump").write_bytes(b"")
    refused = kaigong("backup", "verify", to)
    assert refused.returncode == 2
    assert "was changed" in refused.stderr
    assert kaigong("restore", str(made)).returncode == 2
