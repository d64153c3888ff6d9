"""What a mail says, to whom and in which language: about an order, or about the buyer alone."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.urls import reverse

from accounts.models import Account, AuditEntry, Membership
from orders import mails, visiting
from orders.causes import at
from orders.models import Customer, Mail, Order, Payment
from orders.recovering import links
from orders.recovering.telling import Failure

Kind = Mail.Kind
TO_SELLER = {
    Kind.FAILURE_SELLER, Kind.UNPAID_SELLER, Kind.RECOVERED_SELLER, Kind.HALTED_SELLER,
    Kind.RESUMED_SELLER, Kind.CANCELLED_SELLER,
}  # fmt: skip
ABOUT_FAILURES = {
    Kind.FAILURE, Kind.FAILURE_SELLER, Kind.REMINDER, Kind.UNPAID, Kind.UNPAID_SELLER,
    Kind.RECOVERED_SELLER, Kind.CYCLE_FAILURE, Kind.HALTED, Kind.HALTED_SELLER,
}  # fmt: skip
# Many failures in one mail to the seller: a template, not a kind.
DIGEST = "failures_seller"
LISTED = 50


@dataclass(frozen=True)
class Letter:
    """Everything that goes out, but for the words: those are in the kind's own template."""

    kind: str
    to: list[str]
    language: str
    account: Account
    context: dict[str, Any]
    is_test: bool = False
    to_seller: bool = False
    headers: dict[str, str] = field(default_factory=dict)


def of(mail: Mail) -> Letter:
    if mail.order is not None:
        return about_order(mail, mail.order)
    return about_buyer(mail, buyer_of(mail))


def buyer_of(mail: Mail) -> Customer:
    """Of a mail about no order; the table holds that it then has a customer."""
    if mail.customer is None:
        raise Customer.DoesNotExist
    return mail.customer


def about_order(mail: Mail, order: Order) -> Letter:
    """Sellers read the account's language, buyers their own."""
    customer, account = order.customer, order.customer.account
    is_test = order.gateway.mode == "test"
    context = of_everyone(customer) | of_order(mail, order) | {"test": is_test}
    if mail.kind == Kind.RECEIPT:
        context["link"] = visiting.make(customer, visiting.VALID_IN_RECEIPT)
    if mail.kind in ABOUT_FAILURES:
        context["failure"] = Failure(order, *mails.place_of(mail))
    if mail.kind in TO_SELLER:
        to = owners_of(account)
        return Letter(mail.kind, to, account.language, account, context, is_test, to_seller=True)
    headers = one_click(order) if mail.kind == Kind.REMINDER else {}
    to = [customer.email]
    return Letter(mail.kind, to, customer.speaks, account, context, is_test, headers=headers)


def of_many(rows: list[Mail]) -> Letter:
    """One letter to the seller about several failures of one mode, and what became of others: the
    newest of each series."""
    failures: dict[tuple[int, int], Failure] = {}
    orders = [(mail, mail.order) for mail in rows if mail.order is not None]
    for mail, order in sorted(orders, key=lambda pair: pair[0].pk):
        failure = Failure(order, *mails.place_of(mail), kind=mail.kind)
        failures[order.pk, failure.cycle] = failure
    account, mode = orders[0][1].customer.account, orders[0][1].gateway.mode
    is_test = mode == "test"
    context = {
        "account": account,
        "failures": list(failures.values())[:LISTED],
        "count": len(failures),
        "more": max(0, len(failures) - LISTED),
        "only_failed": {one.kind for one in failures.values()} == {Kind.FAILURE_SELLER},
        "test": is_test,
        "list_url": links.absolute("orders:recovery"),
    }
    to = owners_of(account)
    return Letter(DIGEST, to, account.language, account, context, is_test, to_seller=True)


def one_click(order: Order) -> dict[str, str]:
    """Mail programs show a button that says no for the buyer (RFC 8058)."""
    if order.price.recurs:
        return {}
    return {
        "List-Unsubscribe": f"<{links.decline_url(order)}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def about_buyer(mail: Mail, customer: Customer) -> Letter:
    """About a changed address: to the new one, or to the former, which is not told the new one.
    Where it was wrong, it is a stranger's."""
    change = change_of(mail)
    is_new = mail.kind == Kind.EMAIL_CHANGED
    to = change.get("email" if is_new else "former", "")
    context = of_everyone(customer) | {"former": change.get("former", "")}
    return Letter(mail.kind, [to], customer.speaks, customer.account, context)


def change_of(mail: Mail) -> dict[str, Any]:
    """From which address to which: the fact is the line in the account's log."""
    entry = AuditEntry.objects.filter(account=buyer_of(mail).account_id, pk=mail.fact).first()
    return entry.what.values if entry else {}


def of_everyone(customer: Customer) -> dict[str, Any]:
    return {
        "customer": customer,
        "account": customer.account,
        "my_url": f"{settings.PUBLIC_URL}{reverse('orders:my')}",
    }


def of_order(mail: Mail, order: Order) -> dict[str, Any]:
    payments = Payment.objects.filter(gateway=order.gateway_id, razorpay_payment_id=mail.fact)
    subscription = getattr(order, "subscription", None)
    charge_at = getattr(subscription, "charge_at", None)
    return {
        "order": order,
        "product": order.product,
        "payment": payments.first(),
        "subscription": subscription,
        "next_charge": at(charge_at) if charge_at else None,
    }


def owners_of(account: Account) -> list[str]:
    owners = Membership.objects.filter(account=account, role=Membership.Role.OWNER)
    return list(owners.values_list("user__email", flat=True))
