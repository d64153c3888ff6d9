"""Making a seller, and the ids that people and scripts see."""

from __future__ import annotations

import pytest
from django.db import IntegrityError
from django.test import Client

from accounts import sellers
from accounts.fields import ALPHABET, UidField
from accounts.models import Account, ApiToken, AuditEntry, Membership, User
from accounts.sellers import Seller
from tests.scripts import Api


def test_a_seller_owns_an_account_and_may_call_the_api(seller: Seller) -> None:
    membership = Membership.objects.get()
    assert (membership.account, membership.user) == (seller.account, seller.user)
    assert membership.role == Membership.Role.OWNER
    assert not seller.user.is_staff
    assert not seller.user.is_superuser
    assert str(AuditEntry.objects.get().what) == "Account made."
    assert Api(seller.api_token).get("orders")["results"] == []


@pytest.mark.parametrize("email", ["meera@example.com", " MEERA@Example.com"])
def test_an_address_signs_in_to_one_account(seller: Seller, email: str) -> None:
    with pytest.raises(sellers.EmailTaken, match=r"meera@example\.com signs in here already"):
        sellers.create(email=email, business="Again", password="pw")
    assert Account.objects.count() == User.objects.count() == 1


def test_an_account_has_one_token(seller: Seller) -> None:
    with pytest.raises(IntegrityError):
        ApiToken.objects.create(user=seller.user, account=seller.account)


def test_a_seller_in_a_log_does_not_show_the_token(seller: Seller) -> None:
    assert seller.api_token not in repr(seller)


def call(header: str) -> int:
    return Client(headers={"Authorization": header}).get("/api/v1/orders/").status_code


def test_only_the_whole_token_opens_the_api(seller: Seller) -> None:
    token = seller.api_token
    digest = ApiToken.objects.get().digest
    assert call(f"Bearer {token}") == 200
    for wrong in (token[:-1], token + "0", token[:15], digest, token.swapcase(), "", "é", "a b"):
        assert call(f"Bearer {wrong}") == 401
    assert call(f"Token {token}") == 401


@pytest.mark.parametrize("change", ["removed", "switched off"])
def test_the_token_ends_with_its_owner(seller: Seller, change: str) -> None:
    if change == "removed":
        Membership.objects.all().delete()
    else:
        User.objects.update(is_active=False)
    assert call(f"Bearer {seller.api_token}") == 401


def test_people_are_found_and_kept_under_one_form_of_their_address(db: None) -> None:
    asha = User.objects.create_user(" Asha@Example.COM ", "pw")
    assert asha.email == "asha@example.com"
    assert User.objects.get_by_natural_key("ASHA@example.com") == asha


@pytest.mark.parametrize(
    ("name", "initials"), [("Meera Joshi", "MJ"), ("", "M"), ("A b c", "AB"), ("मीरा जोशी", "मज")]
)
def test_the_badge_shows_initials(name: str, initials: str) -> None:
    assert User(email="meera@example.com", name=name).initials == initials


def test_an_id_says_what_it_names_and_is_random() -> None:
    made = {UidField(prefix="ord").make() for _ in range(500)}
    assert len(made) == 500
    for uid in made:
        prefix, _, random = uid.partition("_")
        assert prefix == "ord"
        assert len(random) == 16
        assert set(random) <= set(ALPHABET)


def test_an_id_can_be_read_aloud() -> None:
    assert not set("ilou") & set(ALPHABET)
    assert len(set(ALPHABET)) == len(ALPHABET) == 32
