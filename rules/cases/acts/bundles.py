"""The release of certificates that are issued together; what holds them back is :mod:`rules.cases.instruments.bundles`."""

from __future__ import annotations

from typing import Any

from config.texts import Word
from models.cases import commands as c
from models.errors import KaigongError
from rules.cases.acts.lifecycle import DOCUMENT_ISSUED, issue
from rules.cases.declarations import roles
from rules.cases.declarations.act import Act, Record, Supply
from rules.cases.declarations.event import EventKind, Reading
from rules.cases.draft import Draft
from rules.cases.instruments import bundles
from rules.cases.instruments.bundles import Bundle, Release


class UnknownBundle(KaigongError):
    template = "bundle: {bundle} is not a bundle of this scenario; its bundles are: {known}."
    field = "bundle"


class NothingHeldBack(KaigongError):
    template = (
        "bundle: no document of {bundle} is held back in this project; there is nothing to release."
    )
    field = "bundle"


class BundleNotWhole(KaigongError):
    template = "bundle: {bundle} still waits for {missing}; its documents are issued together then, by {until} at the latest."
    field = "bundle"


def release(draft: Draft, command: c.ReleaseBundle) -> None:
    """Issue every document of a bundle on one day, with the reason where it is incomplete."""
    bundle = _held(draft, command.bundle)
    why = bundle.release(draft.today)
    if why is None:
        until = bundle.until.isoformat() if bundle.until else "—"
        raise BundleNotWhole(bundle=command.bundle, missing=list(bundle.waits_for), until=until)
    name, held = bundle.definition.name.model_dump(), list(bundle.held)
    waiting, key = list(bundle.waits_for), command.bundle
    documents = [draft.definition(code).document for code in held]
    if why is Release.WHOLE:
        event = bundle.definition.released_by
        draft.record("BundleReleased", bundle=key, name=name, held=held, because=event)
        for audience in ("enterprise", "steward"):
            draft.tell(audience, "bundle_released", bundle=name, documents=documents)
    else:
        details: dict[str, Any] = {"why": why.value, "waiting": waiting}
        draft.record("BundleBroken", bundle=key, name=name, held=held, **details)
        for audience in ("enterprise", "steward"):
            draft.tell(audience, "bundle_broken", bundle=name, documents=documents, **details)
    for code in bundle.held:
        issue(draft, code, command.numbers.get(code))


def _held(draft: Draft, key: str) -> Bundle:
    definition = draft.scenario.bundle.get(key)
    if definition is None:
        raise UnknownBundle(bundle=key, known=list(draft.scenario.bundle) or [Word("none")])
    bundle = bundles.bundle(draft.before, definition)
    if bundle is None or not bundle.held:
        raise NothingHeldBack(bundle=key)
    return bundle


RELEASE_BUNDLE = Act(
    command=c.ReleaseBundle,
    label="Issue the documents held back together",
    perform=release,
    roles=roles.SYSTEM,
    place=70,
    supplies=(Supply.BUNDLE_NUMBERS,),
    writes=(Record.BUNDLE,),
    events=(
        EventKind(
            "BundleReleased",
            "{name}: the documents of {held} are issued together, as {because} is recorded",
            reads={"name": Reading.NAME, "held": Reading.ITEMS, "because": Reading.ITEM},
            of_outline=True,
        ),
        EventKind(
            "BundleBroken",
            "{name} could not be kept together: the documents of {held} are issued, {waiting} still to come",
            reads={"name": Reading.NAME, "held": Reading.ITEMS, "waiting": Reading.ITEMS},
            of_outline=True,
        ),
        DOCUMENT_ISSUED,
    ),
    notices=("bundle_released", "bundle_broken", "document_issued"),
)
