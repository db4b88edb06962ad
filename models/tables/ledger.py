"""What is kept for ever: events in hash chains, issued documents with gap-free numbers, files."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    false,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from models.cases.states import DocumentState
from models.documents.official_document import DocumentCategory
from models.tables.audit import Chained, SaysNothing, Sealed, audited
from models.tables.base import metadata, one_of

#: Append-only: a trigger refuses update, delete and truncate.
case_event = Table(
    "case_event",
    metadata,
    Column("project_id", ForeignKey("project.id"), nullable=False),
    Column("seq", Integer, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("kind", Text, nullable=False),
    Column("item", Text),
    Column("actor", Text, nullable=False),
    Column("role", Text, nullable=False),
    # JSON, not JSONB: the text that was hashed is kept as it was.
    Column("data", JSON, nullable=False),
    Column("command_key", Text),
    Column("hash", LargeBinary, nullable=False),
    PrimaryKeyConstraint("project_id", "seq"),
    info=audited(Chained()),
)
#: A repeated request finds the act it repeats.
Index(
    "uq_case_event_command_key",
    case_event.c.project_id,
    case_event.c.command_key,
    unique=True,
    postgresql_where=case_event.c.command_key.is_not(None),
)

#: Certificates of items and papers of the procedure.
official_document = Table(
    "official_document",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("project_id", ForeignKey("project.id"), nullable=False),
    Column("item", Text, nullable=False),
    Column("round", Integer, nullable=False),
    # The event that caused it: the first one of the act in case_event.
    Column("seq", Integer, nullable=False),
    Column("kind", Text, nullable=False),
    Column("category", Text, nullable=False),
    Column("number", Text, nullable=False, unique=True),
    Column("state", Text, nullable=False),
    # Whether papers still had to follow when it was issued.
    Column("conditional", Boolean, nullable=False),
    Column("issued_on", Date, nullable=False),
    Column("revoked_on", Date),
    # Why it was revoked, in words.
    Column("revoked_reason", Text),
    # Number of the decision that revoked it, or took its place.
    Column("revoked_by", Text),
    Column("token", Text, nullable=False, unique=True),
    Column("face", JSONB, nullable=False),
    Column("file", ForeignKey("stored_file.sha256")),
    UniqueConstraint("project_id", "seq", "kind"),
    one_of("state", DocumentState),
    one_of("category", DocumentCategory),
    info=audited(Sealed(("project_id", "number"), beside=("id",))),
)
#: One decision has one certificate.
Index(
    "uq_official_document_certificate",
    official_document.c.project_id,
    official_document.c.item,
    official_document.c.round,
    official_document.c.kind,
    unique=True,
    postgresql_where=text("category = 'certificate'"),
)

#: Documents are looked for by the beginning of their number.
Index(
    "ix_official_document_number",
    official_document.c.number,
    postgresql_ops={"number": "text_pattern_ops"},
)

#: The last number used, per kind, region (``*``: all of them) and year; a row lock makes the series
#: gap-free.
document_number = Table(
    "document_number",
    metadata,
    Column("kind", Text, nullable=False),
    Column("region", Text, nullable=False),
    Column("year", Integer, nullable=False),
    Column("last", Integer, nullable=False),
    PrimaryKeyConstraint("kind", "region", "year"),
    info=audited(Sealed(("kind", "region", "year"))),
)

stored_file = Table(
    "stored_file",
    metadata,
    Column("sha256", Text, primary_key=True),
    Column("media_type", Text, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    # Whether something names it; what nothing names is removed after a day.
    Column("attached", Boolean, nullable=False, server_default=false()),
    # Its name is the hash of its content: a forged one is named by nothing. It is sealed when it is attached.
    # Release 0.1.0 keeps it whole in "content", as long as it serves (models.migrations.overlap).
    info=audited(Sealed(("sha256",), beside=("created_at", "content"), elsewhere="true")),
)
Index(
    "ix_stored_file_created_at",
    stored_file.c.created_at,
    postgresql_where=text("NOT attached"),
)

#: A file's content, part after part; the column is stored unpacked (migration 0037).
stored_file_part = Table(
    "stored_file_part",
    metadata,
    Column("sha256", ForeignKey("stored_file.sha256", ondelete="CASCADE"), nullable=False),
    Column("place", Integer, nullable=False),
    Column("content", LargeBinary, nullable=False),
    PrimaryKeyConstraint("sha256", "place"),
    # The fingerprint of the whole is computed again.
    info=audited(Chained()),
)

#: Who sent a file, last when.
file_upload = Table(
    "file_upload",
    metadata,
    Column("account", Text, nullable=False),
    Column("sha256", ForeignKey("stored_file.sha256", ondelete="CASCADE"), nullable=False),
    Column("uploaded_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    PrimaryKeyConstraint("account", "sha256"),
    Index("ix_file_upload_sha256", "sha256"),
    info=audited(SaysNothing("who may attach a file; events tell who handed in what")),
)
