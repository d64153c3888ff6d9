"""Who belongs to which account, and what a role allows."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from accounts.access import member_required, owner_required
from accounts.models import Account, Membership, User
from accounts.sellers import Seller

Role = Membership.Role


def request_of(membership: Membership | None) -> HttpRequest:
    request = RequestFactory().get("/")
    request.user = membership.user if membership else User()
    request.membership = membership  # type: ignore[attr-defined]
    request.account = membership.account if membership else None  # type: ignore[attr-defined]
    return request


def page(request: HttpRequest) -> HttpResponse:
    return HttpResponse("in")


@pytest.fixture
def member(account: Account) -> Membership:
    person = User.objects.create_user("ravi@example.com", "pw")
    return Membership.objects.create(account=account, user=person, role=Role.STAFF)


@pytest.mark.parametrize("role", Role.values)
def test_every_member_sees_what_is_for_members(member: Membership, role: str) -> None:
    member.role = role
    assert member_required(page)(request_of(member)).content == b"in"


@pytest.mark.parametrize("role", [Role.STAFF, Role.READ_ONLY])
def test_keys_and_secrets_are_for_owners_alone(member: Membership, role: str) -> None:
    member.role = role
    assert not member.may_manage
    with pytest.raises(PermissionDenied, match="Only an owner"):
        owner_required(page)(request_of(member))


def test_an_owner_manages(member: Membership) -> None:
    member.role = Role.OWNER
    assert member.may_manage
    assert owner_required(page)(request_of(member)).content == b"in"


@pytest.mark.parametrize("guard", [member_required, owner_required])
def test_a_guard_lets_nobody_in_whom_the_middleware_has_not_seen(guard: object) -> None:
    assert callable(guard)
    bare = request_of(None)
    del bare.membership, bare.account  # type: ignore[attr-defined]
    assert guard(page)(bare).status_code == 403


def test_who_belongs_to_no_account_is_told_so_and_can_leave(client: Client, db: None) -> None:
    client.force_login(User.objects.create_user("nobody@example.com", "pw"))
    for path in ("/settings/gateways/", "/settings/gateways/add/razorpay/", "/events/"):
        response = client.get(path)
        assert response.status_code == 403
        assert "You belong to no account" in response.content.decode()
    assert client.post("/accounts/logout/").status_code == 302


def test_a_removed_member_is_out_with_the_next_page(client: Client, member: Membership) -> None:
    client.force_login(member.user)
    assert client.get("/settings/gateways/").status_code == 200
    member.delete()
    assert client.get("/settings/gateways/").status_code == 403


def test_a_lowered_role_counts_with_the_next_page(client: Client, seller: Seller) -> None:
    client.force_login(seller.user)
    assert client.get("/settings/gateways/add/razorpay/").status_code == 200
    Membership.objects.update(role=Role.READ_ONLY)
    assert client.get("/settings/gateways/add/razorpay/").status_code == 403


def test_a_person_of_two_accounts_works_in_the_first(
    client: Client, seller: Seller, stranger: Seller
) -> None:
    Membership.objects.create(account=stranger.account, user=seller.user, role=Role.READ_ONLY)
    client.force_login(seller.user)
    response = client.get("/settings/gateways/")
    assert response.context["request"].account == seller.account


def test_nobody_has_two_roles_in_one_account(member: Membership) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Membership.objects.create(account=member.account, user=member.user, role=Role.OWNER)
