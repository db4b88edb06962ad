"""How large the tests are that could be of any size: small for ``make test``, whole for ``make long``."""

from __future__ import annotations

import os

#: How many times as many examples, steps and cases a long run takes; ``make long`` sets it.
FACTOR = int(os.environ.get("LONG_FACTOR", "1"))
#: Moves every fixed seed, so that each long run sees other cases; 0 in ``make test``.
SEED = int(os.environ.get("LONG_SEED", "0"))
#: Whether this is part of ``make long``: with more examples, or measured with patience.
LONG = not os.environ.keys().isdisjoint({"LONG_FACTOR", "LONG_PATIENCE"})
#: Of a property that names no number.
EXAMPLES = 100 if LONG else 50


def size(short: int, whole: int | None = None) -> int:
    """A number of examples, cases or seconds for the run at hand: ``short`` in ``make test``.

    A long run begins with ``whole``, where that is more.
    """
    return (whole if LONG and whole else short) * FACTOR


def patience(seconds: int) -> int:
    """Seconds for a test that takes long: more where it is larger, measured or on a busy machine."""
    return seconds * int(os.environ.get("LONG_PATIENCE", str(FACTOR)))
