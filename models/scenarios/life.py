"""The life of a version of a scenario: the states it goes through and what is done with it."""

from __future__ import annotations

from enum import StrEnum


class VersionState(StrEnum):
    """Where a version is in its life."""

    DRAFT = "draft"
    VALIDATED = "validated"
    REQUESTED = "requested"
    """Waits for another administrator's approval of its publication."""
    PUBLISHED = "published"
    RETIRED = "retired"


class ScenarioAct(StrEnum):
    """What can be done with a version."""

    START = "start_draft"
    EDIT = "edit_draft"
    DISCARD = "discard_draft"
    IMPORT = "import_scenario"
    VALIDATE = "validate_draft"
    REQUEST = "request_publication"
    WITHDRAW = "withdraw_request"
    DECLINE = "decline_publication"
    PUBLISH = "publish_scenario"
    RETIRE = "retire_scenario"
    MIGRATE = "migrate_projects"


#: Before these steps whoever does them proves again who they are.
HARD_TO_UNDO = frozenset({ScenarioAct.REQUEST, ScenarioAct.PUBLISH, ScenarioAct.RETIRE})
