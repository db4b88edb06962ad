"""Delivery of notices within seconds, in a thread of its own.

The relay's process carries one, so that notices go out while Prefect is down; the scheduled flow
``delivery`` finds what is left. Several couriers do no harm.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from config.logs import get_logger
from services import timing
from services.notices.notices import pump
from services.notices.sealed_channels import seal_open_ones
from services.unit_of_work import Database

log = get_logger()

#: Between looks at the outbox, and at most while PostgreSQL is away.
EVERY_SECONDS = 2.0
AWAY_SECONDS = 30.0
#: What is on its way when the process ends may take this long.
LAST_SECONDS = 20.0


@contextmanager
def courier(
    database: Database,
    *,
    every: float = EVERY_SECONDS,
    now: Callable[[], datetime] = timing.now,
) -> Iterator[None]:
    """Deliver due notices continuously for the length of the block."""
    stop = threading.Event()
    # A daemon: a channel that hangs longer than LAST_SECONDS must not keep the process from ending,
    # for which a ThreadPoolExecutor would wait.
    thread = threading.Thread(
        target=_work, args=(database, every, now, stop), name="courier", daemon=True
    )
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(LAST_SECONDS)


def _work(
    database: Database, every: float, now: Callable[[], datetime], stop: threading.Event
) -> None:
    faults, sealed = 0, False
    while not stop.is_set():
        try:
            if not sealed:
                seal_open_ones(database)
                sealed = True
            pump(database, now(), stop=stop)
            faults = 0
        except Exception as error:  # noqa: BLE001 - whatever happens, notices go on later
            faults += 1
            log.warning("notices_wait", error=str(error), faults=faults)
        stop.wait(min(every * 2 ** min(faults, 10), max(every, AWAY_SECONDS)))
