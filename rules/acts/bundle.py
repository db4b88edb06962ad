"""The release of certificates that are issued together; what holds them back is :mod:`rules.bundles`."""

from __future__ import annotations

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
    name = found.definition.name.model_dump()
    said: dict[str, object] = {"bundle": command.bundle, "name": name, "held": list(found.held)}
    if why is Release.WHOLE:
        draft.record("BundleReleased", **said, because=found.definition.released_by)
        for audience in ("enterprise", "steward"):
            draft.tell(audience, "bundle_released", **_told(draft, found))
    else:
        draft.record("BundleBroken", **said, why=why.value, waiting=list(found.waits_for))
        for audience in ("enterprise", "steward"):
            draft.tell(audience, "bundle_broken", why=why.value, **_told(draft, found))
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


def _told(draft: Draft, found: Bundle) -> dict[str, object]:
    return {
        "bundle": found.definition.name.model_dump(),
        "documents": [draft.definition(code).document for code in found.held],
        "waiting": list(found.waits_for),
    }
