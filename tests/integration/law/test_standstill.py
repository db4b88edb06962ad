"""Weeks without a watch: everything is seen to in good time, nobody loses by it, and people go on meanwhile.

``LONG_FACTOR=334 .venv/bin/pytest tests/integration/law/test_standstill.py -s`` plays 10,000 projects and
says how long it took.
"""

from __future__ import annotations

from models.cases.states import ItemState
from tests.support.frozen.standstill import see_to, stand_still
from tests.support.sizes import LONG, size

#: Seconds in which 10,000 projects are seen to, and within which nineteen of twenty pages came meanwhile.
SECONDS, PAGE = 60, 1.0


def test_down_sixty_days_without_a_watch_are_seen_to_while_people_go_on(ledger):
    projects = size(30)
    on = stand_still(ledger, projects)
    seen = see_to(ledger, on)
    print(
        f"\n{projects} projects after 60 days: {seen.acts} acts of time and {seen.warnings} warnings in"
        f" {seen.seconds:.1f} s; {len(seen.waits)} pages meanwhile, p95 {seen.p95 * 1000:.0f} ms"
    )
    assert seen.failed == []
    assert seen.seconds < SECONDS
    assert seen.waits
    if LONG:  # make test shares its machine with others
        assert seen.p95 < PAGE
    states = "SELECT count(*) FROM item WHERE code = 'A2' AND state = :state"
    assert ledger.scalar(states, state=str(ItemState.VOIDED)) == 0
