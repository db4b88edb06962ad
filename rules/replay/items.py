"""What each kind of event says of its item."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from models.actor import Role
from models.facts import ItemFacts, restored_values
from models.states import Verdict
from rules.corrections import named_in
from rules.replay.entries import Happened, listed

ItemChange = Callable[[ItemFacts, Happened], ItemFacts]


def _on_day(*names: str) -> ItemChange:
    """The day of the event is the day of these columns."""

    def change(item: ItemFacts, happened: Happened) -> ItemFacts:
        values: dict[str, Any] = dict.fromkeys(names, happened.on)
        return replace(item, **values)

    return change


def _values(**values: Any) -> ItemChange:
    return lambda item, _: replace(item, **values)


def _submitted(item: ItemFacts, happened: Happened) -> ItemFacts:
    signed: Any = happened.event.data["commitment"]
    return replace(
        item,
        received_on=happened.on,
        deferred=tuple(listed(happened.event.data, "deferred")),
        commitment=signed["signer"] if signed else None,
        form=_form(happened),
    )


def _form(happened: Happened) -> Mapping[str, Any]:
    form: Any = happened.event.data.get("form") or {}
    return dict(form)


def _to_correct(item: ItemFacts, happened: Happened) -> ItemFacts:
    notices = item.correction_notices + 1
    return replace(item, correction_notices=notices, corrections=named_in(happened.event.data))


def _supplied(item: ItemFacts, happened: Happened) -> ItemFacts:
    form = _form(happened) if "form" in happened.event.data else item.form
    return replace(item, received_on=happened.on, form=form)


def _accepted(item: ItemFacts, happened: Happened) -> ItemFacts:
    officer = happened.actor if happened.role != Role.WINDOW_CLERK else None
    late = happened.event.data.get("as_of_receipt")
    return replace(item, accepted_on=item.received_on if late else happened.on, handler=officer)


def _milestone(item: ItemFacts, happened: Happened) -> ItemFacts:
    happened_on = str(happened.event.data["happened_on"])
    return replace(item, decided_on=date.fromisoformat(happened_on), form=_form(happened))


def _flagged(item: ItemFacts, happened: Happened) -> ItemFacts:
    because = str(happened.event.data["because"])
    return replace(item, re_examination=(*item.re_examination, because))


def _lifted(item: ItemFacts, happened: Happened) -> ItemFacts:
    because = happened.event.data["because"]
    left = tuple(code for code in item.re_examination if code != because)
    return replace(item, re_examination=left)


def _restored(item: ItemFacts, happened: Happened) -> ItemFacts:
    before: Any = happened.event.data["restored"]
    fresh = ItemFacts(item.code, item.stage, item.department, item.state, item.round)
    return replace(fresh, **restored_values(before))


ITEM_CHANGES: Mapping[str, ItemChange] = {
    "ItemOpened": _on_day("opened_on"),
    "ExaminationStarted": _on_day("opened_on", "accepted_on"),
    "ItemHeldBack": _values(opened_on=None),
    "ApplicationSubmitted": _submitted,
    "CorrectionRequested": _to_correct,
    "ReExaminationRequired": _flagged,
    "ReExaminationLifted": _lifted,
    "ReExaminationConfirmed": _values(re_examination=()),
    "ApprovalRestored": _restored,
    "RectificationRequired": lambda item, happened: replace(
        item, verified_by=() if happened.event.data["verdict"] == Verdict.FAIL else item.verified_by
    ),
    "SiteVerified": lambda item, happened: replace(
        item, verified_by=tuple(listed(happened.event.data, "officers"))
    ),
    "CorrectionSupplied": _supplied,
    "ApplicationAccepted": _accepted,
    "ApplicationDeemedAccepted": lambda item, _: replace(item, accepted_on=item.received_on),
    "ApplicationReferred": lambda item, happened: replace(
        item, department=str(happened.event.data["to"])
    ),
    "FoundNotRequired": _on_day("decided_on"),
    "ApplicationRefused": _on_day("decided_on"),
    "ApplicationWithdrawn": _on_day("decided_on"),
    "ItemApproved": _on_day("decided_on"),
    "PreliminaryOpinionIssued": _on_day("decided_on"),
    "ItemDenied": _on_day("decided_on"),
    "MilestoneRecorded": _milestone,
    "DocumentIssued": _values(document_issued=True),
    "ApprovalVoided": _values(document_issued=False),
    "RoundStarted": lambda item, _: ItemFacts(
        item.code, item.stage, item.department, item.state, item.round, form=item.form
    ),
}
