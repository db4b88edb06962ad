"""The register of official documents in force: the shipped one with the installation's overrides."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from config.official_documents import REGISTER
from config.own_files import fingerprint
from config.settings import get_settings
from models.documents.official_document import DocumentRegister
from models.errors import KaigongError
from services.installation.own_files import checked, content


class RegisterNotValid(KaigongError):
    template = "file: {file} cannot be used: {where}: {reason}. Correct it; docs/documents.md says what it may hold."
    field = "file"


def own_register() -> Path:
    """The installation's file of overrides."""
    return get_settings().data_dir / REGISTER.name


def document_register(own: Path | None = None) -> DocumentRegister:
    """The register; read again only when the installation's own file was added or changed.

    Raises :class:`RegisterNotValid` with the place of the first fault.
    """
    path = own or own_register()
    return _read(path, fingerprint(path))


@lru_cache(maxsize=8)
def _read(own: Path, fingerprint: object) -> DocumentRegister:
    values = content(REGISTER, RegisterNotValid)
    if fingerprint is not None:
        values = _overridden(values, content(own, RegisterNotValid))
    return checked(DocumentRegister, values, own, RegisterNotValid)


def _overridden(shipped: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """The shipped content with the installation's overrides; kinds are matched by key."""
    kinds = {kind["key"]: kind for kind in shipped["documents"]}
    for changed in own.get("documents") or ():
        key = changed.get("key") if isinstance(changed, dict) else None
        if key not in kinds:
            known = ", ".join(kinds)
            raise RegisterNotValid(
                file=REGISTER.name, where="documents", reason=f"{key!r} is none of {known}"
            )
        kinds[key] = {**kinds[key], **changed}
    return {**shipped, **own, "documents": list(kinds.values())}
