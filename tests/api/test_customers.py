"""Customers through the API: shown, corrected, merged."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.models import Account, AuditEntry
from accounts.sellers import Seller
from gateways.models import Gateway
from orders import correcting, folding
from orders.models import Customer, Mail, Order
from tests.api.caller import ISO, Caller, problem, shape
from tests.api.changes import changed, done, not_changed, patch
from tests.api.shop import sell_to

OLD, NEW = "ananya.iyer@example.com", "ananya@example.com"


@pytest.fixture
def other(account: Account) -> Customer:
    return Customer.objects.create(account=account, email="ananya@work.example", phone="+91 98")


@pytest.fixture
def theirs(stranger: Seller) -> Customer:
    return Customer.objects.create(account=stranger.account, email=NEW, name="Ravi")


def path_to(customer: Customer, verb: str = "") -> str:
    return f"customers/{customer.uid}" + (f"/{verb}" if verb else "")


def test_a_customer_says_which_addresses_it_had(script: Caller, customer: Customer) -> None:
    for address in (NEW, "third@example.com"):
        correcting.change_email(customer, address, None)
    shown = script.get(path_to(customer))
    shape(
        shown, id=customer.uid, mode=None, email="third@example.com", former_emails=[NEW, OLD],
        name="Ananya Iyer", phone="",
    )  # fmt: skip
    assert ISO.fullmatch(shown["created_at"])
    assert script.one("customers") == shown


class TestCorrecting:
    def test_what_is_given_is_changed(self, script: Caller, customer: Customer) -> None:
        said = changed(script, path_to(customer), email=f" {NEW.upper()} ", phone="+91 98401")
        shape(said, email=NEW, former_emails=[OLD], phone="+91 98401", name="Ananya Iyer")
        shape(changed(script, path_to(customer), name="Ananya R."), name="Ananya R.", email=NEW)
        shape(changed(script, path_to(customer), name="", phone=""), name="", phone="")

    def test_both_addresses_are_told_once_and_the_log_says_how(
        self, script: Caller, customer: Customer
    ) -> None:
        for _ in range(2):
            changed(script, path_to(customer), email=NEW)
        assert sorted(Mail.objects.values_list("kind", flat=True)) == [
            "email_changed", "email_former",
        ]  # fmt: skip
        entry = AuditEntry.objects.order_by("-pk")[0]
        said = f"E-mail of customer {customer.uid} changed from {OLD} to {NEW}."
        assert (entry.user, str(entry.what)) == (None, f"Through the API: {said}")

    def test_nothing_given_changes_nothing(self, script: Caller, customer: Customer) -> None:
        shape(changed(script, path_to(customer)), email=OLD, former_emails=[], name="Ananya Iyer")
        assert not Mail.objects.exists()

    @pytest.mark.parametrize(
        "email",
        [None, "", "nobody", "void@razorpay.com", 7, ["a@b.example"], "a\0@b.example",
         "\ud800@b.example", "x" * 250 + "@b.example"],
    )  # fmt: skip
    def test_what_is_no_address_is_refused_and_the_rest_with_it(
        self, script: Caller, customer: Customer, email: Any
    ) -> None:
        body = {"email": email, "name": "Changed"}
        said = not_changed(script, path_to(customer), body, "email_required")
        assert said["errors"].keys() == {"email"}
        customer.refresh_from_db()
        assert (customer.email, customer.name) == (OLD, "Ananya Iyer")

    def test_the_address_of_another_is_refused_and_the_rest_with_it(
        self, script: Caller, customer: Customer, other: Customer
    ) -> None:
        body = {"email": other.email, "name": "Changed"}
        said = not_changed(script, path_to(customer), body, "email_taken")
        assert other.uid in said["detail"]
        customer.refresh_from_db()
        assert (customer.email, customer.name) == (OLD, "Ananya Iyer")

    def test_so_is_the_former_address_of_another(
        self, script: Caller, customer: Customer, other: Customer
    ) -> None:
        former = other.email
        correcting.change_email(other, NEW, None)
        not_changed(script, path_to(customer), {"email": former}, "email_is_alias")

    def test_the_same_address_at_another_business_is_free(
        self, script: Caller, customer: Customer, theirs: Customer
    ) -> None:
        shape(changed(script, path_to(customer), email=theirs.email), email=NEW)

    @pytest.mark.parametrize(
        ("body", "code"),
        [
            ({"e-mail": NEW}, "unknown_field"),
            ({"id": "cus_1"}, "unknown_field"),
            ({"name": "x" * 151}, "max_length"),
            ({"phone": "1" * 31}, "max_length"),
            ({"name": None}, "null"),
            ({"name": "\0"}, "null_characters_not_allowed"),
            ([], "invalid"),
        ],
    )
    def test_what_cannot_be_is_told_by_field(
        self, script: Caller, customer: Customer, body: Any, code: str
    ) -> None:
        not_changed(script, path_to(customer), body, code)


class TestMerging:
    def test_the_one_who_stays_is_shown_with_everything(
        self, script: Caller, order: Order, other: Customer
    ) -> None:
        kept = order.customer
        said = done(script, path_to(other, "merge"), other=kept.uid)
        shape(
            said, id=other.uid, email=other.email, former_emails=[kept.email],
            name="Ananya Iyer", phone="+91 98",
        )  # fmt: skip
        assert script.one("orders")["customer"]["id"] == other.uid
        assert str(AuditEntry.objects.order_by("-pk")[0].what).startswith("Through the API: Cust")

    def test_the_former_id_shows_who_stayed(
        self, script: Caller, customer: Customer, other: Customer
    ) -> None:
        done(script, path_to(customer, "merge"), other=other.uid)
        assert script.get(path_to(other))["id"] == customer.uid
        shape(changed(script, path_to(other), name="A."), id=customer.uid, name="A.")

    def test_asked_again_it_is_done_already(
        self, script: Caller, customer: Customer, other: Customer
    ) -> None:
        first = done(script, path_to(customer, "merge"), other=other.uid)
        entries = AuditEntry.objects.count()
        assert done(script, path_to(customer, "merge"), other=other.uid) == first
        assert AuditEntry.objects.count() == entries

    def test_a_customer_with_itself_is_refused(self, script: Caller, customer: Customer) -> None:
        body = {"other": customer.uid}
        script.refused(path_to(customer, "merge"), body, "same_customer")

    def test_who_is_not_there_is_unknown(
        self, script: Caller, customer: Customer, theirs: Customer
    ) -> None:
        for uid in ("cus_nobody", theirs.uid, OLD):
            script.refused(path_to(customer, "merge"), {"other": uid}, "unknown_customer")
        assert Customer.objects.filter(pk=theirs.pk).exists()

    def test_who_was_merged_a_moment_ago_is_unknown(
        self, script: Caller, customer: Customer, other: Customer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        real = folding.folded

        def gone(kept: Customer, other: Customer, user: None) -> Customer:
            Customer.objects.filter(pk=other.pk).delete()
            return real(kept, other, user)

        monkeypatch.setattr(folding, "folded", gone)
        body = {"other": other.uid}
        script.refused(path_to(customer, "merge"), body, "unknown_customer")

    @pytest.mark.parametrize(
        ("body", "code"),
        [
            ({}, "required"), ({"other": ""}, "blank"), ({"othr": "cus_1"}, "unknown_field"),
            ({"other": "\0"}, "null_characters_not_allowed"), ({"other": None}, "null"),
        ],
    )  # fmt: skip
    def test_without_the_other_it_is_refused(
        self, script: Caller, customer: Customer, body: Any, code: str
    ) -> None:
        script.refused(path_to(customer, "merge"), body, code)


def test_a_stranger_finds_and_changes_nothing(
    their_script: Caller, customer: Customer, other: Customer, theirs: Customer
) -> None:
    not_changed(their_script, path_to(customer), {"name": "x"}, "not_found", 404)
    their_script.refused(path_to(customer, "merge"), {"other": other.uid}, "not_found", 404)
    body = {"other": customer.uid}
    their_script.refused(path_to(theirs, "merge"), body, "unknown_customer")
    assert Customer.objects.count() == 3


def test_without_a_token_nothing_is_changed(customer: Customer, other: Customer) -> None:
    nobody = Caller("wrong")
    problem(patch(nobody, path_to(customer), {"name": "x"}), "authentication_failed", 401)
    nobody.refused(path_to(customer, "merge"), {"other": other.uid}, "authentication_failed", 401)
    assert not Customer.objects.filter(name="x").exists()


@pytest.mark.parametrize("uid", ["cus_nobody", "%00", "x" * 300])
def test_what_is_no_customer_is_not_found(script: Caller, account: Account, uid: str) -> None:
    problem(script.ask(f"customers/{uid}/"), "not_found", 404)
    not_changed(script, f"customers/{uid}", {"name": "x"}, "not_found", 404)


def test_many_cost_as_much_as_one(
    script: Caller, gateway: Gateway, product: Any, django_assert_num_queries: Any
) -> None:
    for number in range(4):
        buyer = sell_to(gateway, product, number)
        correcting.change_email(buyer, f"new{number}@example.com", None)
    with django_assert_num_queries(5):
        listed = script.get("customers")["results"]
    assert [len(row["former_emails"]) for row in listed] == [1] * 4
