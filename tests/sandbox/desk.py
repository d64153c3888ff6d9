"""A person at the desk: presses switches, calls the API, reads the books."""

from typing import Any

import razorpay
import requests

from sandbox.server import Sandbox

Doc = dict[str, Any]

TEST_KEYS = ("rzp_test_sandbox0000001", "sandbox-secret")
LIVE_KEYS = ("rzp_live_sandbox0000001", "sandbox-live-secret")
MONTHLY = {
    "period": "monthly",
    "interval": 1,
    "item": {"name": "Gold", "amount": 99_900, "currency": "INR"},
}


class Desk:
    def __init__(self, sandbox: Sandbox, session: requests.Session) -> None:
        self.sandbox = sandbox
        self.url = sandbox.url
        self.session = session
        self.client = self.client_with(TEST_KEYS)

    def client_with(self, keys: tuple[str, str]) -> Any:
        """The official client, unchanged."""
        return razorpay.Client(session=self.session, auth=keys, base_url=self.url)

    def call(self, method: str, path: str, **options: Any) -> requests.Response:
        options.setdefault("auth", TEST_KEYS)
        options.setdefault("timeout", 10)
        return self.session.request(method, f"{self.url}{path}", **options)

    def error(self, method: str, path: str, status: int = 400, **options: Any) -> Doc:
        answer = self.call(method, path, **options)
        assert answer.status_code == status, answer.text
        found: Doc = answer.json()["error"]
        return found

    def switch(self, path: str, **body: Any) -> requests.Response:
        return self.session.post(f"{self.url}/sandbox/{path}", json=body, timeout=30)

    def press(self, path: str, **body: Any) -> Doc:
        answer = self.switch(path, **body)
        assert answer.status_code == 200, answer.text
        found: Doc = answer.json()
        return found

    def refused(self, path: str, code: int = 400, **body: Any) -> str:
        answer = self.switch(path, **body)
        assert answer.status_code == code, answer.text
        return str(answer.json()["error"])

    def read(self, path: str) -> Doc:
        answer = self.session.get(f"{self.url}/sandbox/{path}", timeout=10)
        assert answer.status_code == 200, answer.text
        found: Doc = answer.json()
        return found

    def happens(self, path: str, **body: Any) -> list[str]:
        """The names of the events that a switch caused, in order."""
        return [event["event"] for event in self.press(path, **body)["events"]]

    def bodies(self, path: str, **body: Any) -> list[Doc]:
        """The events that a switch caused, as they are sent."""
        caused = [event["id"] for event in self.press(path, **body)["events"]]
        return [event for event in self.all_events() if event["id"] in caused]

    def all_events(self) -> list[Doc]:
        return self.read("events?count=100000")["events"]  # type: ignore[no-any-return]

    def order(self, **fields: Any) -> Doc:
        wanted = {"amount": 50_000, "currency": "INR"} | fields
        found: Doc = self.client.order.create(wanted)
        return found

    def paid_order(self, **how: Any) -> tuple[Doc, Doc]:
        order = self.order()
        done = self.press(f"orders/{order['id']}/pay", **how)
        return done["order"], done["payment"]

    def subscription(self, *, plan: Doc | None = None, **fields: Any) -> Doc:
        made = self.client.plan.create(plan or MONTHLY)
        wanted = {"plan_id": made["id"], "total_count": 12} | fields
        found: Doc = self.client.subscription.create(wanted)
        return found

    def active_subscription(self, **fields: Any) -> Doc:
        subscription = self.subscription(**fields)
        done = self.press(f"subscriptions/{subscription['id']}/pay", email="meera@example.com")
        found: Doc = done["subscription"]
        return found

    def now(self) -> int:
        return int(self.read("clock")["now"])

    def wait_out_the_lag(self) -> None:
        self.press("clock", seconds=121)
