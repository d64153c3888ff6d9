"""GET events: what became of a delivery, by the header that Razorpay sent with it."""

from __future__ import annotations

import pytest

from gateways.models import Gateway
from orders.models import Order
from tests.api.caller import ISO, Caller, problem, shape
from tests.conftest import Razorpay
from tests.samples import sample
from webhooks import work
from webhooks.models import Event

pytestmark = pytest.mark.usefixtures("that_day")


def test_an_event_is_followed_by_its_header_from_received_to_processed(
    script: Caller, order: Order, razorpay: Razorpay
) -> None:
    razorpay.post(sample("payment.captured"), event_id="evt_RsdHeader00001")
    waiting = script.one("events", event_id="evt_RsdHeader00001")
    shape(
        waiting, event_id="evt_RsdHeader00001", kind="webhook", type="payment.captured",
        mode="test", status="received", outcome="", attempts=0, order=None, processed_at=None,
    )  # fmt: skip
    assert isinstance(waiting["id"], str)
    assert ISO.fullmatch(waiting["received_at"])
    work.work()
    done = script.get(f"events/{waiting['id']}")
    shape(done, id=waiting["id"], status="processed", attempts=1, order=order.uid)
    assert order.uid in done["outcome"]
    assert ISO.fullmatch(done["processed_at"])


def test_one_header_with_other_bytes_is_another_event(
    script: Caller, order: Order, razorpay: Razorpay
) -> None:
    for name in ("payment.authorized", "payment.captured"):
        razorpay.post(sample(name), event_id="evt_RsdTwice000001")
    rows = script.get("events", event_id="evt_RsdTwice000001")["results"]
    assert [row["type"] for row in rows] == ["payment.captured", "payment.authorized"]


@pytest.mark.parametrize(
    ("name", "status"), [("payment.captured", "unmatched"), ("fund_account.created", "ignored")]
)
def test_what_touches_nothing_of_ours_is_kept_and_says_so(
    script: Caller, razorpay: Razorpay, name: str, status: str
) -> None:
    razorpay.tell({**sample("payment.captured"), "event": name})
    shown = script.one("events", status=status)
    shape(shown, type=name, status=status, order=None)
    assert shown["outcome"]


def test_what_cannot_be_read_is_kept_and_says_so(script: Caller, razorpay: Razorpay) -> None:
    assert razorpay.post(b"[1, 2]").json() == {"status": "unreadable"}
    shape(script.one("events", status="unreadable"), type="", order=None)


def test_the_outcome_is_told_in_the_callers_language(
    script: Caller, order: Order, razorpay: Razorpay
) -> None:
    razorpay.tell(sample("payment.captured"))
    path = f"events/{Event.objects.get().pk}/"
    english, hindi = (
        script.ask(path, **{"Accept-Language": language}).json()["outcome"]
        for language in ("en", "hi")
    )
    assert english != hindi
    assert order.uid in hindi


def test_events_are_found_by_each_filter(
    script: Caller, gateway: Gateway, order: Order, razorpay: Razorpay
) -> None:
    razorpay.tell(sample("payment.authorized"), sample("payment.captured"))
    first, second = Event.objects.order_by("pk")
    for query, found in {
        "type=payment.captured": [second],
        "type=payment.none": [],
        "status=processed": [second, first],
        "status=parked": [],
        f"order={order.uid}": [second, first],
        "order=ord_none": [],
        "event_id=evt_none": [],
        "mode=test": [second, first],
        "mode=live": [],
    }.items():
        listed = script.ask(f"events/?{query}").json()["results"]
        assert [row["id"] for row in listed] == [str(row.pk) for row in found], query


@pytest.mark.parametrize("number", ["0", "999999999999999999", "9" * 30, "x"])
def test_an_event_that_does_not_exist_is_not_found(
    script: Caller, gateway: Gateway, number: str
) -> None:
    problem(script.ask(f"events/{number}/"), "not_found", 404)
