"""Where the kinds of official documents and the pages they are set in come from: plain files.

:mod:`services.documents.register` checks the kinds, :mod:`services.documents.rendering` sets the pages.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import yaml

REGISTER = Path(__file__).parent / "official_documents.yaml"
TEMPLATES = Path(__file__).parent / "templates" / "documents"


def register_fingerprint(path: Path) -> tuple[int, int] | None:
    """Changes whenever the file is written; ``None`` when there is none."""
    try:
        stat = path.stat()
    except FileNotFoundError:
        return None
    return stat.st_mtime_ns, stat.st_size


def read_register(path: Path) -> object:
    """The content of a register file; ``yaml.YAMLError`` or ``UnicodeDecodeError`` when broken."""
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def font_folder() -> Path:
    """Where the font of the documents lies: Noto Sans CJK, of its own package."""
    found = find_spec("noto_cjk_sans_otc")
    if found is None or found.origin is None:
        message = "the package noto-cjk-sans-otc is not installed"
        raise FileNotFoundError(message)
    return Path(found.origin).parent
