"""From the text of a kind to its definition, with every fault and its line and column."""

from rules.matters.reading.reading import KindReading, Library, read_kind

__all__ = ["KindReading", "Library", "read_kind"]
