"""The metadata all tables share: every constraint has a predictable name, so that a violated one
can be told as a domain error and a migration can name it.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from sqlalchemy import CheckConstraint, MetaData

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def one_of(column: str, values: type[StrEnum] | Iterable[str]) -> CheckConstraint:
    """A check that a text column holds one of an enumeration's values."""
    listed = ", ".join(f"'{value!s}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=column)
