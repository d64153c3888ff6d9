"""Find, make and hold the customers of one account."""

from __future__ import annotations

from django.db import transaction

from accounts.models import Account, normal_email
from orders.models import Customer


def find(account: Account, email: str) -> Customer | None:
    """The customer with this e-mail, present or former."""
    address = normal_email(email)
    present = Customer.objects.filter(account=account, email=address).first()
    return present or Customer.objects.filter(account=account, aliases__email=address).first()


def by_uid(account: Account, uid: str) -> Customer | None:
    """The customer with this id, or the one into whom that customer was merged."""
    if not uid or "\0" in uid:
        return None
    ours = Customer.objects.filter(account=account)
    return ours.filter(uid=uid).first() or ours.filter(aliases__former_uid=uid).first()


@transaction.atomic
def get(account: Account, email: str, name: str = "") -> Customer:
    """The customer with this e-mail, made if need be. A name given first is kept.

    The row is held until the caller's transaction ends: what is added to it meanwhile is not lost
    to a merge, which waits.
    """
    held = None
    while held is None:  # again only if it was merged away between the two queries
        known = find(account, email)
        if known is None:
            known, _made = Customer.objects.get_or_create(
                account=account, email=normal_email(email), defaults={"name": name}
            )
        held = hold(known)
    if name and not held.name:
        held.name = name
        held.save(update_fields=["name"])
    return held


def hold(customer: Customer) -> Customer | None:
    """Its row as it is now, held until the transaction ends; None if it was merged away.

    Not in a way that keeps others from adding rows that point at it: those hold their order.
    """
    return Customer.objects.select_for_update(no_key=True).filter(pk=customer.pk).first()
