"""In which capacity somebody acts, in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from models.people.post import Post
from services.wording.words import word


def capacity_words(
    data: Mapping[str, Any], whose: str | None, translate: Callable[[str], str]
) -> str | None:
    """What the log tells of a capacity (:meth:`models.people.capacity.Capacity.logged`); ``None`` where somebody
    acted by their account. ``whose`` is the name of whom it was done for.
    """
    if "document_no" in data:
        sentence = translate("by delegation of {name}, no. {number}")
        return sentence.format(name=whose, number=data["document_no"])
    if whose is not None:
        return translate("as deputy of {name}").format(name=whose)
    if "post" in data:
        return translate("as {post}").format(post=word(Post(data["post"]), translate))
    return None
