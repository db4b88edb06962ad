"""Tables of the ledger. PostgreSQL is the truth: every fact is one row, written in one transaction."""

from models.tables import parts
from models.tables.base import metadata
from models.tables.calendar import calendar_version, calendar_warning
from models.tables.handovers import handover, handover_line
from models.tables.heartbeat import heartbeat
from models.tables.ledger import (
    case_event,
    document_number,
    file_upload,
    official_document,
    stored_file,
    stored_file_part,
)
from models.tables.lists import ledger_view, project_name
from models.tables.matters import matter, matter_event, matter_kind
from models.tables.messaging import delivery, notice, wake_up
from models.tables.organisation import (
    account,
    account_identity,
    account_link,
    api_token,
    commitment_list,
    credit_entry,
    department,
    enterprise,
    form_draft,
    installation,
    kept_form,
    project_visit,
    sign_in_attempt,
)
from models.tables.policy import policy_version
from models.tables.project import project
from models.tables.request_budget import request_budget
from models.tables.scenario import scenario_act, scenario_version
from models.tables.seal import anchor, seal
from models.tables.security import security_event
from models.tables.stewards import steward_choice, steward_profile, steward_span
from models.tables.units import absence, competence, delegation, promotion_group, role_grant, unit

__all__ = [
    "absence",
    "account",
    "account_identity",
    "account_link",
    "anchor",
    "api_token",
    "calendar_version",
    "calendar_warning",
    "case_event",
    "commitment_list",
    "competence",
    "credit_entry",
    "delegation",
    "delivery",
    "department",
    "document_number",
    "enterprise",
    "file_upload",
    "form_draft",
    "handover",
    "handover_line",
    "heartbeat",
    "installation",
    "kept_form",
    "ledger_view",
    "matter",
    "matter_event",
    "matter_kind",
    "metadata",
    "notice",
    "official_document",
    "parts",
    "policy_version",
    "project",
    "project_name",
    "project_visit",
    "promotion_group",
    "request_budget",
    "role_grant",
    "scenario_act",
    "scenario_version",
    "seal",
    "security_event",
    "sign_in_attempt",
    "steward_choice",
    "steward_profile",
    "steward_span",
    "stored_file",
    "stored_file_part",
    "unit",
    "wake_up",
]
