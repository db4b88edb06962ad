"""In which capacity somebody acts: by their account, by a post, as a deputy, by a delegation in writing."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from models.people.actor import Role


class CapacityKind(StrEnum):
    """Where the right to act comes from."""

    POST = "post"
    """任职."""
    ABSENCE = "absence"
    """代理: somebody is away, and they are the deputy."""
    DELEGATION = "delegation"
    """书面授权: somebody delegated acts to them."""


@dataclass(frozen=True, slots=True)
class Capacity:
    """A right to act beside one's own account."""

    kind: CapacityKind
    reference: str
    """Number of the post or the delegation, login of who is away."""
    role: Role
    department: str | None
    post: str | None = None
    on_behalf_of: str | None = None
    """Login of who is away, or who delegated."""
    name: str | None = None
    """Of whom it is acted for."""
    document_no: str | None = None
    acts: frozenset[str] = frozenset()
    """The acts that it is for; empty: all of the role."""
    items: frozenset[str] = frozenset()
    """Codes of the items that it is for; empty: all of the department."""
    barred: frozenset[str] = frozenset()
    """Acts of the role that the law leaves to its holder."""

    @property
    def key(self) -> str:
        """What a session keeps of it."""
        return f"{self.kind.value}:{self.reference}"

    def has(self, act: str) -> bool:
        """Whether it covers an act, on whatever item."""
        return act not in self.barred and (not self.acts or act in self.acts)

    def logged(self) -> dict[str, Any]:
        """What the log keeps of it."""
        data = {"by": self.kind.value, "number": self.reference, "post": self.post}
        data |= {"for": self.on_behalf_of, "document_no": self.document_no}
        return {name: value for name, value in data.items() if value is not None}
