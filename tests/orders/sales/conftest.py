"""Who looks at the pages of sales."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.sellers import Seller

See = Callable[..., str]


@pytest.fixture
def meera(seller: Seller) -> Client:
    client = Client()
    client.force_login(seller.user)
    return client


@pytest.fixture
def charlie(stranger: Seller) -> Client:
    client = Client()
    client.force_login(stranger.user)
    return client


@pytest.fixture
def see(meera: Client) -> See:
    """A page as Meera sees it."""

    def page(url: str, **query: Any) -> str:
        response = meera.get(url, query)
        assert response.status_code == 200
        return response.content.decode()

    return page
