"""What people type and what Razorpay says is text on every page, never markup."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from typing import Any
from urllib.parse import urljoin

import pytest
from django.apps import apps
from django.core.cache import cache
from django.db.models import CharField, Field, Model, TextField
from django.test import Client
from django.utils import timezone

from accounts.models import Account
from accounts.sentences import say
from gateways.models import Gateway, Problem
from orders.models import Customer, GrantChange, Order, OrderForm
from subscriptions.models import Subscription
from tests.admin.conftest import stage
from tests.orders.buyer.conftest import buyer, come_in
from tests.orders.forms.conftest import make_form, ticket_in

__all__ = ["buyer", "come_in", "stage"]

ATTACK = "<svg/onload=alert(1)>\"'&"
MARKUP = "<svg/onload"
LINK = re.compile(r'href="([^"#]+)')
HERE = re.compile(r"[/?](?!/)")
ELSEWHERE = re.compile(r"/(admin|api|static|accounts)/")
# What is no free text: a page's way to a row, or one of our own words.
NO_TEXT = re.compile(
    r"uid|slug|token|digest|_id$|^type$|currency|mode|email|url|language|time_zone|password|"
    r"username|key|secret|witness|subject|fact|pause_initiated_by|cancel_initiated_by|sha256"
)
ROOMS = {"accounts", "gateways", "orders", "subscriptions"}


def free_text(model: type[Model]) -> Iterator[Field[Any, Any]]:
    for field in model._meta.get_fields():
        if not isinstance(field, CharField | TextField) or field.choices or field.unique:
            continue
        if not NO_TEXT.search(field.name):
            yield field


@pytest.fixture
def attacked(stage: None, order: Order, gateway: Gateway) -> None:
    """The installation of the admin's tests, in which everybody typed markup."""
    models = [model for model in apps.get_models() if model._meta.app_label in ROOMS]
    for model in models:
        values = {field.name: ATTACK[: field.max_length] for field in free_text(model)}
        if values:
            model._default_manager.update(**values)
    Order.objects.update(answers=[{"label": ATTACK, "value": ATTACK}])
    Problem.objects.update(what=say("%(x)s", x=ATTACK), mend=say("%(x)s", x=ATTACK))
    GrantChange.objects.update(what=say("%(x)s", x=ATTACK), why=say("%(x)s", x=ATTACK))
    make_form(
        order.product,
        "attacked",
        mode="test",
        title=ATTACK,
        text=ATTACK,
        published_at=timezone.now(),
    )
    for form in OrderForm.objects.all():
        form.fields.update(label=ATTACK)
        form.fields.filter(kind="choice").update(choices=[ATTACK, "b"])


def walk(client: Client, *starts: str) -> dict[str, str]:
    """Every page that can be reached by links, with its text."""
    seen: dict[str, str] = {}
    waiting = list(starts)
    while waiting:
        path = waiting.pop()
        if path in seen or ELSEWHERE.match(path):
            continue
        response = client.get(path)
        is_page = response.headers.get("Content-Type", "").startswith("text/html")
        seen[path] = response.content.decode() if is_page else ""
        links = [*LINK.findall(seen[path]), response.headers.get("Location", "")]
        waiting += [urljoin(path, unescape(link)) for link in links if HERE.match(link)]
    return seen


def test_the_stage_holds_it_everywhere(attacked: None) -> None:
    assert {field.name for field in free_text(Customer)} >= {"name", "phone"}
    assert {field.name for field in free_text(Account)} >= {"name"}
    assert Order.objects.filter(product__name=ATTACK).exists()


@pytest.mark.parametrize("language", ["en", "hi"])
def test_on_every_page_of_the_seller(
    meera: Client, attacked: None, order: Order, subscription: Subscription, language: str
) -> None:
    meera.cookies["language"] = meera.cookies["django_language"] = language
    pages = walk(meera, "/problems/", f"/pay/{order.uid}/")
    assert len(pages) > 80, sorted(pages)
    for path in (
        f"/orders/{order.uid}/",
        f"/subscriptions/{subscription.uid}/",
        f"/customers/{order.customer.uid}/",
        f"/products/{order.product.uid}/",
    ):
        assert path in pages, sorted(pages)
        assert "&lt;svg/onload" in pages[path]
    assert [path for path, page in pages.items() if MARKUP in page] == []


def test_on_every_page_of_the_buyer(buyer: Client, attacked: None, order: Order) -> None:
    pages = walk(buyer, "/my/", f"/pay/{order.uid}/")
    assert any(path.startswith("/my/") and path != "/my/" for path in pages), sorted(pages)
    assert "&lt;svg/onload" in pages["/my/"]
    assert [path for path, page in pages.items() if MARKUP in page] == []


def test_where_it_is_typed_it_comes_back_as_text(
    meera: Client, attacked: None, order: Order
) -> None:
    cache.clear()
    path = "/f/attacked/"
    ticket = ticket_in(meera.get(path))
    names = re.findall(r'name="([\w-]+)"', meera.get(path).content.decode())
    back = meera.post(path, {**dict.fromkeys(names, ATTACK), "ticket": ticket})
    typed = {"name": ATTACK, "amount": ATTACK, "currency": ATTACK, "kind": ATTACK, "slug": ATTACK}
    rows = {"resources-TOTAL_FORMS": 1, "resources-INITIAL_FORMS": 0, "resources-0-url": ATTACK}
    for response in (
        back,
        meera.post("/products/add/", typed | rows),
        meera.post("/forms/add/", typed | {"rows": 1, "row-0-kind": "text", "row-0-label": ATTACK}),
        meera.post(f"/products/{order.product.uid}/price/", typed),
        meera.get("/orders/", {"q": ATTACK, "status": ATTACK}),
        meera.get("/products/", {"q": ATTACK}),
        meera.get("/customers/", {"q": ATTACK}),
    ):
        page = response.content.decode()
        assert "&lt;svg/onload" in page
        assert MARKUP not in page
