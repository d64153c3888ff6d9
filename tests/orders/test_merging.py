"""The three rules of merging, against what they say: any order, any repeats, the same row."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from orders import merging
from orders.models import Payment

# Columns that stand for a rule each; nothing here touches a database.
LATEST = ("method", "bank", "error_reason")
FIRST = ("email", "razorpay_order_id", "notes")
MOST = ("amount_refunded",)
EMPTY: list[Any] = [None, "", {}, []]


@dataclass(frozen=True)
class Snapshot:
    rank: int
    as_of: int
    digest: str
    fields: dict[str, Any]

    @property
    def mark(self) -> merging.Mark:
        return [self.rank, self.as_of, self.digest]


values: dict[str, st.SearchStrategy[Any]] = {
    **dict.fromkeys(LATEST, st.sampled_from([None, "a", "b", "c"])),
    "email": st.sampled_from([None, "", "a@x.in", "b@x.in", "c@x.in"]),
    "razorpay_order_id": st.sampled_from([None, "", "order_a", "order_b"]),
    "notes": st.sampled_from([{}, [], {"k": "1"}, {"k": "2"}]),
    "amount_refunded": st.sampled_from([None, 0, 1, 2]),
}
snapshot = st.tuples(
    st.integers(0, 2),
    st.integers(0, 2),
    st.fixed_dictionaries({}, optional=values),
)


@st.composite
def histories(draw: st.DrawFn) -> tuple[list[Snapshot], list[Snapshot]]:
    """Different snapshots, and an order in which they arrive, with repeats."""
    drawn = draw(st.lists(snapshot, min_size=1, max_size=6))
    told = [Snapshot(rank, when, f"{i:02x}", kept) for i, (rank, when, kept) in enumerate(drawn)]
    repeats = draw(st.lists(st.sampled_from(told), max_size=4))
    return told, draw(st.permutations([*told, *repeats]))


def merged(arrivals: list[Snapshot]) -> Payment:
    row = Payment()
    for one in arrivals:
        merging.latest(row, one.fields, LATEST, one.mark)
        merging.first(row, one.fields, FIRST, one.as_of)
        merging.most(row, one.fields, MOST)
    return row


@given(histories())
def test_every_arrival_of_the_same_snapshots_leaves_the_same_row(
    history: tuple[list[Snapshot], list[Snapshot]],
) -> None:
    told, arrivals = history
    one, other = merged(told), merged(arrivals)
    for name in (*LATEST, *FIRST, *MOST, "mark", "marks", "conflicts"):
        assert getattr(one, name) == getattr(other, name), name


@given(histories())
def test_a_state_field_is_of_the_greatest_mark_that_has_it_null_included(
    history: tuple[list[Snapshot], list[Snapshot]],
) -> None:
    told, arrivals = history
    row = merged(arrivals)
    for name in LATEST:
        having = [one for one in told if name in one.fields]
        if having:
            greatest = max(having, key=lambda one: one.mark)
            assert getattr(row, name) == greatest.fields[name]
    assert row.mark == max(one.mark for one in told)


@given(histories())
def test_an_absent_key_changes_nothing(history: tuple[list[Snapshot], list[Snapshot]]) -> None:
    told, arrivals = history
    row, untouched = merged(arrivals), Payment()
    for name in (*LATEST, *FIRST, *MOST):
        if not any(name in one.fields for one in told):
            assert getattr(row, name) == getattr(untouched, name)


@given(histories())
def test_what_is_set_once_is_the_earliest_and_never_emptied(
    history: tuple[list[Snapshot], list[Snapshot]],
) -> None:
    told, arrivals = history
    row = merged(arrivals)
    for name in FIRST:
        given_ = [
            (one.as_of, json.dumps(one.fields[name])) for one in told
            if one.fields.get(name) not in EMPTY
        ]  # fmt: skip
        if not given_:
            assert getattr(row, name) in EMPTY
            continue
        assert json.dumps(getattr(row, name)) == min(given_)[1]
        others = {text for _when, text in given_} - {min(given_)[1]}
        beside = {json.dumps(value) for _when, value in row.conflicts.get(name, [])}
        assert beside == others, "a second, different value is kept beside it"


@given(histories())
def test_a_counter_is_the_greatest_number_seen(
    history: tuple[list[Snapshot], list[Snapshot]],
) -> None:
    told, arrivals = history
    assert merged(arrivals).amount_refunded == max(
        one.fields.get("amount_refunded") or 0 for one in told
    )


def test_what_we_knew_ourselves_is_older_than_every_snapshot() -> None:
    rows = [Payment(email="ours@x.in"), Payment(email="ours@x.in")]
    told = [(5, "five@x.in"), (3, "three@x.in")]
    for row, arrival in zip(rows, [told, told[::-1]], strict=True):
        for as_of, email in arrival:
            merging.first(row, {"email": email}, ("email",), as_of)
        assert row.email == "ours@x.in"
    assert rows[0].conflicts == rows[1].conflicts == {
        "email": [[3, "three@x.in"], [5, "five@x.in"]]
    }  # fmt: skip


def test_the_earlier_of_two_times_where_none_is_no_time() -> None:
    assert merging.earliest(None, 5) == merging.earliest(5, None) == merging.earliest(7, 5) == 5
    assert merging.earliest(None, None) is None
