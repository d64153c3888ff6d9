"""A busy shop: one row of everything for each buyer."""

from __future__ import annotations

from accounts.sentences import say
from gateways import problems
from gateways.models import Gateway, Problem
from orders import catalogue
from orders.catalogue import NewResource
from orders.models import Customer, FormField, OrderForm, Product
from tests.conftest import Razorpay, make_order, make_subscription
from tests.samples import sample


def sell_to(gateway: Gateway, product: Product, number: int) -> Customer:
    """A buyer with one order - failed, paid, paid back -, one subscription and a problem."""
    buyer = Customer.objects.create(account=gateway.account, email=f"buyer{number}@example.com")
    order_id, payment_id = f"order_RsdBuyer{number:04}", f"pay_RsdBuyer{number:06}"
    make_order(gateway, product, buyer, order_id)
    plan = make_subscription(gateway, buyer, f"sub_RsdBuyer{number:06}").plan
    plan.razorpay_plan_id = f"plan_RsdBuyer{number:04}"
    plan.save()
    payment = {"id": payment_id, "order_id": order_id, "notes": []}
    refund = {"id": f"rfnd_RsdBuyer{number:04}", "payment_id": payment_id}
    Razorpay(gateway).tell(
        sample("payment.failed", payment={**payment, "id": f"{payment_id}F"}),
        sample("payment.captured", payment=payment),
        sample("refund.processed", payment=payment, refund=refund),
    )
    parts = [NewResource(f"Part {part}", text="…") for part in range(3)]
    catalogue.create_product(
        account=gateway.account, name="Set", price={"amount": 100}, resources=parts
    )
    form = OrderForm.objects.create(
        account=gateway.account, product=product, slug=f"form-{number}", mode="test"
    )
    FormField.objects.create(form=form, kind="email", required=True)
    kind = Problem.Kind.UNKNOWN_PLAN
    said = say("…")
    problems.report(gateway, kind, what=said, mend=said, subject=f"plan_{number}")
    return buyer
