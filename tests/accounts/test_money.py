"""Money as people read it."""

from __future__ import annotations

import re

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from accounts import money


@pytest.mark.parametrize("language", ["en", "hi"])
@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        (0, "INR", "₹0.00"),
        (1, "INR", "₹0.01"),
        (12345600, "INR", "₹1,23,456.00"),
        (1234567890, "INR", "₹1,23,45,678.90"),
        (-49900, "INR", "-₹499.00"),
        (5000, "JPY", "JP¥5,000"),
        (1234567, "KWD", "KWD1,234.567"),
        (1000, "USD", "$10.00"),
    ],
)
def test_money_is_written_as_in_india(language: str, amount: int, currency: str, text: str) -> None:
    with translation.override(language):
        assert money.show(amount, currency) == text


@pytest.mark.parametrize(
    ("currency", "digits"), [("INR", 2), ("JPY", 0), ("KWD", 3), ("BHD", 3), ("OMR", 3)]
)
def test_each_currency_has_its_own_smallest_unit(currency: str, digits: int) -> None:
    assert money.exponent(currency) == digits


@pytest.mark.parametrize("currency", ["ALL", "LBP", "MMK", "YER", "UZS"])
def test_the_smallest_unit_is_the_banks_and_not_the_price_tags(currency: str) -> None:
    """CLDR shows these without decimals; ISO 4217 and Razorpay count their hundredths."""
    assert money.show(1050, currency).endswith("10.50")


@pytest.mark.parametrize("currency", ["nonsense", "", "inr", "XXX", "₹"])
def test_a_currency_that_is_none_breaks_no_page(currency: str) -> None:
    assert "10.00" in money.show(1000, currency)


def test_no_amount_is_a_dash() -> None:
    assert money.show(None, "INR") == "–"


@pytest.mark.parametrize("language", ["fr", "zh-hans", "tlh", None])
def test_a_language_that_we_do_not_speak_shows_money_as_english_does(
    language: str | None,
) -> None:
    with translation.override(language):
        assert money.show(12345600, "INR") == "₹1,23,456.00"


def test_a_currency_is_three_capital_letters_that_exist() -> None:
    assert money.is_currency("INR")
    assert not any(map(money.is_currency, ["", "inr", "ABC", "RUPEE", "₹"]))


@given(
    amount=st.integers(-(2**63), 2**63 - 1),
    currency=st.sampled_from(["INR", "USD", "JPY", "KWD", "ALL"]),
)
def test_no_digit_is_ever_lost_or_made_up(amount: int, currency: str) -> None:
    digits = re.sub(r"[^0-9]", "", money.show(amount, currency))
    assert int(digits) == abs(amount)
    assert money.show(amount, currency).startswith("-") == (amount < 0)
