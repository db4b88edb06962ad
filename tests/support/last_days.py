"""What holds of last days in every project, whatever happens in it and whenever somebody looks."""

from __future__ import annotations

from datetime import date

from models.cases.clock import ClockFacts
from models.cases.facts import ProjectFacts, VoidingFacts
from models.cases.states import OPEN_DEFICIENCY, ClockKind, ClockState, DeficiencyState
from rules.cases.clocks.declaration import Party
from rules.cases.clocks.ends import due_acts
from rules.cases.clocks.registry import KINDS

Key = tuple[str, str, int, str]


class LastDays:
    """The last days that an applicant was told in one project, the latest of each limit."""

    def __init__(self) -> None:
        self.told: dict[Key, date] = {}

    def check(self, before: ProjectFacts, after: ProjectFacts, today: date) -> None:
        """Nobody loses by an act in time: no told day moves earlier, no right is lost before it is over."""
        for clock in after.clocks.values():
            if _is_told(clock) and clock.due_on is not None:
                told = self.told.get(clock.key)
                assert told is None or clock.due_on >= told, f"{clock.key}: {told} → {clock.due_on}"
                self.told[clock.key] = clock.due_on
        for key, voiding in after.voidings.items():
            if key not in before.voidings and voiding.because is None and voiding.ground is None:
                self._check_voiding(before, voiding, today)

    def _check_voiding(self, before: ProjectFacts, voiding: VoidingFacts, today: date) -> None:
        """It fell for a paper whose last day was over, and that had not come by then."""
        if before.items[voiding.item].re_examination:
            return
        owed = [
            one
            for one in before.deficiencies.values()
            if (one.item, one.round) == (voiding.item, voiding.round)
            and one.state in OPEN_DEFICIENCY
        ]
        days = {
            one.material: self.told.get((one.item, ClockKind.MAKE_UP, one.round, one.material))
            for one in owed
        }
        missed = [
            one.material
            for one in owed
            if (until := days[one.material]) is not None
            and until < today
            and not (
                one.state is DeficiencyState.SUBMITTED
                and one.submitted_on is not None
                and one.submitted_on <= until
            )
        ]
        assert missed, f"{voiding.item} was voided on {today}; its papers had until {days}"


def check_seen_to(facts: ProjectFacts, today: date) -> None:
    """Nothing that is due stays unwarned, nor undone: asked right after a watch."""
    assert list(due_acts(facts, today)) == []
    for clock in facts.clocks.values():
        if clock.state is not ClockState.RUNNING or clock.due_on is None:
            continue
        if clock.due_on < today:
            # Of what runs for the project each rung is given once, however often its last day moves.
            warned = clock.warned if clock.of_project else clock.due_on in clock.warned_for
            assert warned, f"{clock.key}: {clock.due_on} passed in silence"
        assert clock.next_rung_on is None or clock.next_rung_on > today, clock.key


def _is_told(clock: ClockFacts) -> bool:
    declared = KINDS.get(clock.kind)
    if declared is None or clock.state is not ClockState.RUNNING:
        return False
    return declared.moves is Party.APPLICANT
