"""Writes ``docs/acts.md`` from the declarations of acts: who, from which states to which, what is written."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Final

from models.cases.states import ItemState
from models.people.actor import Role
from rules.cases.declarations.act import Act, ForApplicant, Record
from rules.cases.declarations.registry import registry

PAGE: Final = Path(__file__).parents[2] / "docs" / "acts.md"
HEAD: Final = """\
# Acts

Everything that can be done in a project, from the declarations in `rules/cases/`: each act stands beside its function,
in the order of an item's life. What people call an act is said here in English; the words of other languages stand in
`config/locales/`. This page is written by `make docs`.
"""
ACTS: Final = """
## What each act does

*Writes* is what stands beside the facts and the log: papers of the procedure, certificates, the credit record. *Tells*
names the notices (`config/templates/notices/`).

| act | words | meaning | records | writes | tells |
| --- | --- | --- | --- | --- | --- |"""
ROLES: Final = """
## Who may do it

An enterprise acts in its own projects, a steward in those that they accompany, officers on the items of their own
department; the department that supervises closes its tasks, and those that are asked answer. Stewards and agents do an
act for the enterprise only under its written authorisation (*for the enterprise*): one that *helps* for whoever is named
for it, one that *binds* for an agent of the enterprise's own choice alone.
"""
STATES: Final = """
## From which states to which

`=` leaves the item in its state; an empty cell is refused.
"""
EVENTS: Final = """
## What the log records

| event | sentence in the time line | recorded by | tells |
| --- | --- | --- | --- |"""


def acts_page() -> str:
    """The Markdown page of all acts."""
    acts = tuple(registry().acts.values())
    on_items = tuple(act for act in acts if act.on_item)
    parts = [HEAD + ACTS, *(_line(act) for act in acts)]
    columns = (*(role.value for role in Role), "for the enterprise")
    parts += [ROLES, *_grid(columns, acts, _may)]
    parts += [STATES, *_grid((state.value for state in ItemState), on_items, _leads)]
    parts += [EVENTS, *_events(acts)]
    return "\n".join(parts) + "\n"


def _line(act: Act) -> str:
    meaning = " ".join((act.command.__doc__ or "").split())
    beside = (kind.value for kind in act.writes if kind not in _OF_PAPER)
    writes = [act.paper, *beside] if act.paper else list(beside)
    recorded = (kind.name for kind in act.events)
    lists = (_listed(names) for names in (recorded, writes, act.notices))
    return _row((f"`{act.name}`", act.label, meaning, *lists))


def _may(act: Act) -> Iterator[str]:
    yield from ("✓" if role in act.roles else "" for role in Role)
    yield _FOR_APPLICANT[act.for_applicant]


def _leads(act: Act) -> Iterator[str]:
    for state in ItemState:
        leads = act.transitions.get(state, ())
        yield ", ".join("=" if to is state else to.value for to in leads)


def _grid(
    columns: Iterable[str], acts: Iterable[Act], cells: Callable[[Act], Iterator[str]]
) -> Iterator[str]:
    head = ("act", *columns)
    yield _row(head)
    yield _row("---" for _ in head)
    for act in acts:
        yield _row((f"`{act.name}`", *cells(act)))


def _events(acts: Iterable[Act]) -> Iterator[str]:
    recorded_by: dict[str, list[str]] = {}
    for act in acts:
        for kind in act.events:
            recorded_by.setdefault(kind.name, []).append(act.name)
    for name, kind in sorted(registry().events.items()):
        sentences = " / ".join((kind.sentence, *(variant.sentence for variant in kind.variants)))
        by = _listed(recorded_by.get(name, ()))
        yield _row((f"`{name}`", sentences, by, _listed(kind.notices)))


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


#: What it takes to do an act for the enterprise, in a word.
_FOR_APPLICANT = {None: "", ForApplicant.HELP: "helps", ForApplicant.BINDS: "binds"}
#: Said by the kind of the paper.
_OF_PAPER = frozenset({Record.PAPER, Record.DECISION, Record.DELIVERY})

if __name__ == "__main__":
    PAGE.write_text(acts_page(), encoding="utf-8")
