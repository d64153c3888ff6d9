"""Subscriptions as the official client creates and changes them."""

from typing import Any

import pytest
import razorpay

from tests.sandbox.desk import MONTHLY, Desk

DAY = 86_400
BIG = MONTHLY | {"item": {"name": "Platinum", "amount": 199_900, "currency": "INR"}}


def fetch(desk: Desk, subscription: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = desk.client.subscription.fetch(subscription["id"])
    return found


def test_a_new_subscription_starts_when_it_is_paid(desk: Desk) -> None:
    made = desk.subscription(notes={"order": "7"}, customer_notify=0)
    assert (made["status"], made["paid_count"], made["remaining_count"]) == ("created", 0, 12)
    empty = ["start_at", "charge_at", "end_at", "current_start", "current_end", "customer_id"]
    assert [made[field] for field in empty] == [None] * 6
    assert made["short_url"].startswith(desk.url)
    assert made["customer_notify"] is False
    assert fetch(desk, made) == made


def test_a_later_start_sets_the_calendar_at_once(desk: Desk) -> None:
    start_at = desk.now() + 10 * DAY
    made = desk.subscription(start_at=start_at, total_count=1)
    assert (made["start_at"], made["charge_at"], made["end_at"]) == (start_at,) * 3


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({"total_count": 0}, "at least 1"),
        ({"total_count": None}, "total_count field is required"),
        ({"total_count": 1_400}, "at most 100 years"),
        ({"start_at": 1_000_000_000}, "start_at cannot be lesser"),
        ({"expire_by": 1_000_000_000}, "expire_by cannot be lesser"),
        ({"quantity": 0}, "at least 1"),
        ({"plan_id": "plan_00000000000000"}, "does not exist"),
        ({"addons": [{"item": {"name": "x", "amount": 5, "currency": "INR"}}]}, "INR 1.00"),
        ({"addons": [{"item": {"name": "x", "amount": 500, "currency": "USD"}}]}, "must match"),
        ({"addons": "x"}, "must be an array"),
        ({"strat_at": 1}, "should not be sent"),
    ],
)
def test_unfit_subscriptions_are_refused(desk: Desk, fields: dict[str, Any], text: str) -> None:
    plan = desk.client.plan.create(MONTHLY)
    body = {"plan_id": plan["id"], "total_count": 12} | fields
    assert text in desk.error("POST", "/v1/subscriptions", json=body)["description"]


def test_cancelling_at_once_and_never_twice(desk: Desk) -> None:
    subscription = desk.active_subscription()
    done = desk.client.subscription.cancel(subscription["id"])
    assert (done["status"], done["charge_at"]) == ("cancelled", None)
    assert done["ended_at"] == pytest.approx(desk.now(), abs=2)
    with pytest.raises(razorpay.errors.BadRequestError, match="not cancellable in cancelled"):
        desk.client.subscription.cancel(subscription["id"])


def test_cancelling_at_cycle_end_waits_for_it(desk: Desk) -> None:
    subscription = desk.active_subscription()
    body = {"cancel_at_cycle_end": 1}
    assert desk.client.subscription.cancel(subscription["id"], body)["status"] == "active"
    happened = desk.press("clock", days=32)["events"]
    assert [event["event"] for event in happened] == ["subscription.cancelled"]
    assert happened[0]["created_at"] == subscription["current_end"]
    after = fetch(desk, subscription)
    assert (after["status"], after["ended_at"]) == ("cancelled", subscription["current_end"])


def test_nothing_to_end_before_the_first_cycle(desk: Desk) -> None:
    subscription = desk.subscription()
    path = f"/v1/subscriptions/{subscription['id']}/cancel"
    error = desk.error("POST", path, json={"cancel_at_cycle_end": True})
    assert "no billing cycle is going on" in error["description"]


def test_pause_and_resume(desk: Desk) -> None:
    subscription = desk.active_subscription()
    paused = desk.client.subscription.pause(subscription["id"], {"pause_at": "now"})
    assert (paused["status"], paused["charge_at"]) == ("paused", None)
    assert paused["pause_initiated_by"] == "self"
    assert desk.press("clock", days=10)["events"] == []
    resumed = desk.client.subscription.resume(subscription["id"], {"resume_at": "now"})
    assert (resumed["status"], resumed["charge_at"]) == ("active", subscription["current_end"])
    names = [event["type"] for event in desk.all_events()][-2:]
    assert names == ["subscription.paused", "subscription.resumed"]


def test_pause_and_resume_only_where_it_makes_sense(desk: Desk) -> None:
    subscription = desk.subscription()
    path = f"/v1/subscriptions/{subscription['id']}"
    assert "created status" in desk.error("POST", f"{path}/pause", json={})["description"]
    assert "created status" in desk.error("POST", f"{path}/resume", json={})["description"]
    error = desk.error("POST", f"{path}/pause", json={"pause_at": "tomorrow"})
    assert error["description"] == "The selected pause_at is invalid."


def test_pausing_before_the_first_cycle_cancels(desk: Desk) -> None:
    subscription = desk.active_subscription(start_at=desk.now() + 10 * DAY)
    assert subscription["status"] == "authenticated"
    assert desk.client.subscription.pause(subscription["id"])["status"] == "cancelled"


def test_updating_now(desk: Desk) -> None:
    subscription = desk.active_subscription()
    plan = desk.client.plan.create(BIG)
    change = {"plan_id": plan["id"], "quantity": 2, "remaining_count": 20}
    done = desk.client.subscription.edit(subscription["id"], change)
    assert (done["plan_id"], done["quantity"]) == (plan["id"], 2)
    assert (done["total_count"], done["remaining_count"]) == (21, 20)
    assert desk.all_events()[-1]["type"] == "subscription.updated"
    desk.press("clock", days=32)
    assert desk.read("books")["invoices"][-1]["amount"] == 399_800


def test_updating_at_cycle_end(desk: Desk) -> None:
    client, subscription = desk.client, desk.active_subscription()
    change = {"quantity": 3, "schedule_change_at": "cycle_end"}
    done = client.subscription.edit(subscription["id"], change)
    assert (done["quantity"], done["has_scheduled_changes"]) == (1, True)
    assert done["change_scheduled_at"] == subscription["current_end"]
    assert client.subscription.pending_update(subscription["id"])["quantity"] == 3
    assert fetch(desk, subscription)["quantity"] == 1
    names = [event["event"] for event in desk.press("clock", days=32)["events"]]
    assert names[0] == "subscription.updated"
    assert names[-1] == "subscription.charged"
    after = fetch(desk, subscription)
    assert (after["quantity"], after["has_scheduled_changes"]) == (3, False)


def test_a_scheduled_change_can_be_taken_back(desk: Desk) -> None:
    client, subscription = desk.client, desk.active_subscription()
    change = {"quantity": 3, "schedule_change_at": "cycle_end"}
    client.subscription.edit(subscription["id"], change)
    done = client.subscription.cancel_scheduled_changes(subscription["id"])
    assert done["has_scheduled_changes"] is False
    path = f"/v1/subscriptions/{subscription['id']}"
    error = desk.error("GET", f"{path}/retrieve_scheduled_changes")
    assert "no scheduled changes" in error["description"]
    assert "no scheduled" in desk.error("POST", f"{path}/cancel_scheduled_changes")["description"]


def test_updates_that_are_refused(desk: Desk) -> None:
    by_upi = desk.subscription()
    desk.press(f"subscriptions/{by_upi['id']}/pay", method="upi")
    active, created = desk.active_subscription(), desk.subscription()
    yearly = desk.client.plan.create(MONTHLY | {"period": "yearly"})

    def text(subscription: dict[str, Any], **body: Any) -> str:
        path = f"/v1/subscriptions/{subscription['id']}"
        return str(desk.error("PATCH", path, json=body)["description"])

    assert "payment mode is UPI" in text(by_upi, quantity=2)
    assert "created status" in text(created, quantity=2)
    assert "At least one field" in text(active)
    assert "keeps the period" in text(active, plan_id=yearly["id"])
    assert "does not exist" in text(active, plan_id="plan_00000000000000")
    assert "start_at cannot be updated" in text(active, start_at=desk.now() + DAY)


def test_an_authenticated_one_can_start_on_another_day(desk: Desk) -> None:
    subscription = desk.active_subscription(start_at=desk.now() + 10 * DAY)
    later = desk.now() + 20 * DAY
    done = desk.client.subscription.edit(subscription["id"], {"start_at": later})
    assert (done["start_at"], done["charge_at"]) == (later, later)
    assert done["end_at"] > subscription["end_at"]
