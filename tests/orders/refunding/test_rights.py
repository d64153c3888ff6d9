"""Who may refund and decide: owners and staff. Who only reads sees it, strangers see nothing."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from orders.models import Order, Payment, RefundInstruction
from tests.gateways.people import Who
from tests.orders.refunding.conftest import Shop, hidden_in, look_over, page_of, press, text_of


def pages(order: Order) -> list[str]:
    return [page_of(order), f"{page_of(order)}decide/"]


def everything_posted(client: Client, payment: Payment, sent: dict[str, Any]) -> list[int]:
    return [client.post(page, sent).status_code for page in pages(payment.order)]


@pytest.fixture
def sent(meera: Client, shop: Shop, payment: Payment) -> dict[str, Any]:
    """All that a page of the owner's would send."""
    shop.hears("payments", payment.razorpay_payment_id, "refund", amount=100)
    asked = hidden_in(look_over(meera, payment, amount="100"))
    (refund,) = payment.refunds.values_list("razorpay_refund_id", flat=True)
    return {**asked, "sure": "1", "refund": refund, "keep": "1"}


@pytest.mark.parametrize("who", ["owner", "staff"])
def test_owners_and_staff_may(browser_of: Who, payment: Payment, who: str) -> None:
    client = browser_of(who)
    assert "Refund…" in text_of(client.get(f"/orders/{payment.order.uid}/"))
    assert press(client, payment, amount="100").status_code == 302
    assert RefundInstruction.objects.get().user is not None


def test_who_only_reads_sees_the_question_and_no_button(
    browser_of: Who, payment: Payment, sent: dict[str, Any]
) -> None:
    client = browser_of("read_only")
    page = client.get(f"/orders/{payment.order.uid}/")
    assert "Which items may the buyer still open?" in text_of(page)
    for address in pages(payment.order):
        assert f'href="{address}"' not in page.content.decode()
        assert client.get(address).status_code == 403
    assert everything_posted(client, payment, sent) == [403, 403]
    assert not RefundInstruction.objects.exists()


def test_a_stranger_finds_nothing(
    browser_of: Who, payment: Payment, shop: Shop, sent: dict[str, Any]
) -> None:
    client = browser_of("stranger")
    for address in pages(payment.order):
        assert client.get(address).status_code == 404
    assert everything_posted(client, payment, sent) == [404, 404]
    assert not RefundInstruction.objects.exists()
    assert shop.given_back(payment) == 100


def test_nobody_without_a_session(client: Client, payment: Payment, sent: dict[str, Any]) -> None:
    assert everything_posted(client, payment, sent) == [302, 302]
    assert not RefundInstruction.objects.exists()


def test_a_strangers_payment_is_not_refunded_through_ones_own_order(
    browser_of: Who, meera: Client, shop: Shop, payment: Payment
) -> None:
    mine, theirs = payment, shop.pay(shop.place())
    asked = hidden_in(look_over(meera, mine, amount="100"))
    response = meera.post(page_of(mine.order), {**asked, "sure": "1", "payment": theirs.uid})
    assert "was refunded" not in text_of(response)
    assert shop.given_back(theirs) == 0


@pytest.mark.parametrize("language", ["en", "hi"])
def test_every_page_opens_in_both_languages(
    meera: Client, shop: Shop, payment: Payment, sent: dict[str, Any], language: str
) -> None:
    spoken = {"Accept-Language": language}
    for address in pages(payment.order):
        response = meera.get(address, headers=spoken)
        assert (response.status_code, response["Content-Language"]) == (200, language)
    looked = {"payment": payment.uid, "amount": "100"}
    assert meera.post(page_of(payment.order), looked, headers=spoken).status_code == 200


def test_what_people_type_is_shown_as_text(meera: Client, payment: Payment) -> None:
    attack = "<script>alert(1)</script>"
    order = payment.order
    order.customer.name = attack
    order.customer.save()
    page = look_over(meera, payment, amount="100", reason=attack)
    assert attack not in page.content.decode()
    press(meera, payment, amount="100", reason=attack)
    for address in (page_of(order), f"/orders/{order.uid}/"):
        assert attack not in meera.get(address).content.decode()


def test_a_page_costs_the_same_however_many_refunds_there_were(
    meera: Client, shop: Shop, order: Order, payment: Payment, django_assert_max_num_queries: Any
) -> None:
    for _refund in range(4):
        press(meera, payment, amount="10")
        shop.hears("payments", payment.razorpay_payment_id, "refund", amount=100)
    with django_assert_max_num_queries(13):
        meera.get(page_of(order))
    with django_assert_max_num_queries(12):
        meera.get(f"{page_of(order)}decide/")
    with django_assert_max_num_queries(24):
        meera.get(f"/orders/{order.uid}/")
