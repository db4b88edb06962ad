"""The lists of a project's facts beside its items, as an act changes them.

Whatever changes a row of theirs leaves a line that the next event keeps, so that the rows can be
rebuilt from the log (:mod:`rules.replay`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from models.architect import OpinionFacts
from models.consultation import ConsultationFacts
from models.facts import (
    DeficiencyFacts,
    LineFacts,
    ProjectFacts,
    RectificationFacts,
    SiteVisitFacts,
    VoidingFacts,
)
from models.states import OPEN_DEFICIENCY
from models.supervision import SupervisionFacts

#: Attributes of ``ProjectFacts`` that are such lists.
LEDGERS = (
    "deficiencies", "voidings", "site_visits", "rectifications", "consultations", "supervision",
    "lines", "opinions",
)  # fmt: skip


class Ledgers:
    """The lists as they will be."""

    def __init__(self, facts: ProjectFacts) -> None:
        self.items = dict(facts.items)
        self.deficiencies = dict(facts.deficiencies)
        self.voidings = dict(facts.voidings)
        self.site_visits = dict(facts.site_visits)
        self.rectifications = dict(facts.rectifications)
        self.consultations = dict(facts.consultations)
        self.supervision = dict(facts.supervision)
        self.lines = dict(facts.lines)
        self.opinions = dict(facts.opinions)
        self._lines: dict[str, list[Mapping[str, object]]] = {}

    def ledgers(self) -> dict[str, Any]:
        """The lists by the names of their facts."""
        return {name: getattr(self, name) for name in LEDGERS}

    def lines_since(self) -> dict[str, list[Mapping[str, object]]]:
        """What changed in the lists since this was asked last, as an event keeps it."""
        lines, self._lines = self._lines, {}
        return lines

    def open_deficiencies(self, item: str) -> tuple[DeficiencyFacts, ...]:
        """Deficiencies of an item's current round that are not closed out yet."""
        round_ = self.items[item].round
        return tuple(
            found
            for found in self.deficiencies.values()
            if found.item == item and found.round == round_ and found.state in OPEN_DEFICIENCY
        )

    def change_deficiency(self, deficiency: DeficiencyFacts, **values: Any) -> DeficiencyFacts:
        """Enter a deficiency into the ledger, or change its entry."""
        self.deficiencies[deficiency.key] = changed = replace(deficiency, **values)
        self._line("deficiency_ledger", changed.document())
        return changed

    def change_voiding(self, voiding: VoidingFacts, **values: Any) -> VoidingFacts:
        """Keep what a voiding undid, or what became of it."""
        self.voidings[voiding.key] = changed = replace(voiding, **values)
        self._line("voidings", changed.document())
        return changed

    def change_site_visit(self, visit: SiteVisitFacts, **values: Any) -> SiteVisitFacts:
        """Keep a visit to the site: that it is scheduled, or that it was held."""
        self.site_visits[visit.key] = changed = replace(visit, **values)
        self._line("site_visits", changed.document())
        return changed

    def change_rectification(self, entry: RectificationFacts, **values: Any) -> None:
        """Keep what has to be put right, or what became of it."""
        self.rectifications[entry.key] = changed = replace(entry, **values)
        self._line("rectifications", changed.document())

    def change_supervision(self, task: SupervisionFacts, **values: Any) -> SupervisionFacts:
        """Open a supervision task, or close it."""
        self.supervision[task.key] = changed = replace(task, **values)
        self._line("supervision", changed.document())
        return changed

    def change_line(self, item: str, **values: Any) -> LineFacts:
        """Keep what became of a utility's line."""
        known = self.lines.get(item) or LineFacts(item, self.items[item].department)
        self.lines[item] = changed = replace(known, **values)
        self._line("lines", changed.document())
        return changed

    def add_opinion(self, entry: OpinionFacts) -> None:
        """Enter an opinion of the architect's team in the register."""
        self.opinions[entry.key] = entry
        self._line("opinions", entry.document())

    def change_consultation(self, entry: ConsultationFacts, **values: Any) -> None:
        """Keep that a department was asked, or what became of the question."""
        self.consultations[entry.key] = changed = replace(entry, **values)
        self._line("consultations", changed.document())

    def _line(self, ledger: str, line: Mapping[str, object]) -> None:
        """A line that the next event keeps of a row that changed."""
        self._lines.setdefault(ledger, []).append(line)
