"""Periods are whole months from their anchor, as dateutil counts them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from dateutil.relativedelta import relativedelta  # type: ignore[import-untyped]
from hypothesis import given
from hypothesis import strategies as st

from orders.models import Price
from subscriptions.debiting import dates

SPANS = {
    "daily": relativedelta(days=1), "weekly": relativedelta(weeks=1),
    "monthly": relativedelta(months=1), "quarterly": relativedelta(months=3),
    "yearly": relativedelta(years=1),
}  # fmt: skip
ANCHORS = st.integers(1_767_225_600, 2_240_611_199).map(lambda s: datetime.fromtimestamp(s, UTC))


@given(ANCHORS, st.sampled_from(sorted(SPANS)), st.integers(1, 12), st.integers(0, 60))
def test_as_dateutil_counts(anchor: datetime, period: str, interval: int, step: int) -> None:
    price = Price(period=period, interval=interval)
    found = dates.moment(int(anchor.timestamp()), step, price)
    assert datetime.fromtimestamp(found, UTC) == anchor + SPANS[period] * (interval * step)


@given(ANCHORS, st.sampled_from(sorted(SPANS)), st.integers(1, 12), st.integers(0, 60))
def test_each_period_begins_after_the_one_before(
    anchor: datetime, period: str, interval: int, step: int
) -> None:
    price, start = Price(period=period, interval=interval), int(anchor.timestamp())
    assert dates.moment(start, step, price) < dates.moment(start, step + 1, price)


@pytest.mark.parametrize(
    ("anchor", "period", "expected"),
    [
        ("2027-01-31", "monthly", ["2027-01-31", "2027-02-28", "2027-03-31", "2027-04-30"]),
        ("2028-01-30", "monthly", ["2028-01-30", "2028-02-29", "2028-03-30", "2028-04-30"]),
        ("2028-02-29", "yearly", ["2028-02-29", "2029-02-28", "2030-02-28", "2031-02-28"]),
        ("2027-11-30", "quarterly", ["2027-11-30", "2028-02-29", "2028-05-30", "2028-08-30"]),
        ("2027-12-31", "weekly", ["2027-12-31", "2028-01-07", "2028-01-14", "2028-01-21"]),
    ],
)
def test_ends_of_months(anchor: str, period: str, expected: list[str]) -> None:
    start = int(datetime.fromisoformat(anchor).replace(tzinfo=UTC).timestamp())
    price = Price(period=period, interval=1)
    moments = [dates.moment(start, step, price) for step in range(4)]
    assert [f"{datetime.fromtimestamp(m, UTC):%Y-%m-%d}" for m in moments] == expected
