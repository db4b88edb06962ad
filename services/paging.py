"""Lists of which a page shows a part."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Paged:
    """Where a page stands in its list."""

    total: int
    """Entries of the whole list."""
    page: int
    """Counted from 1."""
    page_size: int

    @property
    def pages(self) -> int:
        """Number of pages, at least one."""
        return max(1, -(-self.total // self.page_size))
