"""Items that some projects need not go through 免办."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from models.values import Value


class ExemptionDefinition(Value):
    """That projects are exempt from an item by a rule 免办, which is told beside it.

    An exempt item is satisfied: what comes after it goes on. It differs from an item that does not
    concern a project (its ``when`` is false) in that everyone sees it, with the rule.
    """

    when: Annotated[
        str | None,
        Field(
            max_length=500,
            description="Condition over project attributes, in CEL; without one, every project of "
            "the scenario is exempt.",
        ),
    ] = None
    basis: Annotated[
        str,
        Field(
            pattern=r"\S",
            max_length=300,
            description="Article or document that exempts, with its mark; shown beside the item.",
        ),
    ]
