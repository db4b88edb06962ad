"""Links that let somebody set a password: each once, with an end."""

from __future__ import annotations

from enum import StrEnum


class LinkPurpose(StrEnum):
    """What a link is for."""

    INVITATION = "invitation"
    """The account opens when its person sets a password."""
    RESET = "reset"
    """The account is open; its password is forgotten, or was taken from it."""


class AccountState(StrEnum):
    """Where an account is in its life 账号状态. None is ever deleted: a login in a log is one person for ever."""

    INVITED = "invited"
    ACTIVE = "active"
    DISABLED = "disabled"
