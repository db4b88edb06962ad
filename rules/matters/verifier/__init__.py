"""What is proven of a kind before it is published: where it leads, who acts, which clocks end."""

from rules.matters.verifier.verify import verify_kind

__all__ = ["verify_kind"]
