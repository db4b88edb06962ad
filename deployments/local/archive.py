"""The log of changes of the embedded PostgreSQL, copied aside: what a ledger is restored from to a moment.

Each segment is packed (one that was closed early is mostly empty), flushed and renamed, so that none is
there by half; the same segment again is taken as done, another one under its name is refused.
"""

from __future__ import annotations

import os
import pwd
import shlex
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Final

from deployments.local.postgres_host import make_passable
from models.errors import Unavailable

#: Seconds after which a segment with anything in it is copied, full or not [D].
AT_LEAST_EVERY: Final = 60
#: What a server is told for its recovery, and forgets after it.
RECOVERY: Final = ("restore_command", "recovery_target_time", "recovery_target_action")


class ArchiveNotUsable(Unavailable):
    template = "KAIGONG_WAL_ARCHIVE: the folder {folder} cannot be used: {reason}. Make it writable, or choose another one."


class NotReached(Unavailable):
    template = "until: the archive does not reach to {until} ({reason}). Nothing was restored. Choose an earlier moment, or leave it out to restore as much as there is."


class Archive:
    """A folder with segments of the log, packed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def prepare(self, account: pwd.struct_passwd | None) -> None:
        """Make the folder usable for the server's account, which is another one under root."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            if account is not None:
                make_passable(self.folder)
                for path in (self.folder, *self.folder.iterdir()):
                    os.chown(path, account.pw_uid, account.pw_gid)
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise ArchiveNotUsable(folder=self.folder, reason=reason) from error

    def kept(self) -> Mapping[str, str]:
        """What a server is told that copies its log here."""
        segment, draft = self._path("%f.gz"), self._path("%f.draft")
        return {
            "archive_mode": "on",
            "archive_timeout": f"{AT_LEAST_EVERY}s",
            "archive_command": f"if test -e {segment}; then gzip -dc {segment} | cmp -s - %p; else"
            f" gzip -c %p > {draft} && sync {draft} && mv {draft} {segment}; fi",
        }

    def write_recovery(self, cluster: Path, until: datetime | None) -> None:
        """Tell a server that has not started yet to carry on with what is here, up to a moment."""
        fetch = f"gzip -dc {self._path('%f.gz')} > %p"
        lines = [f"restore_command = {_quoted(fetch)}"]
        if until is not None:
            lines.append(f"recovery_target_time = {_quoted(until.isoformat(sep=' '))}")
            lines.append("recovery_target_action = 'promote'")
        with (cluster / "postgresql.auto.conf").open("a", encoding="utf-8") as file:
            file.write("\n".join(lines) + "\n")
        (cluster / "recovery.signal").touch()

    def _path(self, name: str) -> str:
        # A percent sign in the folder's own name is doubled: the server fills in its own.
        return shlex.quote(f"{str(self.folder).replace('%', '%%')}/{name}")


def _quoted(value: str) -> str:
    """A value as PostgreSQL's files of settings take it."""
    return "'" + value.replace("'", "''") + "'"
