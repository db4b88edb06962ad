"""Report of one watch, and its summary."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from models.cases.commands import GiveGrace
from rules.cases.clocks.ends import DueAct
from rules.cases.clocks.registry import KINDS
from rules.cases.context import ZONE


@dataclass(slots=True)
class WatchReport:
    """Counts and failures of one watch."""

    warnings: int = 0
    ended: Counter[str] = field(default_factory=Counter)
    """Kind of clock → on how many items time acted when such clocks had run out."""
    moved: int = 0
    """Last days that a new calendar moved."""
    missing_notices: int = 0
    """Years about whose missing holiday notice someone was told just now."""
    authorisations: int = 0
    """Authorisations of agents that ended by themselves, or whose end was warned of."""
    graces: int = 0
    """Items with a last day of which nobody was reminded: reminded now, with time to follow it."""
    paused_until: datetime | None = None
    """The newest event, where the clock stands behind it: nothing was done."""
    failed: list[str] = field(default_factory=list)
    """What could not be done, one line each; the others went on."""

    def count(self, acts: Iterable[DueAct]) -> None:
        """Count acts of time by the kind of their clocks."""
        for act in acts:
            if isinstance(act.command, GiveGrace):
                self.graces += 1
            else:
                self.ended[act.kind] += 1

    def summary(self, translate: Callable[[str], str] = str) -> str:
        """Everything that was done, counted, in one line; what failed after it."""
        if self.paused_until is not None:
            paused = translate(
                "paused: the clock stands behind the log, whose newest event is of {at}"
            )
            return paused.format(at=self.paused_until.astimezone(ZONE).isoformat(" ", "minutes"))
        done = ", ".join(self._counts(translate))
        if not self.failed:
            return done
        failed = translate("{count} failed: {lines}")
        return f"{done}; {failed.format(count=len(self.failed), lines='; '.join(self.failed))}"

    def _counts(self, translate: Callable[[str], str]) -> Iterator[str]:
        yield translate("{count} warnings given").format(count=self.warnings)
        for kind in KINDS.values():
            if kind.end is not None:
                yield translate(kind.end.counted).format(count=self.ended[kind.key])
        yield translate("{count} days moved by a new calendar").format(count=self.moved)
        yield translate("{count} years told to have no holiday notice").format(
            count=self.missing_notices
        )
        if self.authorisations:
            yield translate("{count} authorisations ended or warned of").format(
                count=self.authorisations
            )
        if self.graces:
            yield translate("{count} reminded late, with a period of grace").format(
                count=self.graces
            )
