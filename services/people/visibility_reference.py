"""Writes ``docs/visibility.md`` from the table of who may look at what."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from services.people.visibility_table import REACHES, TABLE, Kind

PAGE: Final = Path(__file__).parents[2] / "docs" / "visibility.md"
HEAD: Final = """\
# Who may look at what

One table (`services/people/visibility_table.py`) says it for every list, page, file, answer of the API and export: lists
filter by it in the database, and a single object is looked for in the same words, so that what somebody may not see is to
them as if it did not exist: 404, letter by letter like what there is not, before anything is asked that depends on it. An
act on what one sees and may not do is 403. This page is written by `make docs`; `make matrix` tries every role on every
page, operation and act, on its own and on other people's objects, against the table.
"""
KINDS: Final = {
    Kind.OUTLINE: "a project's outline: names, states, dates, what was registered of it, its items by name",
    Kind.ITEM: "an item in full: form, clocks, debts, visits, opinions; the papers it asks for with their files; its part of the time line",
    Kind.DOCUMENT: "a document that was issued to the project",
    Kind.LETTER: "a letter between authorities, with the answer",
    Kind.AUTHORISATION: "an authorisation of an agent, with its paper and what was done under it",
    Kind.CREDIT: "an entry of the credit record, in its ledger",
    Kind.NOTICE: "a notice in an inbox",
    Kind.UPLOAD: "a file that was uploaded and belongs to no project yet",
}
MORE: Final = """
- Whoever sees an item that is a part of a joint item sees the papers and the form of that one, and the visits to its site;
  whoever sees a joint item sees its parts. A utility sees what was filled in for all lines at once, and with a lead what
  the enterprise filled in of its plot and its loads, until the lead is answered.
- Of what is not seen in full there is the outline: no papers, no texts, nobody's name. Of the time line, entries about the
  project as a whole.
- A file is attached by whoever uploaded it, or when it is one of the papers of the same enterprise that its bearer sees.
- An issued document is verified by whoever holds its code; a letter between authorities is said to be genuine, no more.
- What no source says is a default of ours [D]: the window and the head of the people's government see every project.
"""


def visibility_page() -> str:
    """The Markdown page of the table."""
    return "\n".join([HEAD, *_rows(), MORE.rstrip()]) + "\n"


def _rows() -> Iterator[str]:
    kinds = tuple(KINDS)
    yield f"| role | {' | '.join(f'`{kind}`' for kind in kinds)} |"
    yield f"| --- |{' --- |' * len(kinds)}"
    for role, row in TABLE.items():
        yield f"| `{role}` | {' | '.join(row[kind].name for kind in kinds)} |"
    yield ""
    yield from (f"- `{kind}`: {words}." for kind, words in KINDS.items())
    yield ""
    yield from (f"- **{reach.name}**: {reach.words}." for reach in REACHES)


if __name__ == "__main__":
    PAGE.write_text(visibility_page(), encoding="utf-8")
