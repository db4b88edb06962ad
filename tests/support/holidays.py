"""What the State Council might announce for 2027, and where an installation puts it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from config.settings import get_settings

#: New Year is off to the Monday, and the Sunday after is worked for it.
NOTICE_2027 = """
year: 2027
notice: {number: 国办发明电〔2026〕9号, title: 关于2027年部分节假日安排的通知, issued_on: 2026-11-10}
holidays:
  - {name: 元旦, from: 2027-01-01, to: 2027-01-04, make_up: [2027-01-10]}
"""
#: Off for three days, as the statutes alone would have it.
EARLIER_2027 = NOTICE_2027.replace("2027-01-04, make_up: [2027-01-10]", "2027-01-03")


@contextmanager
def own_notice(year: int = 2027) -> Iterator[Path]:
    """Where the installation's own notice of a year is; taken away in the end."""
    path = get_settings().data_dir / "calendars" / f"{year}.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)
