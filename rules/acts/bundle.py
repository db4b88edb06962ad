"""The release of certificates that are issued together; what holds them back is :mod:`rules.bundles`."""

from __future__ import annotations

from typing import Any

from models import commands as c
from models.errors import KaigongError
from rules import bundles
from rules.acts.lifecycle import issue
from rules.bundles import Bundle, Release
from rules.draft import Draft


class UnknownBundle(KaigongError):
    """bundle: {bundle} is not a bundle of this scenario; its bundles are: {known}."""

    field = "bundle"


class NothingHeldBack(KaigongError):
    """bundle: no document of {bundle} is held back in this project; there is nothing to release."""

    field = "bundle"


class BundleNotWhole(KaigongError):
    """bundle: {bundle} still waits for {missing}; its documents are issued together then, by {until} at the latest."""

    field = "bundle"


def release(draft: Draft, command: c.ReleaseBundle) -> None:
    """Issue everything that a bundle holds back, on this one day; say why where it is not whole."""
    found = _held(draft, command.bundle)
    why = found.release(draft.today)
    if why is None:
        until = found.until.isoformat() if found.until else "—"
        raise BundleNotWhole(bundle=command.bundle, missing=list(found.waits_for), until=until)
    name, held = found.definition.name.model_dump(), list(found.held)
    waiting, key = list(found.waits_for), command.bundle
    documents = [draft.definition(code).document for code in held]
    if why is Release.WHOLE:
        event = found.definition.released_by
        draft.record("BundleReleased", bundle=key, name=name, held=held, because=event)
        for audience in ("enterprise", "steward"):
            draft.tell(audience, "bundle_released", bundle=name, documents=documents)
    else:
        said: dict[str, Any] = {"why": why.value, "waiting": waiting}
        draft.record("BundleBroken", bundle=key, name=name, held=held, **said)
        for audience in ("enterprise", "steward"):
            draft.tell(audience, "bundle_broken", bundle=name, documents=documents, **said)
    for code in found.held:
        issue(draft, code, command.numbers.get(code))


def _held(draft: Draft, key: str) -> Bundle:
    definition = draft.scenario.bundle.get(key)
    if definition is None:
        raise UnknownBundle(bundle=key, known=list(draft.scenario.bundle) or ["none"])
    found = bundles.bundle(draft.before, definition)
    if found is None or not found.held:
        raise NothingHeldBack(bundle=key)
    return found
