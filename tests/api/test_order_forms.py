"""Order forms are made, changed and published through the API by the rules of their pages."""

from __future__ import annotations

from typing import Any

import pytest
import responses
from django.db import IntegrityError
from django.test import Client

from accounts.models import AuditEntry
from accounts.sellers import Seller
from gateways.models import Gateway
from orders import catalogue, publishing
from orders.models import FormField, OrderForm, Product
from tests.api.caller import Caller, problem, shape
from tests.api.changes import changed, done, not_changed
from tests.api.test_products import MONTHLY
from tests.orders.forms.conftest import PLANS, make_form

FORMS = "order-forms"
PLAN = {**MONTHLY, "kind": "subscription"}
WHERE = {"kind": "choice", "label": "Where do you live?", "choices": ["Chennai", "Pune"]}
EMAIL = {"kind": "email"}


@pytest.fixture
def draft(product: Product, gateway: Gateway) -> OrderForm:
    return make_form(product, mode="test")


@pytest.fixture
def form(draft: OrderForm) -> OrderForm:
    publishing.publish(draft)
    return draft


def path_to(form: OrderForm, verb: str = "") -> str:
    return f"{FORMS}/{form.uid}" + (f"/{verb}" if verb else "")


def kinds(shown: Any) -> list[str]:
    return [field["kind"] for field in shown["fields"]]


class TestMaking:
    def test_it_is_a_draft_that_asks_for_name_email_and_phone(
        self, script: Caller, product: Product
    ) -> None:
        made = script.make(FORMS, product=product.uid)
        shape(
            made, product=product.uid, slug="natural-dyeing-masterclass", mode="test",
            title="Natural Dyeing Masterclass", text="", published=False, published_at=None,
            url="http://127.0.0.1:8000/f/natural-dyeing-masterclass/",
        )  # fmt: skip
        assert [(field["kind"], field["required"]) for field in made["fields"]] == [
            ("name", True), ("email", True), ("phone", False),
        ]  # fmt: skip
        assert script.make(FORMS, product=product.uid)["slug"].endswith("-2")

    def test_everything_may_be_said(self, script: Caller, product: Product) -> None:
        asked = [WHERE, EMAIL, {"kind": "checkbox", "label": "I agree", "required": True}]
        made = script.make(
            FORMS, product=product.uid, slug="indigo", mode="live", title="Indigo",
            text="Come and dye.", fields=asked,
        )  # fmt: skip
        shape(made, slug="indigo", mode="live", title="Indigo", text="Come and dye.")
        assert made["fields"] == [
            {**WHERE, "required": False},
            {"kind": "email", "label": "E-mail", "required": True, "choices": []},
            {"kind": "checkbox", "label": "I agree", "required": True, "choices": []},
        ]
        assert script.get(f"{FORMS}/{made['id']}") == made

    @pytest.mark.parametrize(
        ("body", "code", "field"),
        [
            ({"slug": "In Digo"}, "invalid", "slug"),
            ({"slug": "x" * 61}, "max_length", "slug"),
            ({"mode": "sandbox"}, "invalid_choice", "mode"),
            ({"title": "x" * 201}, "max_length", "title"),
            ({"text": "x" * 5001}, "max_length", "text"),
            ({"feilds": []}, "unknown_field", "feilds"),
            ({"fields": {}}, "not_a_list", "fields"),
            ({"fields": [EMAIL, EMAIL]}, "asked_twice", "fields"),
            ({"fields": [{"kind": "text", "label": "?"}] * 31}, "max_length", "fields"),
            ({"fields": [{"kind": "colour"}]}, "invalid_choice", "fields.0.kind"),
            ({"fields": [EMAIL, {"kind": "text"}]}, "blank", "fields.1.label"),
            ({"fields": [{"kind": "text", "label": " "}]}, "blank", "fields.0.label"),
            ({"fields": [{**WHERE, "choices": ["A", " A "]}]}, "too_few_choices",
             "fields.0.choices"),
            ({"fields": [{**WHERE, "choices": [f"{n}{'x' * 190}" for n in range(40)]}]},
             "max_length", "fields.0.choices"),
            ({"fields": [{"kind": "text", "lable": "?"}]}, "unknown_field", "fields.0.lable"),
        ],
    )  # fmt: skip
    def test_what_cannot_be_is_told_by_field_and_nothing_is_kept(
        self, script: Caller, draft: OrderForm, body: Any, code: str, field: str
    ) -> None:
        for said in (
            script.refused(FORMS, {"product": draft.product.uid, **body}, code),
            not_changed(script, path_to(draft), body, code),
        ):
            assert field in said["errors"], said
        assert OrderForm.objects.count() == 1
        assert draft.fields.count() == 6

    def test_an_address_is_taken_also_by_a_stranger(
        self, script: Caller, draft: OrderForm, stranger: Seller
    ) -> None:
        theirs = catalogue.create_product(
            account=stranger.account, name="Theirs", price={"amount": 100}, resources=[]
        )
        make_form(theirs, "indigo")
        for said in (
            script.refused(FORMS, {"product": draft.product.uid, "slug": "indigo"}, "slug_taken"),
            not_changed(script, path_to(draft), {"slug": "indigo"}, "slug_taken"),
        ):
            assert said["errors"].keys() == {"slug"}
        assert changed(script, path_to(draft), slug="dyeing")["slug"] == "dyeing", "its own"

    def test_only_what_is_ours_and_for_sale_is_sold(
        self, script: Caller, product: Product, stranger: Seller
    ) -> None:
        theirs = catalogue.create_product(
            account=stranger.account, name="Theirs", price={"amount": 100}, resources=[]
        )
        for uid in (theirs.uid, "prd_nobody"):
            script.refused(FORMS, {"product": uid}, "unknown_product")
        script.refused(FORMS, {}, "required")
        catalogue.archive(product)
        script.refused(FORMS, {"product": product.uid}, "not_for_sale")

    def test_an_address_may_be_taken_between_the_look_and_the_save(
        self, script: Caller, product: Product, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def taken(*_args: Any) -> None:
            raise IntegrityError

        monkeypatch.setattr(publishing, "save", taken)
        said = script.refused(FORMS, {"product": product.uid, "slug": "indigo"}, "slug_taken")
        assert said["errors"]["slug"] == ["This address is already taken. Choose another one."]


class TestChanging:
    def test_what_is_left_out_stays(self, script: Caller, draft: OrderForm) -> None:
        before = script.get(path_to(draft))
        assert changed(script, path_to(draft)) == before
        said = changed(script, path_to(draft), title="Indigo", slug="indigo")
        assert said == {**before, "title": "Indigo", "slug": "indigo", "url": said["url"]}
        assert changed(script, path_to(draft), slug="")["slug"] == "indigo"

    def test_a_field_that_stays_keeps_its_row(self, script: Caller, draft: OrderForm) -> None:
        """Pages that are open at a buyer's name it by its key."""
        keys = dict(draft.fields.values_list("kind", "pk"))
        again = {"kind": "choice", "label": WHERE["label"], "choices": ["Delhi", "Pune"]}
        said = changed(
            script, path_to(draft),
            fields=[again, {"kind": "email", "label": "Your address"}, {"kind": "name"}],
        )  # fmt: skip
        assert kinds(said) == ["choice", "email", "name"]
        now = draft.fields.values_list("kind", "pk")
        assert dict(now) == {kind: keys[kind] for kind in ("choice", "email", "name")}

    def test_what_was_read_may_be_sent_back(self, script: Caller, draft: OrderForm) -> None:
        before = script.get(path_to(draft))
        keys = list(draft.fields.values_list("pk", "label"))
        assert changed(script, path_to(draft), fields=before["fields"]) == before
        assert list(draft.fields.values_list("pk", "label")) == keys

    def test_an_open_form_must_stay_able_to_take_payments(
        self, script: Caller, form: OrderForm
    ) -> None:
        body = {"title": "Changed", "fields": [WHERE]}
        not_changed(script, path_to(form), body, "email_required")
        not_changed(script, path_to(form), {"mode": "live"}, "no_gateway", 409)
        now = script.get(path_to(form))
        shape(now, title="Natural Dyeing Masterclass", mode="test", published=True)
        assert len(now["fields"]) == 6
        shape(changed(script, path_to(form), title="Indigo"), title="Indigo", published=True)

    def test_and_razorpay_must_agree_to_another_product(
        self, script: Caller, form: OrderForm
    ) -> None:
        other = catalogue.create_product(
            account=form.account, name="Circle", price=PLAN, resources=[]
        )
        said = {"error": {"code": "BAD_REQUEST_ERROR", "description": "No plans for you."}}
        with responses.RequestsMock() as wire:
            wire.post(PLANS, status=400, json=said)
            body = {"product": other.uid}
            told = not_changed(script, path_to(form), body, "razorpay_refused", 502)
        assert "No plans for you." in told["detail"]
        assert script.get(path_to(form))["product"] == form.product.uid

    def test_a_draft_may_be_anything(self, script: Caller, draft: OrderForm) -> None:
        shape(changed(script, path_to(draft), mode="live", fields=[WHERE]), mode="live")

    def test_who_published_it_meanwhile_is_not_undone(
        self, script: Caller, draft: OrderForm, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        real = publishing.save

        def and_then(form: OrderForm, asked: Any) -> None:
            publishing.publish(OrderForm.objects.get(pk=draft.pk))
            real(form, asked)

        monkeypatch.setattr(publishing, "save", and_then)
        assert changed(script, path_to(draft), title="Indigo")["published"] is True


class TestPublishing:
    def test_it_is_opened_taken_back_and_put_away(
        self, script: Caller, client: Client, seller: Seller, draft: OrderForm
    ) -> None:
        client.force_login(seller.user)
        for verb, is_open, status in [
            ("publish", True, 200), ("publish", True, 200), ("unpublish", False, 404),
            ("unpublish", False, 404), ("publish", True, 200), ("archive", False, 404),
            ("archive", False, 404),
        ]:  # fmt: skip
            assert done(script, path_to(draft, verb))["published"] is is_open
            assert client.get(draft.public_path).status_code == status
        said = "Through the API: Order form “Natural Dyeing Masterclass” "
        rows = AuditEntry.objects.filter(user=None).order_by("pk")
        assert [str(row.what) for row in rows if str(row.what).startswith(said)] == [
            f"{said}published at /f/dyeing/.", f"{said}taken back (/f/dyeing/).",
            f"{said}published at /f/dyeing/.", f"{said}archived (/f/dyeing/).",
        ]  # fmt: skip

    def test_without_the_email_field_it_is_refused(self, script: Caller, draft: OrderForm) -> None:
        draft.fields.filter(kind=FormField.Kind.EMAIL).delete()
        said = script.refused(path_to(draft, "publish"), {}, "email_required")
        assert said["detail"] == "Without the e-mail field this form cannot take payments."

    def test_so_is_what_cannot_be_sold(self, script: Caller, draft: OrderForm) -> None:
        path = path_to(draft, "publish")
        OrderForm.objects.update(mode="live")
        script.refused(path, {}, "no_gateway", 409)
        OrderForm.objects.update(mode="test")
        catalogue.change_price(draft.product, {**PLAN, "charged_by": "raseed", "trial_days": 7})
        script.refused(path, {}, "no_trial")
        catalogue.archive(draft.product)
        script.refused(path, {}, "not_for_sale")
        publishing.archive(draft)
        script.refused(path, {}, "archived", 409)
        assert OrderForm.objects.get().published_at is None

    @pytest.mark.parametrize(
        ("status", "code", "answer"),
        [(401, "keys_refused", 502), (400, "razorpay_refused", 502),
         (429, "razorpay_unavailable", 503), (502, "plan_in_doubt", 503)],
    )  # fmt: skip
    def test_so_is_what_razorpay_does_not_agree_to(
        self, script: Caller, draft: OrderForm, status: int, code: str, answer: int
    ) -> None:
        catalogue.change_price(draft.product, PLAN)
        with responses.RequestsMock(assert_all_requests_are_fired=False) as wire:
            said = {"error": {"code": "BAD_REQUEST_ERROR", "description": "No."}}
            wire.post(PLANS, status=status, json=said)
            wire.get(PLANS, status=status, json=said)
            response = script.post(path_to(draft, "publish"), {})
        problem(response, code, answer)
        assert response.get("Retry-After") == ("60" if answer == 503 else None)
        assert OrderForm.objects.get().published_at is None

    def test_the_log_of_the_page_names_the_person(
        self, client: Client, seller: Seller, draft: OrderForm
    ) -> None:
        client.force_login(seller.user)
        for verb in ("publish", "take-back", "archive"):
            client.post(f"/forms/{draft.uid}/{verb}/")
        said = "Order form “Natural Dyeing Masterclass” "
        rows = AuditEntry.objects.filter(user=seller.user).order_by("pk")
        assert [str(row.what) for row in rows][-3:] == [
            f"{said}published at /f/dyeing/.", f"{said}taken back (/f/dyeing/).",
            f"{said}archived (/f/dyeing/).",
        ]  # fmt: skip


def test_a_stranger_finds_and_changes_nothing(their_script: Caller, draft: OrderForm) -> None:
    not_changed(their_script, path_to(draft), {"title": "x"}, "not_found", 404)
    for verb in ("publish", "unpublish", "archive"):
        their_script.refused(path_to(draft, verb), {}, "not_found", 404)
    their_script.refused(FORMS, {"product": draft.product.uid}, "unknown_product")
    assert script_sees(draft) == ("", None, None)


def script_sees(form: OrderForm) -> tuple[str, Any, Any]:
    form.refresh_from_db()
    return form.title, form.published_at, form.archived_at
