"""Official documents on a real PostgreSQL: each act writes its own, numbered without gaps, for good."""

from __future__ import annotations

import hashlib
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from sqlalchemy import text

from config.settings import get_settings
from models.cases import commands as c
from models.cases.states import ClockKind
from models.documents.official_document import Standing
from models.errors import NotFound
from models.people.actor import SYSTEM
from services.cases.acts import execute
from services.cases.registration import register_project
from services.cases.views.project_page import project_page
from services.documents import verification
from services.documents import writing as documents
from tests.support.ledger import FILE, Ledger
from tests.support.people import CLERK, STEWARD, approver, handler, head
from tests.support.play import SIGNED
from tests.support.queries import counted
from tests.support.run.waiting import PATIENCE_SECONDS
from tests.support.yard import DEFERRABLE, HOUSING, PLANNING, asks, changed_item

#: The land certificate may be granted before the archive is there.
CONDITIONAL = changed_item(
    "A1", materials=(asks("plan"), asks("archive", DEFERRABLE)), document="land_certificate"
)
DECIDER = approver(PLANNING)


@pytest.fixture
def lenient(open_ledger) -> Ledger:
    return open_ledger(CONDITIONAL)


def rows(ledger: Ledger, project: str | None = None) -> list[dict[str, object]]:
    """Documents in the order they were written; of one project or of all."""
    query = (
        "SELECT d.*, e.kind AS cause FROM official_document d"
        " JOIN project p ON p.id = d.project_id"
        " JOIN case_event e ON e.project_id = d.project_id AND e.seq = d.seq"
        " WHERE CAST(:code AS text) IS NULL OR p.code = :code ORDER BY d.id"
    )
    with ledger.database.reading() as connection:
        return [dict(row) for row in connection.execute(text(query), {"code": project}).mappings()]


def told(ledger: Ledger, project: str) -> list[tuple[str, str, str]]:
    return [(str(r["kind"]), str(r["number"]), str(r["cause"])) for r in rows(ledger, project)]


def only(ledger: Ledger, project: str, kind: str) -> dict[str, object]:
    (found,) = [row for row in rows(ledger, project) if row["kind"] == kind]
    return found


def standing(ledger: Ledger, project: str, kind: str) -> Standing:
    token = str(only(ledger, project, kind)["token"])
    return verification.verify(ledger.database, token).standing


def conditionally(ledger: Ledger) -> str:
    """A project whose land certificate was issued while the archive is owed."""
    project = ledger.register()
    ledger.hand_in(project, "plan")
    submit = c.SubmitApplication(item="A1", defer=("archive",), commitment=SIGNED)
    for command in (submit, c.AcceptApplication(item="A1"), c.ApproveItem(item="A1")):
        ledger.do(project, command)
    ledger.do(project, c.IssueDocument(item="A1"), SYSTEM)
    return project


def past_make_up(ledger: Ledger, project: str, material: str, item: str = "A1") -> None:
    clock = ledger.facts(project).clocks[(item, ClockKind.MAKE_UP, 1, material)]
    ledger.go_to(clock.due_on + timedelta(days=1))


# --- each act its document ------------------------------------------------------------------------


def test_every_act_writes_its_document_with_its_number(ledger):
    project = ledger.register()
    ledger.hand_in(project, "plan")
    for command, actor in (
        (c.SubmitApplication(item="A1"), None),
        (c.RequestCorrection(item="A1", materials={"plan": "one page is missing (art. 32)"}), None),
        (c.SubmitMaterial(material="plan", file_name="a.pdf", sha256=FILE), None),
        (c.SupplyCorrection(item="A1"), None),
        (c.AcceptApplication(item="A1"), None),
        (c.SuspendClock(item="A1", procedure="expert_review", planned_days=5), None),
        (c.ResumeClock(item="A1", result="passed"), None),
        (c.ExtendLimit(item="A1", reason="not settled"), head(PLANNING)),
        (c.SuspendClock(item="A1", procedure="expert_review", planned_days=3), None),
        (c.ResumeClock(item="A1", result="passed"), None),
        (c.ApproveItem(item="A1"), DECIDER),
        (c.IssueDocument(item="A1"), SYSTEM),
        (c.RecordDelivery(item="A1"), None),
    ):
        ledger.do(project, command, actor)
    assert told(ledger, project) == [
        ("correction_notice", "西咸补正〔2026〕0001号", "CorrectionRequested"),
        ("acceptance_notice", "西咸受理〔2026〕0001号", "ApplicationAccepted"),
        ("special_procedure_notice", "西咸特告〔2026〕0001号", "ClockSuspended"),
        ("extension_notice", "西咸延期〔2026〕0001号", "LimitExtended"),
        ("special_procedure_notice", "西咸特告〔2026〕0002号", "ClockSuspended"),
        ("grant_decision", "西咸准许〔2026〕0001号", "ItemApproved"),
        ("land_certificate", "LC-611102-2026-0001", "DocumentIssued"),
        ("delivery_receipt", "西咸送达〔2026〕0001号", "DocumentDelivered"),
    ]
    receipt = only(ledger, project, "delivery_receipt")["face"]
    assert [one["number"] for one in receipt["delivered"]] == [
        "西咸准许〔2026〕0001号",
        "LC-611102-2026-0001",
    ]
    assert all(row["face"]["enterprise_name"] == "E" for row in rows(ledger, project))


@pytest.mark.parametrize(
    ("command", "kind", "number"),
    [
        (c.DenyItem(item="A1", reason="no"), "denial_decision", "西咸不许〔2026〕0001号"),
        (
            c.RefuseApplication(item="A1", reason="not ours", competent_authority="the province"),
            "refusal_notice",
            "西咸不受〔2026〕0001号",
        ),
        (
            c.DeclareNotRequired(item="A1", reason="the land was granted with it"),
            "not_required_notice",
            "西咸免办〔2026〕0001号",
        ),
    ],
)
def test_a_refusal_is_written(ledger, command, kind, number):
    project = ledger.register()
    ledger.hand_in(project, "plan")
    ledger.do(project, c.SubmitApplication(item="A1"))
    if command.act == "deny_item":
        ledger.do(project, c.AcceptApplication(item="A1"))
    ledger.do(project, command)
    document = only(ledger, project, kind)
    assert (document["number"], document["state"]) == (number, "valid")
    assert document["face"]["reason"] == command.reason


def test_papers_name_the_department_that_an_application_was_referred_to(ledger):
    project = ledger.register()
    ledger.hand_in(project, "plan")
    ledger.do(project, c.SubmitApplication(item="A1"))
    ledger.do(project, c.ReferApplication(item="A1", department=HOUSING, reason="r"), CLERK)
    ledger.do(project, c.AcceptApplication(item="A1"))
    face = only(ledger, project, "acceptance_notice")["face"]
    assert face["department"] == HOUSING
    assert "housing" in face["issuer"]["en"]


def test_what_silence_accepts_is_told_in_writing_too(ledger):
    project = ledger.register()
    ledger.hand_in(project, "plan")
    ledger.do(project, c.SubmitApplication(item="A1"))
    ledger.go_to(ledger.today + timedelta(days=10))
    ledger.do(project, c.DeemAccepted(item="A1"), SYSTEM)
    notice = only(ledger, project, "acceptance_notice")
    assert notice["face"]["deemed"] is True
    assert notice["face"]["accepted_on"] == "2026-11-02"
    assert notice["issued_on"] == date(2026, 11, 12)


def test_an_internal_item_and_a_milestone_write_nothing(ledger):
    project = ledger.granted()
    before = len(rows(ledger))
    ledger.do(project, c.ApproveItem(item="N1"))
    ledger.do(project, c.RecordMilestone(item="E0", happened_on=ledger.today))
    assert len(rows(ledger)) == before


def statements(ledger: Ledger, project: str, command: c.ProjectCommand, actor) -> int:
    """How many statements an act sends."""
    with counted(ledger.database) as sent:
        execute(ledger.database, project, command, actor, ledger.now)
    return len(sent)


def test_a_document_costs_two_statements_and_none_where_there_is_none(ledger):
    project = ledger.granted()
    plain = statements(ledger, project, c.ApproveItem(item="N1"), approver())
    other = ledger.register()
    ledger.hand_in(other, "plan")
    ledger.do(other, c.SubmitApplication(item="A1"))
    accept = statements(ledger, other, c.AcceptApplication(item="A1"), handler(PLANNING))
    grant = statements(ledger, other, c.ApproveItem(item="A1"), DECIDER)
    assert plain == 2  # the project with its facts under its lock, everything that changed
    assert (accept, grant) == (plain + 2, plain + 2)


# --- numbers --------------------------------------------------------------------------------------


def test_numbers_have_no_gap_whoever_writes_at_once_and_whatever_fails(ledger, monkeypatch):
    waiting = []
    for _ in range(8):
        project = ledger.register()
        ledger.hand_in(project, "plan")
        ledger.do(project, c.SubmitApplication(item="A1"))
        waiting.append(project)
    barrier = threading.Barrier(len(waiting))
    insert = documents._insert

    def failing(connection, act, *more):
        insert(connection, act, *more)
        if act.facts.code in waiting[:3] and act.facts.code not in failed:
            failed.add(act.facts.code)
            raise RuntimeError("the power went")

    failed: set[str] = set()
    monkeypatch.setattr(documents, "_insert", failing)

    def accept(project: str) -> None:
        barrier.wait(PATIENCE_SECONDS)
        command = c.AcceptApplication(item="A1")
        try:
            execute(ledger.database, project, command, handler(PLANNING), ledger.now)
        except RuntimeError:
            execute(ledger.database, project, command, handler(PLANNING), ledger.now)

    with ThreadPoolExecutor(len(waiting)) as pool:
        for one in [pool.submit(accept, project) for project in waiting]:
            one.result(PATIENCE_SECONDS)
    assert len(failed) == 3
    numbers = sorted(str(row["number"]) for row in rows(ledger))
    assert numbers == [f"西咸受理〔2026〕{seq:04d}号" for seq in range(1, 9)]


def test_two_regions_never_give_the_same_number(ledger):
    for region in ("611102", "611104"):
        code = f"2611-{region}-04-01-000077"
        request = ledger.request(77, code=code)
        register_project(ledger.database, request, CLERK, ledger.now)
        ledger.hand_in(code, "plan")
        for command in (c.SubmitApplication(item="A1"), c.AcceptApplication(item="A1")):
            ledger.do(code, command)
        ledger.do(code, c.ApproveItem(item="A1"), DECIDER)
        ledger.do(code, c.IssueDocument(item="A1"), SYSTEM)
    found = [row["number"] for row in rows(ledger) if row["kind"] == "acceptance_notice"]
    # A number that does not show its region counts through all of them.
    assert found == ["西咸受理〔2026〕0001号", "西咸受理〔2026〕0002号"]
    found = [row["number"] for row in rows(ledger) if row["category"] == "certificate"]
    assert found == ["LC-611102-2026-0001", "LC-611104-2026-0001"]


def test_a_new_year_begins_a_new_series(ledger):
    for day in (date(2026, 12, 31), date(2027, 1, 4)):
        ledger.go_to(day)
        ledger.accepted()
    assert [row["number"] for row in rows(ledger)] == [
        "西咸受理〔2026〕0001号",
        "西咸受理〔2027〕0001号",
    ]


def test_an_installation_numbers_as_it_wants(ledger):
    own = get_settings().data_dir / "official_documents.yaml"
    own.parent.mkdir(parents=True, exist_ok=True)
    pattern = "documents: [{key: acceptance_notice, number_pattern: 'SL{region}{date}{seq:03d}'}]"
    own.write_text(pattern)
    try:
        ledger.accepted()
    finally:
        own.unlink()
    ledger.accepted()
    assert [row["number"] for row in rows(ledger)] == ["SL61110220261102001", "西咸受理〔2026〕0001号"]  # fmt: skip


# --- what a document is worth ---------------------------------------------------------------------


def test_a_conditional_certificate_says_what_is_owed_until_it_is_made_good(lenient):
    project = conditionally(lenient)
    certificate = only(lenient, project, "land_certificate")
    assert certificate["conditional"] is True
    assert [owed["material"] for owed in certificate["face"]["owed"]] == ["archive"]
    shown = verification.verify(lenient.database, str(certificate["token"]))
    assert shown.standing is Standing.CONDITIONAL
    assert [(owed.name.en, owed.due_on) for owed in shown.outstanding] == [
        ("archive", date(2026, 12, 14))
    ]
    assert standing(lenient, project, "grant_decision") is Standing.CONDITIONAL

    made_up = c.MakeUpMaterial(item="A1", material="archive", file_name="a.pdf", sha256=FILE)
    lenient.do(project, made_up)
    lenient.do(project, c.VerifyMakeUp(item="A1", material="archive", correct=True))
    shown = verification.verify(lenient.database, str(certificate["token"]))
    assert (shown.standing, shown.outstanding) == (Standing.VALID, ())
    assert shown.made_good_on == lenient.today
    assert [name.en for name in shown.deficiencies] == ["archive"]


def test_a_voided_approval_revokes_what_it_issued_and_says_so(lenient):
    project = conditionally(lenient)
    past_make_up(lenient, project, "archive")
    lenient.do(project, c.VoidApproval(item="A1", reason="not made good: archive"), SYSTEM)
    decision = only(lenient, project, "void_decision")
    revoked = [one["number"] for one in decision["face"]["revoked"]]
    assert revoked == ["西咸准许〔2026〕0001号", "LC-611102-2026-0001"]
    assert decision["state"] == "valid"
    for kind in ("grant_decision", "land_certificate"):
        assert standing(lenient, project, kind) is Standing.REVOKED
    shown = verification.verify(
        lenient.database, str(only(lenient, project, "land_certificate")["token"])
    )
    assert shown.revoked_on == lenient.today
    assert shown.revoked_reason == "未在规定期限内补齐容缺材料：archive(中)"
    assert (shown.revoked_by, shown.revoked_by_token) == (decision["number"], decision["token"])
    assert shown.outstanding == ()
    # That it was accepted, it was.
    assert standing(lenient, project, "acceptance_notice") is Standing.VALID


def test_a_decision_takes_the_place_of_the_preliminary_opinion(ledger):
    project = ledger.register()
    ledger.do(project, c.RecordMilestone(item="E0", happened_on=ledger.today))
    ledger.hand_in(project, "plan", "archive", "insurance")
    submit = c.SubmitApplication(item="A2", defer=("survey",), commitment=SIGNED)
    for command in (submit, c.AcceptApplication(item="A2"), c.IssuePreliminaryOpinion(item="A2")):
        ledger.do(project, command)
    assert standing(ledger, project, "preliminary_opinion") is Standing.PRELIMINARY
    made_up = c.MakeUpMaterial(item="A2", material="survey", file_name="a.pdf", sha256=FILE)
    ledger.do(project, made_up)
    ledger.do(project, c.VerifyMakeUp(item="A2", material="survey", correct=True))
    ledger.do(project, c.ApproveItem(item="A2"))
    opinion = verification.verify(
        ledger.database, str(only(ledger, project, "preliminary_opinion")["token"])
    )
    assert opinion.standing is Standing.REPLACED
    assert opinion.revoked_by == only(ledger, project, "grant_decision")["number"]


def test_an_unknown_token_is_not_found(ledger):
    with pytest.raises(NotFound):
        verification.verify(ledger.database, "x" * 22)
    with pytest.raises(NotFound):
        documents.document_file(ledger.database, "x" * 22)


def test_tokens_cannot_be_guessed(ledger):
    ledger.granted()
    tokens = {str(row["token"]) for row in rows(ledger)}
    assert len(tokens) == 2
    assert all(len(token) >= 22 for token in tokens)


def test_a_rehearsal_is_marked_on_the_face(ledger, monkeypatch, tmp_path):
    clock = tmp_path / "clock"
    clock.write_text(ledger.now.isoformat())
    project = ledger.accepted()
    monkeypatch.setenv("KAIGONG_CLOCK_FILE", str(clock))
    get_settings.cache_clear()
    try:
        ledger.do(project, c.ApproveItem(item="A1"), DECIDER)
    finally:
        monkeypatch.undo()
        get_settings.cache_clear()
    marked = {
        str(row["kind"]): verification.verify(ledger.database, str(row["token"])).rehearsal
        for row in rows(ledger, project)
    }
    assert marked == {"acceptance_notice": False, "grant_decision": True}


def test_the_project_page_lists_every_document_by_its_own_name(ledger):
    project = ledger.granted()
    ledger.do(project, c.IssueDocument(item="A1"), SYSTEM)
    lines = project_page(ledger.database, project, ledger.now, viewer=STEWARD).documents
    assert [(line.name.zh, line.category.value) for line in lines] == [
        ("受理通知书", "notice"),
        ("准予行政许可决定书", "decision"),
        ("land certificate(中)", "certificate"),
    ]


# --- pages ----------------------------------------------------------------------------------------


def test_pages_are_set_once_and_stay_what_they_were(ledger):
    project = ledger.granted()
    project_id = ledger.facts(project).id
    assert documents.render_missing(ledger.database, project_id) == 2
    assert documents.render_missing(ledger.database, project_id) == 0
    notice = only(ledger, project, "acceptance_notice")
    first = documents.document_file(ledger.database, str(notice["token"]))
    assert first.name == "西咸受理〔2026〕0001号.pdf"
    assert first.content.media_type == "application/pdf"
    assert hashlib.sha256(first.content.content).hexdigest() == notice["file"]
    with ledger.database.transaction() as connection:
        connection.execute(text("UPDATE enterprise SET name = 'another'"))
        connection.execute(text("UPDATE project SET title = 'another'"))
        connection.execute(text("UPDATE official_document SET file = NULL"))
    assert documents.document_file(ledger.database, str(notice["token"])) == first


def test_a_page_that_is_not_set_yet_is_set_for_whoever_asks(ledger):
    project = ledger.accepted()
    token = str(only(ledger, project, "acceptance_notice")["token"])
    with ThreadPoolExecutor(4) as pool:
        asked = [pool.submit(documents.document_file, ledger.database, token) for _ in range(4)]
        files = {found.result(PATIENCE_SECONDS).content.content for found in asked}
    assert len(files) == 1
    assert files.pop().startswith(b"%PDF-")


def test_no_transaction_is_open_while_a_page_is_set(ledger, monkeypatch):
    project = ledger.accepted()
    render = documents.render
    busy: list[int] = []

    def watched(*arguments):
        busy.append(ledger.database.engine.pool.checkedout())
        return render(*arguments)

    monkeypatch.setattr(documents, "render", watched)
    documents.render_missing(ledger.database, ledger.facts(project).id)
    assert busy == [0]


def test_a_page_that_cannot_be_set_holds_no_stage_up(ledger, monkeypatch):
    from tasks import stage_task

    project = ledger.granted()
    monkeypatch.setattr(stage_task, "configured_database", lambda: ledger.database)
    monkeypatch.setattr(stage_task, "now", lambda: ledger.now)

    def broken(*_arguments):
        raise OSError("no font")

    monkeypatch.setattr(documents, "render", broken)
    state = stage_task.advance(ledger.facts(project).id, "land")
    assert state.name == "AwaitingDecision"
    monkeypatch.undo()
    assert only(ledger, project, "land_certificate")["file"] is None
    assert documents.render_missing(ledger.database, ledger.facts(project).id) == 3
