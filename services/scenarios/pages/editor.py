"""The page of the text of a scenario: written, checked, drawn and kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from models.errors import KaigongError
from models.people.actor import Role
from rules.scenarios.editing import values_of
from services.people.viewer import Viewer
from services.scenarios.drafts import DraftSource
from services.scenarios.pages.change_words import difference
from services.scenarios.pages.choices import scenario_name
from services.scenarios.pages.text_view import TextView, text_view
from services.scenarios.published import Version
from services.unit_of_work import Database

#: Lines that get a number; no scenario has as many.
MOST_NUMBERS = 5000


@dataclass(frozen=True)
class EditorPage:
    """A text of one version, as somebody has it before them."""

    version: Version
    view: TextView
    lines: int
    """Lines that get a number."""
    seen_hash: str
    """Of the kept text that the writer looked at."""
    editable: bool
    unsaved: bool
    theirs: Sequence[tuple[str, str]] | None
    """What somebody else kept meanwhile, where that stands in the way."""
    written_name: Any
    """The name that the text gives, sound or not; its key where it cannot be read."""


def editor_page(
    database: Database,
    viewer: Viewer,
    kept: DraftSource,
    text: str | None = None,
    seen_hash: str | None = None,
    *,
    theirs: bool = False,
) -> EditorPage:
    """The page of a text, without one of what is kept.

    ``theirs``: what is kept by now stands beside it, and saving goes over it.
    """
    text = kept.source if text is None else text
    return EditorPage(
        version=kept.version,
        view=text_view(database, viewer, text, kept),
        lines=min(text.count("\n") + 1, MOST_NUMBERS),
        seen_hash=seen_hash or kept.seen_hash,
        editable=kept.editable and viewer.account.role is Role.ADMINISTRATOR,
        unsaved=text != kept.source,
        theirs=difference(text, kept.source) if theirs else None,
        written_name=_written_name(text, kept),
    )


def _written_name(text: str, kept: DraftSource) -> Any:
    try:
        return scenario_name(values_of(text))
    except KaigongError:
        return {"zh": kept.version.key, "en": kept.version.key}
