"""The rows of the form for the papers of an item."""

from __future__ import annotations

from models.scenarios.definition import MaterialClass
from rules.scenarios.editing.changes import Values
from web.forms import Submission
from web.pages.scenarios.rows import Rows

_FIRST = ("material", "class", "substantive")


def _requirement(before: Values, sent: Submission, row: int) -> Values:
    """The paper of a row; what every row says of it stands first."""
    chosen = sent.text(f"class_{row}")
    material_class = chosen if chosen in set(MaterialClass) else MaterialClass.CORE.value
    requirement: Values = {**before, "class": material_class}
    if sent.text(f"substantive_{row}"):
        requirement["substantive"] = True
    else:
        requirement.pop("substantive", None)
    return {name: requirement[name] for name in _FIRST if name in requirement} | requirement


MATERIAL_ROWS = Rows(named_by="material", spare=4, read=_requirement)
