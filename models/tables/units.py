"""Units of the organisation, posts of people over them, and who is away."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    Table,
    Text,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY

from models.people.organisation import AbsenceKind, UnitKind
from models.people.post import Post
from models.tables.audit import Sealed, audited
from models.tables.base import metadata, one_of

#: 单位: a tree; the nearest place above a unit is where it works.
unit = Table(
    "unit",
    metadata,
    Column("key", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("name_zh", Text, nullable=False),
    Column("name_en", Text),
    Column("parent", ForeignKey("unit.key"), index=True),
    Column("department", ForeignKey("department.key"), index=True),
    Column("region_code", Text, index=True),
    Column("from_on", Date, nullable=False),
    Column("to_on", Date),
    # Who took over; projects and posts are asked for through it, none is moved.
    Column("successor", ForeignKey("unit.key"), index=True),
    one_of("kind", UnitKind),
    CheckConstraint("to_on > from_on", name="in_order"),
    CheckConstraint("successor IS NULL OR to_on IS NOT NULL", name="ends_before_successor"),
    info=audited(Sealed(("key",))),
)

#: 任职: what somebody is over a unit and all below it; over everything where no unit is named.
role_grant = Table(
    "role_grant",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("login", ForeignKey("account.login"), nullable=False, index=True),
    Column("post", Text, nullable=False),
    Column("unit", ForeignKey("unit.key"), index=True),
    # Tenths of a full post.
    Column("capacity", Integer, nullable=False, server_default=text("10")),
    Column("from_on", Date, nullable=False),
    Column("to_on", Date),
    Column("document_no", Text),
    # Of a post with an e-badge 电子工牌: what its QR code leads to.
    Column("badge", Text, unique=True),
    Column("granted_by", Text),
    # Its holder and leaders were told that it ends.
    Column("ending_told_on", Date),
    Column("granted_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    one_of("post", Post),
    CheckConstraint("capacity BETWEEN 1 AND 15", name="capacity"),
    CheckConstraint("to_on >= from_on", name="in_order"),
    info=audited(Sealed(("id",), beside=("ending_told_on",))),
)

#: 职权划分: which unit answers for an item in a place and all below it, where the district chose another than
#: the catalogue; ``office`` is the department under which its officers sign in.
competence = Table(
    "competence",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("item", Text, nullable=False),
    Column("place", ForeignKey("unit.key"), nullable=False, index=True),
    Column("unit", ForeignKey("unit.key"), nullable=False, index=True),
    Column("office", ForeignKey("department.key"), nullable=False, index=True),
    Column("from_on", Date, nullable=False),
    Column("to_on", Date),
    Column("document_no", Text),
    Column("entered_by", Text),
    Column("entered_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    CheckConstraint("to_on > from_on", name="in_order"),
    info=audited(Sealed(("id",))),
)

#: 书面授权: which acts of one's own somebody delegated to another, from a day to a day, by which document.
delegation = Table(
    "delegation",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("giver", ForeignKey("account.login"), nullable=False, index=True),
    Column("receiver", ForeignKey("account.login"), nullable=False, index=True),
    Column("acts", ARRAY(Text), nullable=False),
    Column("items", ARRAY(Text), nullable=False, server_default=text("'{}'::text[]")),
    Column("from_on", Date, nullable=False),
    Column("to_on", Date, nullable=False),
    Column("document_no", Text, nullable=False),
    Column("reason", Text),
    Column("entered_by", Text),
    Column("entered_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    CheckConstraint("to_on >= from_on", name="in_order"),
    CheckConstraint("receiver <> giver", name="somebody_else"),
    CheckConstraint("cardinality(acts) > 0", name="named"),
    info=audited(Sealed(("id",))),
)

#: 推进专班 of a reform's measure: one leader, one lead unit, the units that are responsible (case 25).
promotion_group = Table(
    "promotion_group",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("measure", Text, nullable=False),
    Column("leader", ForeignKey("account.login"), nullable=False, index=True),
    Column("lead_unit", ForeignKey("unit.key"), nullable=False, index=True),
    Column("responsible_units", ARRAY(Text), nullable=False),
    Column("from_on", Date, nullable=False),
    Column("to_on", Date),
    Column("entered_by", Text),
    Column("entered_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    CheckConstraint("to_on >= from_on", name="in_order"),
    Index(
        "uq_promotion_group_open", "measure", unique=True, postgresql_where=text("to_on IS NULL")
    ),
    info=audited(Sealed(("id",))),
)

#: 离岗: from when until when somebody is away, and who acts for them.
absence = Table(
    "absence",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("login", ForeignKey("account.login"), nullable=False, index=True),
    Column("from_at", DateTime(timezone=True), nullable=False),
    Column("to_at", DateTime(timezone=True), nullable=False),
    Column("substitute", ForeignKey("account.login"), nullable=False, index=True),
    Column("kind", Text, nullable=False),
    Column("entered_by", Text),
    Column("entered_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    one_of("kind", AbsenceKind),
    CheckConstraint("to_at >= from_at", name="in_order"),
    CheckConstraint("substitute <> login", name="somebody_else"),
    info=audited(Sealed(("id",))),
)
Index("ix_absence_to_at", absence.c.to_at)
