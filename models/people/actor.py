"""Who acts: a person in a role, or the system itself."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from models.people.capacity import Capacity


class Role(StrEnum):
    """Roles and their powers (``domain/roles``); what each may do stands in ``rules.cases.permissions``."""

    APPLICANT = "applicant"
    """申请人: acts for one enterprise 建设单位."""
    WINDOW_CLERK = "window_clerk"
    """窗口人员: takes in, notifies once, refers; never refuses (窗口无否决权)."""
    HANDLER = "handler"
    """承办人: examines."""
    APPROVER = "approver"
    """审批人: decides."""
    DEPARTMENT_HEAD = "department_head"
    """部门负责人: decides and approves extensions (Licensing Law art. 42)."""
    PROJECT_STEWARD = "project_steward"
    """项目管家: accompanies projects; never decides."""
    AGENT = "agent"
    """帮办代办员: acts for an enterprise under its written authorisation; never decides. With a department
    of the government's side, without one of the enterprise's own choice."""
    ADMINISTRATOR = "administrator"
    """平台管理员: configures; must not decide cases."""
    LEADER = "leader"
    """领导 and auditors: read everything."""
    GOVERNMENT_HEAD = "government_head"
    """人民政府负责人: approves what the law leaves to them (Licensing Law art. 42(2)); no leader's role."""
    SYSTEM = "system"
    """What time and the machine do by rule."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Someone who acts, as far as the rules need to know them."""

    login: str
    role: Role
    department: str | None = None
    enterprise: str | None = None
    """Unified social credit code, for an applicant."""
    stands_in_for: frozenset[str] = frozenset()
    """Logins of the stewards who are away and for whom they act 代理."""
    capacity: Capacity | None = None
    """In which other capacity than by their account they act; :attr:`role` and :attr:`department` are its."""


SYSTEM = Actor(login="system", role=Role.SYSTEM)
