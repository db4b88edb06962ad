"""Counted working days of a simulated project, as :mod:`rules.cases.promise` counts those of a real one."""

from __future__ import annotations

from collections.abc import Collection
from graphlib import TopologicalSorter

from rules.rehearsal.network import Network
from rules.rehearsal.run import Case


def order_of(network: Network) -> tuple[int, ...]:
    """Positions in topological order."""
    sorter: TopologicalSorter[int] = TopologicalSorter()
    for position, after in enumerate(network.after):
        sorter.add(position, *after)
    return tuple(sorter.static_order())


def counted_path(
    case: Case, order: tuple[int, ...], among: Collection[int] | None = None
) -> tuple[int, list[int]]:
    """The longest chain of examinations in working days, each day once, and its items; ``among`` some
    items alone.
    """
    network, accepted, decided = case.network, case.accepted, case.decided
    best = [0] * len(order)
    before = [-1] * len(order)
    end = -1
    for position in order:
        reached, came_from = 0, -1
        for predecessor in network.after[position]:
            if came_from < 0 or best[predecessor] > reached:
                reached, came_from = best[predecessor], predecessor
        own = among is None or position in among
        if own and network.nodes[position].counted and decided[position] >= 0:
            reached += decided[position] - accepted[position]
        best[position], before[position] = reached, came_from
        if end < 0 or reached > best[end]:
            end = position
    chain: list[int] = []
    while end >= 0:
        own = among is None or end in among
        if own and network.nodes[end].counted and decided[end] >= 0:
            chain.append(end)
        end = before[end]
    chain.reverse()
    return _union([(accepted[link], decided[link]) for link in chain]), chain


def _union(spans: list[tuple[int, int]]) -> int:
    """Days in any of the spans (after, until]; items behind one that is not needed may overlap."""
    days, ended = 0, -1
    for after, until in sorted(spans):
        days += max(0, until - max(after, ended))
        ended = max(ended, until)
    return days
