"""May this visitor open this resource right now, and if not, what would change it?"""

from __future__ import annotations

from dataclasses import dataclass

from gateways.models import Mode
from orders import answers, covers
from orders.answers import Answer
from orders.models import AccessDecision, Customer, Resource
from orders.models.grants import Because
from orders.pages.buyer import purchases
from orders.pages.buyer.purchases import Purchase


@dataclass(frozen=True)
class Door:
    """One resource in front of one customer of its business."""

    resource: Resource
    customer: Customer
    mode: str
    answer: Answer

    @property
    def opens(self) -> bool:
        return self.answer.allowed and not self.is_only_a_test

    @property
    def is_only_a_test(self) -> bool:
        """A test purchase, of what is sold for real."""
        account = self.customer.account_id
        return self.mode == Mode.TEST and account in purchases.taking_real_money([account])

    @property
    def mends(self) -> Purchase | None:
        """The newest purchase whose payment would open it: not where the seller ended it."""
        orders = answers.orders_for(self.customer, self.resource, self.mode)
        found = purchases.of(orders.order_by("-pk"))
        payable = (bought for bought in found if bought.pay_url or bought.mend_url)
        return next((bought for bought in payable if not self.was_ended(bought)), None)

    def was_ended(self, bought: Purchase) -> bool:
        newest = covers.newest_of(bought.order, self.resource.pk)
        return newest is not None and newest.kind == AccessDecision.Kind.ENDED


def find(customers: list[Customer], uid: str) -> Door | None:
    """The door to a resource that the visitor has ordered; a stranger's is not told from none."""
    theirs = {customer.account_id: customer for customer in customers}
    resource = Resource.objects.filter(account__in=theirs, uid=uid).first()
    if resource is None:
        return None
    customer = theirs[resource.account_id]
    for mode in (Mode.LIVE, Mode.TEST):
        answer = answers.access(customer.account, customer.email, resource, mode)
        if answer.because != Because.NOT_BOUGHT:
            return Door(resource, customer, mode, answer)
    return None
