"""``python -m tests.crash [--trials N] [--seed S] [--page]``: trials on one installation.

A trial that fails is repeated by its seed: ``--trials 1 --seed S``. With ``--page`` each trial becomes a
row of ``docs/crash-proofs.md``.
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from config.logs import warnings_alone
from tests.crash.system import breakable
from tests.crash.trial import run
from tests.support.places import ROOT

PAGE = ROOT / "docs" / "crash-proofs.md"


def main() -> int:
    """Run trials and print what each came to; 1 when one of them went wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trials", type=int, default=3)
    parser.add_argument("--seed", type=int, default=int(datetime.now(UTC).strftime("%m%d%H%M")))
    parser.add_argument("--page", action="store_true")
    chosen = parser.parse_args()
    wrong = 0
    warnings_alone()
    # Asked to stop it still stops what it started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    with (
        tempfile.TemporaryDirectory(prefix="kaigong-crash-") as folder,
        breakable(Path(folder)) as system,
    ):
        for number in range(chosen.trials):
            with logs_kept(system.folder / "logs", chosen.seed + number):
                outcome = run(system, chosen.seed + number)
            print(outcome.row(), *outcome.refused, sep="\n  ", flush=True)
            wrong += bool(outcome.wrong)
            if chosen.page:
                with PAGE.open("a", encoding="utf-8") as page:
                    page.write(outcome.row() + "\n")
    print(f"{chosen.trials} trials, {wrong} went wrong", flush=True)
    return 1 if wrong else 0


@contextmanager
def logs_kept(logs: Path, seed: int) -> Iterator[None]:
    """A trial that does not come to its end leaves the logs of every part behind, and says where."""
    try:
        yield
    except Exception:
        kept = Path(tempfile.gettempdir()) / f"kaigong-trial-{seed}-{os.getpid()}"
        shutil.copytree(logs, kept)
        print(f"{seed}: did not come to its end; the logs are in {kept}", flush=True)
        raise


if __name__ == "__main__":
    sys.exit(main())
