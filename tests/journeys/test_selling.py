"""From an empty shop to a resource that opens: everything in browsers, for real money."""

from __future__ import annotations

import pytest

from tests.journeys.cast import ananya, browser, meera, shop, visit
from tests.journeys.installation import eventually
from tests.journeys.shop import EMAIL, Shop
from tests.journeys.visitor import Visitor

__all__ = ["ananya", "browser", "meera", "shop", "visit"]

pytestmark = [pytest.mark.browser, pytest.mark.embedded, pytest.mark.timeout(300)]


def test_a_seller_makes_a_product_and_a_form_and_publishes_it(meera: Visitor) -> None:
    meera.go("/products/")
    meera.look("products-none")
    meera.follow("Add product")
    meera.look("product-add")
    meera.fill(name="Natural Dyeing Masterclass", amount="499")
    meera.fill(**{"resources-0-title": "Recipes", "resources-0-text": "Madder: one part to four."})
    meera.press("Make product")
    meera.sees("Natural Dyeing Masterclass", "₹499.00", "Recipes")
    meera.look("product")
    meera.go("/products/")
    meera.look("products")

    meera.go("/forms/")
    meera.look("forms-none")
    meera.follow("Add order form")
    meera.look("form-add")
    meera.page.get_by_label("Product").select_option(label="Natural Dyeing Masterclass")
    meera.fill(text="Nine lessons in colour.", slug="dyeing")
    meera.press("Save")
    meera.sees("A draft: the address says that the form is not open.")
    meera.look("form-draft")
    meera.follow("Preview")
    meera.sees("Preview: this is what buyers see.")
    meera.look("form-preview")
    meera.follow("Back to the form")
    meera.press("Publish")
    meera.sees("Open to everybody who has the address.")
    meera.look("form-published")
    meera.go("/forms/")
    meera.look("forms")


def test_a_buyer_fills_it_in_pays_and_reads_the_receipt(shop: Shop, ananya: Visitor) -> None:
    ananya.go("/f/dyeing/")
    ananya.sees("Nine lessons in colour.", "₹499.00")
    ananya.look("public-form")
    ananya.click(ananya.page.locator("button.pay"))
    ananya.look("public-form-refused")
    ananya.fill(name="Ananya Iyer", email=EMAIL)
    ananya.click(ananya.page.locator("button.pay"))
    ananya.page.frame_locator("iframe").get_by_role("button", name="Fail", exact=True).wait_for()
    ananya.look("pay")
    ananya.pay("₹499.00")
    ananya.reads("Paid. Thank you.")
    ananya.look("paid")
    (receipt,) = eventually(lambda: shop.installation.mails(EMAIL), shop.installation)
    assert receipt.startswith("Receipt: ₹499.00 for Natural Dyeing Masterclass\n")
    assert f"{shop.installation.url}/my/" in receipt


def test_the_buyer_opens_what_was_bought_through_the_mailed_link(ananya: Visitor) -> None:
    ananya.go("/my/")
    ananya.look("my-ask")
    ananya.open_purchases(EMAIL)
    ananya.sees("Natural Dyeing Masterclass", "Open, no end.")
    ananya.look("my")
    ananya.follow("Recipes")
    ananya.sees("Madder: one part to four.")
    ananya.look("my-resource")


def test_the_seller_reads_the_story(meera: Visitor) -> None:
    meera.go("/orders/")
    meera.sees("Ananya Iyer", "Natural Dyeing Masterclass")
    meera.look("orders")
    meera.click(meera.page.locator("table.list a").first)
    meera.comes_to_see("Mail sent to ananya@example.com: receipt")
    meera.sees("Payment of ₹499.00 received", "Access to Recipes, without end.")
    meera.look("order-paid")
    meera.go("/customers/")
    meera.look("customers")
    meera.click(meera.page.locator("table.list a").first)
    meera.sees("Ananya Iyer", EMAIL)
    meera.look("customer")
