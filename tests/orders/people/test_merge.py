"""Two customers who are one person: everything of the one goes to the other."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts.models import Account, AuditEntry, User
from orders import answers, checkout, correcting, customers, folding, postman
from orders.folding import NotMerged
from orders.models import Customer, CustomerAlias, Grant, Mail, Order, Reattempt
from subscriptions.models import Subscription
from tests.conftest import Razorpay, make_gateway, make_order, make_subscription
from tests.lives import T
from tests.orders.buyer.conftest import path_for
from tests.orders.people.conftest import page_of
from tests.orders.sales.conftest import See
from tests.orders.sales.test_order_page import in_order, text_of
from tests.samples import sample

OTHERS = {"order_id": "order_RsdOther000001", "id": "pay_RsdOther000001"}


def merge(client: Client, kept: Customer, other: Customer) -> Any:
    return client.post(page_of(kept, "merge"), {"other": other.uid}, follow=True)


def test_both_are_shown_side_by_side_before_anything_happens(
    see: See, razorpay: Razorpay, order: Order, others_order: Order, other: Customer
) -> None:
    razorpay.tell(sample("payment.captured", created_at=T, payment=OTHERS))
    page = see(page_of(order.customer, "merge"), q=other.email.upper())
    in_order(
        text_of(page), "Keep ananya.iyer@example.com, fold ananya@work.example into it?",
        "Stays", "Ananya Iyer", "1", "₹0.00", "Test", "Never had access",
        "Is folded in", "A. Iyer", "+91 98401 22765", "1", "₹499.00", "Has access",
        "This cannot be undone.", "in live and test mode",
    )  # fmt: skip
    assert f"{page_of(other, 'merge')}?q={order.customer.uid}" in page, "the other way round"
    assert Customer.objects.filter(pk=other.pk).exists()


@pytest.mark.parametrize("by", ["uid", "email", "alias"])
def test_the_other_is_found(see: See, customer: Customer, other: Customer, by: str) -> None:
    CustomerAlias.objects.create(account=other.account, customer=other, email="a@old.example")
    search = {"uid": other.uid, "email": other.email, "alias": "A@old.example"}[by]
    assert "Is folded in" in see(page_of(customer, "merge"), q=search)


@pytest.mark.parametrize("search", ["nobody@example.com", "cus_nobody", "\0", "%", "", "@"])
def test_who_is_not_there_is_not_found(see: See, customer: Customer, search: str) -> None:
    page = see(page_of(customer, "merge"), q=search)
    assert "Is folded in" not in page
    assert ("No customer matches." in page) is (search not in {"", "\0"})


def test_everything_goes_to_the_one_who_stays(
    meera: Client, razorpay: Razorpay, order: Order, others_order: Order, other: Customer,
    account: Account,
) -> None:  # fmt: skip
    razorpay.tell(
        sample("payment.captured", created_at=T),
        sample("payment.captured", created_at=T, payment=OTHERS),
    )
    live = make_order(make_gateway(account, "live"), order.product, other, "order_RsdLive000001")
    CustomerAlias.objects.create(account=account, customer=other, email="a@old.example")
    path_for(other)
    page = merge(meera, order.customer, other).content.decode()
    assert "Merged: ananya@work.example is ananya.iyer@example.com now." in page
    kept = Customer.objects.get(account=account)
    assert kept == order.customer
    assert {row.pk for row in kept.orders.all()} == {order.pk, others_order.pk, live.pk}
    assert Grant.objects.filter(customer=kept).count() == 4, "of both orders"
    former = CustomerAlias.objects.order_by("email").values_list("email", "former_uid", "customer")
    assert list(former) == [
        ("a@old.example", "", kept.pk), ("ananya@work.example", other.uid, kept.pk),
    ]  # fmt: skip
    assert kept.links.count() == 1


def test_nothing_that_points_at_customers_is_forgotten() -> None:
    """Whoever adds a relation finds it moved; this says which there are."""
    assert sorted(r.related_model.__name__ for r in Customer._meta.related_objects) == [
        "BuyerLink", "CustomerAlias", "Grant", "Mail", "Order",
    ]  # fmt: skip


def test_access_answers_for_both_addresses(
    meera: Client, razorpay: Razorpay, others_order: Order, customer: Customer, other: Customer
) -> None:
    razorpay.tell(sample("payment.captured", created_at=T, payment=OTHERS))
    resource = others_order.product.resources.order_by("pk")[0]
    assert not answers.access(customer.account, customer.email, resource, "test").allowed
    merge(meera, customer, other)
    for address in (customer.email, other.email):
        answer = answers.access(customer.account, address, resource, "test")
        assert (answer.allowed, answer.because) == (True, "paid")
        assert answer.story, "what was told of it stays told"


def test_what_is_empty_is_filled_and_what_is_known_stays(
    meera: Client, customer: Customer, other: Customer
) -> None:
    Customer.objects.filter(pk=other.pk).update(language="hi")
    merge(meera, customer, other)
    customer.refresh_from_db()
    assert (customer.name, customer.phone, customer.language, customer.email) == (
        "Ananya Iyer", "+91 98401 22765", "hi", "ananya.iyer@example.com",
    )  # fmt: skip


def test_the_former_id_leads_to_the_one_who_stays(
    meera: Client, see: See, customer: Customer, other: Customer
) -> None:
    merge(meera, customer, other)
    for verb in ("", "email", "merge"):
        assert meera.get(page_of(other, verb))["Location"] == page_of(customer)
    assert meera.post(page_of(other, "email"), {"email": "x@example.com"}).status_code == 302
    assert page_of(customer) in see("/customers/", q=other.uid)
    assert page_of(customer) in see("/customers/", q=other.email)
    customer.refresh_from_db()
    assert customer.email == "ananya.iyer@example.com"


def test_it_still_does_when_the_address_comes_back_or_is_merged_on(
    meera: Client, customer: Customer, other: Customer, account: Account, owner: User
) -> None:
    merge(meera, customer, other)
    correcting.change_email(customer, other.email, owner)
    assert meera.get(page_of(other))["Location"] == page_of(customer)
    third = Customer.objects.create(account=account, email="third@example.com")
    merge(meera, third, customer)
    for uid in (other.uid, customer.uid):
        assert customers.by_uid(account, uid) == third


def test_the_log_says_who_and_whom_and_their_pages_keep_it(
    meera: Client, see: See, customer: Customer, other: Customer, owner: User
) -> None:
    correcting.change_email(other, "a@new.example", None)
    merge(meera, customer, other)
    entry = AuditEntry.objects.order_by("-pk")[0]
    said = f"Customer {other.uid} (a@new.example) merged into {customer.uid} ({customer.email})."
    assert (entry.user, str(entry.what)) == (owner, said)
    page = text_of(see(page_of(customer)))
    in_order(page, "Changes", said, "Meera Joshi", "Through the API: E-mail of customer")


def test_mails_that_are_owed_move_and_are_sent(
    meera: Client, customer: Customer, other: Customer
) -> None:
    correcting.change_email(other, "a@new.example", None)
    correcting.change_email(customer, "ananya@example.com", None)
    merge(meera, customer, other)
    assert set(Mail.objects.values_list("customer", flat=True)) == {customer.pk}
    postman.send_due()
    sent = Mail.objects.filter(state="sent").values_list("sent_to", flat=True)
    assert sorted(sent) == [
        "ananya.iyer@example.com", "ananya@example.com", "ananya@work.example",
    ]  # fmt: skip


def test_links_and_visits_of_the_one_who_is_no_more_end(
    meera: Client, clock: Any, customer: Customer, other: Customer
) -> None:
    visitor, visitor_of_kept = Client(), Client()
    visitor.post(path_for(other))
    visitor_of_kept.post(path_for(customer))
    mailed = path_for(other)
    clock.shift(60)
    merge(meera, customer, other)
    assert "Signed in as" not in visitor.get("/my/").content.decode()
    assert "This link no longer works" in Client().post(mailed).content.decode()
    assert "Signed in as" in visitor_of_kept.get("/my/").content.decode()


def test_a_subscription_goes_with_its_order(
    meera: Client, see: See, subscription: Subscription, other: Customer
) -> None:
    kept = other
    merge(meera, kept, subscription.order.customer)
    assert f"/subscriptions/{subscription.uid}/" in see(page_of(kept))


def test_what_one_paid_ends_the_asking_at_the_other(
    meera: Client, razorpay: Razorpay, order: Order, others_order: Order, other: Customer
) -> None:
    razorpay.tell(
        sample("payment.failed", created_at=T, payment={"id": "pay_RsdFailed00001"}),
        sample("payment.captured", created_at=T + 60, payment=OTHERS),
    )
    states = Reattempt.objects.filter(order=order, n__isnull=False).values_list("state", "reason")
    assert set(states) == {("scheduled", "")}
    merge(meera, order.customer, other)
    assert set(states.all()) == {("cancelled", "paid")}


def test_events_that_come_later_find_the_one_who_stays(
    meera: Client, razorpay: Razorpay, order: Order, others_order: Order, other: Customer
) -> None:
    merge(meera, order.customer, other)
    razorpay.tell(sample("payment.captured", created_at=T, payment=OTHERS))
    assert set(Grant.objects.values_list("customer", flat=True)) == {order.customer.pk}


def test_a_customer_with_itself_is_refused(
    meera: Client, see: See, customer: Customer, other: Customer
) -> None:
    assert "This is the same customer." in see(page_of(customer, "merge"), q=customer.email)
    assert "one customer already" in merge(meera, customer, customer).content.decode()
    merge(meera, customer, other)
    assert "one customer already" in merge(meera, customer, other).content.decode(), "twice"
    assert Customer.objects.filter(pk=customer.pk).exists()


def test_who_was_merged_elsewhere_meanwhile_is_refused(
    meera: Client, customer: Customer, other: Customer, account: Account, owner: User
) -> None:
    third = Customer.objects.create(account=account, email="third@example.com")
    folding.fold(third, other, owner)
    with pytest.raises(NotMerged, match="merged meanwhile") as caught:
        folding.fold(customer, other, owner)
    assert caught.value.code == "unknown_customer"


def test_another_business_has_no_part_in_it(
    meera: Client, charlie: Client, see: See, customer: Customer, other: Customer, theirs: Customer
) -> None:
    for search in (theirs.uid, theirs.email):
        assert "No customer matches." in see(page_of(customer, "merge"), q=search)
    assert "No customer matches." in merge(meera, customer, theirs).content.decode()
    assert merge(charlie, customer, other).status_code == 404
    assert merge(charlie, theirs, customer).status_code == 200
    assert Customer.objects.count() == 3


def test_an_order_of_the_former_address_is_of_the_one_who_stays(
    meera: Client, order: Order, other: Customer
) -> None:
    merge(meera, order.customer, other)
    placed = checkout.draft(order.product.account, order.product, other.email, "", None)
    assert placed.customer == order.customer


@pytest.mark.parametrize("orders", [0, 20])
def test_it_costs_the_same_whatever_they_bought(
    meera: Client, order: Order, other: Customer, orders: int, django_assert_max_num_queries: Any
) -> None:
    for number in range(orders):
        make_order(order.gateway, order.product, other, f"order_RsdMany{number:06}")
    make_subscription(order.gateway, other)
    with django_assert_max_num_queries(40):
        meera.post(page_of(order.customer, "merge"), {"other": other.uid})
    assert order.customer.orders.count() == orders + 2
