"""An operator, and an installation in which every kind of row exists."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.db.models import Model
from django.test import Client
from django.utils import timezone

from accounts.models import User
from accounts.sentences import say
from gateways import problems
from gateways.models import Gateway, LookUp, Problem, Reconciliation, Refusal, Sighting
from orders.models import (
    AccessDecision,
    BuyerLink,
    Customer,
    CustomerAlias,
    FormField,
    Order,
    OrderForm,
    RefundInstruction,
)
from subscriptions.models import Bill, Debit, Doubt, Mandate, Subscription, SubscriptionInstruction
from tests.conftest import Razorpay
from tests.samples import sample
from webhooks.models import Assignment, Rebuild

ROOMS = {"accounts", "gateways", "orders", "subscriptions", "webhooks"}
OURS: list[type[Model]] = [model for model in apps.get_models() if model._meta.app_label in ROOMS]


def changelist(model: type[Model]) -> str:
    return f"/admin/{model._meta.app_label}/{model._meta.model_name}/"


def change(row: Model) -> str:
    return f"{changelist(type(row))}{row.pk}/change/"


@pytest.fixture
def operator(db: None) -> User:
    """Somebody who runs this installation and belongs to no account."""
    return User.objects.create_superuser("operator@example.com", "pw", name="Olga")


@pytest.fixture
def desk(operator: User) -> Client:
    """The operator's browser."""
    client = Client()
    client.force_login(operator)
    return client


@pytest.fixture
def colleague(db: None) -> Client:
    """The browser of somebody who may open the admin and has no rights in it."""
    client = Client()
    client.force_login(User.objects.create_user("ravi@example.com", "pw", is_staff=True))
    return client


@pytest.fixture
def stage(
    gateway: Gateway,
    order: Order,
    subscription: Subscription,
    customer: Customer,
    razorpay: Razorpay,
) -> None:
    """Rows of every model: by what Razorpay tells, and the rest by hand."""
    now = timezone.now()
    razorpay.tell(
        sample("payment.failed", payment={"id": "pay_RsdFirst000001"}),
        sample("payment.captured.card"),
        sample("refund.processed"),
        sample("payment.dispute.created"),
        sample("token.confirmed"),
        sample("subscription.charged"),
        sample("invoice.paid"),
        unmatched(),
    )
    problems.report(
        gateway, Problem.Kind.UNREADABLE, what=say("What."), mend=say("Mend."), subject="7"
    )
    Refusal.objects.create(gateway=gateway, reason="signature_missing", first_at=now, last_at=now)
    Sighting.objects.get_or_create(
        gateway=gateway, type="order.paid", defaults={"first_at": now, "last_at": now}
    )
    LookUp.objects.create(
        gateway=gateway, kind="refund", razorpay_id="rfnd_1", why=LookUp.Why.BOTH_ENDS
    )
    Reconciliation.objects.create(gateway=gateway, since=now, until=now)
    Rebuild.objects.create(account=gateway.account)
    Assignment.objects.create(gateway=gateway, order=order, razorpay_payment_id="pay_Stray00000001")
    CustomerAlias.objects.create(
        account=customer.account, customer=customer, email="before@example.com"
    )
    Mandate.objects.create(gateway=gateway, order=order, razorpay_token_id="token_1")
    form = OrderForm.objects.create(
        account=gateway.account, product=order.product, slug="dyeing", mode="test"
    )
    FormField.objects.create(form=form, kind="email", required=True)
    decided(order, subscription)
    BuyerLink.objects.create(customer=customer, digest="d" * 64, expires_at=now)


def decided(order: Order, subscription: Subscription) -> None:
    """What people told us, and what Razorpay has not answered yet."""
    payment = order.payments.get(razorpay_payment_id="pay_RsdFirst000001")
    RefundInstruction.objects.create(payment=payment, amount=100, made_by="seller")
    resource = order.product.resources.all()[0]
    AccessDecision.objects.create(order=order, resource=resource, kind="given", reason="A gift")
    SubscriptionInstruction.objects.create(
        subscription=subscription, kind="pause", made_by="seller"
    )
    Doubt.objects.create(subscription=subscription)
    bill = Bill.objects.create(subscription=subscription, number=0, amount=100, currency="INR")
    Debit.objects.create(bill=bill, razorpay_token_id="token_1")


def unmatched() -> dict[str, Any]:
    """About an order that nobody here knows."""
    theirs = {"order_id": "order_Unknown000001", "id": "pay_Unknown000001"}
    return sample("order.paid", order={"id": "order_Unknown000001"}, payment=theirs)
