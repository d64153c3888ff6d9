"""Adding and changing a form: its page, its address, and what it asks."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError
from django.test import Client
from django.utils import timezone

from accounts.sellers import Seller
from gateways.models import Gateway
from orders import catalogue, publishing
from orders.models import FormField, OrderForm, Product
from tests.orders.forms.conftest import make_form
from tests.orders.forms.editing import STANDARD, as_rows, kinds_in, row, typed

ADD = "/forms/add/"
NO_EMAIL = "Without the e-mail field this form cannot take payments."


def change_url(form: OrderForm) -> str:
    return f"/forms/{form.uid}/"


def errors(response: Any) -> dict[str, Any]:
    assert response.status_code == 200
    return dict(response.context["editor"].errors)


def test_a_new_form_asks_for_name_email_and_phone(
    meera: Client, product: Product, live: Gateway
) -> None:
    page = meera.get(ADD)
    assert kinds_in(page) == ["name", "email", "phone"]
    # A seller who sells for real starts with a form that does.
    assert page.context["editor"]["mode"].value() == "live"


def test_it_is_kept_as_a_draft_at_an_address_of_its_own(meera: Client, product: Product) -> None:
    response = meera.post(ADD, typed(product, title="Indigo & Madder!"))
    form = OrderForm.objects.get()
    assert response["Location"] == change_url(form)
    assert (form.account, form.product) == (product.account, product)
    assert (form.slug, form.published_at) == ("indigo-madder", None)
    asked = [(field.kind, field.required) for field in form.fields.all()]
    assert asked == [("name", True), ("email", True), ("phone", False)]
    meera.post(ADD, typed(product, title="Indigo & Madder!"))
    assert OrderForm.objects.latest("pk").slug == "indigo-madder-2"


def test_a_title_without_latin_letters_has_an_address_too(meera: Client, product: Product) -> None:
    meera.post(ADD, typed(product, title="नील"))
    assert OrderForm.objects.get().slug == "form"


@pytest.mark.parametrize(
    "slug", ["Indigo", "in digo", "-indigo", "indigo-", "in--digo", "नील", "a/b", "<b>", "x" * 61]
)
def test_an_address_of_another_shape_is_told_how_to_write_it(
    meera: Client, product: Product, slug: str
) -> None:
    response = meera.post(ADD, typed(product, slug=slug))
    assert set(errors(response)) == {"slug"}
    assert not OrderForm.objects.exists()
    if len(slug) < 60:
        assert "Use small letters a to z" in response.content.decode()


def test_an_address_is_taken_also_by_a_stranger(
    meera: Client, product: Product, stranger: Seller
) -> None:
    theirs = catalogue.create_product(
        account=stranger.account, name="Theirs", price={"amount": 100}, resources=[]
    )
    make_form(theirs, "indigo")
    response = meera.post(ADD, typed(product, slug="indigo"))
    assert errors(response)["slug"] == ["This address is already taken. Choose another one."]
    assert 'value="indigo"' in response.content.decode()


def test_an_address_may_be_taken_between_the_look_and_the_save(
    meera: Client, product: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    def taken(*_args: Any) -> None:
        raise IntegrityError

    monkeypatch.setattr(publishing, "save", taken)
    response = meera.post(ADD, typed(product, slug="indigo"))
    assert errors(response)["slug"] == ["This address is already taken. Choose another one."]


@pytest.mark.parametrize("whose", ["stranger's", "archived", "none"])
def test_only_what_is_ours_and_for_sale_can_be_sold(
    meera: Client, product: Product, stranger: Seller, whose: str
) -> None:
    other = catalogue.create_product(
        account=stranger.account if whose == "stranger's" else product.account,
        name="Other",
        price={"amount": 100},
        resources=[],
    )
    if whose == "archived":
        Product.objects.filter(pk=other.pk).update(archived_at=timezone.now())
    chosen = "" if whose == "none" else str(other.pk)
    response = meera.post(ADD, typed(product, product=chosen))
    assert set(errors(response)) == {"product"}
    assert not OrderForm.objects.exists()
    if whose == "stranger's":
        assert "Other" not in meera.get(ADD).content.decode()


def test_who_has_nothing_to_sell_is_led_to_the_products(meera: Client) -> None:
    page = meera.get(ADD).content.decode()
    assert "First, something to sell" in page
    assert 'href="/products/"' in page


def test_a_link_may_name_the_product(meera: Client, product: Product) -> None:
    chosen = meera.get(ADD, {"product": product.uid}).context["editor"]["product"].value()
    assert chosen in {product, product.pk}


class TestRows:
    """Without script, each button sends the page and gets it back rearranged."""

    @pytest.mark.parametrize(
        ("press", "kinds"),
        [
            ("up-1", ["email", "name", "phone"]),
            ("down-0", ["email", "name", "phone"]),
            ("down-1", ["name", "phone", "email"]),
            ("up-0", ["name", "email", "phone"]),
            ("down-2", ["name", "email", "phone"]),
            ("remove-2", ["name", "email"]),
            ("remove-9", ["name", "email", "phone"]),
            ("up--1", ["name", "email", "phone"]),
            ("nonsense", ["name", "email", "phone"]),
            ("up-" + "9" * 5000, ["name", "email", "phone"]),
        ],
    )
    def test_a_button_moves_or_removes_and_saves_nothing(
        self, meera: Client, product: Product, press: str, kinds: list[str]
    ) -> None:
        response = meera.post(ADD, typed(product, press=press, title="Typed"))
        assert kinds_in(response) == kinds
        assert 'value="Typed"' in response.content.decode()
        assert not OrderForm.objects.exists()

    def test_what_was_typed_moves_along(self, meera: Client, product: Product) -> None:
        rows = [row("email"), row("text", "Which dye?", required="on")]
        response = meera.post(ADD, typed(product, rows, press="up-1"))
        first = response.context["rows"].forms[0]
        assert (first["label"].value(), bool(first["required"].value())) == ("Which dye?", True)

    @pytest.mark.parametrize("kind", ["text", "choice", "checkbox"])
    def test_a_field_is_added_at_the_end(self, meera: Client, product: Product, kind: str) -> None:
        response = meera.post(ADD, typed(product, press="add", add_kind=kind))
        assert kinds_in(response) == ["name", "email", "phone", kind]

    @pytest.mark.parametrize("kind", ["email", "nonsense", ""])
    def test_what_is_asked_already_is_not_added(
        self, meera: Client, product: Product, kind: str
    ) -> None:
        response = meera.post(ADD, typed(product, press="add", add_kind=kind))
        assert kinds_in(response) == ["name", "email", "phone"]

    def test_there_is_an_end_to_it(self, meera: Client, product: Product) -> None:
        rows = [row("text", "?")] * 40
        response = meera.post(ADD, typed(product, rows, press="add", add_kind="text"))
        assert len(kinds_in(response)) == 30

    @pytest.mark.parametrize("number", ["", "x", "-1", "9" * 5000, "१"])
    def test_a_number_of_rows_that_is_none_is_none(
        self, meera: Client, product: Product, number: str
    ) -> None:
        response = meera.post(ADD, typed(product, press="up-1", rows=number))
        assert kinds_in(response) == []

    def test_without_the_email_it_is_said_where_it_is_edited(
        self, meera: Client, product: Product
    ) -> None:
        assert NO_EMAIL not in meera.get(ADD).content.decode()
        response = meera.post(ADD, typed(product, press="remove-1"))
        assert NO_EMAIL in response.content.decode()

    def test_enter_saves_and_moves_nothing(self, meera: Client, product: Product) -> None:
        """Browsers press the first button of a form."""
        page = meera.get(ADD).content.decode()
        form = page[page.index('<form method="post" novalidate>') :]
        assert form.index("<button hidden>") < form.index('name="press"')


def test_the_cursor_goes_to_the_row_that_is_wrong(meera: Client, product: Product) -> None:
    page = meera.post(ADD, typed(product, [*STANDARD, row("text")])).content.decode()
    focused = [tag for tag in page.split("<") if " autofocus" in tag]
    assert len(focused) == 1
    assert 'name="row-3-label"' in focused[0]


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([*STANDARD, row("text")], "Say what is asked."),
        ([*STANDARD, row("choice", "Where?", choices="One")], "Give at least two choices."),
        ([*STANDARD, row("choice", "Where?", choices="One\n\n One ")], "at least two choices."),
        ([*STANDARD, row("choice", "?", choices="a\n" + "b" * 201)], "under 200 characters"),
        ([*STANDARD, row("email")], "can be asked once each."),
        ([*STANDARD, row("nonsense", "?")], "Nothing was saved yet."),
        ([*STANDARD, row("text", "x" * 151)], "Nothing was saved yet."),
    ],
)
def test_rows_say_what_is_wrong(
    meera: Client, product: Product, rows: list[dict[str, str]], said: str
) -> None:
    response = meera.post(ADD, typed(product, rows))
    assert response.status_code == 200
    assert said in response.content.decode()
    assert not OrderForm.objects.exists()


def test_fields_that_stay_keep_their_key(meera: Client, draft: OrderForm) -> None:
    """A page that is open at a buyer's names them by it."""
    before = {field.kind: field.pk for field in draft.fields.all()}
    rows = as_rows(draft)
    rows = [rows[3], rows[1], {**rows[0], "label": "Full name"}, row("text", "New")]
    response = meera.post(change_url(draft), typed(draft.product, rows, slug="dyeing"))
    assert response.status_code == 302
    after = list(draft.fields.all())
    assert [field.kind for field in after] == ["choice", "email", "name", "text"]
    assert [field.pk for field in after[:3]] == [before[k] for k in ("choice", "email", "name")]
    assert after[3].pk not in before.values()
    assert (after[0].choices, after[2].label) == (["Chennai", "Pune"], "Full name")


def test_a_row_of_another_form_is_never_taken(meera: Client, draft: OrderForm) -> None:
    other = make_form(draft.product, "other")
    stolen = other.fields.get(kind="text")
    rows = [*STANDARD, row("text", "Mine", pk=str(stolen.pk))]
    meera.post(change_url(draft), typed(draft.product, rows, slug="dyeing"))
    stolen.refresh_from_db()
    assert (stolen.form, stolen.label) == (other, "Anything else?")


def test_the_email_is_always_required(meera: Client, product: Product) -> None:
    meera.post(ADD, typed(product, [row("email")]))
    assert FormField.objects.get().required


class TestWhileItIsOpen:
    def test_the_email_field_stays(self, meera: Client, form: OrderForm) -> None:
        rows = [row for row in as_rows(form) if row["kind"] != "email"]
        response = meera.post(change_url(form), typed(form.product, rows, slug="dyeing"))
        assert NO_EMAIL in errors(response)["__all__"]
        assert form.fields.filter(kind="email").exists()

    def test_it_does_not_move_to_a_mode_that_is_not_connected(
        self, meera: Client, form: OrderForm
    ) -> None:
        sent = typed(form.product, as_rows(form), slug="dyeing", mode="test")
        response = meera.post(change_url(form), sent)
        assert "No Razorpay account is connected in test mode." in errors(response)["__all__"]
        form.refresh_from_db()
        assert form.mode == "live"

    def test_all_else_is_changed_at_once(self, meera: Client, form: OrderForm) -> None:
        sent = typed(form.product, as_rows(form), slug="indigo", title="Indigo")
        assert meera.post(change_url(form), sent).status_code == 302
        assert "<h1>Indigo</h1>" in Client().get("/f/indigo/").content.decode()
        assert Client().get("/f/dyeing/").status_code == 404
