"""Before a form sells what repeats, Razorpay has made the plan; refused, the form stays a draft."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import responses
from django.db import connection
from django.test import Client
from django.utils import timezone
from requests import ConnectTimeout, ReadTimeout

from gateways.models import Gateway, Problem
from orders import catalogue, publishing
from orders.models import OrderForm, Product
from subscriptions.models import Plan
from tests.gateways.people import Who
from tests.orders.forms.conftest import make_form
from tests.orders.forms.editing import as_rows, typed
from tests.orders.refusing.conftest import (
    PLANS,
    SORRY,
    TERMS,
    Wire,
    asked_of,
    price_of,
    refusing,
    standing,
)

Press = Callable[[OrderForm], str]
MADE = {"id": "plan_RsdMade0000001"}


def test_the_plan_is_made_first_and_once(draft: OrderForm, press: Press, wire: Wire) -> None:
    wire.post(PLANS, json=MADE)
    assert "Published. The page takes orders now." in press(draft)
    assert draft.is_open
    assert Plan.objects.get().razorpay_plan_id == MADE["id"]
    publishing.take_back(draft)
    press(draft)
    assert draft.is_open
    (asked,) = asked_of(wire)
    assert asked["item"] == {"name": "Weavers' Circle", "amount": 49900, "currency": "INR"}


def test_what_is_paid_once_needs_nothing_before(
    product: Product, live: Gateway, press: Press, wire: Wire
) -> None:
    form = make_form(product)
    assert "Published." in press(form)
    assert not wire.calls


def test_what_raseed_charges_itself_needs_no_plan(
    draft: OrderForm, press: Press, wire: Wire
) -> None:
    catalogue.change_price(draft.product, {**TERMS, "charged_by": "raseed"})
    assert "Published. The page takes orders now." in press(draft)
    assert not wire.calls
    assert not Plan.objects.exists()


class TestRefused:
    def test_it_stays_a_draft_with_razorpays_sentence(
        self, draft: OrderForm, press: Press, wire: Wire
    ) -> None:
        refusing(wire, PLANS)
        page = press(draft)
        assert draft.published_at is None
        assert (
            f"The form was not published. Razorpay refused the plan of this product: “{SORRY}”"
            in page
        )
        beside_the_button = page[page.index('id="label-address"') :]
        assert (
            f"Razorpay refused the plan of “Weavers&#x27; Circle”: “{SORRY}” (amount)"
            in beside_the_button
        )
        assert f'href="/products/{draft.product.uid}/price/"' in beside_the_button
        assert standing().get().subject == price_of(draft.product).uid
        assert Client().get(draft.public_path).status_code == 404

    def test_another_price_mends_it(self, draft: OrderForm, press: Press, wire: Wire) -> None:
        refusing(wire, PLANS)
        press(draft)
        catalogue.change_price(draft.product, {**TERMS, "amount": 39900})
        wire.upsert(responses.POST, PLANS, json=MADE)
        assert "Razorpay refused" not in press(draft)
        assert draft.is_open

    def test_so_does_razorpay_by_agreeing(self, draft: OrderForm, press: Press, wire: Wire) -> None:
        refusing(wire, PLANS)
        press(draft)
        wire.upsert(responses.POST, PLANS, json=MADE)
        press(draft)
        assert draft.is_open
        assert not standing().exists()

    def test_html_in_razorpays_sentence_is_text(
        self, draft: OrderForm, press: Press, wire: Wire
    ) -> None:
        refusing(wire, PLANS, "<script>alert(1)</script>", "<b>amount</b>")
        page = press(draft)
        assert "<script>alert(1)" not in page
        assert "&lt;script&gt;alert(1)" in page


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ({"body": ConnectTimeout()}, "Razorpay cannot be reached right now."),
        ({"status": 429, "json": {}}, "Razorpay asks to slow down."),
        ({"body": ReadTimeout()}, "Razorpay has not said yet whether it made the plan."),
        ({"status": 502, "body": "<html>"}, "Razorpay has not said yet whether it made the plan."),
        ({"status": 401, "json": {}}, "Razorpay no longer accepts the API keys."),
    ],
    ids=["away", "429", "lost", "502", "keys"],
)
def test_without_razorpay_it_stays_a_draft_and_is_published_later(
    draft: OrderForm, press: Press, wire: Wire, answer: dict[str, Any], said: str
) -> None:
    wire.post(PLANS, **answer)
    assert f"The form was not published. {said}" in press(draft)
    assert draft.published_at is None
    assert not standing().exists()
    assert Problem.objects.filter(kind="keys_refused").exists() is (answer.get("status") == 401)


def test_in_doubt_no_second_plan_is_made(
    draft: OrderForm, press: Press, wire: Wire, clock: Any
) -> None:
    wire.post(PLANS, body=ReadTimeout())
    press(draft)
    clock.shift(60)
    wire.get(PLANS, json={"items": []})
    assert "has not said yet" in press(draft)
    assert draft.published_at is None
    clock.shift(60)
    found = {**MADE, "notes": {"raseed_price": price_of(draft.product).uid}}
    wire.replace(responses.GET, PLANS, json={"items": [found]})
    press(draft)
    assert draft.is_open
    assert sum(call.request.method == "POST" for call in wire.calls) == 1


@pytest.mark.parametrize("what", ["archived", "another price", "no e-mail field"])
def test_what_others_do_while_razorpay_thinks_is_seen(
    draft: OrderForm, press: Press, wire: Wire, what: str
) -> None:
    """Nothing is locked during the call, so everybody may go on working."""

    def meanwhile(_request: Any) -> tuple[int, dict[str, str], str]:
        assert not connection.savepoint_ids, "a transaction is open"
        form = OrderForm.objects.get()
        if what == "archived":
            publishing.archive(form)
        elif what == "another price":
            catalogue.change_price(form.product, {**TERMS, "amount": 39900})
        else:
            form.fields.filter(kind="email").delete()
        return 200, {}, '{"id": "plan_RsdMade0000001"}'

    wire.add_callback(responses.POST, PLANS, meanwhile)
    page = press(draft)
    assert draft.published_at is None
    said = {
        "archived": "This form is archived.",
        "another price": "The price was changed a moment ago.",
        "no e-mail field": "Without the e-mail field",
    }
    assert said[what] in page


def test_a_known_plan_says_nothing_of_the_keys(
    draft: OrderForm, live: Gateway, press: Press, wire: Wire
) -> None:
    Plan.objects.create(
        gateway=live, price=price_of(draft.product), razorpay_plan_id="plan_RsdKnown000001"
    )
    Problem.objects.create(account=live.account, gateway=live, kind="keys_refused")
    press(draft)
    assert draft.is_open
    assert Problem.objects.standing().exists()
    assert not wire.calls


@pytest.mark.parametrize(("who", "status"), [("stranger", 404), ("read_only", 403)])
def test_who_may_not_publish_reaches_nothing(
    signed_in: Who, draft: OrderForm, wire: Wire, who: str, status: int
) -> None:
    assert signed_in(who).post(f"/forms/{draft.uid}/publish/").status_code == status
    assert not wire.calls


class TestWhileItIsOpen:
    @pytest.fixture
    def open_form(self, product: Product, live: Gateway) -> OrderForm:
        return make_form(product, published_at=timezone.now())

    def edit(self, meera: Client, form: OrderForm, product: Product) -> str:
        sent = typed(product, as_rows(form), slug=form.slug)
        return str(meera.post(f"/forms/{form.uid}/", sent, follow=True).content.decode())

    def test_another_product_has_to_be_agreed_to(
        self, meera: Client, open_form: OrderForm, circle: Product, wire: Wire
    ) -> None:
        refusing(wire, PLANS)
        page = self.edit(meera, open_form, circle)
        assert 'id="id_product_error"' in page
        assert f"Razorpay refused the plan of this product: “{SORRY}”" in page
        assert "Nothing was saved." in page
        open_form.refresh_from_db()
        assert open_form.product != circle
        wire.upsert(responses.POST, PLANS, json=MADE)
        assert "Saved. Buyers see it at once." in self.edit(meera, open_form, circle)
        open_form.refresh_from_db()
        assert open_form.product == circle

    def test_a_draft_may_sell_anything_until_it_is_published(
        self, meera: Client, draft: OrderForm, wire: Wire
    ) -> None:
        assert "Saved as a draft." in self.edit(meera, draft, draft.product)
        assert not wire.calls
