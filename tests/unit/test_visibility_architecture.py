"""Nothing reads around the one rule of who may look at what."""

from __future__ import annotations

import re

import pytest

from tests.support.places import ROOT

pytestmark = pytest.mark.source

#: What belongs to projects.
TABLES = (
    "project|stage|item|material|clock|deficiency|voiding|commitment|case_event|official_document"
    "|consultation|supervision_task|site_visit|rectification|utility_line|agency_authorisation"
    "|agent_act|credit_entry|notice|delivery|stored_file|file_upload|case_round"
)
READS = re.compile(rf"\b(FROM|JOIN) ({TABLES})\b|\bload\(\s*connection")
BY_THE_RULE = re.compile(r"\bscope\(|\beyes_of\(")
#: Who reads otherwise, and why nobody is shown by it what is not theirs.
OTHERWISE = {
    "the rule itself": {"services/people/visibility_table.py", "services/ledger/store.py"},
    "the machine's work: its answers are acts, counts and reports": {
        "services/cases/audit/anchors.py",
        "services/cases/audit/records.py",
        "services/cases/audit/rows.py",
        "services/cases/audit/walk.py",
        "services/cases/calendar_change.py",
        "services/cases/handover/unused_accounts.py",
        "services/cases/handover/absence_lists.py",
        "services/cases/calendar_rows.py",
        "services/cases/lifecycle.py",
        "services/cases/records.py",
        "services/cases/filling/promises.py",
        "services/cases/filling/rounds.py",
        "services/cases/takeover.py",
        "services/cases/visits.py",
        "services/cases/wake_ups.py",
        "services/cases/watch/authorisations.py",
        "services/cases/watch/acts_of_time.py",
        "services/cases/watch/clock_behind.py",
        "services/cases/watch/ended_clocks.py",
        "services/cases/watch/objections.py",
        "services/cases/watch/warning_batch.py",
        "services/clock/calendar_versions.py",
        "services/documents/writing.py",
        "services/enterprises/bans.py",
        "services/enterprises/credit.py",
        "services/figures/verification.py",
        "services/matters/audit.py",
        "services/notices/sql.py",
        "services/ledger/duties.py",
        "services/ledger/standing.py",
        "services/notices/texts.py",
        "web/health.py",
    },
    "an administrator's, or the command line's: they see everything": {
        "cli/cases/correction.py",
        "services/cases/handover/competences.py",
        "services/cases/handover/duties.py",
        "services/cases/handover/rebalancing.py",
        "services/people/stewards.py",
        "services/people/coverage.py",
        "services/cases/migration.py",
        "services/rehearsal/past_projects.py",
        "services/scenarios/overview.py",
    },
    "a department's own work, by its name: less than the rule would show": {
        "services/cases/views/inbox.py",
        "services/cases/views/lists/waiting.py",
        "services/cases/views/site_agenda.py",
    },
    "what a lead is sent for: where is built and which loads are expected, to the utility it was sent to": {
        "services/cases/views/leads.py",
    },
    "parts of a project that its caller was shown": {
        "services/cases/views/team.py",
        "services/cases/views/parts/events.py",
        "services/cases/views/parts/lights.py",
        "services/documents/files.py",
    },
    "lists whose conditions their caller made by the rule": {
        "services/cases/views/ledger.py",
        "services/cases/views/lists/project_order.py",
    },
    "what was handed over to its reader, or by them, as it stood then; leaders see everything": {
        "services/cases/handover/signing.py",
    },
    "sources of ledgers: services/ledgers/source.py puts the rule before every line": {
        "services/cases/ledgers/deficiencies.py",
        "services/cases/ledgers/rounds.py",
    },
    "a code is taken or free": {"services/cases/registration.py"},
}
KNOWN = {path for paths in OTHERWISE.values() for path in paths}


def readers() -> dict[str, str]:
    """Modules that read what belongs to projects, with their source."""
    packages = ("services", "web", "tasks", "cli", "flows")
    paths = [path for package in packages for path in (ROOT / package).rglob("*.py")]
    sources = {str(path.relative_to(ROOT)): path.read_text(encoding="utf-8") for path in paths}
    return {path: source for path, source in sources.items() if READS.search(source)}


def test_what_belongs_to_projects_is_read_by_the_rule():
    found = readers()
    assert [path for path, source in found.items() if not BY_THE_RULE.search(source)] == [
        path for path in found if path in KNOWN
    ]
    assert set(found) >= KNOWN, "what reads no more is taken off the list"


def test_nobody_but_the_rule_asks_for_roles_that_see_everything():
    asks = re.compile(r"visibility_table import .*\bTABLE\b")
    own = {"services/people/visibility.py", "services/people/visibility_reference.py"}
    paths = [
        path for package in ("services", "web", "cli") for path in (ROOT / package).rglob("*.py")
    ]
    found = {str(p.relative_to(ROOT)) for p in paths if asks.search(p.read_text(encoding="utf-8"))}
    assert found == own


def test_pages_load_no_project_themselves():
    web = [path for path in readers() if path.startswith(("web/", "flows/", "tasks/"))]
    assert web == ["web/health.py"]
