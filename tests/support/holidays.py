"""What the State Council might announce for 2027, and where an installation puts it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from config.settings import get_settings

SPRING_2027 = """\
  - {name: 春节, from: 2027-02-05, to: 2027-02-10}
"""
#: The days off of 2027 after the Spring Festival, as the statutes have them.
REST_2027 = """\
  - {name: 清明节, from: 2027-04-05, to: 2027-04-05}
  - {name: 劳动节, from: 2027-05-01, to: 2027-05-04}
  - {name: 端午节, from: 2027-06-09, to: 2027-06-09}
  - {name: 中秋节, from: 2027-09-15, to: 2027-09-15}
  - {name: 国庆节, from: 2027-10-01, to: 2027-10-05}
"""
#: New Year is off to the Monday, and the Sunday after is worked for it; else as the statutes have it.
NOTICE_2027 = (
    """
year: 2027
notice: {number: 国办发明电〔2026〕9号, title: 关于2027年部分节假日安排的通知, issued_on: 2026-11-10}
holidays:
  - {name: 元旦, from: 2027-01-01, to: 2027-01-04, make_up: [2027-01-10]}
"""
    + SPRING_2027
    + REST_2027
)
#: Off for three days, as the statutes alone would have it.
EARLIER_2027 = NOTICE_2027.replace("2027-01-04, make_up: [2027-01-10]", "2027-01-03")


HEAD = """\
year: 2027
notice: {number: 国办发明电〔2026〕9号, title: 关于2027年部分节假日安排的通知, issued_on: 2026-11-10}
holidays:
"""
#: New Year is paid for by four days of two weekends in January.
MORE_WORK = (
    HEAD
    + "  - {name: 元旦, from: 2027-01-01, to: 2027-01-03,"
    + " make_up: [2027-01-09, 2027-01-10, 2027-01-16, 2027-01-17]}\n"
    + "  - {name: 春节, from: 2027-02-05, to: 2027-02-10}\n"
    + REST_2027
)
#: A long New Year: three working days fewer in January.
MORE_REST = (
    HEAD
    + "  - {name: 元旦, from: 2027-01-01, to: 2027-01-06}\n"
    + "  - {name: 春节, from: 2027-02-05, to: 2027-02-10}\n"
    + REST_2027
)


@contextmanager
def own_notice(year: int = 2027) -> Iterator[Path]:
    """Where the installation's own notice of a year is; taken away in the end."""
    path = get_settings().data_dir / "calendars" / f"{year}.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)
