"""Passwords: which ones may be chosen, and how they are kept (as an Argon2 hash only)."""

from __future__ import annotations

import secrets
from functools import cache
from pathlib import Path
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from models.errors import KaigongError

#: Characters (OWASP ASVS 5, 6.2.1). One that was chosen under an older rule opens its account until it is changed.
PASSWORD_LENGTH: Final = 12
#: So few different characters are typed by habit: 111111111111, abababababab.
DIFFERENT: Final = 5
#: From the list of passwords of zxcvbn (MIT), with some of the place.
COMMON = Path(__file__).resolve().parents[2] / "config" / "common_passwords.txt"


class PasswordTooShort(KaigongError):
    template = "password: it has fewer than {length} characters; choose a longer one."
    field = "password"


class PasswordTooCommon(KaigongError):
    template = "password: many people choose this one, or it is the login; choose words that only you would put together."
    field = "password"


def hash_password(password: str, login: str) -> str:
    """The Argon2id hash of a new password, with a salt of its own.

    Raises ``PasswordTooShort`` and ``PasswordTooCommon``.
    """
    if len(password) < PASSWORD_LENGTH:
        raise PasswordTooShort(length=PASSWORD_LENGTH)
    if is_common(password, login):
        raise PasswordTooCommon
    return _hasher().hash(password)


def hash_of_public(password: str) -> str:
    """The hash of the password that everybody in a demonstration shares; nobody else may choose it."""
    return _hasher().hash(password)


def opens(password: str, stored: str | None) -> bool:
    """Whether a password is the one of a stored hash; without one it takes as long and never is."""
    try:
        _hasher().verify(stored or _decoy_hash(), password)
    except (VerificationError, InvalidHashError):
        return False
    return stored is not None


def is_common(password: str, login: str) -> bool:
    """Whether somebody who guesses would try it early: a known one, with or without what is often added."""
    plain = password.lower()
    stem = plain.strip("0123456789!@#$%^&*()-_=+.,?~ ")
    known = _common() | {login.lower()}
    return len(set(plain)) < DIFFERENT or plain in known or stem in known


@cache
def _common() -> frozenset[str]:
    return frozenset(COMMON.read_text(encoding="utf-8").split())


@cache
def _hasher() -> PasswordHasher:
    # The first choice of OWASP's cheat sheet: 19 MiB, two passes, one thread.
    return PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


@cache
def _decoy_hash() -> str:
    return _hasher().hash(secrets.token_urlsafe(16))
