"""Writes ``docs/figures.md`` from the definitions of figures."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from config.texts import translator
from rules.figures.catalogue import DEFINITIONS
from rules.figures.definition import Cut, FigureDefinition

PAGE: Final = Path(__file__).parents[2] / "docs" / "figures.md"
HEAD: Final = """\
# Figures

Each is declared once in `rules/figures/catalogue.py` and counts case rounds 办件: one application of one item, from its
receipt to its end. Parts of joint items and what fell away are in none. `kaigong figures` asks them of the ledger, one
query each ([commands.md](commands.md)); `kaigong figures verify` counts them once more from the log. This page is written
by `make docs`.

- A **period** is `--from` up to and without `--to`, in whole Beijing days; without them from 1 January to `--as-of`.
- **`--as-of`** is the last day of what was known: rounds whose receipt or end was entered later are left out. A round keeps
  no moment of its acceptance and of each notice: those are as the ledger has them now.
- A **share** has two decimals, rounded once, half away from zero; 100 is only all of them, 0 only none of them. Where there
  was nothing to count the value is `null` and prints as —. Numbers in JSON are strings; `null` stays `null`.
- **Days** are the median by nearest rank; in JSON the numerator is their sum, the denominator their number, and `mean` and
  `ninth_decile` stand beside.
- **Cuts**: {cuts}.
  They are complete, so that their parts add up; `null` is what a round does not say. They are as of the end of a round,
  whatever becomes of the project.
- **Who sees what**: the leader, the administrator and the command line all; an officer the rounds that their own department
  decides; everybody else those of the items that they see ([visibility.md](visibility.md)).
- **[M]** is well-founded memory, **[D]** a default of ours, **[L]** the text of a statute.
- Beside the rate of kept promises stands what is open and late: of an open round its clock says the last day, so that a
  special procedure moves it; what falls due today is not late yet. `open_*` count what stood at the end of the period; what
  has ended since is asked by the last days as they stood at its end.
- On the page `/figures` each number leads to its rows: the ledger of case rounds ([ledgers.md](ledgers.md)), found by the
  same conditions.
"""


def figures_page() -> str:
    """The Markdown page of all figures."""
    cuts = ", ".join(f"`{cut}`" for cut in Cut)
    return "\n".join([HEAD.format(cuts=cuts), *map(_section, DEFINITIONS)])


def _section(figure: FigureDefinition) -> str:
    chinese = translator()
    place = f", number {figure.number}" if figure.number else ""
    return (
        f"## `{figure.key}` {chinese(figure.name)}\n\n"
        f"{figure.name}{place}; unit `{figure.unit}`, {_by(figure)}.\n\n"
        f"- Counts: {figure.formula}\n"
        f"- Must not count: {figure.excludes}\n"
        f"- Source: {figure.source}\n"
    )


def _by(figure: FigureDefinition) -> str:
    return "at the end of the period" if figure.stock else f"by `{figure.moment.day}`"


if __name__ == "__main__":
    PAGE.write_text(figures_page(), encoding="utf-8")
