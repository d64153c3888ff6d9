"""A seller's shop on a real installation, spoken to as scripts speak to it."""

from __future__ import annotations

from typing import Any

import requests

from tests.journeys.installation import SANDBOX_KEY, SANDBOX_SECRET, Installation, eventually

EMAIL = "ananya@example.com"


class Shop:
    """A seller whose gateway is connected and whose webhook is set up at the sandbox."""

    def __init__(
        self, installation: Installation, keys: tuple[str, str] = (SANDBOX_KEY, SANDBOX_SECRET)
    ) -> None:
        self.installation = installation
        seller = installation.manage(
            "create_seller", "meera@example.com", "--business", "Dastakari", "--json"
        )
        self.token, self.password = seller["api_token"], seller["password"]
        self.gateway = installation.manage(
            "connect_razorpay", seller["account"], "--key-id", keys[0], "--json",
            env={"RAZORPAY_KEY_SECRET": keys[1]},
        )  # fmt: skip
        installation.switch(
            "webhooks",
            key_id=keys[0],
            url=self.gateway["webhook_url"],
            secret=self.gateway["webhook_secret"],
            events="all",
        )

    def call(self, method: str, path: str, **options: Any) -> Any:
        response = requests.request(
            method,
            f"{self.installation.url}/api/v1/{path}/",
            headers={"Authorization": f"Bearer {self.token}"},
            timeout=30,
            **options,
        )
        assert response.ok, response.text
        return response.json()

    def product(self, **terms: Any) -> Any:
        resource = {"title": "Videos", "url": "https://example.com/videos"}
        return self.call(
            "POST", "products", json={"name": "Course", "resources": [resource], **terms}
        )

    def access(self, product: Any, email: str = EMAIL) -> Any:
        query = {"email": email, "resource": product["resources"][0]["id"]}
        return self.call("GET", "access", params=query)

    def until(self, product: Any, email: str = EMAIL, **expected: Any) -> Any:
        """Wait until the access answer says this."""

        def answer() -> Any:
            said = self.access(product, email)
            return said if said.items() >= expected.items() else None

        return eventually(answer, self.installation)
