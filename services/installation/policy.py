"""The context of rules: the calendar in force and the district's policy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from config.logs import get_logger
from config.own_files import fingerprint
from config.policy import POLICY_FILE
from config.settings import get_settings
from models.clock.values import ClockPolicy, Thresholds
from models.errors import KaigongError
from models.people.actor import Actor
from rules.cases.context import Context
from rules.installation.policy import LADDER, Policy
from services.clock.working_calendar import working_calendar
from services.installation.own_files import checked, content
from services.installation.policy_file import choices, policy_file

log = get_logger()


class PolicyNotValid(KaigongError):
    template = "file: {file} cannot be used: {where}: {reason}. Correct it; config/policy.yaml says what it may hold."
    field = "file"


def context_for(actor: Actor, now: datetime) -> Context:
    """The context by this machine's files of calendar and policy as they are now."""
    return Context(actor=actor, now=now, calendar=working_calendar(), policy=policy())


def own_policy() -> Path:
    """The file with the district's own choices."""
    return _own(get_settings().data_dir)


@lru_cache(maxsize=8)
def _own(data_dir: Path) -> Path:
    return data_dir / POLICY_FILE.name


def policy(own: Path | None = None) -> Policy:
    """The district's policy; read again only when its file was added or changed.

    A file that is wrong, or half written just now, leaves the policy that was read before;
    ``PolicyNotValid`` with the place of the first fault when there was none.
    """
    path = own or own_policy()
    return _read_or_last(path, fingerprint(path))


#: Per file the policy that was read last.
_LAST: dict[Path, Policy] = {}


@lru_cache(maxsize=8)
def _read_or_last(own: Path, fingerprint: object) -> Policy:
    try:
        policy = _read(own, fingerprint)
    except PolicyNotValid as fault:
        if own not in _LAST:
            raise
        log.error("policy_not_valid", fault=str(fault))  # noqa: TRY400 - the sentence says it all
        return _LAST[own]
    _LAST[own] = policy
    return policy


def chosen(own: Path | None = None) -> BaseModel:
    """The policy file of this machine over the shipped one. Raises ``PolicyNotValid``."""
    path = own or own_policy()
    return _file(path, fingerprint(path))


def _read(own: Path, fingerprint: object) -> Policy:
    return _policy(_file(own, fingerprint))


def _file(own: Path, fingerprint: object) -> BaseModel:
    document = content(POLICY_FILE, PolicyNotValid)
    if fingerprint is not None:
        document = _over(document, content(own, PolicyNotValid, may_be_empty=True))
    return checked(policy_file(), document, own, PolicyNotValid)


def _over(shipped: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """The shipped policy, overridden value by value by the district's."""
    merged = dict(shipped)
    for name, value in own.items():
        before = shipped.get(name)
        both = isinstance(before, dict) and isinstance(value, dict)
        merged[name] = {**before, **value} if both and before is not None else value
    return merged


def _policy(file: Any) -> Policy:
    days = {
        "head": file.ladder.head_after,
        "supervision": file.ladder.supervision_after,
        "statutory_supervision": file.ladder.statutory_supervision_after,
    }
    return Policy(
        thresholds=Thresholds(file.yellow.percent, file.yellow.working_days, halfway=True),
        ladder=tuple(replace(rung, after=days.get(rung.key, rung.after)) for rung in LADDER),
        clock=ClockPolicy(
            suspension_start_counts=file.suspension.start_counts,
            suspension_end_counts=file.suspension.end_counts,
            extension_moves_promise=file.extension_moves_promise,
        ),
        **choices(file),
    )
