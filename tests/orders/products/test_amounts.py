"""Amounts as people type them, and back."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from accounts import money
from orders.api.pricing import LARGEST_AMOUNT
from orders.pages.products.amounts import (
    as_typed,
    in_smallest_unit,
    refuse_less_than_least,
)

AMOUNTS = st.integers(0, LARGEST_AMOUNT)
CURRENCIES = st.sampled_from(["INR", "USD", "JPY", "KRW", "KWD", "BHD", "ALL"])


@given(AMOUNTS, CURRENCIES)
def test_what_is_shown_in_a_field_is_read_back_as_the_same_amount(
    amount: int, currency: str
) -> None:
    assert in_smallest_unit(as_typed(amount, currency), currency) == amount


@given(AMOUNTS, CURRENCIES)
def test_commas_that_group_change_nothing(amount: int, currency: str) -> None:
    whole, dot, decimals = as_typed(amount, currency).partition(".")
    western = f"{int(whole):,}{dot}{decimals}"
    assert in_smallest_unit(western, currency) == amount
    indian = money.show(amount, currency).lstrip("".join({*money.show(0, currency)} - {*"0."}))
    assert in_smallest_unit(indian.strip("\xa0"), currency) == amount


@pytest.mark.parametrize(
    ("typed", "currency", "amount"),
    [
        ("499", "INR", 49900),
        ("499.5", "INR", 49950),
        ("499.", "INR", 49900),
        (" 499.50 ", "INR", 49950),
        ("1,23,456.00", "INR", 12345600),
        ("123,456.00", "USD", 12345600),
        ("0.1", "INR", 10),
        ("499", "JPY", 499),
        ("1.005", "KWD", 1005),
        ("४९९.५०", "INR", 49950),
    ],
)
def test_major_units_become_integers(typed: str, currency: str, amount: int) -> None:
    assert in_smallest_unit(typed, currency) == amount


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "free",
        "-5",
        "+5",
        "1e3",
        "4 99",
        "499,50",
        "1,2",
        "1,,234",
        ",499",
        "12,34,5",
        ".",
        "₹5",
    ],
)
def test_what_may_be_meant_in_two_ways_is_refused(typed: str) -> None:
    with pytest.raises(ValidationError, match="in figures, such as 499.50"):
        in_smallest_unit(typed, "INR")


@pytest.mark.parametrize(
    ("typed", "currency", "said"),
    [
        ("499.005", "INR", "INR has at most 2 decimals."),
        ("499.0", "JPY", "JPY has no decimals."),
        ("1.0005", "KWD", "KWD has at most 3 decimals."),
        ("90071992547409.92", "INR", "The largest amount is ₹9,00,71,99,25,47,409.91."),
        ("9" * 40, "JPY", "The largest amount is"),
    ],
)
def test_what_cannot_be_stored_is_told_in_a_sentence(typed: str, currency: str, said: str) -> None:
    with pytest.raises(ValidationError, match=said.replace(".", r"\.")):
        in_smallest_unit(typed, currency)


def test_razorpays_least_is_the_apis() -> None:
    refuse_less_than_least(100, "INR")
    with pytest.raises(ValidationError, match=r"Razorpay takes at least ₹1\.00\."):
        refuse_less_than_least(99, "INR")
