"""How long an application may lie: the day of the window, and the five days of the law beside it."""

from __future__ import annotations

from models.cases.clock import ClockFacts
from models.cases.facts import ItemFacts
from models.cases.states import ClockKind
from models.clock.values import Limit
from models.scenarios.definition import ItemDefinition
from rules.cases.draft import Draft
from rules.clock import STATUTORY_CLOCKS

#: 不动产登记暂行条例 art. 17: on the spot, read as until the end of the day of receipt [D].
ON_THE_SPOT = Limit(0)
#: The window looks at it on the day of receipt [D].
SAME_DAY = Limit(0)


def show_window(draft: Draft, definition: ItemDefinition) -> None:
    """The window sees it first and has that day [D]; where what lacks is said on the spot it has no other."""
    if draft.context.policy.window_sees_first and not definition.intake_on_the_spot:
        clock = ClockFacts(
            definition.code, ClockKind.WINDOW_LOOK, draft.items[definition.code].round
        )
        draft.start_clock(clock, promised=SAME_DAY)


def window_of(item: ItemFacts) -> str:
    """Which window of the round runs: the first, or the one that a correction opened anew."""
    return ("", "corrected", "corrected_again")[item.correction_notices]


def open_window(draft: Draft, item: str) -> None:
    """Start the window from today: five working days (art. 32(4)), or the day itself where it is said
    on the spot.
    """
    facts = draft.items[item]
    window = STATUTORY_CLOCKS["correction_notice"].terms.statutory
    if draft.definition(item).intake_on_the_spot:
        window = ON_THE_SPOT
    draft.start_clock(
        ClockFacts(item, ClockKind.CORRECTION_WINDOW, facts.round, window_of(facts)),
        statutory=window,
    )


def close_window(draft: Draft, item: str, reason: str) -> None:
    """Stop the window's own day and the five days of the law: the application was answered."""
    draft.stop_clock(item, ClockKind.WINDOW_LOOK, reason=reason)
    draft.stop_clock(item, ClockKind.CORRECTION_WINDOW, window_of(draft.items[item]), reason)
