"""Whose keys are these? What was connected here before is taken up again, and nothing else."""

from __future__ import annotations

from accounts.models import Account
from gateways import connecting
from gateways.models import Gateway
from gateways.razorpay.client import Razorpay
from orders import checkout
from orders.models import Product
from tests.gateways.stand_in import (
    LIVE_KEYS,
    TEST_KEYS,
    Desk,
    connect,
    not_replaced,
    other_keys,
    refusal,
    with_a_witness,
)
from tests.scripts import EMAIL


def test_the_same_keys_take_up_their_gateway_again(desk: Desk, account: Account) -> None:
    first = connect(account)
    secret = first.webhook_secrets.get()
    connecting.disconnect(first, None)
    again = connect(account)
    assert (again.pk, again.uid, again.token) == (first.pk, first.uid, first.token)
    assert again.is_connected
    assert again.webhook_secrets.get() == secret, "Razorpay still signs with it"


def test_new_keys_of_the_same_razorpay_account_take_up_its_books(
    desk: Desk, account: Account
) -> None:
    desk.order()
    desk.wait_out_the_lag()
    first = connect(account)
    connecting.disconnect(first, None)
    again = connect(account, other_keys(desk, "acc_SandboxShop001"))
    assert (again.pk, again.token) == (first.pk, first.token)
    assert again.key_id != first.key_id


def test_keys_of_another_razorpay_account_are_a_new_gateway(desk: Desk, account: Account) -> None:
    desk.order()
    desk.wait_out_the_lag()
    first = connect(account)
    connecting.disconnect(first, None)
    other = connect(account, other_keys(desk))
    assert other.pk != first.pk
    assert other.token != first.token
    assert connect(account, LIVE_KEYS).pk not in {first.pk, other.pk}


def test_of_several_former_gateways_the_right_one_is_taken_up(desk: Desk, account: Account) -> None:
    elsewhere = other_keys(desk)
    first = connect(account)
    connecting.disconnect(first, None)
    second = connect(account, elsewhere)
    connecting.disconnect(second, None)
    assert connect(account).pk == first.pk


def sell(account: Account, product: Product) -> None:
    """A sale through the gateway: from now on Razorpay knows an order of ours."""
    checkout.place(account, product, EMAIL, "Ananya", None)


def test_a_sale_is_a_witness_against_keys_of_another_account(
    desk: Desk, account: Account, product: Product
) -> None:
    gateway = connect(account)
    sell(account, product)
    not_replaced(gateway, other_keys(desk))


def test_a_sale_is_a_witness_for_new_keys_of_the_same_account(
    desk: Desk, account: Account, product: Product
) -> None:
    gateway = connect(account)
    sell(account, product)
    connecting.disconnect(gateway, None)
    desk.press(f"keys/{TEST_KEYS[0]}/revoke")
    assert connect(account, other_keys(desk, "acc_SandboxShop001")).pk == gateway.pk


def test_a_witness_that_cannot_be_asked_says_nothing_about_the_account(
    desk: Desk, account: Account
) -> None:
    gateway = with_a_witness(desk, account)
    desk.press("api", fail="502", paths="/v1/orders/")
    error = not_replaced(gateway, other_keys(desk, "acc_SandboxShop001"))
    assert "could not be checked" in error.summary


def test_a_witness_that_cannot_be_asked_does_not_split_the_books(
    desk: Desk, account: Account
) -> None:
    connecting.disconnect(with_a_witness(desk, account), None)
    keys = other_keys(desk, "acc_SandboxShop001")
    desk.press("api", fail="502", paths="/v1/orders/")
    assert "could not be checked" in refusal(account, keys).summary


def test_a_subscription_is_a_witness_too(desk: Desk, account: Account) -> None:
    """A shop may sell nothing else, and nothing before it was connected."""
    gateway = connect(account)
    razorpay = Razorpay.of(gateway)
    item = {"name": "Gold", "amount": 99_900, "currency": "INR"}
    plan = razorpay.create_plan(period="monthly", interval=1, item=item, notes={})
    made = razorpay.create_subscription({"plan_id": plan["id"], "total_count": 12})
    gateway.refresh_from_db()
    assert gateway.witness == made["id"]
    assert "another Razorpay account" in not_replaced(gateway, other_keys(desk)).summary
    connecting.disconnect(gateway, None)
    assert connect(account, other_keys(desk, "acc_SandboxShop001")).pk == gateway.pk


def test_the_first_witness_is_kept(desk: Desk, account: Account, product: Product) -> None:
    gateway = with_a_witness(desk, account)
    sell(account, product)
    stale = Gateway.objects.get(pk=gateway.pk)
    stale.witness = ""
    stale.note_witness("order_RsdLater000001")
    assert stale.witness == gateway.witness == Gateway.objects.get(pk=gateway.pk).witness


def test_keys_that_are_known_are_taken_up_whatever_their_witness_says(
    desk: Desk, account: Account
) -> None:
    first = with_a_witness(desk, account)
    connecting.disconnect(first, None)
    for _other in range(connecting.MOST_WITNESSES + 1):
        connecting.disconnect(connect(account, other_keys(desk)), None)
    assert connect(account).pk == first.pk


def test_a_gateway_without_a_witness_finds_one_when_it_is_taken_up(
    desk: Desk, account: Account
) -> None:
    gateway = connect(account)
    assert gateway.witness == ""
    connecting.disconnect(gateway, None)
    made = desk.order()
    desk.wait_out_the_lag()
    assert connect(account).witness == made["id"]


def test_a_gateway_without_a_witness_finds_one_when_its_keys_are_replaced(
    desk: Desk, account: Account
) -> None:
    gateway = connect(account)
    made = desk.order()
    desk.wait_out_the_lag()
    connecting.replace_keys(gateway, *TEST_KEYS, user=None)
    gateway.refresh_from_db()
    assert gateway.witness == made["id"]


def test_keys_that_are_refused_in_between_are_not_taken_for_another_account(
    desk: Desk, account: Account
) -> None:
    gateway = with_a_witness(desk, account)
    desk.press("api", fail="401", paths="/v1/orders/")
    assert "refused these keys" in not_replaced(gateway, TEST_KEYS).summary
