"""Secrets that nobody may commit: what keys and passwords of well-known kinds look like."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator

from tests.support.places import ROOT

#: Kind → what one looks like. Passwords of tests and of the demonstration are made up and none of these.
KINDS = {
    "private key": re.compile(r"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----\s+[A-Za-z0-9+/=]{40}"),
    "token of ours": re.compile(r"\bkg_[A-Za-z0-9_-]{43}\b"),
    "key of a cloud": re.compile(r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b|\bLTAI[0-9A-Za-z]{12,20}\b"),
    "token of a forge": re.compile(r"\bgh[pousr]_[A-Za-z0-9]{36}\b|\bglpat-[A-Za-z0-9_-]{20}\b"),
    "token of a registry": re.compile(r"\bpypi-AgE[A-Za-z0-9_-]{50,}|\bnpm_[A-Za-z0-9]{36}\b"),
    "key of a robot": re.compile(
        r"webhook/send\?key=[0-9a-f]{8}-[0-9a-f-]{27}|access_token=[0-9a-f]{64}"
    ),
    "signed token": re.compile(
        r"\beyJ[A-Za-z0-9_-]{15,}\.eyJ[A-Za-z0-9_-]{15,}\.[A-Za-z0-9_-]{20,}"
    ),
    "password in an address": re.compile(
        r"\b(?:postgres(?:ql)?|https?|redis|amqp)(?:\+\w+)?://[\w.-]+:(?!password\b|secret\b|PASSWORD\b)[^\s:@/{}\"'<$]{12,}@"
    ),
}


def secrets_in(text: str) -> Iterator[str]:
    """The kinds of secrets that a text holds."""
    return (kind for kind, looks in KINDS.items() if looks.search(text))


def committed() -> Iterator[tuple[str, str]]:
    """Every text that is under version control: its path and the kind of secret in it."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True
    )
    for name in filter(None, listed.stdout.split("\0")):
        path = ROOT / name
        if path.is_file() and path.stat().st_size < 5_000_000:
            for kind in secrets_in(path.read_text(encoding="utf-8", errors="replace")):
                yield name, kind
