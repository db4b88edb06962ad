"""Official documents 文书: the certificates that items end in, and the papers of the procedure itself."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from functools import cached_property
from typing import Annotated

from pydantic import Field, field_validator

from models.scenarios.definition import DocumentDefinition, Text, Value

#: The region of a series of numbers that do not show their region: it runs through all of them, or
#: two regions would give the same number.
ALL_REGIONS = "*"


class DocumentCategory(StrEnum):
    """What an official document is."""

    CERTIFICATE = "certificate"
    """证照批文: what a granted item ends in, as the scenario defines it."""
    NOTICE = "notice"
    """通知书, 告知书: tells the applicant a step of the procedure."""
    DECISION = "decision"
    """决定书: grants, denies or voids."""
    OPINION = "opinion"
    """初审意见: others may build on it, nobody else may."""
    RECEIPT = "receipt"
    """送达回证: proves that a document reached the applicant."""
    INTERNAL = "internal"
    """督办函: between authorities; neither the applicant nor the public reads it."""


class Standing(StrEnum):
    """What a document is worth to whoever holds it today."""

    VALID = "valid"
    CONDITIONAL = "conditional"
    """容缺: it stands, and papers still have to follow."""
    PRELIMINARY = "preliminary"
    """An opinion only: the decision is still to come."""
    REPLACED = "replaced"
    """A decision took its place."""
    REVOKED = "revoked"
    RECALLED = "recalled"
    """撤回 (art. 8): nobody did wrong, but it does not hold any more."""
    CANCELLED = "cancelled"
    """注销 (art. 70)."""

    @property
    def ended(self) -> bool:
        """Whether it is worth nothing any more, and no other document took its place."""
        return self in (Standing.REVOKED, Standing.RECALLED, Standing.CANCELLED)


class ProcedureDocument(DocumentDefinition):
    """A kind of paper that the procedure itself writes, as a district words and numbers it."""

    category: DocumentCategory
    other_name: Annotated[
        Text | None,
        Field(description="Its title for an item that is no administrative licence 行政许可."),
    ] = None
    basis: Annotated[
        tuple[str, ...], Field(description="Statutory basis printed on it, in Chinese.")
    ] = ()

    @field_validator("number_pattern")
    @classmethod
    def _numbers(cls, value: str) -> str:
        """A pattern has to count, and can use no other placeholder."""
        try:
            first, second = (value.format(region="0", year=0, date="0", seq=n) for n in (1, 2))
        except (KeyError, IndexError, ValueError, AttributeError) as error:
            message = "only {region}, {year}, {date} and {seq} can be used"
            raise ValueError(message) from error
        if first == second:
            message = "{seq} is missing: every number would be the same"
            raise ValueError(message)
        return value


class DocumentRegister(Value):
    """What the official documents of one installation have in common, and their kinds."""

    place: Annotated[Text, Field(description="Printed before the name of a department.")]
    supervisor: Annotated[Text, Field(description="Who signs supervision letters 督办函.")]
    reconsideration: Annotated[str, Field(description="Who reconsiders 行政复议机关.")]
    court: Annotated[str, Field(description="Which court hears a suit 人民法院.")]
    documents: tuple[ProcedureDocument, ...]

    @cached_property
    def document(self) -> Mapping[str, ProcedureDocument]:
        """Kind → definition."""
        return {document.key: document for document in self.documents}
