"""GET /sandbox/charges: every try, by whom it was made, and what became of it."""

import pytest

from sandbox.server import Sandbox
from tests.sandbox.desk import Desk, Doc
from tests.sandbox.mandates import UPI, Seller

DAY = 86_400


def rows(desk: Desk, query: str = "") -> list[Doc]:
    found: list[Doc] = desk.read(f"charges{query}")["charges"]
    return found


def test_a_debit(desk: Desk) -> None:
    seller = Seller(desk)
    token, order = seller.token(**UPI), seller.bill()
    payment = seller.debit(order, token, notes={"raseed_debit": "d-1"})
    (row,) = rows(desk, f"?order_id={order['id']}")
    assert (row["payment_id"], row["by"], row["status"]) == (payment["id"], "api", "created")
    assert (row["at"], row["final_at"], row["reason"]) == (payment["created_at"], None, None)
    assert row["notes"] == {"raseed_debit": "d-1"}
    desk.press("clock", minutes=5)
    desk.press(f"payments/{payment['id']}/fail", reason="insufficient_funds")
    (failed,) = rows(desk, f"?order_id={order['id']}")
    assert 300 <= failed["final_at"] - failed["at"] <= 302
    assert (failed["status"], failed["reason"]) == ("failed", "insufficient_funds")
    desk.press("clock", days=2)
    desk.press(f"payments/{payment['id']}/authorise-late")
    (late,) = rows(desk, f"?token_id={token['id']}&order_id={order['id']}")
    assert (late["status"], late["captured"], late["reason"]) == (
        *("captured", True, "insufficient_funds"),
    )
    assert late["failed_at"] == failed["final_at"] < late["final_at"] - DAY


def test_who_tried_to_charge_a_subscription(desk: Desk) -> None:
    subscription = desk.subscription()
    path = f"subscriptions/{subscription['id']}"
    paid = desk.press(f"{path}/pay", international=True)["subscription"]
    desk.press(f"{path}/fail-next", n=2)
    desk.press("clock", seconds=paid["charge_at"] - desk.now() + DAY + 1)
    desk.press(f"{path}/attempt-charge", outcome="fail")
    desk.press(f"invoices/{desk.read('books')['invoices'][-1]['id']}/fail")
    desk.press("clock", days=2)
    found = rows(desk, f"?subscription_id={subscription['id']}")
    assert [(row["by"], row["status"]) for row in found] == [
        *(("buyer", "captured"), ("razorpay", "failed")),
        *(("razorpay", "failed"), ("seller", "failed"), ("buyer", "failed")),
        ("razorpay", "captured"),
    ]
    later = found[1:]
    assert len({(row["invoice_id"], row["cycle_start"], row["cycle_end"]) for row in later}) == 1
    automatic = [row["at"] for row in later if row["by"] == "razorpay"]
    assert [b - a for a, b in zip(automatic, automatic[1:], strict=False)] == [DAY, DAY]


def test_what_was_given_back_was_not_taken(desk: Desk) -> None:
    order, _ = desk.paid_order()
    desk.press(f"orders/{order['id']}/pay")
    found = rows(desk, f"?order_id={order['id']}")
    assert [(row["by"], row["captured"], row["status"]) for row in found] == [
        *(("buyer", True, "captured"), ("buyer", False, "refunded")),
    ]


def test_strangers_and_the_other_mode_are_told_apart(desk: Desk) -> None:
    desk.press("strangers", n=2)
    assert [row["stranger"] for row in rows(desk)] == [True, True]
    assert rows(desk, "?mode=live") == []
    assert len(rows(desk, "?mode=test&account=acc_SandboxShop001")) == 2


@pytest.mark.timeout(120)
def test_a_hundred_mandates_and_subscriptions_for_a_quarter(desk: Desk) -> None:
    """Many of them, failing a lot: by the books nobody is tried five times, or charged twice."""
    seller = Seller(desk)
    for n in range(50):
        path = f"subscriptions/{desk.subscription()['id']}"
        method = ("card", "upi", "emandate")[n % 3]
        desk.press(f"{path}/pay", method=method, email=f"b{n}@example.com")
        desk.press(f"{path}/fail-next", n=n % 7)
    tokens = [seller.token(method=("card", "upi")[n % 2]) for n in range(50)]
    for n, token in enumerate(tokens):
        desk.press(f"tokens/{token['id']}/fail-next", n=n % 3)
        seller.debit(seller.bill(), token)
    desk.press("clock", days=90)
    _check(rows(desk))


def _check(found: list[Doc]) -> None:
    assert len(found) > 250
    assert all(row["final_at"] is not None for row in found)
    tries: dict[str, list[Doc]] = {}
    for row in (row for row in found if not row["stranger"]):
        tries.setdefault(row["order_id"], []).append(row)
    for each in tries.values():
        assert sum(row["captured"] for row in each) <= 1
        automatic = [row for row in each if row["by"] == "razorpay"]
        assert len(automatic) <= 4
        starts = [row["at"] for row in automatic]
        assert all(b - a >= DAY for a, b in zip(starts, starts[1:], strict=False))


def test_the_books_of_the_former_version_are_taken_over(tmp_path: object) -> None:
    """They lacked one index, and nothing else."""
    with Sandbox(data=str(tmp_path)) as sandbox, sandbox.world.turn():
        sandbox.world.books.run("DROP INDEX by_customer_id")
    with Sandbox(data=str(tmp_path)) as sandbox:
        sandbox.world.books.run("PRAGMA user_version = 1")
    with Sandbox(data=str(tmp_path)) as sandbox:
        names = sandbox.world.books.run("SELECT name FROM sqlite_master WHERE type = 'index'")
        assert "by_customer_id" in {row["name"] for row in names}
        assert len(sandbox.world.books.all("key")) == 2
