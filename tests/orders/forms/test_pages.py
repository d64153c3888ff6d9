"""Who may open which of the seller's pages, publishing, and the list."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from gateways.models import Gateway
from orders import catalogue
from orders.models import FormField, OrderForm, Price, Product
from orders.pages.forms.urls import urlpatterns
from tests.conftest import make_order
from tests.gateways.people import Who
from tests.orders.forms.conftest import make_form
from tests.orders.forms.editing import typed

# part of the address: what may be sent to it
ABOUT_ONE = {
    "": "GET POST", "preview/": "GET", "publish/": "POST", "take-back/": "POST", "archive/": "POST",
}  # fmt: skip
EVERY = ["/forms/", "/forms/add/", *(f"/forms/{{uid}}/{part}" for part in ABOUT_ONE)]


def methods_of(path: str) -> list[str]:
    if path == "/forms/":
        return ["GET"]
    return ABOUT_ONE.get(path.removeprefix("/forms/{uid}/"), "GET POST").split()


def ask(client: Client, method: str, path: str, form: OrderForm) -> Any:
    sent = typed(form.product) if method == "POST" else {}
    return getattr(client, method.lower())(path.format(uid=form.uid), sent)


def test_the_table_names_every_address() -> None:
    assert len(EVERY) + 1 == len(urlpatterns)


@pytest.mark.parametrize("path", EVERY)
def test_signed_out_all_lead_to_the_sign_in(draft: OrderForm, path: str) -> None:
    for method in ("GET", "POST"):
        response = ask(Client(), method, path, draft)
        assert response["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize("path", EVERY)
@pytest.mark.parametrize("who", ["owner", "staff", "read_only"])
def test_owners_and_staff_change_and_others_look(
    signed_in: Who, draft: OrderForm, who: str, path: str
) -> None:
    client = signed_in(who)
    for method in methods_of(path):
        looks = method == "GET" and path != "/forms/add/"
        refused = who == "read_only" and not looks
        assert (ask(client, method, path, draft).status_code == 403) is refused
    if who == "read_only":
        draft.refresh_from_db()
        assert (draft.published_at, draft.archived_at, draft.slug) == (None, None, "dyeing")
        assert OrderForm.objects.count() == 1


@pytest.mark.parametrize("part", ABOUT_ONE)
def test_a_stranger_finds_nothing(signed_in: Who, draft: OrderForm, part: str) -> None:
    charlie = signed_in("stranger")
    for method in ABOUT_ONE[part].split():
        assert ask(charlie, method, f"/forms/{{uid}}/{part}", draft).status_code == 404
    assert "dyeing" not in charlie.get("/forms/").content.decode()


@pytest.mark.parametrize("path", EVERY)
def test_other_methods_are_refused_and_nothing_is_stored(
    meera: Client, draft: OrderForm, path: str
) -> None:
    allowed = methods_of(path)
    for method in ("GET", "POST"):
        response = ask(meera, method, path, draft)
        assert (response.status_code == 405) is (method not in allowed)
        assert response.status_code == 405 or "no-store" in response["Cache-Control"]


def test_who_may_only_look_is_shown_no_buttons(signed_in: Who, draft: OrderForm) -> None:
    page = signed_in("read_only").get(f"/forms/{draft.uid}/").content.decode()
    assert "<fieldset disabled>" in page
    assert 'name="press"' not in page
    assert "/publish/" not in page


def test_the_preview_is_the_page_and_sends_nothing(meera: Client, draft: OrderForm) -> None:
    page = meera.get(f"/forms/{draft.uid}/preview/").content.decode()
    assert "Preview: this is what buyers see." in page
    assert "Where do you live?" in page
    assert 'type="button" aria-disabled="true">Pay ₹499.00' in page
    assert 'name="ticket"' not in page


class TestPublishing:
    def press(self, meera: Client, form: OrderForm, part: str = "publish") -> str:
        response = meera.post(f"/forms/{form.uid}/{part}/", follow=True)
        form.refresh_from_db()
        return str(response.content.decode())

    def test_it_opens_and_is_taken_back(self, meera: Client, draft: OrderForm) -> None:
        assert "Published. The page takes orders now." in self.press(meera, draft)
        assert Client().get(draft.public_path).status_code == 200
        assert "Taken back." in self.press(meera, draft, "take-back")
        assert Client().get(draft.public_path).status_code == 404

    def test_again_keeps_the_first_moment(self, meera: Client, form: OrderForm, clock: Any) -> None:
        first = form.published_at
        clock.shift(60)
        self.press(meera, form)
        assert form.published_at == first

    def test_it_is_archived_and_fetched_as_a_draft(self, meera: Client, form: OrderForm) -> None:
        assert "Archived. Its orders stay." in self.press(meera, form, "archive")
        assert not form.is_open
        assert "This form is archived." in self.press(meera, form)
        assert form.published_at is None
        assert "as a draft." in self.press(meera, form, "archive")
        assert (form.archived_at, form.published_at) == (None, None)

    @pytest.mark.parametrize(
        ("spoil", "said", "link"),
        [
            (
                lambda: FormField.objects.filter(kind="email").delete(),
                "Without the e-mail field this form cannot take payments.",
                "#fields",
            ),
            (
                lambda: Gateway.objects.update(disconnected_at=timezone.now()),
                "No Razorpay account is connected in live mode.",
                "/settings/gateways/",
            ),
            (
                lambda: Price.objects.update(replaced_at=timezone.now()),
                "The product has no price.",
                "/products/",
            ),
            (
                lambda: Product.objects.update(archived_at=timezone.now()),
                "The product is archived.",
                "/products/",
            ),
            (
                lambda: Price.objects.update(
                    kind="subscription",
                    period="monthly",
                    total_count=9,
                    charged_by="raseed",
                    trial_days=7,
                ),
                "There is no trial where Raseed charges",
                "/products/",
            ),
        ],
    )
    def test_what_cannot_take_payments_is_refused_with_the_way_to_mend_it(
        self, meera: Client, draft: OrderForm, spoil: Callable[[], Any], said: str, link: str
    ) -> None:
        spoil()
        page = self.press(meera, draft)
        assert draft.published_at is None
        # Said in the message, and beside the button together with the link.
        assert page.count(said) >= 2
        assert f'href="{link}' in page[page.rindex("Before it can be published:") :]


class TestList:
    def test_it_shows_what_a_seller_looks_for(
        self, meera: Client, form: OrderForm, live: Gateway, customer: Any
    ) -> None:
        make_order(live, form.product, customer, "order_RsdList0000001", form=form)
        make_form(form.product, "trial", mode="test", title="Trial")
        page = meera.get("/forms/").content.decode()
        for said in ("Natural Dyeing Masterclass", "₹499.00 once", "/f/dyeing/", "Published"):
            assert said in page
        for said in ("Trial", "Test</span>", "Draft", "/f/trial/"):
            assert said in page
        assert '<span class="figure">1</span>' in page

    def test_tabs_and_search(self, meera: Client, form: OrderForm) -> None:
        make_form(form.product, "later", title="Later")
        make_form(form.product, "gone", title="Gone", archived_at=timezone.now())

        def found(query: str) -> set[str]:
            return {row[0].slug for row in meera.get(f"/forms/?{query}").context["forms"]}

        assert found("") == {"dyeing", "later"}
        assert found("state=published") == {"dyeing"}
        assert found("state=draft") == {"later"}
        assert found("state=archived") == {"gone"}
        assert found("state=nonsense") == {"dyeing", "later"}
        assert found("q=LATE") == {"later"}
        assert found("q=masterclass") == {"dyeing", "later"}
        assert found("q=dye&state=published") == {"dyeing"}
        assert found("q=%00") == {"dyeing", "later"}
        assert "No form matches." in meera.get("/forms/?q=nothing").content.decode()

    def test_empty_it_says_what_one_gets(self, meera: Client) -> None:
        assert "Make your first order form" in meera.get("/forms/").content.decode()

    @pytest.mark.parametrize("rows", [1, 9])
    def test_many_cost_as_much_as_one(
        self, meera: Client, live: Gateway, rows: int, django_assert_num_queries: Any
    ) -> None:
        for n in range(rows):
            product = catalogue.create_product(
                account=live.account, name=f"P{n}", price={"amount": 100}, resources=[]
            )
            make_form(product, f"f{n}")
        # Session, user and membership; the forms, their prices; problems for the menu.
        with django_assert_num_queries(6):
            meera.get("/forms/")

    @pytest.mark.parametrize("fields", [0, 20])
    def test_the_editor_too(
        self, meera: Client, draft: OrderForm, fields: int, django_assert_num_queries: Any
    ) -> None:
        for n in range(fields):
            FormField.objects.create(form=draft, position=9 + n, kind="text", label=f"{n}")
        with django_assert_num_queries(15):
            meera.get(f"/forms/{draft.uid}/")

    def test_what_a_seller_types_is_shown_as_text(self, meera: Client, form: OrderForm) -> None:
        attack = "<script>alert(1)</script>"
        OrderForm.objects.update(title=attack, text=attack)
        Product.objects.update(name=attack)
        FormField.objects.update(label=attack, choices=[attack, "b"])
        for path in ("/forms/", f"/forms/{form.uid}/", f"/forms/{form.uid}/preview/"):
            assert attack not in meera.get(path).content.decode()

    @pytest.mark.parametrize("language", ["en", "hi"])
    def test_every_page_opens_in_both_languages(
        self, meera: Client, form: OrderForm, language: str
    ) -> None:
        for path in ("/forms/", "/forms/add/", "/forms/{uid}/", "/forms/{uid}/preview/"):
            response = meera.get(path.format(uid=form.uid), headers={"Accept-Language": language})
            assert response.status_code == 200
            assert f'<html lang="{language}"' in response.content.decode()
