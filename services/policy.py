"""What rules are given beside the facts: the calendar in force and the district's policy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from config.logs import get_logger
from config.own_files import fingerprint
from config.policy import POLICY_FILE
from config.settings import get_settings
from models.actor import Actor
from models.clock import ClockPolicy, Limit, Thresholds
from models.errors import KaigongError
from models.limit import LimitDefinition
from models.policy_file import PolicyFile
from rules.context import LADDER, Context, Policy
from services.own_files import checked, content
from services.working_calendar import working_calendar

log = get_logger()


class PolicyNotValid(KaigongError):
    """file: {file} cannot be used: {where}: {reason}. Correct it; config/policy.yaml says what it may hold."""

    field = "file"


def context_for(actor: Actor, now: datetime) -> Context:
    """The context of one act."""
    return Context(actor=actor, now=now, calendar=working_calendar(), policy=policy())


def own_policy() -> Path:
    """The file in which the district says what it chooses otherwise."""
    return get_settings().data_dir / POLICY_FILE.name


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
        found = _read(own, fingerprint)
    except PolicyNotValid as fault:
        if own not in _LAST:
            raise
        log.error("policy_not_valid", fault=str(fault))  # noqa: TRY400 - the sentence says it all
        return _LAST[own]
    _LAST[own] = found
    return found


def chosen(own: Path | None = None) -> PolicyFile:
    """What this machine's file chooses, with what it leaves out; ``PolicyNotValid`` when it is wrong."""
    path = own or own_policy()
    return _file(path, fingerprint(path))


def _read(own: Path, fingerprint: object) -> Policy:
    return _policy(_file(own, fingerprint))


def _file(own: Path, fingerprint: object) -> PolicyFile:
    said = content(POLICY_FILE, PolicyNotValid)
    if fingerprint is not None:
        said = _over(said, content(own, PolicyNotValid, may_be_empty=True))
    return checked(PolicyFile, said, own, PolicyNotValid)


def _over(shipped: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """The shipped policy with what the district says instead, value by value."""
    merged = dict(shipped)
    for name, value in own.items():
        before = shipped.get(name)
        both = isinstance(before, dict) and isinstance(value, dict)
        merged[name] = {**before, **value} if both and before is not None else value
    return merged


def _policy(file: PolicyFile) -> Policy:
    days = {"head": file.ladder.head_after, "supervision": file.ladder.supervision_after}
    length = file.credit.length
    return Policy(
        make_up=_limit(file.make_up),
        appeal=_limit(file.appeal),
        decider_may_be_handler=file.decider_may_be_handler,
        thresholds=Thresholds(file.yellow.percent, file.yellow.working_days),
        ladder=tuple(replace(rung, after=days.get(rung.key, rung.after)) for rung in LADDER),
        supervision_reply=_limit(file.supervision_reply),
        clock=ClockPolicy(
            suspension_start_counts=file.suspension.start_counts,
            suspension_end_counts=file.suspension.end_counts,
            extension_moves_promise=file.extension_moves_promise,
        ),
        credit_threshold=file.credit.threshold,
        credit_length=_limit(length) if length is not None else None,
    )


def _limit(period: LimitDefinition) -> Limit:
    return Limit(period.days, period.unit)
