"""Lists of which a page shows a part."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from models.errors import InvalidInput

#: A long list is counted up to so many entries; of more it is said that there are more.
COUNTED: Final = 1000


class BadCursor(InvalidInput):
    template = "after: {value} is no place in this list; take it from the `next` of the page before, or leave it out."
    field = "after"


@dataclass(frozen=True, slots=True)
class Paged:
    """Where a page stands in its list."""

    total: int
    """Entries of the whole list; of a long one up to a bound, see :attr:`counted`."""
    page: int
    """Counted from 1."""
    page_size: int

    @property
    def counted(self) -> str:
        """The number of entries as a page shows it: `1000+` for so many or more."""
        return f"{COUNTED}+" if self.total >= COUNTED else str(self.total)

    @property
    def pages(self) -> int:
        """Number of pages, at least one."""
        return max(1, -(-self.total // self.page_size))
