"""What the security log 安全日志 tells: who did what to whose account or data, from where."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

#: Months for which an entry cannot be removed, whatever the district chooses (Cybersecurity Law art. 21(3)).
LEAST_MONTHS = 6


class SecurityEvent(StrEnum):
    """Kinds of entries."""

    SIGNED_IN = "signed_in"
    SIGN_IN_FAILED = "sign_in_failed"
    """A secret that was not right: of whom is told where the account is known."""
    MADE_TO_WAIT = "made_to_wait"
    """Too many wrong secrets for one account, or from one address."""
    SIGNED_OUT = "signed_out"
    SESSIONS_ENDED = "sessions_ended"
    CONFIRMED = "confirmed"
    """Somebody who is signed in proved again who they are."""
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - a kind of entry
    FACTOR_SET_UP = "factor_set_up"
    FACTOR_TAKEN_AWAY = "factor_taken_away"
    RECOVERY_CODE_USED = "recovery_code_used"
    KEY_ADDED = "key_added"
    KEY_RENAMED = "key_renamed"
    KEY_REMOVED = "key_removed"
    KEY_REFUSED = "key_refused"
    """A security key whose counter went back: there is a copy of it."""
    TOKEN_MADE = "token_made"  # noqa: S105 - a kind of entry
    TOKEN_REVOKED = "token_revoked"  # noqa: S105 - a kind of entry
    TOKEN_REFUSED = "token_refused"  # noqa: S105 - a kind of entry
    ACCOUNT_CREATED = "account_created"
    ACCOUNT_INVITED = "account_invited"
    INVITATION_TAKEN_UP = "invitation_taken_up"
    RESET_ASKED = "reset_asked"
    """Somebody said on the sign-in page that they forgot their password."""
    RESET_STARTED = "reset_started"
    ROLE_CHANGED = "role_changed"
    ACCOUNT_DISABLED = "account_disabled"
    WORK_HANDED_OVER = "work_handed_over"
    CHANNELS_CHANGED = "channels_changed"
    IDENTITY_LINKED = "identity_linked"
    REFUSED = "refused"
    """Something that somebody who is signed in may not do or see."""
    PERSONAL_DATA_READ = "personal_data_read"
    EXPORTED = "exported"
    ADMINISTRATOR_ACT = "administrator_act"


@dataclass(frozen=True, slots=True)
class Origin:
    """Who does something, and from where."""

    actor: str | None
    address: str


#: Whoever has a terminal on the machine: no login of the portal stands behind it.
CONSOLE = Origin(None, "console")
#: What time does to an account.
WATCH = Origin(None, "watch")
