"""Replay of the event log into the facts, and comparison of both.

The rows are what everyone works on; the events are what cannot be rewritten. A project whose rows
say anything that its events do not is found by :func:`differences`. Versions of items and materials
are left out: they count changes, and the log keeps what changed.
"""

from rules.cases.replay.differences import Difference, differences
from rules.cases.replay.entries import Happened
from rules.cases.replay.fold import replay
from rules.cases.replay.replayed import Replayed
from rules.cases.replay.rounds import rounds_of_log

__all__ = ["Difference", "Happened", "Replayed", "differences", "replay", "rounds_of_log"]
