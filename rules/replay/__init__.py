"""From the log back to the facts: a fold over what happened, and where the two disagree.

The rows are what everyone works on; the events are what cannot be rewritten. A project whose rows
say anything that its events do not is found by :func:`differences`. Versions of items and materials
are left out: they count changes, and the log keeps what changed.
"""

from rules.replay.differences import Difference, differences
from rules.replay.entries import Happened
from rules.replay.fold import replay
from rules.replay.replayed import Replayed

__all__ = ["Difference", "Happened", "Replayed", "differences", "replay"]
