"""What an installation consists of, as CycloneDX: every locked package with its hashes and licence.

``python -m tests.supply.bill_of_materials [FILE]`` (``make sbom``) writes it; it is checked against the schema
before. The same lock gives the same document.
"""

from __future__ import annotations

import re
import sys
import uuid
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, metadata, version
from pathlib import Path

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model import HashAlgorithm, HashType
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output.json import JsonV1Dot6
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packageurl import PackageURL

from tests.support.places import ROOT

LOCK = ROOT / "requirements.lock"
_PACKAGE = re.compile(r"^([A-Za-z0-9._-]+)==(\S+)(.*(?:\n .*)*)", re.MULTILINE)
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


class NotValid(ValueError):
    """The document does not follow the schema."""


def bill(lock: Path = LOCK) -> str:
    """The document of a lock file."""
    text = lock.read_text(encoding="utf-8")
    bom = Bom(serial_number=uuid.uuid5(uuid.NAMESPACE_OID, text))
    bom.metadata.timestamp = datetime(2000, 1, 1, tzinfo=UTC)
    bom.metadata.component = Component(
        name="kaigong",
        bom_ref="kaigong",
        version=version("kaigong"),
        type=ComponentType.APPLICATION,
        licenses=[LicenseFactory().make_from_string("Apache-2.0")],
    )
    for name, release, rest in _PACKAGE.findall(text):
        bom.components.add(_component(name, release, _HASH.findall(rest)))
    bom.register_dependency(bom.metadata.component, bom.components)
    document = JsonV1Dot6(bom).output_as_string(indent=2)
    fault = JsonStrictValidator(SchemaVersion.V1_6).validate_str(document)
    if fault is not None:
        raise NotValid(str(fault)[:500])
    return document


def _component(name: str, release: str, hashes: list[str]) -> Component:
    return Component(
        name=name,
        version=release,
        type=ComponentType.LIBRARY,
        purl=PackageURL("pypi", None, name.lower(), release),
        bom_ref=f"{name}=={release}",
        hashes=[HashType(alg=HashAlgorithm.SHA_256, content=one) for one in hashes],
        licenses=_licences(name),
    )


def _licences(name: str) -> list[object]:
    """What the package says of its licence in one line; nothing where it is not installed here."""
    try:
        said = metadata(name)
    except PackageNotFoundError:
        return []
    line = (said["License-Expression"] or said["License"] or "").strip()
    return [LicenseFactory().make_from_string(line)] if line and "\n" not in line else []


if __name__ == "__main__":
    to = Path(sys.argv[1] if len(sys.argv) > 1 else "sbom.json")
    to.write_text(bill() + "\n", encoding="utf-8")
    print(to)
