"""Kinds of findings about what a kind means, once everything that it names is there."""

from __future__ import annotations

from models.findings import FindingKind, Severity


def _error(code: str, sentence: str, remedy: str) -> FindingKind:
    return FindingKind(code, Severity.ERROR, sentence, remedy)


def _warning(code: str, sentence: str, remedy: str) -> FindingKind:
    return FindingKind(code, Severity.WARNING, sentence, remedy)


STATE_UNREACHABLE = _error(
    "state_unreachable",
    "No act ever leads to the state {value}.",
    "Let an act lead to it, or take it out.",
)
STATE_DEAD_END = _error(
    "state_dead_end",
    "The state {value} is not final, and no act leads on from it.",
    "Let an act lead on, or mark it as final.",
)
CLOSED_UNREACHABLE = _error(
    "closed_unreachable",
    "From the state {value} no final state can be reached.",
    "Let some act lead from it to where a matter may rest.",
)
STATE_WITHOUT_CLOCK = _error(
    "state_without_clock",
    "In the state {value} no clock may be running: whoever has the move has no limit.",
    "Let each act that leads there ({acts}) start a clock, or let one run on.",
)
CLOCK_NEVER_STARTED = _error(
    "clock_never_started",
    "No act starts the clock {value}.",
    "Let an act start it, or take it out.",
)
DISPATCHER_MISSING = _error(
    "dispatcher_missing",
    "{act} belongs to the dispatching office alone, and the kind names none.",
    "Give the kind an office.",
)
CLOSING_HANGS_ON_FILER = _error(
    "closing_hangs_on_filer",
    "From the state {value} only the filer leads on, who may never be heard of again.",
    "Let somebody else, or time, lead on from it too.",
)
CLOSE_GUARD_MISSING = _warning(
    "close_without_guard",
    "{act} closes a matter without any guard.",
    "Say what has to be there first.",
)

KINDS = (
    STATE_UNREACHABLE, STATE_DEAD_END, CLOSED_UNREACHABLE, STATE_WITHOUT_CLOCK, CLOCK_NEVER_STARTED,
    DISPATCHER_MISSING, CLOSING_HANGS_ON_FILER, CLOSE_GUARD_MISSING,
)  # fmt: skip
