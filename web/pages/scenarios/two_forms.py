"""Two forms of the editor that were open at once: the later one does not undo what the other saved."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

from models.errors import Conflict, InvalidInput
from rules.scenarios.editing.changes import Values, with_fields
from rules.scenarios.editing.merging import Clash, as_text, merge, same
from rules.scenarios.editing.yaml_writing import on_one_line
from web.forms import Submission


class ChangedMeanwhile(Conflict):
    template = "The text of this part was changed since you opened the form, in the same place as by you. Both stand below; what you send now holds."

    def __init__(self, kept: Values, clashes: Sequence[Clash]) -> None:
        super().__init__()
        self.kept, self.clashes = kept, clashes


def fields_changed(
    kept: Values, sent: Submission, fields_of: Callable[[Values, Submission], Values]
) -> Values:
    """The fields of an entry as a form wants them; ``None`` takes one out.

    A form that was made from an older entry writes what it changes of that one. Raises
    :class:`ChangedMeanwhile` where somebody else changed the same field otherwise, unless that was
    shown beside it.
    """
    seen = seen_entry(sent, kept)
    if same(seen, kept):
        return fields_of(kept, sent)
    both = merge(seen, kept, with_fields(seen, fields_of(seen, sent)))
    if both.clashes and not same(_entry_sent(sent, "beside", {}), kept):
        raise ChangedMeanwhile(kept, both.clashes)
    return {name: both.entry.get(name) for name in (*kept, *both.entry)}


def check_unchanged(kept: Values, sent: Submission) -> None:
    """Refuse to take out what somebody else changed meanwhile, before that was seen."""
    seen = seen_entry(sent, kept)
    if not (same(seen, kept) or same(_entry_sent(sent, "beside", {}), kept)):
        raise ChangedMeanwhile(kept, (Clash((), kept, None),))


def seen_entry(sent: Submission | None, kept: Values) -> Values:
    """The entry that a form was made from, which it carries; ``kept`` for one that is not sent yet."""
    return kept if sent is None else _entry_sent(sent, "seen", kept)


def _entry_sent(sent: Submission, name: str, missing: Values) -> Values:
    """An entry that a form carries; ``missing`` where it carries none."""
    text = sent.as_written(name)
    if not text:
        return missing
    try:
        entry = json.loads(text)
    except ValueError as fault:
        remedy = "Open the form again."
        raise InvalidInput(field=name, value=text[:40], remedy=remedy) from fault
    return entry if isinstance(entry, dict) else missing


def form_context(seen: Values | None, refusal: Exception | None) -> dict[str, Any]:
    """What a template needs to carry the entry along, and to show two changes beside each other."""
    return {
        "seen": as_text(seen),
        "both": refusal if isinstance(refusal, ChangedMeanwhile) else None,
        "as_text": as_text,
        "as_yaml": on_one_line,
    }
