"""Posts 任职: what somebody is over a unit, beside what their account acts as."""

from __future__ import annotations

from enum import StrEnum


class Post(StrEnum):
    """What somebody is over a unit, beside what their account acts as."""

    PROJECT_STEWARD = "project_steward"
    """项目管家: of the projects of a place."""
    ADMINISTRATIVE_COMMISSIONER = "administrative_commissioner"
    """行政专员: of the projects of a park 包抓园办."""
    DUTY_STEWARD = "duty_steward"
    """值班管家: has what no steward of the place can have."""
    STEWARD_OFFICE_HEAD = "steward_office_head"
    """管家办负责人: has it where no duty steward is there either."""
    SERVICE_SPECIALIST = "service_specialist"
    """服务专员."""
    DEPARTMENT_LIAISON = "department_liaison"
    """部门联络员."""
    FIRST_HANDLER = "first_handler"
    """首办负责人."""
    DEPUTY_HEAD = "deputy_head"
    """副职."""
    PROFESSIONAL = "professional"
    """业务骨干."""
    LEAD_IN_CHARGE = "lead_in_charge"
    """包抓领导."""
    ENVIRONMENT_SUPERVISOR = "environment_supervisor"
    """营商环境监督员."""
    SERVICE_TEAM_MEMBER = "service_team_member"
    """服务团成员, with an e-badge 电子工作证."""
