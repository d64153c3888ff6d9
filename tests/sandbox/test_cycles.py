"""The calendar alone."""

from datetime import datetime

import pytest

from sandbox.cycles import INDIA, start_of


def at(*parts: int) -> int:
    return int(datetime(*parts, tzinfo=INDIA).timestamp())  # type: ignore[arg-type,misc]


@pytest.mark.parametrize(
    ("period", "interval", "n", "wanted"),
    [
        ("monthly", 1, 0, (2026, 1, 31, 14, 5)),
        ("monthly", 1, 1, (2026, 2, 28)),
        ("monthly", 1, 2, (2026, 3, 31)),
        ("monthly", 1, 3, (2026, 4, 30)),
        ("monthly", 1, 13, (2027, 2, 28)),
        ("monthly", 2, 1, (2026, 3, 31)),
        ("monthly", 1, 25, (2028, 2, 29)),
        ("quarterly", 1, 1, (2026, 4, 30)),
        ("yearly", 1, 1, (2027, 1, 31)),
        ("weekly", 1, 1, (2026, 2, 7)),
        ("weekly", 3, 2, (2026, 3, 14)),
        ("daily", 7, 4, (2026, 2, 28)),
    ],
)
def test_cycles_follow_the_calendar(
    period: str, interval: int, n: int, wanted: tuple[int, ...]
) -> None:
    anchor = at(2026, 1, 31, 14, 5)
    assert start_of(n, anchor=anchor, period=period, interval=interval) == at(*wanted)


def test_a_leap_day_is_kept_for_leap_years() -> None:
    anchor = at(2028, 2, 29)
    years = [start_of(n, anchor=anchor, period="yearly", interval=1) for n in (1, 4)]
    assert years == [at(2029, 2, 28), at(2032, 2, 29)]
