"""Where the district's policy comes from: a plain file that :mod:`services.installation.policy` checks."""

from __future__ import annotations

from pathlib import Path

POLICY_FILE = Path(__file__).parent / "policy.yaml"
