"""Entities with odd values: what cannot be meant is left out, null stays null, nothing raises."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateways.razorpay import entities
from gateways.razorpay.entities import SHAPES, Entity, Unusable

ABSENT = object()


def cleaned(kind: str, field: str, value: Any) -> Any:
    """What is kept of one field, or ABSENT."""
    entity = entities.read(kind, {"id": "x_1", field: value})
    assert entity is not None
    return entity.fields.get(field, ABSENT)


AMOUNTS = [
    (49900, 49900),
    (0, 0),
    (2**53, 2**53),
    (2**53 + 1, ABSENT),
    (-1, ABSENT),
    (True, ABSENT),  # JSON true is no 1 paisa
    (False, ABSENT),
    (49900.0, ABSENT),
    ("49900", ABSENT),
    (float("inf"), ABSENT),
    ([49900], ABSENT),
    ({}, ABSENT),
    (None, None),
]


@pytest.mark.parametrize(("value", "kept"), AMOUNTS)
def test_an_amount_is_a_whole_number_and_nothing_else(value: Any, kept: Any) -> None:
    assert (
        cleaned("payment", "amount", value) is kept or cleaned("payment", "amount", value) == kept
    )
    assert type(cleaned("payment", "amount", value)) is type(kept)


@pytest.mark.parametrize(
    ("value", "kept"),
    [(0, 0), (12, 12), (1_000_000, 1_000_000), (1_000_001, ABSENT), (True, ABSENT), ("3", ABSENT)],
)
def test_a_count_is_small(value: Any, kept: Any) -> None:
    assert cleaned("subscription", "paid_count", value) == kept


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        (1_795_500_000, 1_795_500_000),
        (1, 1),
        (0, ABSENT),
        (-5, ABSENT),
        (4_102_444_799, 4_102_444_799),
        (4_102_444_800, ABSENT),  # the year 2100: milliseconds, most likely
        (1_795_500_000_000, ABSENT),
        (1_795_500_000.5, ABSENT),
        ("1795500000", ABSENT),
        (True, ABSENT),
        (None, None),
    ],
)
def test_a_time_is_unix_seconds_in_this_century(value: Any, kept: Any) -> None:
    assert cleaned("payment", "created_at", value) == kept


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        (True, True),
        (1, True),
        ("1", True),  # seen in subscription bodies
        (False, False),
        (0, False),
        ("0", False),
        ("", False),
        ("true", False),
        ("yes", False),
        (1.0, False),
        (2, False),
        ([1], False),
        (None, None),
    ],
    ids=repr,
)
def test_captured_is_true_1_or_the_text_1(value: Any, kept: Any) -> None:
    assert cleaned("payment", "captured", value) is kept


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        ("  Ananya.Iyer@Example.COM ", "ananya.iyer@example.com"),
        ("void@razorpay.com", None),
        ("VOID@Razorpay.com", None),
        (" void@razorpay.com\n", None),
        ("", None),
        ("   ", None),
        (None, None),
        ("notvoid@razorpay.com", "notvoid@razorpay.com"),
        (["a@b.c"], ABSENT),
        (7, ABSENT),
    ],
)
def test_the_placeholder_is_no_email_in_any_case(value: Any, kept: Any) -> None:
    assert cleaned("payment", "email", value) == kept


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        ("pay_RsdCard0000001", "pay_RsdCard0000001"),
        ("x" * 40, "x" * 40),
        ("x" * 41, ABSENT),
        ("", ABSENT),
        ("order id", ABSENT),
        ("order_1\n", ABSENT),
        ("order_1\0", ABSENT),
        ("ऑर्डर", ABSENT),
        ("../../etc", ABSENT),
        (5, ABSENT),
        (None, None),
    ],
)
def test_an_id_has_letters_digits_and_underscores(value: Any, kept: Any) -> None:
    assert cleaned("payment", "order_id", value) == kept


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        ("a\0b", "ab"),
        ("half \ud800 pair", "half ? pair"),
        ("₹499 रसीद 🙂", "₹499 रसीद 🙂"),
        ("x" * 300, "x" * 255),
        ("", ""),
        (5, ABSENT),
        (["a"], ABSENT),
        ({"a": 1}, ABSENT),
    ],
)
def test_text_is_what_a_database_can_hold(value: Any, kept: Any) -> None:
    assert cleaned("payment", "error_description", value) == kept


@pytest.mark.parametrize(
    ("value", "kept"),
    [("Captured", "captured"), ("CARD", "card"), ("x" * 99, "x" * 64), (1, ABSENT), (None, None)],
)
def test_a_word_is_short_and_in_lower_case(value: Any, kept: Any) -> None:
    assert cleaned("payment", "status", value) == kept


@pytest.mark.parametrize(
    ("value", "kept"),
    [("INR", "INR"), ("inr", "INR"), ("RUPEES", ABSENT), ("", ABSENT), (356, ABSENT)],
)
def test_a_currency_has_three_letters(value: Any, kept: Any) -> None:
    assert cleaned("payment", "currency", value) == kept


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        ([], {}),  # how Razorpay sends none
        ({}, {}),
        ("x", {}),
        (["a", "b"], {}),
        ({"raseed_order": "ord_1"}, {"raseed_order": "ord_1"}),
        ({"n": 5, "b": True, "none": None}, {"n": "5", "b": "True", "none": "None"}),
        ({"a\0": "b\0"}, {"a": "b"}),
    ],
)
def test_notes_are_pairs_of_text_and_an_empty_list_is_none(value: Any, kept: Any) -> None:
    assert cleaned("payment", "notes", value) == kept


def test_no_more_than_fifteen_notes_are_kept() -> None:
    assert len(cleaned("payment", "notes", {str(n): "x" for n in range(50)})) == 15


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        (
            {"network": "Visa", "last4": "1007", "name": "A. Iyer", "iin": "410028"},
            {"network": "Visa", "last4": "1007"},
        ),
        ({"network": 4, "last4": None}, {}),
        ([], ABSENT),
        (None, None),
    ],
)
def test_of_a_card_only_what_a_buyer_knows_it_by_is_kept(value: Any, kept: Any) -> None:
    assert cleaned("payment", "card", value) == kept


@pytest.mark.parametrize("raw", [None, [], "x", 5, {}, {"id": ""}, {"id": None}, {"id": 7}])
def test_without_an_id_there_is_no_entity(raw: Any) -> None:
    assert entities.read("payment", raw) is None


def test_a_key_that_is_absent_stays_absent_and_unknown_keys_are_dropped() -> None:
    entity = entities.read("refund", {"id": "rfnd_1", "amount": 5, "batch_id": None})
    assert entity == Entity("rfnd_1", {"amount": 5})
    assert entity.get("status", "not there") == "not there"


def test_one_unusable_field_does_not_cost_the_others() -> None:
    entity = entities.read("payment", {"id": "pay_1", "amount": "a lot", "status": "captured"})
    assert entity == Entity("pay_1", {"status": "captured"})


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


@pytest.mark.parametrize("kind", SHAPES)
@given(value=json_values)
def test_no_value_in_any_field_raises(kind: str, value: Any) -> None:
    raw = {"id": "x_1", **dict.fromkeys(SHAPES[kind], value)}
    entity = entities.read(kind, raw)
    assert entity is not None
    for kept in entity.fields.values():
        if isinstance(kept, str):
            kept.encode()  # no half of a surrogate pair
            assert "\0" not in kept


@given(value=json_values)
def test_every_cleaner_either_cleans_or_says_that_it_cannot(value: Any) -> None:
    cleaners = {clean for shape in SHAPES.values() for clean in shape.values()}
    assert len(cleaners) > 8
    for clean in cleaners:
        try:
            once = clean(value)
        except Unusable:
            continue
        # Cleaning twice is cleaning once, but for flags that are words.
        assert once is None or clean(once) == once
