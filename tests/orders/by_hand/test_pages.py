"""The pages on which access is given and ended by hand."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Account
from gateways.models import Gateway
from orders.models import AccessDecision, Order, Product, Resource
from subscriptions.models import Subscription
from tests.conftest import Razorpay, make_order
from tests.gateways.people import Who
from tests.lives import T, charged
from tests.orders.by_hand.conftest import Ask, Decide
from tests.orders.sales.test_order_page import in_order, text_of
from tests.samples import sample
from tests.scripts import iso

WHY = {"reason": "A friend of the house"}
# The end of 30 November 2026 in India.
LAST_DAY = {"last_day": "2026-11-30"}
ITS_END = iso(1_796_063_399)


@pytest.fixture
def videos(order: Order) -> Resource:
    return order.product.resources.order_by("pk")[0]


@pytest.fixture
def other(account: Account) -> Resource:
    return Resource.objects.create(account=account, title="Pattern book")


def page(order: Order, *parts: str) -> str:
    return "/".join(["/orders", order.uid, "access", *parts, ""])


def seen(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200
    return text_of(response.content.decode())


def sent(client: Client, url: str, **fields: str) -> str:
    """What follows a post, as a page or, after a redirect, as the next page."""
    return text_of(client.post(url, fields, follow=True).content.decode())


def test_access_is_given_to_the_end_of_a_day_and_the_story_says_who(
    meera: Client, order: Order, videos: Resource, ask: Ask
) -> None:
    text = sent(meera, page(order, videos.uid, "give"), **WHY, **LAST_DAY)
    in_order(
        text, "Access to “Videos” was given.", "Videos", "Has access", "Access was given by hand.",
        "30 Nov 2026, 23:59", "Given by Meera Joshi, today, 12:30", ": A friend of the house",
        "Give…", "Undo…", "End…", "Recipes", "Not paid", "Give…",
    )  # fmt: skip
    assert ask(videos) == (True, ITS_END, "by_hand")
    in_order(
        seen(meera, f"/orders/{order.uid}/"), "Story", "Access to Videos until 30 Nov 2026, 23:59.",
        "By hand, Meera Joshi: A friend of the house", "Give or end access",
    )  # fmt: skip


def test_access_is_given_without_an_end(
    meera: Client, order: Order, videos: Resource, ask: Ask
) -> None:
    text = sent(meera, page(order, videos.uid, "give"), **WHY)
    in_order(text, "Access has no end.", "Undo…", "End…", "Recipes")
    assert text.count("Give…") == 1, "what has no end cannot be had longer"
    assert ask(videos) == (True, None, "by_hand")


def test_access_is_ended_and_undone(
    meera: Client, order: Order, videos: Resource, razorpay: Razorpay, ask: Ask
) -> None:
    razorpay.tell(sample("payment.captured"))
    text = sent(meera, page(order, videos.uid, "end"), **WHY)
    in_order(text, "Access to “Videos” was ended.", "Ended by hand", "Ended by Meera Joshi")
    assert ask(videos)[2] == "ended_by_hand"
    assert "What is paid opens again." in seen(meera, page(order, videos.uid, "undo"))
    text = sent(meera, page(order, videos.uid, "undo"), **WHY)
    in_order(text, "“Videos” is back to what is paid.", "Has access", "Undone by Meera Joshi")
    assert ask(videos) == (True, None, "paid")


def test_another_resource_is_given_but_no_archived_one_and_no_strangers(
    meera: Client, order: Order, other: Resource, their_gateway: Gateway, ask: Ask
) -> None:
    gone = timezone.now()
    Resource.objects.create(account=other.account, title="Old things", archived_at=gone)
    theirs = Resource.objects.create(account=their_gateway.account, title="Their secret")
    url = page(order, "another")
    shown = meera.get(url).content.decode()
    assert f'<option value="{other.uid}">Pattern book' in shown
    for title in ("Old things", "Their secret", "Videos"):
        assert title not in shown
    assert "Choose one of these." in sent(meera, url, resource=theirs.uid, **WHY)
    assert not AccessDecision.objects.exists()
    in_order(sent(meera, url, resource=other.uid, **WHY), "was given", "Pattern book", "End…")
    assert ask(other) == (True, None, "by_hand")


def test_where_everything_is_open_there_is_nothing_to_choose(meera: Client, order: Order) -> None:
    assert "This order opens everything that you have." in seen(meera, page(order, "another"))
    assert "Give another resource" not in seen(meera, page(order))


@pytest.mark.parametrize("verb", ["give", "end", "undo"])
def test_a_reason_is_required(meera: Client, order: Order, videos: Resource, verb: str) -> None:
    text = sent(meera, page(order, videos.uid, verb), reason="  ")
    assert "Say why. It is kept in the story of the order." in text
    assert not AccessDecision.objects.exists()


@pytest.mark.parametrize(
    ("day", "said"),
    [("2026-11-23", "This is in the past."), ("tomorrow", "Write the day as 2026-12-31.")],
)
def test_a_day_that_cannot_be_is_refused_at_its_field(
    meera: Client, order: Order, videos: Resource, day: str, said: str
) -> None:
    assert said in sent(meera, page(order, videos.uid, "give"), **WHY, last_day=day)
    assert not AccessDecision.objects.exists()


def test_today_is_a_last_day(meera: Client, order: Order, videos: Resource, ask: Ask) -> None:
    sent(meera, page(order, videos.uid, "give"), **WHY, last_day="2026-11-24")
    assert ask(videos)[0]


def test_the_page_says_that_a_subscription_goes_on_charging(
    meera: Client, subscription: Subscription, razorpay: Razorpay
) -> None:
    order, goes_on = subscription.order, "The subscription goes on charging."
    circle = order.product.resources.get()
    razorpay.tell(charged(0, T + 8))
    assert goes_on not in seen(meera, page(order))
    end = meera.get(page(order, circle.uid, "end")).content.decode()
    assert goes_on in end
    assert f'href="/subscriptions/{subscription.uid}/"' in end
    ended = sent(meera, page(order, circle.uid, "end"), **WHY)
    in_order(ended, goes_on, "stays closed, also when the next charge is paid", "to cancel it")
    razorpay.tell(sample("subscription.cancelled", created_at=T + 900))
    assert goes_on not in seen(meera, page(order))


def test_another_order_that_opens_it_is_named(
    meera: Client, gateway: Gateway, order: Order, videos: Resource, razorpay: Razorpay
) -> None:
    make_order(gateway, order.product, order.customer, "order_RsdOther000001")
    razorpay.tell(sample("payment.captured"))
    assert "Another order" not in seen(meera, page(order, videos.uid, "end"))
    other = {"id": "pay_RsdOther000001", "order_id": "order_RsdOther000001", "notes": []}
    razorpay.tell(sample("payment.captured", payment=other))
    assert "through that one it stays open" in seen(meera, page(order, videos.uid, "end"))


@pytest.mark.parametrize(("who", "answer"), [("owner", 302), ("staff", 302), ("read_only", 403)])
def test_owners_and_staff_decide(
    signed_in: Who, order: Order, videos: Resource, who: str, answer: int
) -> None:
    client = signed_in(who)
    for verb in ("give", "end", "undo"):
        assert client.post(page(order, videos.uid, verb), WHY).status_code == answer
    assert AccessDecision.objects.exists() == (answer == 302)


def test_who_may_only_read_sees_no_buttons(
    signed_in: Who, order: Order, videos: Resource, other: Resource, decide: Decide
) -> None:
    decide(order, videos, "given")
    bookkeeper = signed_in("read_only")
    text = seen(bookkeeper, page(order))
    in_order(text, "Videos", "Has access", "Given by Meera Joshi")
    for button in ("Give", "End…", "Undo…"):
        assert button not in text.replace("Given", "")
    assert "Give or end access" not in seen(bookkeeper, f"/orders/{order.uid}/")
    assert bookkeeper.get(page(order, "another")).status_code == 403


def test_a_stranger_finds_nothing(
    signed_in: Who, order: Order, videos: Resource, other: Resource
) -> None:
    charlie = signed_in("stranger")
    paths = [(), ("another",), *((videos.uid, verb) for verb in ("give", "end", "undo"))]
    assert {charlie.get(page(order, *path)).status_code for path in paths} == {404}
    sent = {**WHY, "resource": other.uid}
    assert {charlie.post(page(order, *path), sent).status_code for path in paths[1:]} == {404}
    assert not AccessDecision.objects.exists()


def test_only_what_the_order_opens_has_a_page(meera: Client, order: Order, other: Resource) -> None:
    for verb in ("give", "end", "undo"):
        assert meera.post(page(order, other.uid, verb), WHY).status_code == 404


@pytest.mark.parametrize("language", ["en", "hi"])
def test_every_page_opens_in_both_languages_and_is_not_kept(
    meera: Client, order: Order, videos: Resource, other: Resource, language: str
) -> None:
    paths = [(), ("another",), *((videos.uid, verb) for verb in ("give", "end", "undo"))]
    for path in paths:
        response = meera.get(page(order, *path), headers={"Accept-Language": language})
        assert response.status_code == 200
        assert "no-cache" in response["Cache-Control"]
    assert meera.post(page(order)).status_code == 405


def test_many_resources_cost_as_many_queries_as_one(
    meera: Client, product: Product, order: Order, decide: Decide, gateway: Gateway,
    razorpay: Razorpay, django_assert_num_queries: Any,
) -> None:  # fmt: skip
    make_order(gateway, product, order.customer, "order_RsdOther000001")
    other = {"id": "pay_RsdOther000001", "order_id": "order_RsdOther000001", "notes": []}
    for number in range(12):
        resource = Resource.objects.create(account=order.customer.account, title=f"Part {number}")
        product.resources.add(resource)
        decide(order, resource, "given", T + 86_400)
    razorpay.tell(sample("payment.captured", payment=other))
    with django_assert_num_queries(19):
        seen(meera, page(order))
