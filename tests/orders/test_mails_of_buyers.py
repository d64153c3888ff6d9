"""Mails about a buyer and no order: that an address was changed."""

from __future__ import annotations

import pytest
from django.core import mail as outbox
from django.db import IntegrityError, transaction

from accounts.models import User
from accounts.sellers import Seller
from orders import auditing, correcting, mails, postman
from orders.models import Customer, Mail, Order

BOTH = [Mail.Kind.EMAIL_CHANGED, Mail.Kind.EMAIL_FORMER]


def sent_to() -> list[tuple[str, str]]:
    rows = Mail.objects.filter(state=Mail.State.SENT).order_by("pk")
    return list(rows.values_list("kind", "sent_to"))


def test_both_addresses_are_told_once(customer: Customer, owner: User) -> None:
    correcting.change_email(customer, "Right@Example.com ", owner)
    assert postman.send_due() == 2
    assert postman.send_due() == 0
    assert sent_to() == [
        ("email_changed", "right@example.com"),
        ("email_former", "ananya.iyer@example.com"),
    ]
    assert [message.to for message in outbox.outbox] == [
        ["right@example.com"], ["ananya.iyer@example.com"],
    ]  # fmt: skip
    assert not any(message.extra_headers for message in outbox.outbox)


def test_every_change_is_told_though_addresses_come_back(customer: Customer, owner: User) -> None:
    for address in ("right@example.com", "ananya.iyer@example.com", "right@example.com"):
        correcting.change_email(customer, address, owner)
        assert postman.send_due() == 2
    assert Mail.objects.count() == 6


def test_what_was_corrected_again_meanwhile_is_not_told(customer: Customer, owner: User) -> None:
    """Nobody hears of an address that is not in force; a former one hears of its end once."""
    correcting.change_email(customer, "wrong@example.com", owner)
    correcting.change_email(customer, "right@example.com", owner)
    postman.send_due()
    assert sent_to() == [
        ("email_former", "ananya.iyer@example.com"),
        ("email_changed", "right@example.com"),
        ("email_former", "wrong@example.com"),
    ]


def test_nor_is_an_address_that_is_in_force_again(customer: Customer, owner: User) -> None:
    correcting.change_email(customer, "wrong@example.com", owner)
    correcting.change_email(customer, "ananya.iyer@example.com", owner)
    postman.send_due()
    assert sent_to() == [
        ("email_changed", "ananya.iyer@example.com"),
        ("email_former", "wrong@example.com"),
    ]


@pytest.mark.parametrize("fact", ["0", "999999"])
def test_a_mail_whose_change_is_not_known_goes_to_nobody(customer: Customer, fact: str) -> None:
    mails.owe_buyer(customer, BOTH, fact)
    assert postman.send_due() == 0
    assert set(Mail.objects.values_list("state", flat=True)) == {"not_needed"}


def test_a_strangers_log_is_not_read(customer: Customer, stranger: Seller) -> None:
    values = {"customer": customer.uid, "former": "a@b.example", "email": customer.email}
    theirs = auditing.note(stranger.account, stranger.user, correcting.CHANGED, **values)
    mails.owe_buyer(customer, BOTH, str(theirs.pk))
    assert postman.send_due() == 0


def test_the_same_change_is_owed_once(customer: Customer) -> None:
    for _ in range(2):
        mails.owe_buyer(customer, BOTH, "7")
    assert Mail.objects.count() == 2


def test_a_mail_is_about_one_of_the_two(customer: Customer, order: Order) -> None:
    for about in ({}, {"order": order, "customer": customer}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Mail.objects.create(kind="receipt", fact="x", **about)
