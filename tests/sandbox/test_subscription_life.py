"""Subscriptions over months: the clock works off everything in order, each at its moment."""

from datetime import datetime

from sandbox.cycles import INDIA
from tests.sandbox.desk import MONTHLY, Desk, Doc

DAY = 86_400
MONEY = ["payment.authorized", "payment.captured", "order.paid", "invoice.paid"]
CHARGED = [*MONEY, "subscription.charged"]


def go(desk: Desk, days: float) -> list[Doc]:
    found: list[Doc] = desk.press("clock", days=days)["events"]
    return found


def names(events: list[Doc]) -> list[str]:
    return [event["event"] for event in events]


def state(desk: Desk, subscription: Doc) -> Doc:
    found: Doc = desk.client.subscription.fetch(subscription["id"])
    return found


def test_a_year_of_twelve_charges(desk: Desk) -> None:
    subscription = desk.active_subscription()
    events = go(desk, 366)
    assert names(events) == CHARGED * 11 + ["subscription.completed"]
    done = state(desk, subscription)
    assert (done["status"], done["paid_count"], done["remaining_count"]) == ("completed", 12, 0)
    assert done["ended_at"] == done["end_at"] == done["current_start"]
    assert go(desk, 400) == []


def test_events_carry_the_time_at_which_they_happened(desk: Desk) -> None:
    subscription = desk.active_subscription(total_count=3)
    events = go(desk, 70)
    times = [event["created_at"] for event in events if event["event"] == "subscription.charged"]
    assert times[0] == subscription["current_end"]
    assert times[1] == subscription["end_at"]
    assert events == sorted(events, key=lambda event: int(event["created_at"]))
    starts = [invoice["billing_start"] for invoice in desk.read("books")["invoices"]]
    assert starts == [subscription["current_start"], *times]


def test_cycles_begin_at_midnight_in_india(desk: Desk) -> None:
    subscription = desk.active_subscription()
    end = datetime.fromtimestamp(subscription["current_end"], INDIA)
    assert (end.hour, end.minute, end.second) == (0, 0, 0)


def test_three_retries_a_day_apart_and_then_halted(desk: Desk) -> None:
    subscription = desk.active_subscription()
    desk.press(f"subscriptions/{subscription['id']}/fail-next", n=4)
    events = go(desk, 36)
    assert names(events) == [
        *("payment.failed", "subscription.pending") * 3,
        *("payment.failed", "subscription.halted"),
    ]
    due = subscription["current_end"]
    tries = [event["created_at"] for event in events if event["event"] == "payment.failed"]
    assert tries == [due, due + DAY, due + 2 * DAY, due + 3 * DAY]
    halted = state(desk, subscription)
    assert (halted["status"], halted["auth_attempts"]) == ("halted", 4)


def test_a_retry_that_succeeds(desk: Desk) -> None:
    subscription = desk.active_subscription()
    desk.press(f"subscriptions/{subscription['id']}/fail-next", n=2)
    events = go(desk, 36)
    assert names(events) == [
        *("payment.failed", "subscription.pending") * 2,
        *(*CHARGED, "subscription.activated"),
    ]
    after = state(desk, subscription)
    assert (after["status"], after["auth_attempts"], after["paid_count"]) == ("active", 0, 2)
    # The calendar does not move with the retries.
    assert after["charge_at"] == after["current_end"]


def test_halted_ones_go_on_being_invoiced_until_the_end(desk: Desk) -> None:
    subscription = desk.active_subscription(total_count=4)
    desk.press(f"subscriptions/{subscription['id']}/fail-next", n=4)
    go(desk, 40)
    assert names(go(desk, 55)) == []
    invoices = desk.read("books")["invoices"]
    assert [invoice["status"] for invoice in invoices] == ["paid", *["issued"] * 3]
    halted = state(desk, subscription)
    assert (halted["status"], halted["remaining_count"]) == ("halted", 0)
    assert names(go(desk, 40)) == ["subscription.completed"]
    done = state(desk, subscription)
    assert (done["paid_count"], done["total_count"], done["remaining_count"]) == (1, 4, 0)
    last = invoices[-1]["id"]
    assert desk.happens(f"invoices/{last}/pay") == MONEY


def test_a_missed_cycle_completes_with_one_paid_less(desk: Desk) -> None:
    subscription = desk.active_subscription(total_count=3)
    desk.press(f"subscriptions/{subscription['id']}/fail-next", n=4)
    go(desk, 70)
    assert desk.happens(f"subscriptions/{subscription['id']}/charge") == [
        *CHARGED,
        *("subscription.activated", "subscription.completed"),
    ]
    done = state(desk, subscription)
    assert (done["status"], done["total_count"]) == ("completed", 3)
    assert (done["paid_count"], done["remaining_count"]) == (2, 0)


def test_a_trial_ends_with_the_first_charge(desk: Desk) -> None:
    start_at = desk.now() + 14 * DAY
    subscription = desk.active_subscription(start_at=start_at)
    assert go(desk, 13) == []
    events = go(desk, 2)
    assert names(events) == ["subscription.activated", *CHARGED]
    assert {event["created_at"] for event in events} == {start_at}
    after = state(desk, subscription)
    assert (after["status"], after["current_start"]) == ("active", start_at)


def test_a_trial_that_ends_without_money(desk: Desk) -> None:
    subscription = desk.active_subscription(start_at=desk.now() + 14 * DAY)
    desk.press(f"subscriptions/{subscription['id']}/fail-next", n=1)
    events = go(desk, 14.5)
    assert names(events) == ["subscription.activated", "payment.failed", "subscription.pending"]
    after = state(desk, subscription)
    assert (after["status"], after["paid_count"], after["remaining_count"]) == ("pending", 0, 11)


def test_unpaid_ones_expire_without_a_word(desk: Desk) -> None:
    by_date = desk.subscription(expire_by=desk.now() + DAY)
    by_start = desk.subscription(start_at=desk.now() + 2 * DAY)
    never = desk.subscription()
    assert go(desk, 3) == []
    assert [state(desk, s)["status"] for s in (by_date, by_start, never)] == [
        *("expired", "expired", "created"),
    ]
    assert "expired" in desk.refused(f"subscriptions/{by_date['id']}/pay")
    assert "not cancellable in expired" in desk.refused(f"subscriptions/{by_date['id']}/cancel")


def test_two_lives_are_worked_off_in_the_order_of_time(desk: Desk) -> None:
    weekly = MONTHLY | {"period": "weekly"}
    slow = desk.active_subscription(total_count=3)
    quick = desk.active_subscription(plan=weekly, total_count=10)
    events = go(desk, 64)
    assert len(events) == 2 * 5 + 1 + 9 * 5 + 1
    times = [event["created_at"] for event in events]
    assert times == sorted(times)
    assert state(desk, slow)["paid_count"] == 3
    assert state(desk, quick)["paid_count"] == 10


def test_paused_at_cycle_end_and_resumed_much_later(desk: Desk) -> None:
    subscription = desk.active_subscription()
    desk.press(f"subscriptions/{subscription['id']}/pause", at_cycle_end=True)
    assert state(desk, subscription)["status"] == "active"
    events = go(desk, 32)
    assert names(events) == ["subscription.paused"]
    assert events[0]["created_at"] == subscription["current_end"]
    assert go(desk, 60) == []
    desk.press(f"subscriptions/{subscription['id']}/resume")
    resumed = state(desk, subscription)
    assert desk.now() < resumed["charge_at"] <= desk.now() + 31 * DAY
    assert resumed["paid_count"] + resumed["remaining_count"] < resumed["total_count"]
    assert names(go(desk, 31)) == CHARGED


def test_a_pause_at_cycle_end_is_dropped_when_it_is_unpaid_by_then(desk: Desk) -> None:
    subscription = desk.active_subscription()
    path = f"subscriptions/{subscription['id']}"
    desk.press(f"{path}/pause", at_cycle_end=True)
    desk.press(f"{path}/halt")
    assert go(desk, 70) == []
    assert state(desk, subscription)["status"] == "halted"


def test_the_clock_only_goes_forward(desk: Desk) -> None:
    before = desk.now()
    done = desk.press("clock", days=1, hours=2, minutes=3, seconds=4)
    assert done["moved"] == DAY + 2 * 3_600 + 3 * 60 + 4
    assert desk.now() >= before + done["moved"]
    assert '{"days": 1}' in desk.refused("clock")
    assert "from 0 to 3,700." in desk.refused("clock", days=-1)
    assert "from 0 to 319,680,000." in desk.refused("clock", seconds=-1)
    assert "from 0 to" in desk.refused("clock", days="soon")
    assert "ten years" in desk.refused("clock", days=3_700, hours=1)
