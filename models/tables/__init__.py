"""Tables of the ledger. PostgreSQL is the truth: every fact is one row, written in one transaction."""

from models.tables.architect import design_opinion
from models.tables.base import metadata
from models.tables.calendar import calendar_version, calendar_warning
from models.tables.consultation import consultation
from models.tables.ledger import case_event, document_number, official_document, stored_file
from models.tables.messaging import delivery, notice, wake_up
from models.tables.organisation import account, api_token, credit_entry, department, enterprise
from models.tables.policy import policy_version
from models.tables.project import (
    clock,
    deficiency,
    item,
    material,
    project,
    rectification,
    site_visit,
    stage,
    utility_line,
    voiding,
)
from models.tables.scenario import scenario_act, scenario_version
from models.tables.supervision import supervision_task

__all__ = [
    "account",
    "api_token",
    "calendar_version",
    "calendar_warning",
    "case_event",
    "clock",
    "consultation",
    "credit_entry",
    "deficiency",
    "delivery",
    "department",
    "design_opinion",
    "document_number",
    "enterprise",
    "item",
    "material",
    "metadata",
    "notice",
    "official_document",
    "policy_version",
    "project",
    "rectification",
    "scenario_act",
    "scenario_version",
    "site_visit",
    "stage",
    "stored_file",
    "supervision_task",
    "utility_line",
    "voiding",
    "wake_up",
]
