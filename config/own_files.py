"""Files in which an installation says what it chooses otherwise than what is shipped: plain data only."""

from __future__ import annotations

import os
from pathlib import Path

from config import strict_yaml


def fingerprint(path: Path) -> tuple[int, int] | None:
    """Changes whenever the file is written; ``None`` when there is none."""
    try:
        stat = os.stat(path)  # noqa: PTH116 - asked before every act, at half the price of Path.stat
    except FileNotFoundError:
        return None
    return stat.st_mtime_ns, stat.st_size


def read(path: Path) -> object:
    """The content of a file; ``yaml.YAMLError`` or ``UnicodeDecodeError`` when broken."""
    return strict_yaml.load(path.read_text(encoding="utf-8"))
