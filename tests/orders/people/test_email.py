"""A buyer's e-mail is corrected: the former stays an alias, and what was mailed to it ends."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError
from django.test import Client

from accounts.models import Account, AuditEntry, User
from gateways.models import Gateway
from orders import answers, checkout, correcting, customers, visiting
from orders.correcting import NotCorrected
from orders.models import Customer, CustomerAlias, Mail, Order, Product
from tests.conftest import Razorpay
from tests.lives import T
from tests.orders.buyer.conftest import path_for
from tests.orders.people.conftest import page_of
from tests.orders.sales.conftest import See
from tests.samples import sample

OLD, NEW = "ananya.iyer@example.com", "ananya@example.com"


def correct(client: Client, customer: Customer, email: str) -> Any:
    return client.post(page_of(customer, "email"), {"email": email}, follow=True)


def state(customer: Customer) -> tuple[str, list[str]]:
    customer.refresh_from_db()
    return customer.email, sorted(customer.aliases.values_list("email", flat=True))


def test_the_new_address_is_in_force_and_the_former_an_alias(
    meera: Client, customer: Customer
) -> None:
    page = correct(meera, customer, " Ananya@Example.com ").content.decode()
    assert "The address is changed. Both addresses are told by mail." in page
    assert state(customer) == (NEW, [OLD])
    assert list(Mail.objects.order_by("kind").values_list("kind", "customer", "state")) == [
        ("email_changed", customer.pk, "waiting"),
        ("email_former", customer.pk, "waiting"),
    ]


def test_access_answers_for_both_addresses(
    meera: Client, razorpay: Razorpay, order: Order, account: Account
) -> None:
    razorpay.tell(sample("payment.captured", created_at=T))
    correct(meera, order.customer, NEW)
    for address in (OLD, NEW):
        for resource in order.product.resources.all():
            assert answers.access(account, address, resource, "test").allowed


def test_an_order_with_the_former_address_is_of_the_same_customer(
    meera: Client, customer: Customer, account: Account
) -> None:
    correct(meera, customer, NEW)
    assert customers.get(account, OLD) == customers.get(account, NEW) == customer


def test_the_log_says_who_from_and_to(
    meera: Client, see: See, customer: Customer, owner: User
) -> None:
    correct(meera, customer, NEW)
    entry = AuditEntry.objects.order_by("-pk")[0]
    said = f"E-mail of customer {customer.uid} changed from {OLD} to {NEW}."
    assert (entry.user, str(entry.what)) == (owner, said)
    page = see(page_of(customer))
    assert said in page
    assert "Meera Joshi" in page
    assert "Former e-mail" in page


def test_links_and_visits_of_the_former_address_end(
    meera: Client, clock: Any, customer: Customer
) -> None:
    visitor, late = Client(), Client()
    visitor.post(path_for(customer))
    mailed = path_for(customer)
    clock.shift(60)
    correct(meera, customer, NEW)
    assert "Signed in as" not in visitor.get("/my/").content.decode()
    assert "This link no longer works" in late.post(mailed).content.decode()


def test_a_link_that_is_being_mailed_meanwhile_is_not_made(
    meera: Client, customer: Customer
) -> None:
    about_to_be_mailed = Customer.objects.get(pk=customer.pk)
    correct(meera, customer, NEW)
    with pytest.raises(Customer.DoesNotExist):
        visiting.make(about_to_be_mailed)


@pytest.mark.parametrize("email", ["", " ", "nobody", "a@b", "void@razorpay.com", "x" * 260])
def test_what_is_no_address_is_refused(meera: Client, customer: Customer, email: str) -> None:
    page = correct(meera, customer, email).content.decode()
    assert "Nothing was changed." in page
    assert state(customer) == (OLD, [])
    assert not Mail.objects.exists()


def test_the_address_of_another_is_refused_and_merging_offered(
    meera: Client, customer: Customer, other: Customer
) -> None:
    page = correct(meera, customer, other.email).content.decode()
    assert "ananya@work.example is the address of another customer: A. Iyer." in page
    assert f'href="{page_of(customer, "merge")}?q={other.uid}"' in page
    assert state(customer) == (OLD, [])


def test_so_is_the_former_address_of_another(
    meera: Client, customer: Customer, other: Customer
) -> None:
    CustomerAlias.objects.create(account=other.account, customer=other, email=NEW)
    page = correct(meera, customer, NEW).content.decode()
    assert f"{NEW} is a former address of another customer: A. Iyer (ananya@work.example)." in page
    assert f"?q={other.uid}" in page
    assert state(customer) == (OLD, [])


def test_the_same_address_in_another_business_is_not_in_the_way(
    meera: Client, customer: Customer, theirs: Customer
) -> None:
    correct(meera, customer, theirs.email)
    assert state(customer) == (theirs.email, [OLD])


def test_the_customers_own_former_address_comes_back_and_is_no_alias(
    meera: Client, customer: Customer
) -> None:
    for address in (NEW, OLD):
        correct(meera, customer, address)
    assert state(customer) == (OLD, [NEW])
    correct(meera, customer, NEW)
    assert state(customer) == (NEW, [OLD])


def test_coming_back_ends_the_links_of_the_address_between(
    meera: Client, clock: Any, customer: Customer
) -> None:
    correct(meera, customer, NEW)
    clock.shift(60)
    customer.refresh_from_db()
    mailed = path_for(customer)
    clock.shift(60)
    correct(meera, customer, OLD)
    assert "This link no longer works" in Client().post(mailed).content.decode()


def test_the_same_address_changes_nothing_and_tells_nobody(
    meera: Client, customer: Customer
) -> None:
    before = AuditEntry.objects.count()
    assert "nothing was changed" in correct(meera, customer, OLD.upper()).content.decode()
    assert (Mail.objects.count(), AuditEntry.objects.count()) == (0, before)


def test_who_ordered_with_the_address_a_moment_ago_has_it(
    customer: Customer, account: Account, monkeypatch: pytest.MonkeyPatch, owner: User
) -> None:
    """The row of the other appears between looking and saving: words, not an error of ours."""
    real = correcting.refuse_if_known

    def and_then_somebody_orders(one: Customer, address: str) -> None:
        real(one, address)
        customers.get(account, address, "Ravi")

    monkeypatch.setattr(correcting, "refuse_if_known", and_then_somebody_orders)
    with pytest.raises(NotCorrected, match="is the address of another customer: Ravi") as caught:
        correcting.change_email(customer, NEW, owner)
    assert caught.value.code == "email_taken"
    assert not isinstance(caught.value, IntegrityError)
    assert state(customer) == (OLD, [])
    assert not Mail.objects.exists()


def test_what_is_placed_after_the_look_for_it_still_finds_its_customer(
    gateway: Gateway, product: Product, customer: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The address is corrected between the look for its customer and the making of one."""
    real, changed = customers.find, list[bool]()

    def and_then_it_is_corrected(account: Account, email: str) -> Customer | None:
        found = real(account, email)
        if not changed:
            changed.append(True)
            correcting.change_email(customer, NEW, None)
        return found

    monkeypatch.setattr(customers, "find", and_then_it_is_corrected)
    order = checkout.draft(product.account, product, NEW, "", None)
    assert order.customer == customer
    assert Customer.objects.filter(account=product.account).count() == 1
