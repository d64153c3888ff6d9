"""The letters about failed payments, word for word: read `tests/orders/letters/` aloud.

After a change of words: `WRITE_LETTERS=1 ./dev test tests/orders/test_mail_words.py`, and read.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.mail import EmailMessage
from django.utils import timezone, translation

from gateways.models import Gateway
from orders import letters, postman
from orders.causes import at
from orders.letters import Letter
from orders.models import Customer, Mail, Order, Product
from orders.recovering import links
from tests.lives import DAY, T
from tests.orders import unpaid
from tests.orders.unpaid import RENEWAL

LETTERS = Path(__file__).parent / "letters"
Kind = Mail.Kind
Make = Callable[[], Letter]


def ways(gateway: Gateway, product: Product, customer: Customer) -> dict[str, Callable[..., Order]]:
    """How an order of each kind is made."""
    return {
        "once": lambda *how: unpaid.once(gateway, product, customer, *how),
        "followed": lambda *how: unpaid.followed(gateway, customer, *how),
        "debited": lambda *how: unpaid.debited(gateway, customer, *how),
    }


# Name of the letter: (kind, fact, way, reason, re-attempts made, status of the subscription).
CASES: dict[str, tuple[Any, ...]] = {
    "failure": (Kind.FAILURE, "first", "once", "insufficient_funds"),
    "failure_seller": (Kind.FAILURE_SELLER, "first", "once", "insufficient_funds"),
    "reminder_1": (Kind.REMINDER, "0/1", "once", "card_declined"),
    "reminder_3": (Kind.REMINDER, "0/3", "once", "incorrect_otp", 2),
    "unpaid": (Kind.UNPAID, "0", "once", "card_declined", 3),
    "unpaid_seller": (Kind.UNPAID_SELLER, "0", "once", "card_declined", 3),
    "recovered_seller": (Kind.RECOVERED_SELLER, "0", "once", "insufficient_funds", 1),
    "cycle_failure": (Kind.CYCLE_FAILURE, f"{RENEWAL}/2", "followed", "card_expired", 1),
    "no_reason": (Kind.CYCLE_FAILURE, f"{RENEWAL}/1", "followed", ""),
    "cycle_failure_seller": (Kind.FAILURE_SELLER, f"{RENEWAL}/2", "followed", "card_expired", 1),
    "halted": (Kind.HALTED, f"{RENEWAL}", "followed", "insufficient_funds", 3, "halted"),
    "halted_seller": (Kind.HALTED_SELLER, f"{RENEWAL}", "followed", "payment_failed", 3, "halted"),
    "mandate_failure": (Kind.CYCLE_FAILURE, f"{RENEWAL}/1", "debited", "insufficient_funds"),
    "mandate_failure_seller": (Kind.FAILURE_SELLER, f"{RENEWAL}/1", "debited", "mandate_paused"),
    "mandate_reminder": (Kind.REMINDER, f"{RENEWAL}/2", "debited", "payment_failed", 1),
    "mandate_halted": (Kind.HALTED, f"{RENEWAL}", "debited", "insufficient_funds", 3, "halted"),
    "mandate_gone": (Kind.HALTED, f"{RENEWAL}", "debited", "mandate_cancelled", 0, "halted"),
    "mandate_gone_seller": (
        Kind.HALTED_SELLER, f"{RENEWAL}", "debited", "mandate_cancelled", 0, "halted",
    ),
}  # fmt: skip


def shown(letter: Letter, order: Order) -> str:
    """As it is read; what a key signs is not repeated here."""
    with translation.override(letter.language), timezone.override(letter.account.zone):
        message: EmailMessage = postman.compose(letter)
    whole = f"From: {message.from_email}\nTo: {message.to[0]}\n"
    whole += "".join(f"{name}: {value}\n" for name, value in message.extra_headers.items())
    return (whole + f"Subject: {message.subject}\n\n{message.body}").replace(
        links.token(order), "<token>"
    )


def is_as_written(name: str, text: str) -> None:
    path = LETTERS / f"{name}.txt"
    if "WRITE_LETTERS" in os.environ:
        path.write_text(text)
    assert text == path.read_text()


@pytest.mark.parametrize("name", CASES)
def test_it_reads_as_it_was_meant(
    clock: Any, gateway: Gateway, product: Product, customer: Customer, name: str
) -> None:
    kind, fact, way, *how = CASES[name]
    made = how[1] if len(how) > 1 else 0
    clock.move_to(at((T if way == "once" else RENEWAL) + made * DAY + 1800))
    order = ways(gateway, product, customer)[way](*how)
    is_as_written(name, shown(letters.of(Mail(order=order, kind=kind, fact=fact)), order))


def test_the_digest_reads_as_it_was_meant(
    clock: Any, gateway: Gateway, product: Product, customer: Customer
) -> None:
    clock.move_to(at(RENEWAL + 21 * 3600))
    orders = [
        unpaid.once(gateway, product, customer, "insufficient_funds"),
        unpaid.followed(gateway, customer, "card_expired", 1),
    ]
    rows = [
        Mail(pk=n, order=order, kind=Kind.FAILURE_SELLER, fact=fact)
        for n, (order, fact) in enumerate(zip(orders, ["first", f"{RENEWAL}/2"], strict=True))
    ]
    is_as_written("failures_seller", shown(letters.of_many(rows), orders[0]))


@pytest.mark.parametrize("became", ["halted", "recovered"])
def test_the_digest_says_what_became_of_each(
    clock: Any, gateway: Gateway, product: Product, customer: Customer, became: str
) -> None:
    clock.move_to(at(RENEWAL + 21 * 3600))
    kinds = {
        "halted": (Kind.UNPAID_SELLER, Kind.HALTED_SELLER),
        "recovered": (Kind.RECOVERED_SELLER, Kind.FAILURE_SELLER),
    }
    orders = [
        unpaid.once(gateway, product, customer, "insufficient_funds", 3),
        unpaid.followed(gateway, customer, "card_expired", 1),
    ]
    rows = [
        Mail(pk=n, order=order, kind=kind, fact=fact)
        for n, (order, kind, fact) in enumerate(
            zip(orders, kinds[became], ["0", f"{RENEWAL}"], strict=True)
        )
    ]
    is_as_written(f"{became}_in_digest", shown(letters.of_many(rows), orders[0]))


def test_every_letter_here_is_read_by_a_test() -> None:
    digests = {"failures_seller", "halted_in_digest", "recovered_in_digest"}
    assert {path.stem for path in LETTERS.glob("*.txt")} == {*CASES, *digests}
