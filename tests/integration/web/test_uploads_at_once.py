"""Several people upload at the same moment: the portal's memory does not grow with their files."""

from __future__ import annotations

from bench.uploads import measure

MEGABYTES, PEOPLE = 12, 4


def test_memory_does_not_grow_with_what_is_uploaded(module_database_url, new_folder):
    found = measure(module_database_url, new_folder(), MEGABYTES, PEOPLE)
    assert found.memory_mb_most - found.memory_mb_before < MEGABYTES * PEOPLE * 0.8
    # The whole size, without other tests on the same cores: python -m bench uploads.
    assert found.health_ms_middle < 200
