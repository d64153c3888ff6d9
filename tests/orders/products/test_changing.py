"""Change a product, its price, and put it away. What runs goes on."""

from __future__ import annotations

from typing import Any

from django.test import Client

from gateways.models import Gateway
from orders import catalogue
from orders.models import Customer, Order, Price, Product, Resource
from subscriptions.models import Plan, Subscription
from tests.conftest import Razorpay, make_order, make_subscription
from tests.orders.products.conftest import MONTHLY, ONCE, VIDEOS, page_of, rows, text
from tests.samples import sample
from tests.webhooks.rebuilding.neighbour import differences


def unlocked(product: Product) -> list[str]:
    return [resource.title for resource in catalogue.unlocked_by([product])[product.pk]]


def as_rows(product: Product) -> list[dict[str, Any]]:
    names = ("uid", "title", "url", "text")
    found = catalogue.unlocked_by([product])[product.pk]
    return [{name: getattr(resource, name) for name in names} for resource in found]


def save(client: Client, product: Product, *resources: dict[str, Any], **fields: str) -> Any:
    seen = " ".join(row["uid"] for row in as_rows(product))
    sent = {"name": product.name, "seen": seen, **fields, **rows(*resources)}
    return client.post(page_of(product, "change"), sent)


PLAN = "plan_RsdLinked0001"


def linked_to(product: Product, gateway: Gateway) -> None:
    """A plan of Razorpay's pays for this product."""
    assert product.price
    Plan.objects.create(gateway=gateway, price=product.price, razorpay_plan_id=PLAN)


class TestResources:
    def test_a_row_is_edited_added_and_moved(self, meera: Client, product: Product) -> None:
        videos, recipes = as_rows(product)
        changed = {**videos, "title": "Films", "url": "https://example.com/films"}
        assert save(meera, product, recipes, {"title": "Calls", "text": "…"}, changed).url
        assert unlocked(product) == ["Recipes", "Calls", "Films"]
        film = Resource.objects.get(title="Films")
        assert (film.uid, film.url) == (videos["uid"], "https://example.com/films")
        assert Resource.objects.count() == 3

    def test_the_page_shows_them_in_that_order(self, meera: Client, product: Product) -> None:
        save(meera, product, *reversed(as_rows(product)))
        shown = text(meera, page_of(product, "change"))
        assert shown.index('value="Recipes"') < shown.index('value="Videos"')

    def test_what_nobody_bought_is_taken_out_and_kept_in_the_archive(
        self, meera: Client, product: Product
    ) -> None:
        save(meera, product, as_rows(product)[0])
        assert unlocked(product) == ["Videos"]
        assert product.resources.count() == 1
        assert Resource.objects.get(title="Recipes").archived_at is not None

    def test_who_bought_keeps_what_is_removed(
        self, meera: Client, product: Product, order: Order
    ) -> None:
        save(meera, product, as_rows(product)[0])
        assert unlocked(product) == ["Videos"]
        assert product.resources.count() == 2  # access is derived from these
        shown = text(meera, page_of(product))
        assert shown.index("Only for those who bought before") < shown.index("Recipes")
        assert "Recipes" not in text(meera, page_of(product, "change"))

    def test_who_is_charged_by_a_plan_of_it_keeps_it_too(
        self, meera: Client, clock: Any, product: Product, subscription: Subscription,
        razorpay: Razorpay,
    ) -> None:  # fmt: skip
        linked_to(product, subscription.gateway)
        razorpay.tell(sample("subscription.charged", subscription={"plan_id": PLAN}))
        clock.shift(60)
        save(meera, product, as_rows(product)[0])
        assert unlocked(product) == ["Videos"]
        assert subscription.order.grants.filter(resource__title="Recipes").exists()
        assert differences(subscription.order) == []

    def test_a_strangers_subscriber_of_the_same_plan_keeps_nothing_here(
        self, meera: Client, product: Product, gateway: Gateway, their_gateway: Gateway
    ) -> None:
        """Two shops may stand on one Razorpay account."""
        linked_to(product, gateway)
        buyer = Customer.objects.create(account=their_gateway.account, email="b@example.com")
        theirs = make_subscription(their_gateway, buyer)
        Subscription.objects.filter(pk=theirs.pk).update(razorpay_plan_id=PLAN)
        save(meera, product, as_rows(product)[0])
        assert product.resources.count() == 1

    def test_what_another_product_unlocks_too_stays_for_those_who_bought(
        self, meera: Client, product: Product, order: Order
    ) -> None:
        videos, recipes = as_rows(product)
        other = catalogue.create_product(
            account=product.account,
            name="Other",
            price={"amount": 100},
            resources=[Resource.objects.get(uid=recipes["uid"])],
        )
        response = save(meera, product, videos, name="New name")
        assert "Another product unlocks “Recipes” too" in response.content.decode()
        product.refresh_from_db()
        assert product.name == "Natural Dyeing Masterclass"
        assert unlocked(product) == ["Videos", "Recipes"]
        # Nobody bought the other one: there it is only taken out.
        save(meera, other, {"title": "Calls", "text": "…"})
        assert unlocked(other) == ["Calls"]
        assert unlocked(product) == ["Videos", "Recipes"]

    def test_what_a_colleague_added_meanwhile_stays(self, meera: Client, product: Product) -> None:
        mine = as_rows(product)
        seen = " ".join(row["uid"] for row in mine)
        save(meera, product, *mine, {"title": "Calls", "text": "…"})
        save(meera, product, mine[1], seen=seen)
        assert unlocked(product) == ["Recipes", "Calls"]

    def test_a_strangers_resource_is_not_taken_over(
        self, meera: Client, product: Product, stranger: Any
    ) -> None:
        theirs = Resource.objects.create(account=stranger.account, title="Theirs", text="secret")
        save(meera, product, {"uid": theirs.uid, "title": "Mine now", "text": "…"})
        theirs.refresh_from_db()
        assert (theirs.title, theirs.text) == ("Theirs", "secret")
        assert Resource.objects.get(title="Mine now").account == product.account

    def test_removing_and_adding_rows_saves_nothing(self, meera: Client, product: Product) -> None:
        sent = {"name": "New", "seen": "x", **rows(*as_rows(product)), "do": "remove-0"}
        shown = meera.post(page_of(product, "change"), sent).content.decode()
        assert 'value="New"' in shown
        assert 'name="seen" value="x"' in shown
        assert unlocked(product) == ["Videos", "Recipes"]

    def test_the_name_is_changed(self, meera: Client, product: Product) -> None:
        save(meera, product, *as_rows(product), name="Indigo")
        product.refresh_from_db()
        assert product.name == "Indigo"
        assert save(meera, product, VIDEOS, name="").status_code == 200


class TestPrice:
    def test_a_new_price_is_a_new_row_and_orders_keep_theirs(
        self, meera: Client, product: Product, order: Order
    ) -> None:
        former = product.price
        response = meera.post(page_of(product, "price"), ONCE | {"amount": "599"}, follow=True)
        assert "New orders cost ₹599.00 once." in response.content.decode()
        order.refresh_from_db()
        assert (order.price, order.amount) == (former, 49900)
        assert product.price is not None
        assert product.price.amount == 59900
        assert former is not None
        former.refresh_from_db()
        assert former.replaced_at is not None
        assert former.amount == 49900

    def test_the_same_price_is_not_another_row(self, meera: Client, product: Product) -> None:
        meera.post(page_of(product, "price"), ONCE | {"amount": "499.00"})
        assert Price.objects.count() == 1

    def test_the_page_says_who_keeps_the_old_one(
        self, meera: Client, subscription: Subscription, gateway: Gateway, customer: Customer
    ) -> None:
        product = subscription.order.product
        assert "Nothing runs at an earlier price." in text(meera, page_of(product, "price"))
        for status in ("active", "halted", "cancelled", "created"):
            order = make_order(gateway, product, customer, None)
            Subscription.objects.create(
                gateway=gateway, order=order, plan=subscription.plan, status=status
            )
        for url in (page_of(product, "price"), page_of(product, "archive")):
            shown = text(meera, url)
            assert "2 running subscriptions keep ₹499.00 every month, 12 times." in shown
        catalogue.change_price(product, {"amount": 59900})
        assert "2 running subscriptions keep" in text(meera, page_of(product, "price"))
        assert "2 running subscriptions keep" in text(meera, page_of(product))

    def test_an_order_that_waits_for_its_money_keeps_it(
        self, meera: Client, product: Product, order: Order
    ) -> None:
        shown = text(meera, page_of(product, "price"))
        assert "1 order that is not paid yet keeps ₹499.00 once." in shown
        Order.objects.update(status="paid")
        assert "not paid yet" not in text(meera, page_of(product, "price"))

    def test_a_one_time_price_may_become_a_plan(self, meera: Client, product: Product) -> None:
        meera.post(page_of(product, "price"), MONTHLY)
        assert product.price is not None
        assert (product.price.kind, product.price.amount) == ("subscription", 49950)

    def test_the_page_is_filled_with_the_price_in_force(
        self, meera: Client, product: Product
    ) -> None:
        terms = {
            "kind": "instalments", "amount": 123456, "currency": "JPY", "period": "weekly",
            "interval": 2, "total_count": 6, "trial_days": 3, "upfront_amount": 500,
        }  # fmt: skip
        catalogue.change_price(product, terms)
        form = meera.get(page_of(product, "price")).context["price_form"]
        typed = {name: form[name].value() for name in form.fields}
        assert typed["amount"] == "123456"
        # Sent back as it is, it is the same price.
        meera.post(page_of(product, "price"), typed)
        assert Price.objects.filter(product=product).count() == 2
        meera.post(page_of(product, "price"), typed | {"amount": "200"})
        assert product.price is not None
        assert (product.price.amount, product.price.charged_by) == (200, "razorpay")

    def test_a_refused_price_changes_nothing(self, meera: Client, product: Product) -> None:
        response = meera.post(page_of(product, "price"), ONCE | {"amount": "0.5"})
        assert "Razorpay takes at least ₹1.00." in response.content.decode()
        assert Price.objects.count() == 1


class TestArchive:
    def test_it_is_asked_and_done_and_undone(
        self, meera: Client, product: Product, order: Order
    ) -> None:
        assert "Archive Natural Dyeing Masterclass?" in text(meera, page_of(product, "archive"))
        assert not self.is_archived()
        meera.post(page_of(product, "archive"))
        assert self.is_archived()
        assert unlocked(product) == ["Videos", "Recipes"]
        assert Order.objects.get() == order
        shown = text(meera, page_of(product))
        assert page_of(product, "unarchive") in shown
        assert f'href="{page_of(product, "archive")}"' not in shown
        text(meera, page_of(product, "unarchive"))
        assert self.is_archived()
        meera.post(page_of(product, "unarchive"))
        assert not self.is_archived()

    def is_archived(self) -> bool:
        return Product.objects.get().archived_at is not None
