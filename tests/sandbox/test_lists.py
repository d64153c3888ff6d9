"""Lists: they lag, are cut in pages, and come newest first."""

from tests.sandbox.desk import Desk


def test_lists_know_nothing_of_the_last_two_minutes(desk: Desk) -> None:
    order = desk.order(receipt="r-1")
    desk.press(f"orders/{order['id']}/pay")
    client = desk.client
    assert client.order.all() == {"entity": "collection", "count": 0, "items": []}
    assert client.order.all({"receipt": "r-1"})["count"] == 0
    assert client.order.payments(order["id"])["count"] == 0
    assert client.payment.all()["count"] == 0
    assert client.order.fetch(order["id"])["status"] == "paid"
    desk.press("clock", seconds=60)
    assert client.order.all()["count"] == 0
    desk.press("clock", seconds=61)
    assert client.order.all({"receipt": "r-1"})["items"][0]["status"] == "paid"
    assert client.order.payments(order["id"])["count"] == 1


def test_every_kind_of_list_lags(desk: Desk) -> None:
    subscription = desk.active_subscription()
    payment_id = desk.read("books")["payments"][0]["id"]
    desk.client.payment.refund(payment_id, {"amount": 100})
    desk.press(f"payments/{payment_id}/dispute")
    by_subscription = {"subscription_id": subscription["id"]}
    client = desk.client

    def counts() -> list[int]:
        return [
            client.invoice.all(by_subscription)["count"],
            client.payment.fetch_multiple_refund(payment_id)["count"],
            client.refund.all()["count"],
            client.dispute.all()["count"],
            client.subscription.all({"plan_id": subscription["plan_id"]})["count"],
            client.plan.all()["count"],
            client.customer.all()["count"],
        ]

    assert set(counts()) == {0}
    desk.wait_out_the_lag()
    assert set(counts()) == {1}


def test_the_lag_can_be_switched_off(desk: Desk) -> None:
    desk.press("oddities", lists_lag=False)
    desk.order()
    assert desk.client.order.all()["count"] == 1


def test_pages_are_newest_first(desk: Desk) -> None:
    ids = []
    for _ in range(12):
        ids.append(desk.order()["id"])
        desk.press("clock", seconds=1)
    desk.wait_out_the_lag()
    newest = ids[::-1]
    first = desk.client.order.all()
    assert [order["id"] for order in first["items"]] == newest[:10]
    rest = desk.client.order.all({"count": 5, "skip": 10})
    assert [order["id"] for order in rest["items"]] == newest[10:]
    assert desk.client.order.all({"count": 100})["count"] == 12


def test_objects_of_one_second_keep_their_order(desk: Desk) -> None:
    ids = [desk.order()["id"] for _ in range(5)]
    desk.wait_out_the_lag()
    assert [order["id"] for order in desk.client.order.all()["items"]] == ids[::-1]


def test_from_and_to_include_their_edges(desk: Desk) -> None:
    early = desk.order()
    desk.press("clock", seconds=100)
    late = desk.order()
    desk.wait_out_the_lag()
    at_early = {"from": early["created_at"], "to": early["created_at"]}
    assert [o["id"] for o in desk.client.order.all(at_early)["items"]] == [early["id"]]
    since = {"from": early["created_at"] + 1}
    assert [o["id"] for o in desk.client.order.all(since)["items"]] == [late["id"]]
    until = {"to": late["created_at"] - 1}
    assert [o["id"] for o in desk.client.order.all(until)["items"]] == [early["id"]]


def test_wrong_page_wishes_are_refused(desk: Desk) -> None:
    def text(query: str) -> str:
        return str(desk.error("GET", f"/v1/orders?{query}")["description"])

    assert text("count=101") == "The count may not be greater than 100."
    assert "at least 1" in text("count=0")
    assert "integer" in text("count=ten")
    assert "at least 0" in text("skip=-1")
    assert text("from=5") == "from must be between 946684800 and 4765046400"
    assert text("to=9999999999") == "to must be between 946684800 and 4765046400"


def test_expand_is_ignored(desk: Desk) -> None:
    assert desk.client.order.all({"expand[]": "payments"})["count"] == 0
