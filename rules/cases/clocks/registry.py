"""The kinds of clocks by name: those of the table, and what is registered beside them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType

from rules.cases.clocks.declaration import ClockDeclaration
from rules.cases.clocks.kinds import TABLE

_KINDS: dict[str, ClockDeclaration] = {kind.key: kind for kind in TABLE}

#: Name → kind of clock, in the order in which time acts.
KINDS: Mapping[str, ClockDeclaration] = MappingProxyType(_KINDS)


class UnknownClockKind(LookupError):
    """The kind of a clock is not declared."""


def declaration_of(kind: str) -> ClockDeclaration:
    """The declaration of a kind of clock. Raises :class:`UnknownClockKind`."""
    declaration = _KINDS.get(kind)
    if declaration is None:
        raise UnknownClockKind(f"{kind} is not a kind of clock; known are: {', '.join(_KINDS)}")
    return declaration


@contextmanager
def registered(*kinds: ClockDeclaration) -> Iterator[None]:
    """Register further kinds while the context lasts, after those of the table.

    Raises ``ValueError`` for a name that is taken.
    """
    taken = [kind.key for kind in kinds if kind.key in _KINDS]
    if taken:
        raise ValueError(f"there is a kind of clock of this name already: {', '.join(taken)}")
    _KINDS.update({kind.key: kind for kind in kinds})
    try:
        yield
    finally:
        for kind in kinds:
            del _KINDS[kind.key]
