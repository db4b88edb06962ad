"""Departments, enterprises and the people who sign in."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from models.enterprises.credit import CreditCause, CreditKind, CreditState
from models.people.actor import Role
from models.people.links import LinkPurpose
from models.tables.audit import SaysNothing, Sealed, audited
from models.tables.base import metadata, one_of

department = Table(
    "department",
    metadata,
    Column("key", Text, primary_key=True),
    Column("name_zh", Text, nullable=False),
    Column("name_en", Text, nullable=False),
    info=audited(
        SaysNothing(
            "a name that files of the installation give; documents carry the one of their day"
        )
    ),
)

enterprise = Table(
    "enterprise",
    metadata,
    Column("credit_code", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    CheckConstraint("length(credit_code) = 18", name="credit_code_length"),
    info=audited(SaysNothing("a name; documents carry the one of their day, hashed with them")),
)

account = Table(
    "account",
    metadata,
    Column("login", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("department", ForeignKey("department.key"), index=True),
    Column("enterprise", ForeignKey("enterprise.credit_code"), index=True),
    Column("password_hash", Text),
    Column("language", Text, nullable=False, server_default="zh-CN"),
    Column("channels", ARRAY(Text), nullable=False, server_default=text("'{}'::text[]")),
    Column("active", Boolean, nullable=False, server_default=text("true")),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    # Somebody signed in with it, or a program came with a token; by the database's clock.
    Column("used_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    # Its person was told that it is closed unless they use it.
    Column("warned_at", DateTime(timezone=True)),
    # Its password is public; the database refuses one where the installation is no demonstration.
    Column("demonstration", Boolean, nullable=False, server_default=text("false")),
    one_of("role", Role),
    CheckConstraint(
        "(role = 'applicant') = (enterprise IS NOT NULL)", name="applicant_has_enterprise"
    ),
    CheckConstraint(
        "role NOT IN ('handler', 'approver', 'department_head') OR department IS NOT NULL",
        name="officer_has_department",
    ),
    info=audited(
        SaysNothing(
            "who may sign in today; every event names its actor and their role of that moment"
        )
    ),
)

#: One row where the installation is a demonstration, none where it is not.
installation = Table(
    "installation",
    metadata,
    Column("one", Boolean, primary_key=True, server_default=text("true")),
    Column("demonstration_since", DateTime(timezone=True), nullable=False),
    CheckConstraint("one", name="one"),
    info=audited(SaysNothing("whether the installation is a demonstration")),
)

api_token = Table(
    "api_token",
    metadata,
    Column("token_hash", LargeBinary, primary_key=True),
    Column("account", ForeignKey("account.login", ondelete="CASCADE"), nullable=False, index=True),
    Column("label", Text, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("expires_at", DateTime(timezone=True)),
    # What it may be used for; tokens of before scopes do what their owner may.
    Column(
        "scopes",
        ARRAY(Text),
        nullable=False,
        server_default=text("'{read,act,administer}'::text[]"),
    ),
    info=audited(SaysNothing("who may come in, not what anybody did")),
)

#: Who is signed in where; the browser has the token, this table its fingerprint.
session = Table(
    "session",
    metadata,
    Column("token_hash", LargeBinary, primary_key=True),
    Column("account", ForeignKey("account.login", ondelete="CASCADE"), nullable=False, index=True),
    Column("begun_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("seen_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("ends_at", DateTime(timezone=True), nullable=False),
    Column("address", Text, nullable=False),
    Column("device", Text, nullable=False),
    # What is still to be given after the password; nobody is signed in before.
    Column("waits_for", Text),
    # In which capacity the person acts, where not by their account.
    Column("acting_as", Text),
    # When the person last gave a password or a code.
    Column("proved_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    info=audited(SaysNothing("who is signed in just now")),
)

#: Links by which somebody sets a password; the person has the token, this table its fingerprint.
account_link = Table(
    "account_link",
    metadata,
    Column("token_hash", LargeBinary, primary_key=True),
    Column("account", ForeignKey("account.login", ondelete="CASCADE"), nullable=False, index=True),
    Column("purpose", Text, nullable=False),
    # Who made it; empty where the person asked for it, or by command.
    Column("made_by", Text),
    Column("ends_at", DateTime(timezone=True), nullable=False),
    one_of("purpose", LinkPurpose),
    info=audited(
        SaysNothing("who may set a password just now; the security log tells of each link")
    ),
)

#: Who somebody is to another provider (OpenID Connect); an account has one identity of each.
account_identity = Table(
    "account_identity",
    metadata,
    Column("issuer", Text, primary_key=True),
    Column("subject", Text, primary_key=True),
    Column("account", ForeignKey("account.login", ondelete="CASCADE"), nullable=False),
    Column("linked_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    UniqueConstraint("account", "issuer"),
    info=audited(
        SaysNothing("who somebody is to another provider; the security log tells of each")
    ),
)

#: The authenticator app of an account, its secret sealed; it counts once its first code was given.
second_factor = Table(
    "second_factor",
    metadata,
    Column("account", ForeignKey("account.login", ondelete="CASCADE"), primary_key=True),
    Column("secret", LargeBinary, nullable=False),
    Column("confirmed_at", DateTime(timezone=True)),
    # The newest step of thirty seconds whose code was taken: none is taken twice.
    Column("last_step", BigInteger, nullable=False, server_default=text("0")),
    info=audited(SaysNothing("a secret, sealed with a key outside of the database")),
)

#: Fingerprints of the codes for a lost phone; each counts once.
recovery_code = Table(
    "recovery_code",
    metadata,
    Column("account", ForeignKey("account.login", ondelete="CASCADE"), primary_key=True),
    Column("code_hash", LargeBinary, primary_key=True),
    info=audited(SaysNothing("fingerprints of codes that are deleted when they are used")),
)

#: Security keys and passkeys: the public half; the device has the other and gives it to nobody.
security_key = Table(
    "security_key",
    metadata,
    Column("credential_id", LargeBinary, primary_key=True),
    Column("account", ForeignKey("account.login", ondelete="CASCADE"), nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("public_key", LargeBinary, nullable=False),
    # What the device counts, where it counts: it never goes back but on a copy.
    Column("sign_count", BigInteger, nullable=False),
    # What it was asked last: nothing is answered twice.
    Column("last_challenge", LargeBinary, nullable=False),
    Column("added_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("used_at", DateTime(timezone=True)),
    info=audited(SaysNothing("what opens an account; the security log tells of each")),
)

#: Sign-ins that failed of late, by account and by address; whose they are is a keyed digest, for
#: people type their password where the login belongs.
sign_in_attempt = Table(
    "sign_in_attempt",
    metadata,
    Column("holder", LargeBinary, primary_key=True),
    Column("failed_at", ARRAY(DateTime(timezone=True)), nullable=False),
    Column("forget_at", DateTime(timezone=True), nullable=False, index=True),
    CheckConstraint("cardinality(failed_at) > 0", name="failed"),
    info=audited(SaysNothing("failures of the last minutes, forgotten by themselves")),
)

#: What stands in an enterprise's credit record 信用记录, and what closed it.
credit_entry = Table(
    "credit_entry",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("enterprise", ForeignKey("enterprise.credit_code"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("project_id", ForeignKey("project.id"), nullable=False),
    Column("item", Text, nullable=False),
    Column("round", Integer, nullable=False),
    Column("entered_on", Date, nullable=False),
    Column("until", Date),
    Column("reason", Text, nullable=False),
    Column("state", Text, nullable=False),
    # The entry that a repair or a correction closes; none is closed twice.
    Column("closes", ForeignKey("credit_entry.id"), unique=True),
    Column("cause", Text, nullable=False, server_default=text("'voiding'")),
    one_of("kind", CreditKind),
    one_of("state", CreditState),
    one_of("cause", CreditCause),
    CheckConstraint("(kind = 'dishonesty') = (closes IS NULL)", name="closes_another"),
    info=audited(Sealed(("project_id", "id"))),
)
#: Voiding an approval enters one dishonesty, and so does the lapse of a phase; violations may be many. What was
#: withdrawn or repaired does not stand in the way of another.
Index(
    "uq_credit_entry_dishonesty",
    credit_entry.c.project_id,
    credit_entry.c.item,
    credit_entry.c.round,
    credit_entry.c.cause,
    unique=True,
    postgresql_where=(credit_entry.c.state == "open") & (credit_entry.c.cause != "violation"),
)
Index(
    "ix_credit_entry_open",
    credit_entry.c.enterprise,
    postgresql_where=credit_entry.c.state == "open",
)

#: What somebody had typed when their sign-in was over.
kept_form = Table(
    "kept_form",
    metadata,
    Column("id", Text, primary_key=True),
    Column("account", ForeignKey("account.login", ondelete="CASCADE"), nullable=False, index=True),
    # The path of the page that the form stands on.
    Column("page", Text, nullable=False),
    Column("fields", JSONB, nullable=False),
    Column("kept_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    info=audited(SaysNothing("what somebody had typed and not sent")),
)

#: A form that somebody is filling in, saved as they type: one for each page that they have it on.
form_draft = Table(
    "form_draft",
    metadata,
    Column("account", ForeignKey("account.login", ondelete="CASCADE"), primary_key=True),
    # The path of the page that the form stands on.
    Column("page", Text, primary_key=True),
    # What the form is about, as its page calls it.
    Column("title", Text, nullable=False),
    Column("fields", JSONB, nullable=False),
    Column("saved_at", DateTime(timezone=True), nullable=False),
    info=audited(SaysNothing("what somebody is typing and has not sent")),
)

#: How far somebody has read the log of a project: what came after is new to them.
project_visit = Table(
    "project_visit",
    metadata,
    Column("account", ForeignKey("account.login", ondelete="CASCADE"), primary_key=True),
    Column(
        "project_id", ForeignKey("project.id", ondelete="CASCADE"), primary_key=True, index=True
    ),
    # Number of the newest event that they saw.
    Column("seq", Integer, nullable=False),
    Column("seen_at", DateTime(timezone=True), nullable=False),
    info=audited(SaysNothing("how far somebody has read")),
)

#: Items that a department grants on commitment at once 承诺即批, each in the name of who published it.
commitment_list = Table(
    "commitment_list",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("department", ForeignKey("department.key"), nullable=False),
    Column("item", Text, nullable=False),
    # Of the document by which it was published.
    Column("number", Text, nullable=False),
    Column("published_by", ForeignKey("account.login"), nullable=False, index=True),
    Column("published_on", Date, nullable=False),
    Column("withdrawn_by", ForeignKey("account.login"), index=True),
    Column("withdrawn_on", Date),
    CheckConstraint(
        "(withdrawn_by IS NULL) = (withdrawn_on IS NULL)", name="withdrawn_by_somebody"
    ),
    Index(
        "uq_commitment_list_in_force",
        "department",
        "item",
        unique=True,
        postgresql_where=text("withdrawn_on IS NULL"),
    ),
    info=audited(Sealed(("id",))),
)
