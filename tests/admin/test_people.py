"""Operators make and mend people and accounts."""

from __future__ import annotations

from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.cache import cache
from django.test import Client

from accounts.models import Account, Membership, User
from accounts.sellers import Seller

PASSWORDS = {"password1": "tamarind-42", "password2": "tamarind-42"}


@pytest.fixture(autouse=True)
def _fresh_counts(db: None) -> None:
    """Sign-in limits are counted in the cache."""
    cache.clear()


def test_an_address_is_kept_in_its_one_form(desk: Client) -> None:
    desk.post("/admin/accounts/user/add/", {"email": " Asha@Example.COM ", **PASSWORDS})
    assert User.objects.get(email="asha@example.com").check_password("tamarind-42")


def test_an_address_in_other_letters_is_taken(desk: Client, seller: Seller) -> None:
    response = desk.post("/admin/accounts/user/add/", {"email": "MEERA@example.com", **PASSWORDS})
    assert response.status_code == 200
    assert "email" in response.context["adminform"].form.errors
    assert User.objects.filter(email__iexact="meera@example.com").count() == 1


def test_whose_address_changes_signs_in_with_the_new_one_alone(
    desk: Client, client: Client, owner: User
) -> None:
    """allauth noted the old one when a link was asked for, and would let it in for ever."""
    old = {"login": "meera@example.com", "password": "pw"}
    client.post("/accounts/password/reset/", {"email": "meera@example.com"})
    assert EmailAddress.objects.get().email == "meera@example.com"
    form = {"email": "Joshi@example.com", "name": "Meera", "is_active": "on"}
    assert desk.post(f"/admin/accounts/user/{owner.pk}/change/", form).status_code == 302
    assert client.post("/accounts/login/", old).status_code == 200
    assert client.post("/accounts/login/", {**old, "login": "joshi@example.com"}).status_code == 302
    client.post("/accounts/password/reset/", {"email": "meera@example.com"})
    assert len(mail.outbox) == 1


def test_an_account_is_made_with_its_first_member(desk: Client, owner: User) -> None:
    inline: dict[str, Any] = {
        "TOTAL_FORMS": "1",
        "INITIAL_FORMS": "0",
        "0-user": owner.pk,
        "0-role": "staff",
    }
    form = {"name": "Second shop", "time_zone": "Asia/Kolkata", "language": "hi"}
    form["keep_bodies_days"] = "180"
    form |= {f"memberships-{name}": value for name, value in inline.items()}
    assert desk.post("/admin/accounts/account/add/", form).status_code == 302
    made = Membership.objects.get(account__name="Second shop")
    assert (made.user, made.role) == (owner, Membership.Role.STAFF)


def test_an_unknown_time_zone_is_refused(desk: Client, account: Account) -> None:
    inline = {"memberships-TOTAL_FORMS": "0", "memberships-INITIAL_FORMS": "0"}
    form = {"name": "X", "time_zone": "Asia/Atlantis", "language": "en", **inline}
    response = desk.post(f"/admin/accounts/account/{account.pk}/change/", form)
    assert response.status_code == 200
    assert "time_zone" in response.context["adminform"].form.errors


def test_a_seller_with_books_cannot_be_deleted(desk: Client, seller: Seller) -> None:
    """Her token and her audit trail would go, and nobody may delete those."""
    for path in (f"account/{seller.account.pk}", f"user/{seller.user.pk}"):
        assert desk.post(f"/admin/accounts/{path}/delete/", {"post": "yes"}).status_code == 403
    assert Account.objects.filter(pk=seller.account.pk).exists()
    assert User.objects.filter(pk=seller.user.pk).exists()
