"""Where the kinds of official documents and the pages they are set in come from: plain files.

:mod:`services.documents.register` checks the kinds, :mod:`services.documents.rendering` sets the pages.
"""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from pathlib import Path

REGISTER = Path(__file__).parent / "official_documents.yaml"
TEMPLATES = Path(__file__).parent / "templates" / "documents"


@cache
def font_folder() -> Path:
    """Where the font of the documents lies: Noto Sans CJK, of its own package."""
    spec = find_spec("noto_cjk_sans_otc")
    if spec is None or spec.origin is None:
        message = "the package noto-cjk-sans-otc is not installed"
        raise FileNotFoundError(message)
    return Path(spec.origin).parent
