"""A seller's script: what the API says."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.test import Client

from orders.models import Product

EMAIL = "ananya.iyer@example.com"


class Api:
    """A seller's script."""

    def __init__(self, token: str) -> None:
        self.client = Client(headers={"Authorization": f"Bearer {token}"})

    def get(self, path: str, **query: str) -> Any:
        response = self.client.get(f"/api/v1/{path}/", query)
        assert response.status_code == 200, response.content
        return response.json()

    def one(self, path: str, **query: str) -> Any:
        (found,) = self.get(path, **query)["results"]
        return found

    def access(self, product: Product) -> Any:
        resource = product.resources.order_by("pk")[0]
        return self.get("access", email=EMAIL, resource=resource.uid)


def iso(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat().replace("+00:00", "Z")
