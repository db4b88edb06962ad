"""The form of an item 一张表单: what is filled in once, as typed fields, when it is applied for.

A paper proves something; a field says something that rules can work with: who the contractor is,
how deep the pit, which load is wanted.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from models.values import Name, Text, Value

#: A value as it is stored: a date is its ISO text, a choice the key of what was chosen.
FormValue = bool | int | float | str


class FieldType(StrEnum):
    """What kind of value a field holds."""

    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    BOOLEAN = "boolean"
    DATE = "date"
    CHOICE = "choice"
    CREDIT_CODE = "credit_code"
    """统一社会信用代码 (GB 32100), its check symbols verified."""


class FormChoice(Value):
    """One of the answers that a field of the type choice allows."""

    key: Annotated[Name, Field(description="Name of the answer.", examples=["open_cut"])]
    name: Annotated[
        Text,
        Field(
            description="The answer as people read it.",
            examples=[{"zh": "放坡开挖", "en": "Open cut"}],
        ),
    ]


class FormField(Value):
    """One field of an item's form."""

    key: Annotated[Name, Field(description="Name in guards: form.ITEM.KEY.")]
    name: Annotated[Text, Field(description="The question as people read it.")]
    type: Annotated[FieldType, Field(description="What kind of value it holds.")]
    unit: Annotated[
        Text | None,
        Field(description="Unit of a number, shown behind it.", examples=[{"zh": "米", "en": "m"}]),
    ] = None
    choices: Annotated[
        tuple[FormChoice, ...],
        Field(
            description="The answers of a choice, at least two.",
            examples=[[{"key": "open_cut", "name": {"zh": "放坡开挖", "en": "Open cut"}}]],
        ),
    ] = ()
    required: Annotated[
        bool, Field(description="Whether it has to be filled in.", examples=[False])
    ] = True
    basis: Annotated[
        str | None, Field(description="Article or document that asks for it, with its mark.")
    ] = None
    instructions: Annotated[
        Text | None,
        Field(
            description="How it is filled in and what is often wrong with it; on the sample form.",
            examples=[{"zh": "与营业执照一致", "en": "As on the business licence"}],
        ),
    ] = None
