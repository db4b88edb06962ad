"""Which paper a file is, by its name: many are handed in at once, and nobody wants to choose for each.

A guess is a guess: what is not clear is left to the person, and what was guessed is shown with its reason.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping
from pathlib import PurePath

from models.values import Text

#: Share of common pairs of signs from which on a name is taken for that of a paper [D].
ALIKE = 0.6
#: Letters that a name has at least.
SHORTEST = 2
#: By how much the best guess has to be better than the next one [D].
CLEARLY = 0.1
#: What names of files are full of and names of papers are not.
_NOISE = re.compile(
    r"[\W_\d]+|(?<![a-z])(?:v|ver|rev|final|copy|scan|副本|终稿|定稿|扫描件|盖章版)(?![a-z])"
)


def paper_by_name(file_name: str, papers: Mapping[str, Text]) -> str | None:
    """Key of the paper that a file name stands for; ``None`` where none or more than one comes near.

    ``papers``: key → name, of those that may be handed in.
    """
    name = _plain(PurePath(file_name).stem)
    if len(name) < SHORTEST:
        return None
    likeness = {
        key: max(_alike(name, _plain(t)) for t in (p.zh, p.en)) for key, p in papers.items()
    }
    best = max(likeness, key=lambda key: likeness[key], default=None)
    if best is None or likeness[best] < ALIKE:
        return None
    rival = max((alike for key, alike in likeness.items() if key != best), default=0.0)
    return best if likeness[best] - rival >= CLEARLY else None


def _plain(text: str) -> str:
    return _NOISE.sub("", unicodedata.normalize("NFKC", text).casefold())


def _alike(name: str, paper: str) -> float:
    """Dice's coefficient over pairs of signs; a name that holds the whole of the other is at least 0.8."""
    first, second = _pairs(name), _pairs(paper)
    if not first or not second:
        return 0.0
    common = 2 * (first & second).total() / (first.total() + second.total())
    return max(common, 0.8 + common / 5) if paper in name or name in paper else common


def _pairs(text: str) -> Counter[str]:
    return Counter(text[at : at + 2] for at in range(len(text) - 1))
