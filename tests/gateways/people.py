"""Who looks at the pages of this room, and at what."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Membership, User
from accounts.sellers import Seller
from accounts.sentences import say
from gateways import problems, rotation
from gateways.models import Gateway, Problem, Refusal, Sighting
from tests.conftest import make_gateway

Role = Membership.Role
Who = Callable[[str], Client]


@pytest.fixture
def signed_in(seller: Seller, stranger: Seller) -> Who:
    """A browser of Meera, of her staff, of her bookkeeper, or of a stranger."""

    def sign_in(who: str) -> Client:
        client = Client()
        if who == "owner":
            client.force_login(seller.user)
        elif who == "stranger":
            client.force_login(stranger.user)
        else:
            person = User.objects.create_user(f"{who}@example.com", "pw", name=who)
            Membership.objects.create(account=seller.account, user=person, role=who)
            client.force_login(person)
        return client

    return sign_in


@pytest.fixture
def meera(signed_in: Who) -> Client:
    return signed_in("owner")


@pytest.fixture
def busy(gateway: Gateway) -> Gateway:
    """A gateway of which every part of the page has something to say."""
    now = timezone.now()
    rotation.rotate(gateway, None)
    Sighting.objects.create(gateway=gateway, type="order.paid", first_at=now, last_at=now)
    for reason in Refusal.Reason.values:
        Refusal.objects.create(gateway=gateway, reason=reason, count=2, first_at=now, last_at=now)
    for kind in Problem.Kind.values:
        problems.report(
            gateway, Problem.Kind(kind), what=say("What."), mend=say("Mend."), subject="7"
        )
    make_gateway(gateway.account, "live")
    return gateway
